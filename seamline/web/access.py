"""Who may do what over HTTP: each route names its permission, and the program does not start without one.

Roles are DESIGN §8's. What a role may say into which channel is decided below, in actions; here is
only who gets as far as asking. An administrator looks after accounts and links and reads no records.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, get_type_hints

from seamline.actions.accounts import Signed
from seamline.errors import NotAllowed, NotSignedIn, Worded, Words


@dataclass(frozen=True, slots=True)
class Permission:
    """roles: any one of them is enough; None: everybody who is signed in; open: everybody at all.

    machine: API tokens only, no cookie.
    """

    name: str
    roles: frozenset[str] | None = None
    open: bool = False
    machine: bool = False

    def check(self, signed: Signed | None) -> None:
        """Raises NotSignedIn or NotAllowed."""
        if self.open:
            return
        if signed is None or (self.machine and signed.kind != "api"):
            raise NotSignedIn("send an API token" if self.machine else "sign in, or send a valid token")
        if self.roles is not None and not signed.officer.roles & self.roles:
            raise NotAllowed(
                Worded(
                    "said.needs_role",
                    "this needs the role {roles}",
                    roles=Words("value.role", tuple(sorted(self.roles))),
                )
            )


def _roles(*names: str) -> frozenset[str]:
    return frozenset(names)


ANYONE = Permission("anyone", open=True)
SIGNED_IN = Permission("signed in")
READ = Permission("read", _roles("watch", "planner", "release", "signatory", "auditor"))
WRITE = Permission("write", _roles("watch", "planner", "release", "signatory"))
RELEASE = Permission("release", _roles("release"))
ADMINISTER = Permission("administer", _roles("administrator"))
MEASURE = Permission("measure", _roles("administrator"), machine=True)


@dataclass(frozen=True, slots=True)
class Route:
    """One resource and method. query, body, path and answer types are read from the handler's signature.

    slow: hashes passwords; kept away from the threads that answer everything else. upload: the body is a
    file, which the handler reads itself. kept: a browser may keep the answer and ask whether it still holds.
    audience: of an item, the one channel all of whose readers may read all of it; then the answer goes
    compressed (packed.py says how). program: nobody but the program and its terms has a word in the answer.
    """

    method: str
    path: str
    permission: Permission
    handler: Callable[..., Any]
    summary: str
    answer: Any = None
    status: int = 200
    faults: tuple[int, ...] = ()
    media_type: str = "application/json"
    slow: bool = False
    upload: bool = False
    kept: bool = False
    program: bool = False
    audience: Callable[[Any], str | None] | None = None
    hints: dict[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return self.handler.__name__

    @property
    def is_async(self) -> bool:
        return inspect.iscoroutinefunction(self.handler)

    @property
    def query(self) -> Any:
        return self.hints.get("query")

    @property
    def body(self) -> Any:
        return self.hints.get("body")

    def matches(self, path: str) -> bool:
        """Whether a request for this path is for this route, whatever its method."""
        own, asked = self.path.split("/"), path.split("/")
        pairs = zip(own, asked, strict=True) if len(own) == len(asked) else ()
        return len(own) == len(asked) and all(o == a or (o[:1] == "{" and a) for o, a in pairs)

    @property
    def path_names(self) -> tuple[str, ...]:
        return tuple(part[1:-1].split(":")[0] for part in self.path.split("/") if part.startswith("{"))


def route(
    method: str, path: str, permission: Permission, summary: str, **rest: Any
) -> Callable[[Callable[..., Any]], Route]:
    """Make a handler a Route. There is no way to leave the permission out.

    A handler takes `call`, and of `query`, `body` (structs) and the path's names what it needs.
    """

    def register(handler: Callable[..., Any]) -> Route:
        made = Route(method, path, permission, handler, summary, hints=get_type_hints(handler), **rest)
        known = {"call", "query", "body", *made.path_names}
        unknown = inspect.signature(handler).parameters.keys() - known
        if unknown:
            raise TypeError(f"{handler.__name__}: no value for {', '.join(sorted(unknown))}")
        return made

    return register


def check_routes(routes: Iterable[Route]) -> list[Route]:
    """The routes, each with its permission and only once; TypeError otherwise, before the app is built."""
    found: dict[tuple[str, str], Route] = {}
    for one in routes:
        if not isinstance(getattr(one, "permission", None), Permission):
            raise TypeError(f"{one!r} names no permission; register it with access.route")
        if (one.method, one.path) in found:
            raise TypeError(f"{one.method} {one.path} is registered twice")
        found[one.method, one.path] = one
    return list(found.values())
