"""One file per resource. A handler asks an action and gives back what it answers."""

from __future__ import annotations

from importlib import import_module

from seamline.web.access import Route, check_routes

# Named, not found by looking into the folder: a file left behind must not open a door.
RESOURCES = (
    "records",
    "proofs",
    "evidence",
    "writing",
    "signing",
    "checks",
    "sameevent",
    "complaints",
    "requests",
    "statements",
    "joint",
    "forms",
    "activities",
    "findings",
    "posts",
    "duty",
    "agreements",
    "blind",
    "meetings",
    "programmes",
    "live",
    "layers",
    "stills",
    "prints",
    "imports",
    "traffic",
    "audit",
    "bundles",
    "codes",
    "blobs",
    "exports",
    "node",
    "session",
    "tokens",
    "accounts",
    "proposals",
    "machine",
)


def _routes() -> list[Route]:
    modules = [import_module(f"{__name__}.{name}") for name in RESOURCES]
    return check_routes(v for module in modules for v in vars(module).values() if isinstance(v, Route))


ROUTES = _routes()
