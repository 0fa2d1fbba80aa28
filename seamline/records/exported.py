"""export: that an officer took records out of the program as a file."""

from __future__ import annotations

from typing import Annotated, ClassVar

from seamline.records.kind import Body
from seamline.records.values import KEEP, Code, Count, HashHex, Line, Spec


class Export(Body, kw_only=True):
    """Written before the file is handed out, in the node's own channel: at a joint node all owners read it.

    asked: the filters, as words. hash: SHA-256 of the file, so that a copy that turns up elsewhere tells
    where it was made.
    """

    KIND: ClassVar[str] = "export"
    WRITERS: ClassVar[tuple[str, ...]] = ("watch", "planner", "release", "signatory", "auditor")
    RELEASABLE: ClassVar[bool] = False
    BY_FORM: ClassVar[bool] = False

    form: Annotated[Code, Spec("code", KEEP, "export_form")]
    count: Annotated[Count, Spec("count", KEEP)]
    hash: Annotated[HashHex, Spec("line", KEEP)]
    asked_for: Annotated[Line | None, Spec("line", KEEP)] = None

    def title(self) -> str:
        return f"{self.count} · {self.form}"
