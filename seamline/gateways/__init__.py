"""Other people's formats, one drawer each. Outside its drawer a format is one line here."""

from __future__ import annotations

from seamline.actions.source import Gateways
from seamline.gateways.geojson.codec import read as read_geojson
from seamline.gateways.table.codec import read as read_table
from seamline.gateways.table.ucdp import UCDP


def gateways() -> Gateways:
    """Every format and preset this program knows."""
    return Gateways({"csv": read_table, "geojson": read_geojson}, {UCDP.id: UCDP}, sniff)


def sniff(head: bytes) -> str:
    """The format's name from a file's first bytes: an object or a list is GeoJSON, all else a table."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return "geojson" if start in (b"{", b"[") else "csv"
