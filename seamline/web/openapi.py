"""The OpenAPI 3.1 document, drawn from the routes and the record structs.

Drawn here and not by Litestar, whose generator omits the discriminator of tagged unions and knows
nothing of permissions, problems and coded lists.
"""

from __future__ import annotations

import copy
import functools
import operator
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from seamline import __version__
from seamline.records.kind import fields
from seamline.records.registry import KINDS
from seamline.records.values import CODES
from seamline.web import examples
from seamline.web.access import Route
from seamline.web.problems import MEDIA_TYPE, Problem
from seamline.web.shapes import records as records_shapes

Json = dict[str, Any]
_REF = "#/components/schemas/{name}"

_ABOUT = (
    "Times are milliseconds since 1970 UTC, coordinates 1e-7 degrees, longitude first. "
    "A body may also give times as RFC 3339, places as MGRS or as GeoJSON in degrees."
)
_MEANING = {
    200: "As asked",
    201: "Said, and on disk",
    202: "Begun, or proposed: the answer says how far it is",
    204: "Done",
    206: "The part that Range asked for",
    400: "A field or parameter cannot be used; the problem names it, its value and the remedy",
    401: "Nobody is signed in, or the token counts no more",
    403: "None of the roles includes this",
    404: "There is no such thing, or the asker may not know of it",
    409: "A stale revision, or an id that is taken by other content",
    413: "Larger than a bound allows",
    415: "The body is not application/json",
    416: "The file has no such part; Content-Range says how long it is",
    429: "Too many attempts; Retry-After says how many seconds to wait",
}


def document(routes: Iterable[Route]) -> bytes:
    """The document as JSON."""
    routes = [
        r for r in routes if r.path.startswith(("/api/", "/map/")) or r.path in ("/healthz", "/metrics")
    ]
    schema_of, components = _schemas(routes)
    paths: dict[str, Json] = {}
    for route in routes:
        paths.setdefault(_path(route), {})[route.method.lower()] = _operation(route, schema_of)
    return msgspec.json.encode(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Seamline",
                "version": __version__,
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
                "description": _ABOUT,
            },
            "paths": paths,
            "components": {
                "schemas": components,
                "securitySchemes": {
                    "token": {"type": "http", "scheme": "bearer"},
                    "session": {"type": "apiKey", "in": "cookie", "name": "seamline_NODE"},
                },
            },
        }
    )


# ---------------------------------------------------------------- operations


def _path(route: Route) -> str:
    return "/".join(
        "{" + p[1:-1].split(":")[0] + "}" if p.startswith("{") else p for p in route.path.split("/")
    )


def _operation(route: Route, schema_of: dict[Any, Json]) -> Json:
    operation: Json = {
        "operationId": route.name,
        "summary": route.summary,
        "description": (route.handler.__doc__ or "").strip() + _permission(route),
        "tags": [route.handler.__module__.rsplit(".", 1)[-1]],
        "responses": _responses(route, schema_of),
        "security": [] if route.permission.open else [{"token": []}, {"session": []}],
    }
    if route.permission.machine:
        operation["security"] = [{"token": []}]
    parameters: list[Json] = [
        {
            "name": n,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "minLength": 1, "maxLength": 200},
        }
        for n in route.path_names
    ]
    if route.query:
        parameters += _query(route.query)
    if route.name == "events":
        parameters.append(_LAST_EVENT_ID)
    if parameters:
        operation["parameters"] = parameters
    if route.body:
        content: Json = {"schema": schema_of[route.body]}
        if route.body in examples.REQUESTS:
            content["examples"] = {name: {"value": v} for name, v in examples.REQUESTS[route.body].items()}
        operation["requestBody"] = {"required": True, "content": {"application/json": content}}
    if route.upload:
        file: Json = {"schema": {"type": "string", "format": "binary"}}
        operation["requestBody"] = {"required": True, "content": {"application/octet-stream": file}}
    return operation


_LAST_EVENT_ID = {
    "name": "Last-Event-ID",
    "in": "header",
    "description": "The id of the last event received; those since then come first",
    "schema": {"type": "string", "pattern": "^[0-9]{1,16}$"},
}


def _permission(route: Route) -> str:
    permission = route.permission
    if permission.open:
        return "\n\nOpen to everybody."
    if permission.roles is None:
        return "\n\nFor everybody who is signed in."
    return "\n\nRoles: " + ", ".join(sorted(permission.roles)) + "."


