"""What parties endorse, from a file: each party's signatory puts his own key to the same bytes, in turn.

A file is terms of reference (a JSON object) or watch lists and sectors (a GeoJSON FeatureCollection). Whoever
comes first says it, each who comes after endorses what is there; whoever comes twice adds nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from seamline.actions import endorsing, signing, view, write
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.errors import BadInput
from seamline.log.channel import members
from seamline.log.keys import SigningKey
from seamline.records import registry
from seamline.records.coerce import coerce
from seamline.store import keyfile

Json = dict[str, Any]
MAX_BYTES = 4 << 20
HOUR, DAY = 3_600_000, 86_400_000
KINDS = ("watch", "sector")


@dataclass(frozen=True, slots=True)
class Agreed:
    """One thing of the file: its record, whether it was new, and its state now (codes of value.state)."""

    id: str
    kind: str
    title: str
    new: bool
    state: str


def officer_key(path: Path, passphrase: str) -> SigningKey:
    """An officer's own key (`seamline officer key`). Raises Locked."""
    return SigningKey(keyfile.open_file(path, passphrase, "officer"))


def agree(
    node: Node, officer: Officer, key: SigningKey, file: Path, *, channel: str | None = None, days: int = 7
) -> list[Agreed]:
    """Say and endorse all that the file holds, in a channel (the node's own if None).

    days: how long a watch list runs, from this hour on, if its file gives none. Raises BadInput, NotAllowed.
    """
    where = channel or node.party
    said = list(_read(node, file, where, days))
    return [_one(node, officer, key, where, one) for one in said]


@dataclass(frozen=True, slots=True)
class _Said:
    """A canonical body. dated: its hours are the file's own, and not from now on."""

    kind: str
    body: Json
    dated: bool = True

    def is_said_by(self, there: Json, now: int) -> bool:
        if self.dated:
            return there == self.body
        hours = there.get("hours")
        return hours is not None and hours["end"] > now and there | {"hours": self.body["hours"]} == self.body


def _one(node: Node, officer: Officer, key: SigningKey, channel: str, said: _Said) -> Agreed:
    found = _there(node, channel, said)
    if found is None:
        saying = write.check(
            node, officer, write.Saying(said.kind, channel, "routine", node.settings.lang, said.body)
        )
        entry, _ = write.draft(node, officer, saying)
        item, _ = write.put(node, officer, saying, attest=write.attest(entry, channel, key)).result()
    else:
        item = view.by_id(node, officer, channel, found)
    if not _endorsed(node, officer, item):
        saying = signing.endorsing(node, officer, item["id"], item["hash"])
        entry, _ = write.draft(node, officer, saying)
        signing.put_signed(node, officer, saying, write.attest(entry, channel, key)).result()
        item = view.by_id(node, officer, channel, item["id"])
    return Agreed(item["id"], said.kind, item["title"], found is None, item["state"])


def _there(node: Node, channel: str, said: _Said) -> str | None:
    """The id of what says the same already, whoever said it."""
    now = node.clock.now()
    for row in node.picture.current_of_kind(said.kind, (channel,)):
        there = msgspec.json.decode(row.body)
        value = registry.read(said.kind, there)
        if value is None or endorsing.state_of(node.picture, row, value, now) == "withdrawn":
            continue
        if said.is_said_by(there, now):
            return row.id
    return None


def _endorsed(node: Node, officer: Officer, item: view.Item) -> bool:
    acts = (
        (ref.hash, node.picture.record(ref.channel, ref.id))
        for ref in node.picture.refs_to(item["id"], "endorses")
    )
    return any(
        hash == item["hash"] and by is not None and by.counts and by.party == officer.party
        for hash, by in acts
    )


# ---------------------------------------------------------------- the file


def _read(node: Node, file: Path, channel: str, days: int) -> Iterator[_Said]:
    try:
        if file.stat().st_size > MAX_BYTES:
            raise BadInput("file", str(file), f"at most {MAX_BYTES >> 20} MB")
        value = msgspec.json.decode(file.read_bytes())
    except OSError as fault:
        raise BadInput("file", str(file), f"cannot be read: {fault.strerror}") from None
    except msgspec.MsgspecError as fault:
        raise BadInput("file", str(file), f"is no JSON: {fault}") from None
    if not isinstance(value, dict):
        raise BadInput("file", str(file), "give terms, or a GeoJSON FeatureCollection")
    if value.get("type") != "FeatureCollection":
        yield _canonical("terms", _terms(value, channel))
        return
    features = value.get("features")
    for no, feature in enumerate(features if isinstance(features, list) else [], 1):
        try:
            yield _feature(node, feature, days)
        except BadInput as fault:
            raise BadInput(
                fault.field, fault.value, fault.remedy, where=f"{file.name}, feature {no}"
            ) from None


def _terms(given: Json, channel: str) -> Json:
    """Where the file leaves it open, the terms are between all members of the channel."""
    parties = given.get("parties", members(channel))
    return {**given, "parties": sorted(parties)}


def _feature(node: Node, feature: Any, days: int) -> _Said:
    given = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(given, dict):
        raise BadInput("properties", None, "a Feature with properties")
    kind = given.get("kind", "watch")
    if kind not in KINDS:
        raise BadInput("kind", kind, "one of " + ", ".join(KINDS))
    body: Json = {"name": given.get("name") or given.get("title"), "place": feature.get("geometry")}
    body |= {k: given[k] for k in ("weight", "undertakes") if k in given}
    dated = "start" in given or "end" in given
    if dated:
        body["hours"] = {k: given[k] for k in ("start", "end") if k in given}
    elif kind == "watch":
        start = node.clock.now() // HOUR * HOUR
        body["hours"] = {"start": start, "end": start + days * DAY}
    return _canonical(kind, body, dated or kind != "watch")


def _canonical(kind: str, body: Json, dated: bool = True) -> _Said:
    parsed = registry.parse(kind, coerce(registry.kind_of(kind), body))
    return _Said(kind, write.canonical_body(parsed), dated)
