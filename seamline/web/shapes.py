"""What goes over the wire, as structs: requests are read into them, OpenAPI is drawn from them.

One envelope struct per record kind, tagged with the kind, is made from records.registry: a new kind
needs no line here.
"""

# ceiling: a list of what the API takes and gives; there is no logic in it to take apart

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from seamline.actions.evidencing import Against
from seamline.actions.importing import Status
from seamline.actions.linking import LEAST_PART, MOST_PART
from seamline.log.entry import Sig
from seamline.records.registry import KINDS
from seamline.records.values import Ident, PartyRef, RecordId

Ms = Annotated[int, Meta(description="ms since 1970 UTC")]
Password = Annotated[str, Meta(max_length=512)]
Role = str


class Asked(Struct, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """Base of requests: a field nobody knows is a mistake, not something to pass over."""


# ---------------------------------------------------------------- records


class Written(Asked, kw_only=True):
    """What every request that writes may carry. at, sig: an officer's own signature over a draft."""

    lang: Annotated[str, Meta(description="en, ar or ckb")] | None = None
    at: Ms | None = None
    sig: Sig | None = None


class NewRecord(Written, kw_only=True):
    """A record to be said. id: the same id and content again gets the first answer again."""

    kind: str
    channel: PartyRef
    body: dict[str, Any]
    lane: str = "routine"
    id: RecordId | None = None


class Revision(Written, kw_only=True):
    """The whole body anew, after revision rev."""

    rev: int
    body: dict[str, Any]
    id: RecordId | None = None


class NewRelease(Written, kw_only=True):
    """Revision rev into a wider channel, whole or as a tear line; body: an edited tear line."""

    rev: int
    channel: PartyRef
    mode: str = "whole"
    body: dict[str, Any] | None = None
    id: RecordId | None = None


class Withdraw(Written, kw_only=True):
    """A request that one's own record be disregarded."""

    reason: Annotated[str, Meta(max_length=8000)] = ""
    id: RecordId | None = None


class DraftRequest(Asked, kw_only=True):
    """path: where the signed request will go: "records", "records/<id>/revise", "…/release", "…/withdraw".

    The rest as that request has it.
    """

    path: Annotated[str, Meta(max_length=120)]
    kind: str | None = None
    channel: PartyRef | None = None
    body: dict[str, Any] | None = None
    lane: str = "routine"
    lang: str | None = None
    id: RecordId | None = None
    rev: int | None = None
    mode: str = "whole"
    reason: str | None = None


class Draft(Struct):
    """signing: the bytes to sign, base64. draft: what to add to the request, beside sig."""

    signing: str
    draft: DraftOf


class DraftOf(Struct):
    """The id and time that the signed bytes name."""

    id: str
    at: Ms


class Target(Struct):
    """A record elsewhere; mode and at of a release."""

    id: str
    channel: str
    mode: str | None = None
    at: Ms | None = None


class Links(Struct):
    """Where it came from and where it went, as far as the reader may know."""

    source: Target | None
    released_as: list[Target]


class Told(Struct):
    """The times of law 7 for one other node; null: not known here to have happened."""

    node: str
    party: str
    sent: Ms | None
    reached: Ms | None
    opened: Ms | None
    answered: Ms | None


class Endorsed(Struct):
    """Of what is agreed: the parties whose endorsement this revision needs, and those who gave it."""

    needed: list[str]
    by: list[str]


class Envelope(Struct, kw_only=True):
    """What every record shows beside its kind and body."""

    id: str
    no: int
    number: str | None
    channel: str
    lane: str
    party: str
    node: str
    by: str
    rev: int
    at: Ms
    received_at: Ms | None
    lang: str
    hash: str
    prev: str | None
    state: str
    attested: bool
    current: bool
    counts: bool
    title: str
    mode: str | None
    links: Links | None = None
    told: list[Told] | None = None
    endorsed: Endorsed | None = None


def _said(name: str, body: type) -> type[Struct]:
    fields = [("body", body)]
    title = f"{body.__name__}Record"
    return msgspec.defstruct(title, fields, bases=(Envelope,), tag_field="kind", tag=name, kw_only=True)


def _asked(name: str, body: type) -> type[Struct]:
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = [
        ("channel", PartyRef),
        ("body", body),
        ("lane", str, "routine"),
        ("id", RecordId | None, None),
    ]
    title = f"New{body.__name__}"
    return msgspec.defstruct(title, fields, bases=(Written,), tag_field="kind", tag=name, kw_only=True)


# Kinds with routes of their own, or with none for anybody: not among what POST /api/records documents.
_APART = frozenset({"opened", "withdrawal", "release", "anchor", "roster"})
RECORDS: dict[str, type[Struct]] = {name: _said(name, kind) for name, kind in KINDS.items()}
NEW_RECORDS = {name: _asked(name, kind) for name, kind in KINDS.items() if name not in _APART}


class OtherRecord(Envelope):
    """A record of a kind that this node does not know yet, from a newer one; shown as it is."""

    kind: str
    body: dict[str, Any]


class Record(Envelope):
    """Stands for the union of RECORDS and OtherRecord in the structs below; openapi.py puts it in."""


class RecordPage(Struct):
    """items, newest first; next: the cursor of the page after, null at the end."""

    items: list[Record]
    next: str | None


class RecordList(Struct):
    """Revisions of one record."""

    items: list[Record]


# ---------------------------------------------------------------- what follows from records


class Basis(Struct):
    """Law 7: what the list rests on. text in the reader's language; last_contact: with any other node."""

    key: str
    text: str
    last_contact: Ms | None


class Near(Struct):
    """The nearest named place."""

    name: str
    distance_m: int
    compass: str


class Clash(Struct):
    """Two plans too near in space and time. where: 1e-7 degrees; possible: a tear line is one of them."""

    a: Record
    b: Record
    distance_m: int
    needed_m: int
    start: Ms
    end: Ms
    where: tuple[int, int]
    mgrs: str
    place: Near | None
    possible: bool
    seen_by: list[str]


class Clashes(Struct):
    """Pairs, by start. more: there are others, later than these; ask from a later instant."""

    items: list[Clash]
    more: bool
    note: Basis


class Computed(Struct):
    """Findings. Empty, with a note that says why, until rules are endorsed."""

    items: list[dict[str, Any]]
    note: Basis


class Closing(Struct):
    """A proposal, never an order: the undertaking as it would have to read, and how much that closes.

    how: extend_hours or extend_area; percent: of the gap's ground × hours, 100 closes it.
    """

    party: str
    undertaking: Record
    how: str
    start: Ms
    end: Ms
    sight_m: int
    percent: int


class OpenPart(Struct):
    """What of a gap is open at some time from start up to end; geometry in 1e-7 degrees."""

    start: Ms
    end: Ms
    geometry: dict[str, Any]


class Gap(Struct):
    """Watched ground that nobody covers. Geometry and where: 1e-7 degrees.

    length_m: of an area from end to end; length_hours: metres × hours; weighted: these × weight; area_m2:
    null of a stretch. at_least: the gap may be larger, for a tear line is among what covers; cut_by_relief:
    part of it is open only because the relief hides it from an undertaking, which is indicative; seen_by: who
    holds all that it rests on; open: what of it is open when, by time; open_joined: slices were joined.
    """

    id: str
    watch: Record
    geometry: dict[str, Any]
    start: Ms
    end: Ms
    hours: float
    length_m: int
    length_hours: int
    weighted: int
    area_m2: int | None
    cut_by_relief: bool
    indicative: bool
    weight: int
    where: tuple[int, int]
    mgrs: str
    place: Near | None
    at_least: bool
    seen_by: list[str]
    open: list[OpenPart]
    open_joined: bool
    closes: list[Closing]


class Gaps(Struct):
    """By weight × length × hours, the heaviest first. more: there are others, lighter than these."""

    items: list[Gap]
    more: bool
    note: Basis


class PastReason(Struct):
    """value: 0 to 100; incidents: placed near enough to add to it; areas: imprecise ones it lies in."""

    value: int | None
    incidents: int
    areas: int
    first: Ms | None
    last: Ms | None


class ReliefReason(Struct):
    """How much of the ground round it is hidden from it; null where no relief is known."""

    value: int | None
    hidden_percent: int | None
    indicative: bool


class RoadReason(Struct):
    """value: 100 at a road, 0 from ten kilometres on; null where no road is known."""

    value: int | None
    distance_m: int | None
    schematic: bool


class Reasons(Struct):
    """What speaks for it, each by itself."""

    past: PastReason
    relief: ReliefReason
    roads: RoadReason


class Suggestion(Struct):
    """A stretch or an area a watch list might name; geometry (1e-7 degrees) and weight as a record has.

    start_m, end_m: along the line; null of an area. score: the mean of the reasons by their shares.
    """

    id: str
    geometry: dict[str, Any]
    where: tuple[int, int]
    mgrs: str
    place: Near | None
    start_m: int | None
    end_m: int | None
    length_m: int
    area_m2: int
    weight: int
    score: float
    why: Reasons


class Counted(Struct):
    """Incidents that counted: public ones, records, and how many of them are known by an area alone."""

    reference: int
    records: int
    areas: int


class SuggestionBasis(Struct, rename={"from_": "from"}):
    """The rule and what went into it. by_hour: incidents whose hour is known (timed), by hour of day."""

    kernel: str
    bandwidth_m: int
    reference_bandwidth_m: int | None
    from_: Ms | None
    to: Ms
    hours: str | None
    shares: dict[str, int]
    incidents: Counted
    timed: int
    by_hour: list[int]
    attribution: list[str]


class Suggestions(Struct):
    """The heaviest first. Nothing is saved; a person decides."""

    items: list[Suggestion]
    basis: SuggestionBasis
    note: Basis


class Due(Struct):
    """Something that waits for this officer: a record, or what `about` names. since null: not kept here.

    urgency: 4 trust is broken, 3 at once, 2 today, 1 soon. rule: the paragraph of docs/spec that was broken,
    fault: by whom; evidence: id of the file to show them (GET /api/evidence/{id}).
    """

    what: str
    record: Record | None
    about: str | None
    since: Ms | None
    due: Ms | None
    urgency: int
    rule: str | None = None
    fault: Literal["ours", "theirs", "link"] | None = None
    evidence: str | None = None


class Attention(Struct):
    """Urgent first."""

    items: list[Due]
    note: Basis


class EvidenceList(Struct):
    """The newest first."""

    items: list[Against]


class Items(Struct):
    """A list of objects whose members may grow."""

    items: list[dict[str, Any]]


# ---------------------------------------------------------------- people


class SignIn(Asked, kw_only=True):
    """officer: "watch"; at a joint node "isf/watch", or party beside it."""

    officer: Annotated[str, Meta(max_length=80)]
    password: Password
    party: Annotated[str, Meta(max_length=80)] | None = None


class DemoSignIn(Asked, kw_only=True):
    """role: as the demonstration's token names have it, "watch" or at a joint node "isf.watch"."""

    role: Annotated[str, Meta(max_length=80)]


class Me(Struct):
    """Who asks."""

    party: str
    officer: str
    roles: list[Role]
    lang: str
    title: str
    kind: str
    expires: Ms


class SessionOpened(Me):
    """A session was opened; its secret is in the cookie. officer_key: the demonstration's, PKCS#8 base64."""

    officer_key: str | None = None


class NewPassword(Asked, kw_only=True):
    """By the officer himself."""

    old: Password
    new: Password


class SetPassword(Asked, kw_only=True):
    """By an administrator of the officer's party."""

    password: Password


class SetLang(Asked, kw_only=True):
    """en, ar or ckb."""

    lang: str


class Account(Struct):
    """An account as administrators see it."""

    party: str
    officer: str
    roles: list[Role]
    lang: str
    disabled: bool
    password: bool


class Accounts(Struct):
    """By party, then officer."""

    items: list[Account]


class NewAccount(Asked, kw_only=True):
    """party: the administrator's own if absent."""

    officer: Ident
    roles: list[Role]
    party: Ident | None = None
    lang: str = "en"


class NewRoles(Asked, kw_only=True):
    """Replaces the roles."""

    roles: list[Role]


class Disabled(Asked, kw_only=True):
    """false opens the account again."""

    disabled: bool = True


class Token(Struct):
    """An API token, without its secret. id: SHA-256 of the secret."""

    id: str
    party: str
    officer: str
    label: str
    scopes: list[Role]
    created: Ms
    expires: Ms


class Tokens(Struct):
    """Oldest first."""

    items: list[Token]


class NewToken(Asked, kw_only=True):
    """scopes: roles it is limited to, none for all of one's own. days: how long it counts."""

    label: Annotated[str, Meta(max_length=80)] = ""
    scopes: list[Role] = []
    days: Annotated[int, Meta(ge=1, le=366)] = 90


class IssuedToken(Token):
    """secret: shown this once."""

    secret: str = ""


class Blob(Struct, kw_only=True):
    """How a record names a photo: SHA-256 and number of the bytes kept."""

    hash: str
    size: int
    type: str


class BundleAsk(Asked, kw_only=True):
    """to: nodes by name or fingerprint. max: most bytes of the file."""

    to: Annotated[list[Annotated[str, Meta(min_length=1, max_length=64)]], Meta(min_length=1, max_length=20)]
    max: Annotated[int, Meta(ge=8192, le=1 << 26)] | None = None


class NewLink(Asked, kw_only=True):
    """url null: the peer dials us. part, blob, dial, relay, via: as they are, if they are left out.

    blob -1: no bound. relay: this node carries sealed packets for the peer. via: fingerprint of the node that
    carries ours to the peer; "": nobody.
    """

    peer: Annotated[str, Meta(min_length=1, max_length=64)]
    name: Ident
    url: Annotated[str, Meta(max_length=300)] | None = None
    enabled: bool = True
    part: Annotated[int, Meta(ge=LEAST_PART, le=MOST_PART)] | None = None
    blob: Annotated[int, Meta(ge=-1, le=1 << 53)] | None = None
    dial: bool | None = None
    relay: bool | None = None
    via: Annotated[str, Meta(max_length=64)] | None = None


class Proposed(Struct):
    """A change of accounts or links. state: waiting for agreed to hold every owner, or done."""

    id: str
    change: dict[str, Any]
    by: str
    at: Ms
    agreed: list[str]
    state: str


class ProposalList(Struct):
    """Oldest first."""

    items: list[Proposed]


# ---------------------------------------------------------------- the node


class NamedLine(Struct):
    """A line of the endorsed terms, by the reader's own name for it."""

    id: str
    name: str
    corridor_m: int
    geometry: dict[str, Any]


class NodeInfo(Struct):
    """What the sign-in screen shows; channels and lines only to who is signed in."""

    name: str
    party: str
    owners: list[str]
    channels: list[str]
    lines: list[NamedLine]
    langs: list[str]
    lang: str
    zone: str
    demo: bool
    demo_roles: list[str]
    version: str


class GeoJsonData(Struct, tag_field="type", tag="geojson"):
    """One file of features, in degrees."""

    url: str


class VectorData(Struct, tag_field="type", tag="vector"):
    """A layer of a PMTiles archive of vector tiles; bounds: west, south, east, north in degrees."""

    url: str
    layer: str
    minzoom: int
    maxzoom: int
    bounds: tuple[float, float, float, float]


class RasterDemData(Struct, tag_field="type", tag="raster-dem"):
    """A PMTiles archive of heights."""

    url: str
    encoding: Literal["terrarium"]
    tile_size: int
    minzoom: int
    maxzoom: int
    bounds: tuple[float, float, float, float]


class Layer(Struct):
    """A reference layer: public data authored by no party. title: a key of the catalogue.

    name: of one that was imported here, as it was given; it stands for the title. mark: what a screen has to
    say beside it. needs: what terms in force had to name before it was offered.
    """

    id: str
    title: str
    attribution: str
    licence: str
    default_on: bool
    mark: Literal["indicative", "schematic"] | None
    needs: str | None
    group: Literal["ground", "boundary", "name", "line", "past", "imported"]
    data: GeoJsonData | VectorData | RasterDemData
    name: str | None = None


class Layers(Struct):
    """In no order that matters."""

    items: list[Layer]


# ---------------------------------------------------------------- foreign files


class ImportQuery(Struct):
    """How a brought file is read; the file itself is the body. map: JSON, {column: target}."""

    kind: Annotated[str, Meta(description="incident, site, post, activity or layer")]
    source: Annotated[str, Meta(max_length=120, description="a name that stays the same for the file")] = ""
    preset: str | None = None
    map: Annotated[str, Meta(max_length=1500)] | None = None
    channel: PartyRef | None = None
    attribution: Annotated[str, Meta(max_length=200)] = ""
    licence: Annotated[str, Meta(max_length=200)] = ""
    dry_run: bool = True


class ImportAgain(Asked, kw_only=True):
    """The same file again. decisions: {name of a place: "lat, lon", a grid reference or "leave"}."""

    kind: str
    source: Annotated[str, Meta(max_length=120)] = ""
    preset: str | None = None
    map: dict[str, str] = {}
    decisions: dict[str, str] = {}
    channel: PartyRef | None = None
    attribution: Annotated[str, Meta(max_length=200)] = ""
    licence: Annotated[str, Meta(max_length=200)] = ""
    dry_run: bool = True


ImportStatus = Status
