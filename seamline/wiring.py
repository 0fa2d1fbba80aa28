"""The only place where parts meet: settings → stores, node, links, web; and the folder they live in.

A node's folder: node.toml (settings), keys/node.key (sealed under the passphrase), data/ (stores),
node.card.json (what its owners sign), high-water.json (kept outside backups).
"""

from __future__ import annotations

import asyncio
import functools
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

import msgspec
import uvicorn

from seamline import settings as settings_file
from seamline.actions import anchor, history, terrain
from seamline.actions.accounts import Accounts
from seamline.actions.blind.keeper import Keeper
from seamline.actions.carrying import Later, ReadReport
from seamline.actions.evidence import EvidenceBook
from seamline.actions.node import Node
from seamline.actions.receive import Receive, Runner
from seamline.actions.source import Ground
from seamline.clock import Clock, SystemClock
from seamline.errors import BadInput, Conflict
from seamline.exchange.courier import Courier
from seamline.exchange.endpoint import Endpoint
from seamline.exchange.links.http import KEPT_SECONDS, Dialler
from seamline.exchange.links.sockets import harden
from seamline.exchange.ports import House
from seamline.exchange.rehearsal import rehearse
from seamline.exchange.relay import Relay
from seamline.exchange.talk import Exchange
from seamline.gateways import gateways
from seamline.geo import areas
from seamline.geo.areas import Areas
from seamline.geo.gazetteer import Gazetteer
from seamline.geo.names import Named, Names
from seamline.log import statement
from seamline.log.keys import SealKey, SigningKey
from seamline.settings import Settings
from seamline.store import keyfile
from seamline.store.highwater import HighWater
from seamline.store.keyfile import NodeSecrets
from seamline.store.open import Stores, open_node_store
from seamline.store.ports import Arrival, LogTx
from seamline.texts.spelling import normalise
from seamline.web import layers
from seamline.web.app import create_app

T = TypeVar("T")
CARD = "node.card.json"


@dataclass(frozen=True, slots=True)
class MadeNode:
    """What `node init` made: the node's fingerprint and the card its owners sign."""

    fingerprint: str
    card: Path


def key_path(folder: Path) -> Path:
    """Where the node's sealed keys are."""
    return folder / "keys" / "node.key"


def init_node(  # noqa: PLR0913  each is a setting of its own
    folder: Path,
    passphrase: str,
    *,
    name: str,
    owners: tuple[str, ...],
    host: str = "127.0.0.1",
    port: int = 8800,
    url: str | None = None,
    zone: str = "UTC",
    lang: str = "en",
    demo: bool = False,
) -> MadeNode:
    """Make a node in an empty or new folder. Raises Conflict when there is one, BadInput for bad settings."""
    if (folder / "node.toml").exists():
        raise Conflict(f"{folder} holds a node already")
    settings = Settings(
        name=name,
        owners=tuple(sorted(owners)),
        listen_host=host,
        listen_port=port,
        url=url,
        zone=zone,
        lang=lang,
        demo=demo,
    )
    text = settings_file.dump(settings)
    settings_file.load(text)
    secrets = NodeSecrets(os.urandom(32), os.urandom(32), os.urandom(32))
    sign, seal = SigningKey(secrets.sign_seed), SealKey(secrets.seal_seed)
    (folder / "keys").mkdir(parents=True, exist_ok=True)
    keyfile.seal_file(key_path(folder), passphrase, secrets.to_bytes(), "node")
    card = statement.node_card(sign, name=name, seal=seal.public, owners=owners, url=url)
    write_card(folder, card)
    # Written last: a folder with node.toml is a whole node.
    (folder / "node.toml").write_bytes(text)
    return MadeNode(sign.fingerprint, folder / CARD)


def write_card(folder: Path, card: statement.Node) -> None:
    """Put the card where the owners find it, in place of the one before."""
    (folder / CARD).write_bytes(msgspec.json.format(msgspec.json.encode(card)) + b"\n")


def high_water_path(folder: Path, settings: Settings) -> Path:
    """Where the node keeps its high-water mark."""
    return Path(settings.high_water) if settings.high_water else folder / "high-water.json"