def _responses(route: Route, schema_of: dict[Any, Json]) -> Json:
    responses: Json = {}
    for status in (route.status, *(s for s in route.faults if s < 400)):
        responses[str(status)] = {"description": _MEANING[status]}
        if status != 204:
            schema = schema_of.get(
                route.answer, {"type": "string"} if route.media_type[:5] == "text/" else {}
            )
            responses[str(status)]["content"] = {route.media_type: {"schema": schema}}
    for status in _faults(route):
        responses[str(status)] = {"description": _MEANING[status], **_PROBLEM}
        if status == 400:
            example = {"example": {"value": examples.PROBLEM}}
            responses["400"]["content"] = {
                MEDIA_TYPE: {**_PROBLEM["content"][MEDIA_TYPE], "examples": example}
            }
    responses["default"] = {"description": "Any other fault, of the request or of this node", **_PROBLEM}
    return responses


_PROBLEM: Json = {"content": {MEDIA_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}}}


def _faults(route: Route) -> list[int]:
    faults = {400, *(s for s in route.faults if s >= 400)}
    if not route.permission.open:
        faults |= {401}
        faults |= {403} if route.permission.roles is not None else set()
    if route.path_names:
        faults |= {404}
    if route.upload:
        faults |= {413}
    if route.body:
        faults |= {413, 415}
    return sorted(faults)


def _query(struct: type[Struct]) -> list[Json]:
    (_, components) = msgspec.json.schema_components([struct])
    properties = components[struct.__name__]["properties"]
    found = []
    for field in msgspec.structs.fields(struct):
        schema = dict(properties[field.encode_name])
        schema.pop("default", None)
        # "or null" is how a struct says optional; a query string has no null.
        given = [s for s in schema.get("anyOf", [schema]) if s != {"type": "null"}]
        description = given[0].pop("description", None) or schema.get("description")
        parameter = {"name": field.encode_name, "in": "query", "schema": given[0]}
        found.append(parameter | ({"description": description} if description else {}) | _required(field))
    return found


def _required(field: Any) -> Json:
    return {"required": True} if field.required else {}


# ---------------------------------------------------------------- schemas


def _schemas(routes: list[Route]) -> tuple[dict[Any, Json], dict[str, Json]]:
    """(the schema of each type a route takes or gives, all components)."""
    types = {t for r in routes for t in (r.body, r.answer) if t is not None}
    ordered = sorted(types, key=str)
    records = [*records_shapes.RECORDS.values(), records_shapes.OtherRecord]
    said, asked = _union(records_shapes.RECORDS), _union(records_shapes.NEW_RECORDS)
    found, components = msgspec.json.schema_components(
        [said, asked, Problem, *records, *ordered], ref_template=_REF
    )
    schema_of = dict(zip(ordered, found[3 + len(records) :], strict=True))
    _strict_requests(components)
    components["Record"] = _with_others(found[0])
    components["NewRecord"] = found[1]
    for component in components.values():
        _tidy(component)
    return schema_of, dict(sorted(components.items()))


def _union(structs: Mapping[str, type[Struct]]) -> Any:
    return functools.reduce(operator.or_, structs.values())


def _with_others(union: Json) -> Json:
    """Records of known kinds by discriminator, and of kinds that only newer nodes know."""
    other = _REF.format(name="OtherRecord")
    return {
        "description": "A record; `kind` says which struct its body is.",
        "anyOf": [*union["anyOf"], {"$ref": other}],
        "discriminator": union["discriminator"],
    }


def _strict_requests(components: dict[str, Json]) -> None:
    """Bodies as they may be written: coded lists spelled out, no unknown fields; read ones may be newer."""
    for kind in KINDS.values():
        title = kind.__name__
        written = copy.deepcopy(components[title]) | {"title": f"{title}Form", "additionalProperties": False}
        for field in fields(kind):
            codes = CODES.get(field.spec.values or "")
            if codes and field.spec.type == "code":
                _enumerate(written["properties"][field.name], codes)
            if field.spec.read_only:
                written["properties"].pop(field.name)
        components[f"{title}Form"] = written
        if f"New{title}" in components:
            request = components[f"New{title}"]
            request["additionalProperties"] = False
            request["properties"]["body"] = {"$ref": _REF.format(name=f"{title}Form")}
            _enumerate(request["properties"]["lane"], CODES["lane"])
    components["OtherRecord"]["properties"]["kind"] = {"type": "string", "not": {"enum": sorted(KINDS)}}


def _enumerate(schema: Json, codes: tuple[str, ...]) -> None:
    for one in schema.get("anyOf", [schema]):
        if one.get("type") == "string":
            one.pop("pattern", None)
            one["enum"] = list(codes)


def _tidy(schema: Any) -> None:
    """A tag is one constant word; what may be left out need not say that it may also be null by default."""
    if isinstance(schema, dict):
        if schema.get("default", ...) is None:
            del schema["default"]
        for value in schema.values():
            _tidy(value)
    elif isinstance(schema, list):
        for value in schema:
            _tidy(value)
