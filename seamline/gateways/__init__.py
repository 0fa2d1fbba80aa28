"""Other people's formats, one drawer each. Outside its drawer a format is one line here."""

from __future__ import annotations

from seamline.actions.source import Format, Gateways, Writer
from seamline.gateways.geojson.codec import read as read_geojson
from seamline.gateways.geojson.writer import write as write_geojson
from seamline.gateways.table.codec import read as read_table
from seamline.gateways.table.ucdp import UCDP
from seamline.gateways.table.writer import write as write_table


def gateways() -> Gateways:
    """Every format and preset this program knows."""
    formats: dict[str, Format] = {"csv": read_table, "geojson": read_geojson}
    writers: dict[str, Writer] = {"csv": write_table, "geojson": write_geojson}
    return Gateways(formats, {UCDP.id: UCDP}, sniff, writers)


def sniff(head: bytes) -> str:
    """The format's name from a file's first bytes: an object or a list is GeoJSON, all else a table."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    return "geojson" if start in (b"{", b"[") else "csv"
