"""The application: routes, live events and screens of one node, as one ASGI app."""

from __future__ import annotations

import functools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from litestar import Litestar, Request, Response
from litestar.exceptions import MethodNotAllowedException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp

from seamline import structs
from seamline.actions.accounts import Accounts
from seamline.actions.importing import ImportDesk
from seamline.actions.node import Node
from seamline.actions.proposals import Proposals
from seamline.errors import NotFound
from seamline.web import openapi, problems
from seamline.web.access import Route
from seamline.web.call import Desk, Services
from seamline.web.events import EventHub
from seamline.web.files import Files
from seamline.web.guard import Guard
from seamline.web.metrics import Metrics
from seamline.web.routes import ROUTES

NO_ADDRESS = "no such address; /api/openapi.json lists them"
STATIC = Path(__file__).parent / "static"


class App:
    """What a server serves. hub: to end live streams before the server waits for its connections."""

    def __init__(self, asgi: ASGIApp, services: Services) -> None:
        self._asgi = asgi
        self.hub = services.hub
        self.proposals = services.proposals
        self.imports = services.imports

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await self._asgi(scope, receive, send)


def create_app(node: Node, accounts: Accounts, *, static: Path = STATIC) -> App:
    """The app of a node. TypeError if a route names no permission."""
    structs.settle()
    services = Services(
        node,
        accounts,
        Proposals(node.local, node.clock, accounts),
        EventHub(node, accounts),
        Metrics(),
        ImportDesk(node),
        functools.cache(lambda: openapi.document(ROUTES)),
    )
    desk = Desk(services)
    handlers = [_handler(desk, route) for route in ROUTES]
    litestar = Litestar(
        [*handlers, _screens(Files(static))],
        exception_handlers={Exception: problems.handle, MethodNotAllowedException: _wrong_method},
        lifespan=[functools.partial(_alive, services)],
        openapi_config=None,
        logging_config=None,
        request_max_body_size=None,  # Desk bounds what it reads
    )
    return App(Guard(litestar, node.settings, services.metrics.replied, _no_method), services)


def _wrong_method(request: Request[Any, Any, Any], fault: MethodNotAllowedException) -> Response[bytes]:
    return problems.handle(request, _no_method(request.scope["path"]))


def _no_method(path: str) -> Exception:
    """405 names the methods there are; below /api, where there are none, it is 404."""
    here = [route for route in ROUTES if route.path == path] or [r for r in ROUTES if r.matches(path)]
    methods = sorted({route.method for route in here})
    if not methods and path.startswith("/api/"):
        return NotFound(NO_ADDRESS)
    return MethodNotAllowedException(headers={"allow": ", ".join(methods or ["GET", "HEAD"])})


@asynccontextmanager
async def _alive(services: Services, app: Litestar) -> AsyncIterator[None]:
    await services.hub.start()
    try:
        yield
    finally:
        await services.hub.stop()
        services.close()


def _handler(desk: Desk, route: Route) -> HTTPRouteHandler:
    """Litestar finds the route; desk does the rest."""

    async def answer(request: Request[Any, Any, Any]) -> ASGIApp:
        served: ASGIApp = await desk.serve(route, request)
        return served

    methods: Any = ["GET", "HEAD"] if route.path == "/healthz" else [route.method]
    # The status is the answer's own; Litestar would guess 204 for DELETE and refuse a body.
    name = f"{route.method} {route.path}"
    return HTTPRouteHandler(route.path, http_method=methods, status_code=200, name=name)(answer)


def _screens(files: Files) -> HTTPRouteHandler:
    async def screen(request: Request[Any, Any, Any]) -> ASGIApp:
        path = request.scope["path"]
        if path.startswith("/api/") or path == "/api":
            raise NotFound(NO_ADDRESS)
        return files.reply(path, request.headers)

    return HTTPRouteHandler(["/", "/{path:path}"], http_method=["GET", "HEAD"], name="screens")(screen)
