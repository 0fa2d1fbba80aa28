"""Requests as the picture has them: who asked whom, what each said since, and what may be said next."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from seamline.actions.said import Said
from seamline.actions.withdrawn import withdrawn
from seamline.errors import BadInput, Conflict, Worded
from seamline.log.channel import members
from seamline.picture.requests import OPEN, Offer, Standing, Word, standing
from seamline.records import registry
from seamline.records.request import Request, RequestStep
from seamline.store.ports import PictureReader, Row


def parties(row: Row, value: Request) -> tuple[frozenset[str], frozenset[str]]:
    """Who asks, and who is asked: those it names, else every other party of its channel."""
    asker = frozenset(members(row.party))
    others = frozenset(members(row.channel)) - asker
    return asker, others & frozenset(value.addressees) if value.addressees else others


def standing_of(picture: PictureReader, row: Row, value: Request, as_of: int) -> Standing:
    """What has become of it by as_of (ms); state withdrawn once its author asked that it be disregarded."""
    asker, asked = parties(row, value)
    found = standing(words(picture, row, as_of), asker, asked)
    if withdrawn(picture, row, as_of):
        return Standing("withdrawn", found.offers, found.declined, ())
    return found


def words(picture: PictureReader, row: Row, as_of: int) -> Iterator[Word]:
    """Every step in the request's own channel that was said by as_of and not taken back."""
    for ref in picture.refs_to(row.id, "request_step"):
        by = picture.record(ref.channel, ref.id) if ref.channel == row.channel else None
        body = registry.read(by.kind, msgspec.json.decode(by.body)) if by else None
        if by is None or not by.counts or by.at > as_of or not isinstance(body, RequestStep):
            continue
        if not withdrawn(picture, by, as_of):
            yield Word(
                by.id, frozenset(members(by.party)), body.step, by.at, by.hash, body.offer, body.hash,
                body.partial, body.when,
            )  # fmt: skip


# ------------------------------------------------------------------ what can be said


def check(said: Said) -> None:
    """A step is by the party whose turn it is, on an offer as it reads now; else BadInput or Conflict."""
    body, picture = said.body, said.picture
    if isinstance(body, Request):
        _check_asked(said, body)
    if not isinstance(body, RequestStep):
        return
    row = picture.record(said.channel, body.request)
    value = registry.read(row.kind, msgspec.json.decode(row.body)) if row else None
    if row is None or not isinstance(value, Request):
        raise BadInput(
            "body.request", body.request, Worded("remedy.name_request", "name a request in this very channel")
        )
    found = standing_of(picture, row, value, said.now)
    if found.state not in OPEN:
        raise BadInput(
            "body.request",
            found.state,
            Worded("remedy.request_settled", "it is settled; ask anew if something is still needed"),
        )
    asker, asked = parties(row, value)
    mine = frozenset(members(said.party))
    if body.step in ("offered", "answered") or (body.step == "declined" and body.offer is None):
        _check_gives(body, value, mine, asked)
        return
    offer = next((one for one in found.offers if one.word.id == body.offer), None)
    if offer is None:
        raise BadInput(
            "body.offer",
            body.offer,
            Worded("remedy.offer_stands", "an offer or answer to this request that still stands"),
        )
    _check_on_offer(body, value, offer, mine, asker)


def _check_asked(said: Said, body: Request) -> None:
    others = set(members(said.channel)) - set(members(said.party))
    if len(members(said.channel)) > 1 and not others:
        raise BadInput(
            "channel",
            said.channel,
            Worded("remedy.own_key", "sign with your own key, so that it is clear who asks whom"),
        )
    strange = sorted(set(body.addressees) - others) if others else []
    if strange:
        raise BadInput(
            "body.addressees",
            ", ".join(strange),
            Worded("remedy.another_party", "another party of this channel"),
        )


def _check_gives(body: RequestStep, value: Request, mine: frozenset[str], asked: frozenset[str]) -> None:
    if not mine <= asked:
        whom = ", ".join(sorted(asked)) or "nobody"
        raise BadInput("body.step", body.step, f"it is for {whom} to say, each in its own name and key")
    other = {"offered": "information", "answered": "support"}.get(body.step)
    if value.ask == other:
        right = "answered" if body.step == "offered" else "offered"
        raise BadInput("body.step", body.step, f"what was asked is {right} or declined")


def _check_on_offer(
    body: RequestStep, value: Request, offer: Offer, mine: frozenset[str], asker: frozenset[str]
) -> None:
    by_giver = body.step == "delivered"
    if not (mine == offer.word.parties if by_giver else mine <= asker):
        whom = ", ".join(sorted(offer.word.parties if by_giver else asker))
        raise BadInput("body.step", body.step, f"it is for {whom} to say, in its own name and key")
    may = follows(value, offer)
    if body.step not in may:
        raise BadInput("body.step", body.step, "what can follow now: " + (", ".join(may) or "nothing"))
    if body.step == "accepted" and body.hash != offer.word.hash:
        raise Conflict("the offer was revised; read it again before you accept it", id=offer.word.id)


def follows(value: Request, offer: Offer) -> list[str]:
    """The steps that can follow an offer as it stands; an answer is there once it is said."""
    at_once = ["confirmed"] if value.ask == "information" else []
    if offer.state in ("offered", "answered"):
        return ["accepted", "declined", *at_once]
    if offer.state == "accepted":
        return ["delivered", "declined", *at_once]
    return ["confirmed"] if offer.state == "delivered" else []
