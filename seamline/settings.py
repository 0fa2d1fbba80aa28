"""Typed settings of one node: ``node.toml`` in, values out, or all its faults at once.

What officers agree on is not here but in records (terms, standing rules); who is trusted is in the
roster. A setting says how this one installation runs. Defaults let nobody in from outside.
"""

from __future__ import annotations

import difflib
import ipaddress
import json
import re
import tomllib
import zoneinfo
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from seamline.errors import BadInput, BadSettings

LANGS = ("en", "ar", "ckb")
_ID = re.compile(r"[a-z][a-z0-9-]{1,15}\Z")
_FILE = "node.toml"


# An older program wrote these into node.toml; they mean nothing any more, and stop no upgrade.
FORMER = frozenset({"limits.blob_bytes"})


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds against accident and abuse (table ``[limits]``)."""

    request_bytes: int = 1 << 20
    event_streams: int = 500
    sign_in_attempts: int = 5
    sign_in_minutes: int = 15
    session_hours: int = 12


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """How one node runs. Each field is a key of node.toml; FIELDS says what it is for."""

    name: str
    owners: tuple[str, ...]
    listen_host: str = "127.0.0.1"
    listen_port: int = 8800
    url: str | None = None
    zone: str = "UTC"
    lang: str = "en"
    demo: bool = False
    high_water: str | None = None
    limits: Limits = Limits()


class Field(NamedTuple):
    """One key: how it is read and what the reference says of it. Readers raise ValueError(remedy)."""

    key: str
    read: Callable[[Any], Any]
    what: str


def load(data: bytes) -> Settings:
    """Settings from the bytes of a node.toml. Raises BadSettings with every fault found."""
    try:
        table = tomllib.loads(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise BadSettings([BadInput(_FILE, f"byte {error.start}", "save the file as UTF-8")]) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise BadSettings([BadInput(_FILE, str(error), "write it as TOML (https://toml.io)")]) from error
    faults: list[BadInput] = []
    bounds = table.pop("limits", {})
    values = _read(FIELDS, table, "", faults)
    if isinstance(bounds, dict):
        values["limits"] = Limits(**_read(LIMITS, bounds, "limits.", faults))
    else:
        faults.append(BadInput("limits", bounds, "a table: [limits] on a line of its own"))
    faults += [BadInput(key, "missing", REQUIRED[key]) for key in REQUIRED if key not in table]
    host = values.get("listen_host", "127.0.0.1")
    if values.get("demo") and not is_loopback(host):
        remedy = "the demo signs anyone in: it runs only with listen_host on loopback, such as 127.0.0.1"
        faults.append(BadInput("demo", True, remedy))
    if faults:
        raise BadSettings(faults)
    return Settings(**values)


def dump(settings: Settings) -> bytes:
    """A node.toml that load() reads back as the same settings, each key under what it is for."""
    lines: list[str] = []
    for fields, holder in ((FIELDS, settings), (LIMITS, settings.limits)):
        if holder is settings.limits:
            lines.append("[limits]")
        for field in fields:
            value = getattr(holder, field.key)
            shown = f"# {field.key} =" if value is None else f"{field.key} = {_toml(value)}"
            lines += [f"# {field.what}", shown, ""]
    return "\n".join(lines).encode()


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach a listener on that host."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _read(
    fields: tuple[Field, ...], table: Mapping[str, Any], prefix: str, faults: list[BadInput]
) -> dict[str, Any]:
    known = {field.key: field for field in fields}
    values = {}
    for key, value in table.items():
        if prefix + key in FORMER:
            continue
        if key not in known:
            near = difflib.get_close_matches(key, [*known, "limits"], 1)
            remedy = f"no such setting; did you mean {near[0]}?" if near else "no such setting; take it out"
            faults.append(BadInput(prefix + key, value, remedy))
            continue
        try:
            values[key] = known[key].read(value)
        except ValueError as error:
            faults.append(BadInput(prefix + key, value, str(error)))
    return values


def _toml(value: object) -> str:
    # A TOML basic string is a JSON string, but for DEL, which JSON leaves bare.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


# ---------------------------------------------------------------- readers


def _id(value: Any) -> str:
    if not isinstance(value, str) or not _ID.match(value):
        raise ValueError('2 to 16 of a-z, 0-9 and "-", a letter first, such as "erbil"')
    return value


def _ids(value: Any) -> tuple[str, ...]:
    remedy = 'a list of different party ids, such as ["isf"], or ["isf", "ksf"] for a joint node'
    if not isinstance(value, list) or not value:
        raise ValueError(remedy)
    found = tuple(sorted(_id(item) for item in value))
    if len(set(found)) != len(found):
        raise ValueError(remedy)
    return found


def _host(value: Any) -> str:
    if isinstance(value, str):
        try:
            return str(ipaddress.ip_address(value))
        except ValueError:
            if value == "localhost":
                return value
    raise ValueError('an IP address of this machine: "127.0.0.1" for itself alone, "0.0.0.0" for any')


def _url(value: Any) -> str:
    remedy = 'how others reach this node: "https://host" or "https://host:port", without a path'
    if not isinstance(value, str) or not value.isascii() or not value.isprintable():
        raise ValueError(remedy)
    try:
        parts = urlsplit(value)
        bad = parts.scheme not in ("http", "https") or not parts.hostname or parts.port == 0
    except ValueError as error:  # a port that is no number, half an IPv6 address
        raise ValueError(remedy) from error
    if bad or parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc or " " in value:
        raise ValueError(remedy)
    return value.rstrip("/")


def _zone(value: Any) -> str:
    try:
        zoneinfo.ZoneInfo(value)
    except (KeyError, ValueError, OSError, TypeError) as error:
        raise ValueError('an IANA zone, such as "Asia/Baghdad"') from error
    return str(value)


def _lang(value: Any) -> str:
    if value not in LANGS:
        raise ValueError(f"one of {', '.join(LANGS)}")
    return str(value)


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _path(value: Any) -> str:
    if not isinstance(value, str) or "\0" in value or not PurePath(value).is_absolute():
        raise ValueError("an absolute path of a file, outside what is backed up")
    return value


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def read(value: Any) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
            raise ValueError(f"a whole number from {low} to {high}")
        return value

    return read


REQUIRED = {"name": 'add it, such as name = "erbil"', "owners": 'add it, such as owners = ["ksf"]'}

FIELDS = (
    Field("name", _id, "What this node is called on screens, in numbers (ERBIL-12) and in the roster."),
    Field("owners", _ids, "The party that owns it; two or more make it a joint node."),
    Field("listen_host", _host, "Address it listens on. Anything but loopback belongs behind a TLS proxy."),
    Field("listen_port", _whole(0, 65535), "Port it listens on; 0 takes any free one."),
    Field("url", _url, "How others reach it. Without one it cannot be dialled and dials them itself."),
    Field("zone", _zone, "IANA zone of local times on forms and in messages."),
    Field("lang", _lang, "Language of messages before an officer has chosen his own: en, ar or ckb."),
    Field("demo", _flag, "One-click sign-in for the exercise. Refused unless it listens on loopback."),
    Field(
        "high_water",
        _path,
        "File of the high-water mark, kept outside the backups; high-water.json in the folder if unset.",
    ),
)

LIMITS = (
    Field("request_bytes", _whole(65536, 1 << 26), "Largest request, in bytes."),
    Field("event_streams", _whole(1, 10_000), "Live screens at once."),
    Field("sign_in_attempts", _whole(1, 100), "Wrong passwords for one account before it must wait."),
    Field("sign_in_minutes", _whole(1, 1440), "How long it must wait, in minutes."),
    Field("session_hours", _whole(1, 168), "How long a sign-in lasts, in hours."),
)
