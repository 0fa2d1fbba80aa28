"""/api/node, /api/kinds, /api/texts: what the screens are drawn from."""

from __future__ import annotations

from functools import cache
from typing import Any

import msgspec
from litestar.response.base import ASGIResponse

from seamline import __version__, texts
from seamline.actions import enabled, read
from seamline.actions.node import Node
from seamline.actions.officer import Officer
from seamline.errors import NotFound
from seamline.web import packed
from seamline.web.access import ANYONE, SIGNED_IN, route
from seamline.web.call import Call
from seamline.web.shapes import base as base_shapes
from seamline.web.shapes import node as node_shapes

Json = dict[str, Any]


@route("GET", "/api/node", ANYONE, "This node", answer=node_shapes.NodeInfo, kept=True, program=True)
def get_node(call: Call) -> Json:
    """What the sign-in screen shows; channels and lines only to who is signed in."""
    node, settings = call.node, call.node.settings
    officer = call.signed.officer if call.signed else None
    return {
        "name": node.name,
        "party": node.party,
        "owners": list(node.owners),
        "channels": list(node.readable(officer)) if officer else [],
        "lines": _lines(node, officer) if officer else [],
        "desks": enabled.desks(node, officer) if officer else [],
        "langs": list(texts.LANGS),
        "lang": settings.lang,
        "zone": settings.zone,
        "demo": settings.demo,
        "demo_roles": _demo_roles(call) if settings.demo else [],
        "version": __version__,
    }


@route("GET", "/api/kinds", SIGNED_IN, "Kinds of records", answer=base_shapes.Items, kept=True, program=True)
def list_kinds(call: Call) -> Json:
    """Fields, coded lists, and where this officer may write each."""
    return read.kinds(call.node, call.officer)


@route("GET", "/api/texts/{lang:str}", ANYONE, "The program's words", answer=dict[str, str])
def get_texts(call: Call, lang: str, query: node_shapes.TextsQuery) -> ASGIResponse:
    """The catalogue of one language, or a part of it."""
    if lang not in texts.LANGS:
        raise NotFound(f"no catalogue {lang}; there are {', '.join(texts.LANGS)}")
    return packed.reply(_words(lang, query.part), call.http.headers)


@cache
def _words(lang: str, part: str) -> packed.Packed:
    return packed.pack(texts.part(lang, part))


def _lines(node: Node, officer: Officer) -> list[Json]:
    """Lines of the terms in force; none is drawn before all parties have endorsed it."""
    return [
        {
            "id": line.id,
            "name": line.names.get(officer.party) or line.id,
            "corridor_m": line.corridor_m,
            "geometry": msgspec.to_builtins(line.geometry),
        }
        for terms in enabled.terms(node, officer)
        for line in terms.lines
    ]


def _demo_roles(call: Call) -> list[str]:
    """As the demonstration's token names have them."""
    held = [(a.party, role) for a in call.at.accounts.all() if not a.disabled for role in a.roles]
    return list(dict.fromkeys(f"{party}.{role}" if call.node.joint else role for party, role in held))
