"""Codes that a telephone carries: an alert shown on one screen, its receipt on another."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from seamline.actions import carrying, view
from seamline.actions.carrying import ReadReport
from seamline.actions.node import Node
from seamline.actions.officer import READERS, Officer
from seamline.documents import code as drawing
from seamline.errors import BadInput, Conflict, NotFound
from seamline.log.checkpoint import LogId


class Code(Struct, frozen=True, kw_only=True):
    """A code to be drawn. what: record, or receipt. to: the node that may open it. bytes: in it.

    size: modules along a side, quiet zone and all; path: the dark ones, as SVG path data.
    """

    what: str
    to: str
    bytes: int
    size: int
    path: str


class CodeRead(Struct, frozen=True, kw_only=True):
    """What came of a photo. receipt: to be shown to whoever brought it."""

    report: ReadReport
    receipt: Code | None


def code(node: Node, officer: Officer, id: str, to: str | None) -> Code:
    """The record for that node; at another node than its author's, without `to`, the receipt for the author.

    NotFound alike for absent and forbidden; BadInput where it does not fit; Conflict without a signed head.
    """
    officer.need(*READERS)
    carrying.need(officer)
    row = view.find(node, officer, node.picture, id)
    if to is None and row.node == node.key.fingerprint:
        raise BadInput("to", "", "the node that is to read it")
    return _drawn(node, LogId(row.node, row.channel, row.lane), row.index, to or row.node)


def read(node: Node, officer: Officer, picture: bytes) -> CodeRead:
    """Take in what a grey picture shows (documents/code.py). BadInput if that is nothing for this node."""
    carrying.need(officer)
    if node.carrier is None:
        raise NotFound("this node carries no files")
    found = drawing.find(picture)
    if not found:
        remedy = "no code was found in it; nearer, flat, in one piece, without glare"
        raise BadInput("picture", f"{len(picture)} bytes", remedy, code="no_code")
    report = node.carrier.read(found[0])
    return CodeRead(report=report, receipt=_receipt(node, report))


def _receipt(node: Node, report: ReadReport) -> Code | None:
    writer = report.sender.node if report.sender is not None else None
    for one in report.channels:
        if one.node == writer:
            try:
                return _drawn(node, LogId(one.node, one.channel, one.lane), 0, one.node)
            except Conflict:
                return None
    return None


def _drawn(node: Node, log: LogId, index: int, to: str) -> Code:
    if node.carrier is None:
        raise NotFound("this node carries no files")
    data, name = node.carrier.code(log, index, to)
    drawn: dict[str, Any] = drawing.draw(data)._asdict()
    what = "receipt" if name == node.node_name(log.node) else "record"
    return Code(what=what, to=name, bytes=len(data), **drawn)