def read_card(path: Path) -> statement.Node:
    """A node's card, for its owners to sign; BadInput when the file is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=statement.Node)
    except OSError as fault:
        raise BadInput("card", str(path), f"cannot be read: {fault.strerror}") from None
    except msgspec.MsgspecError as fault:
        raise BadInput("card", str(path), f"is no node card: {fault}") from None


def read_settings(folder: Path) -> Settings:
    """The node.toml of a folder; BadInput when there is none or it is faulty."""
    try:
        return settings_file.load((folder / "node.toml").read_bytes())
    except OSError as fault:
        raise BadInput("folder", str(folder), f"holds no node: node.toml: {fault.strerror}") from None


@dataclass(slots=True)
class Assembled:
    """A node with all its parts, not yet serving."""

    node: Node
    stores: Stores
    seal: SealKey
    mark: HighWater

    def close(self) -> None:
        self.node.close()
        self.mark.close()
        self.stores.close()


def assemble(folder: Path, passphrase: str, clock: Clock | None = None, *, guard: bool = True) -> Assembled:
    """Open a node's folder. Raises BadInput, Locked, StoreBusy, StoreBroken; Behind if guard."""
    settings = read_settings(folder)
    secrets = NodeSecrets.from_bytes(keyfile.open_file(key_path(folder), passphrase, "node"))
    stores = open_node_store(folder / "data", secrets.store_key)
    try:
        mark = HighWater(high_water_path(folder, settings))
        if guard:
            mark.check(stores.log)
        key = SigningKey(secrets.sign_seed)
        node = Node(
            settings, key, clock or SystemClock(), stores.log, stores.picture, stores.local, stores.blobs
        )
    except BaseException:
        stores.close()
        raise

    def raise_mark(arrivals: list[Arrival]) -> None:
        mark.update(
            {log: stores.log.head(log) for log in {a.log for a in arrivals} if log.node == key.fingerprint}
        )

    node.on_commit(raise_mark)
    node.gateways = gateways()
    node.relief, node.roads = terrain.relief, terrain.roads
    # Read when the first suggestion is asked for.
    node.past = functools.cache(
        lambda: history.read(layers.read("past_incidents"), layers.read("past_areas"))
    )
    # Read when the first import asks for it.
    node.ground = functools.cache(_ground)
    node.start()
    return Assembled(node, stores, SealKey(secrets.seal_seed), mark)


@contextmanager
def opened(folder: Path, passphrase: str, clock: Clock | None = None) -> Iterator[Node]:
    """A node that does not serve, for a command; everything is closed at the end."""
    parts = assemble(folder, passphrase, clock)
    parts.node.carrier = Later(lambda: Courier(_exchange(parts)))
    try:
        yield parts.node
    finally:
        parts.close()


@contextmanager
def carrying(folder: Path, passphrase: str) -> Iterator[Courier]:
    """The file link of a node that does not serve."""
    parts = assemble(folder, passphrase)
    try:
        yield Courier(_exchange(parts))
    finally:
        parts.close()


def rehearsed(folder: Path, passphrase: str, file: bytes) -> ReadReport:
    """What reading a courier's file at this node would bring; nothing is kept. BadInput, as reading it."""
    parts = assemble(folder, passphrase)
    try:
        return rehearse(_house(parts), parts.stores.log, _runner(parts), file)
    finally:
        parts.close()


def accounts_of(node: Node) -> Accounts:
    """The accounts of a node, each officer's roles cut to what his party's roster grants."""
    limits = node.settings.limits
    return Accounts(node.local, node.clock, node.owners, roster=lambda: node.trust.roster, limits=limits)


# ---------------------------------------------------------------- serving


class Served:
    """A node with its exchange and its screens, as one ASGI app: /exchange beside everything else."""

    def __init__(self, parts: Assembled) -> None:
        node = parts.node
        self.parts = parts
        self.exchange = _exchange(parts)
        self.endpoint = Endpoint(self.exchange)
        self.dialler = Dialler(self.exchange)
        self.web = create_app(node, _accounts_cut_by_roster(node))
        # Read when the first clash is looked at: a node starts without it, and sooner.
        node.places = functools.cache(lambda: Gazetteer.from_csv(_places()))
        node.sent_at = self.exchange.book.sent_at
        node.carrier = Courier(self.exchange)
        node.on_photos = self.exchange.want
        node.link_states = self.exchange.links
        node.on_commit(lambda arrivals: self.exchange.notify({a.log.channel for a in arrivals}))
        node.trust.on_change(lambda before, after: self._roster_changed())
        self.web.proposals.on_link(lambda link: self.dialler.refresh())
        self.blind = Keeper(node)

    def _roster_changed(self) -> None:
        self.exchange.roster_changed()
        self.dialler.refresh()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        app = self.endpoint if scope["type"] == "http" and scope["path"] == "/exchange" else self.web
        await app(scope, receive, send)

    async def run(self, announce: Callable[[], None]) -> None:
        """Serve until SIGINT or SIGTERM; announce() once requests are answered."""
        settings = self.parts.node.settings
        config = uvicorn.Config(
            self,
            host=settings.listen_host,
            port=settings.listen_port,
            log_level="warning",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
            timeout_keep_alive=KEPT_SECONDS,
        )
        server = _Server(config, self, announce)
        background = [
            asyncio.create_task(self.dialler.run()),
            asyncio.create_task(_anchor_daily(self.parts.node)),
            asyncio.create_task(self.blind.run()),
        ]
        try:
            await server.serve()
        finally:
            for task in background:
                task.cancel()
            await asyncio.gather(*background, return_exceptions=True)
            self.blind.close()

    def hang_up(self) -> None:
        """Let go of what is held open, so that the server need not wait for it."""
        self.endpoint.close()
        self.web.hub.end_all()


