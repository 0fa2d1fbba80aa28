"""Rows of a picture as tests put them."""

from __future__ import annotations

from dataclasses import replace

from seamline.store.ports import ClashRow, Row, SubjectRow

MINUTE = 60_000
HOUR = 60 * MINUTE
BOX = (440_000_000, 350_000_000, 440_100_000, 350_100_000)


def row(id: str, **changes: object) -> Row:
    """A current revision; its hash and body follow from its id and revision unless said otherwise."""
    rev = changes.get("rev", 1)
    plain = Row(
        channel="isf",
        id=id,
        kind="activity",
        party="isf",
        node="n" * 32,
        lane="routine",
        index=0,
        rev=1,
        no=1,
        hash=f"{id}-{rev}",
        prev=None,
        by="duty1",
        at=1000,
        lang="en",
        start=10 * HOUR,
        end=12 * HOUR,
        box=BOX,
        text="patrol on the river road",
        body=b'{"title":"river"}',
        signer=None,
        seq=1,
        received_at=10**12,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields are the test's own


def clash(a: str, b: str, start: int = 0) -> ClashRow:
    return ClashRow(("isf", a), ("isf+ksf", b), 400, 1000, start, start + HOUR, BOX[:2], possible=False)


def subject(id: str, **changes: object) -> SubjectRow:
    plain = SubjectRow("isf", id, "isf", "activity", "patrol", 5, 9, None, False, b"\x01 a shape")
    return plain._replace(**changes)
