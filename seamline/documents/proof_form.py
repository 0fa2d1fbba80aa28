"""The printed side of a proof file: one page, three languages beside each other, the hash and a QR code."""

from __future__ import annotations

import hashlib
from typing import Any

from seamline.documents.paper import marks
from seamline.documents.typeset import pdf, qr
from seamline.log.channel import members
from seamline.log.proof_file import Received, Shown
from seamline.texts import LANGS, dates, text

_GROUP = 4


def proof_form(data: bytes, shown: Shown, name: str, title: str) -> bytes:
    """The page as PDF. data: the proof file; shown: what it showed here; name: the record's number or id."""
    digest = hashlib.sha256(data).hexdigest()
    found = shown.found
    said, log = found.entry, found.head.log
    rows = [
        _row("record", f"{name}, {said.kind}, {said.rev}", title),
        _row("said", f"{said.by}, {said.party}", dates.dtg(said.at)),
        _row("place", f"{found.node} ({'+'.join(found.owners)}), {log.channel}, {log.lane}",
             f"{found.index + 1} / {found.head.size}"),
        _row("held", *([_held(r) for r in found.receipts if r.checked] or ["—"])),
        _row("hash", *_groups(found.leaf.hex()), mono=True),
        _row("root", *_groups(found.head.root.hex()), mono=True),
        _row("file", *_groups(digest), mono=True),
    ]  # fmt: skip
    if shown.anchored is not None:
        anchor = shown.anchored
        rows.insert(4, _row("anchor", f"{anchor.head.log.channel}, {dates.dtg(anchor.entry.at)}"))
    mark = f"seamline-proof/v1\nfile {digest}\nentry {found.leaf.hex()}"
    values = {
        "title": _three("form.proof.title"),
        "marking": marks(LANGS, sorted(members(log.channel)), exercise=bool(said.body.get("synthetic"))),
        "lead": _three("form.proof.lead" if found.counts is None else "form.proof.lead_uncounted"),
        "rows": rows,
        "check": _three("form.proof.check"),
        "command": f"seamline verify {name}.proof --key {said.party.split('+')[0]}=…",
        "foot": _three("form.foot"),
        "qr": qr(mark),
        "qr_text": mark,
    }
    return pdf("proof", values)


def _three(key: str) -> list[dict[str, str]]:
    return [{"lang": lang, "text": text(lang, key)} for lang in LANGS]


def _row(what: str, *value: str, mono: bool = False) -> dict[str, Any]:
    return {"label": _three(f"form.proof.{what}"), "value": list(value), "mono": mono}


def _held(one: Received) -> str:
    return f"{one.name} ({'+'.join(one.owners)}) {dates.dtg(one.at)}"


def _groups(digest: str) -> list[str]:
    """A hash in groups of four, half of it to a line, to be compared aloud."""
    groups = [digest[i : i + _GROUP] for i in range(0, len(digest), _GROUP)]
    half = len(groups) // 2
    return [" ".join(groups[:half]), " ".join(groups[half:])]