class _Server(uvicorn.Server):
    """uvicorn, which says when it is up and lets held requests go when it is told to stop."""

    def __init__(self, config: uvicorn.Config, served: Served, announce: Callable[[], None]) -> None:
        super().__init__(config)
        self._served, self._announce = served, announce

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        # uvicorn would raise the signal again after its own shutdown, and our stores would not be closed.
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in (one for server in self.servers for one in server.sockets):
            harden(listener)
        if self.started:
            self._announce()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._served.hang_up()
        await super().shutdown(sockets)


def serve(folder: Path, passphrase: str, announce: Callable[[str], None]) -> None:
    """Run the node in a folder until it is interrupted; announce(url) once it answers."""
    settings = read_settings(folder)
    # First the folder: whoever starts a node twice should hear of that, and not of its port.
    parts = assemble(folder, passphrase)
    try:
        check_port(settings)
        served = Served(parts)
        url = settings.url or f"http://{settings.listen_host}:{settings.listen_port}"
        asyncio.run(served.run(lambda: announce(url)))
    finally:
        parts.close()


def _exchange(parts: Assembled) -> Exchange:
    house = _house(parts)
    exchange = Exchange(house)
    exchange.relay = Relay(exchange, Courier(exchange))
    return exchange


def _house(parts: Assembled) -> House:
    node = parts.node
    evidence = EvidenceBook(node.local)
    receive = Receive(node.key, node.clock, node.log, node.trust, evidence, _runner(parts), node.open_channel)
    receive.give_receipts()
    known = (node.key, parts.seal, node.clock, node.log, node.trust, receive, evidence, node.local)
    return House(*known, node.channels, blobs=node.photos)


def _runner(parts: Assembled) -> Runner:
    def run(job: Callable[[LogTx], T]) -> T:
        return parts.node.writer.submit(lambda tx: job(tx.log)).result()

    return run


def _accounts_cut_by_roster(node: Node) -> Accounts:
    accounts = accounts_of(node)
    node.trust.on_change(lambda before, after: accounts.cut())
    return accounts


async def _anchor_daily(node: Node) -> None:
    while True:
        if anchor.due(node):
            await asyncio.wrap_future(anchor.anchor(node))
        await asyncio.sleep(60)


def _places() -> bytes:
    return (resources.files("seamline.geo") / "data" / "osm_places_northern_iraq.csv").read_bytes()


def _ground() -> Ground:
    """Names of places, and districts and governorates as areas, from what this program ships."""
    named = Gazetteer.from_csv(_places()).named()
    for town in msgspec.json.decode(layers.read("places"))["features"]:
        lon, lat = (round(v * 10_000_000) for v in town["geometry"]["coordinates"])
        told = town["properties"]
        named += [Named(told[k], lon, lat) for k in ("name", "name_en", "name_ar", "name_ckb") if told.get(k)]
    levels = {areas.DISTRICT: layers.outlines(), areas.GOVERNORATE: layers.read("governorates")}
    outlines = {level: msgspec.json.decode(data) for level, data in levels.items()}
    return Ground(Names(named, normalise), Areas.from_geojson(outlines, normalise))


def check_port(settings: Settings) -> None:
    """BadInput when the node could not listen where its settings say."""
    with socket.socket(socket.AF_INET6 if ":" in settings.listen_host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.listen_host, settings.listen_port))
        except OSError as fault:
            raise BadInput(
                "listen_port",
                settings.listen_port,
                f"cannot listen there: {fault.strerror}; change node.toml",
            ) from None
