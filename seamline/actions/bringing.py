"""Photos and documents on their way into a record: brought, and released (docs/spec/release.md 6, 7).

Only what an officer of this node brought, or what his own party's nodes hold, is ever decoded here.
"""

from __future__ import annotations

import threading
from typing import Any, Final

import msgspec

from seamline.actions.blobs import AT_ONCE, MAX_BLOB, Blobs
from seamline.documents import redrawn
from seamline.errors import BadInput, Conflict, TooLarge, Worded
from seamline.log.channel import members
from seamline.release import paper, photo
from seamline.store.ports import LocalStore

Json = dict[str, Any]
_DRAWN: Final = "blob.drawn."


class Bringing:
    """Any thread; one picture is drawn at a time, since it may take 200 MB."""

    def __init__(self, blobs: Blobs, local: LocalStore) -> None:
        self._blobs, self._local = blobs, local
        self._drawing = threading.Lock()

    def put(self, data: bytes) -> Json:
        """Keep a photo, drawn anew, or a PDF as it is; what a record needs to name it. BadInput, TooLarge."""
        if len(data) > MAX_BLOB:
            raise TooLarge(
                "file",
                f"{len(data)} bytes",
                Worded("remedy.bytes_most", "at most {n} bytes; save it smaller", n=MAX_BLOB),
            )
        if paper.is_pdf(data):
            paper.check(data)
            return {"hash": self._blobs.store.put(data), "size": len(data), "type": paper.PDF}
        return self._draw(data)

    def _draw(self, data: bytes) -> Json:
        cleaned = photo.clean(data)
        with self._drawing:
            made = redrawn.redraw(cleaned.data, cleaned.type, photo.turned(data), most=MAX_BLOB // 2)
            thumb = redrawn.small(made.data, made.type) if len(made.data) > AT_ONCE // 4 else b""
        named: Json = {"hash": self._blobs.store.put(made.data), "size": len(made.data), "type": made.type}
        if 0 < len(thumb) <= AT_ONCE:
            named |= {"thumb": self._blobs.store.put(thumb), "thumb_size": len(thumb)}
            self._local.put(_DRAWN + named["thumb"], b"1")
        self._local.put(_DRAWN + named["hash"], msgspec.json.encode(named))
        return named

    def check(self, channel: str, body: Json) -> None:
        """BadInput unless each file that a body names is here, as is said, or was named there before.

        A photo that was not drawn anew at this node does not go to another party (release 6.1).
        """
        for field in ("photos", "documents"):
            for one in body.get(field, ()):
                self._check(f"body.{field}", channel, str(one["hash"]), one["size"])
                if one.get("thumb"):
                    self._check(f"body.{field}", channel, str(one["thumb"]), one.get("thumb_size"))

    def _check(self, field: str, channel: str, hash: str, size: int | None) -> None:
        before = self._blobs.named(channel, hash)
        if before is not None and before.size == size:
            return
        data = self._blobs.store.get(hash)
        told = "bring the file first: POST /api/blobs"
        if data is None or len(data) != size or paper.is_pdf(data) != (field == "body.documents"):
            raise BadInput(field, hash, told)
        if field == "body.photos" and len(members(channel)) > 1 and not self._local.get(_DRAWN + hash):
            raise BadInput(field, hash, told)

    def released(self, channel: str, body: Json) -> Json:
        """The body with its photos as they may go to another party: those not drawn here are drawn anew.

        Conflict if one is not here yet.
        """
        photos = [self._released(channel, one) for one in body.get("photos", ())]
        return body | {"photos": photos} if photos else body

    def _released(self, channel: str, one: Json) -> Json:
        if self._blobs.named(channel, one["hash"]) is not None or self._local.get(_DRAWN + one["hash"]):
            return one
        # The same bytes come out each time: so the preview shows what is signed, and what is released.
        data = self._blobs.store.get(one["hash"])
        if data is None:
            raise Conflict(
                "a photo of it is not here yet; release a tear line, or wait for it", code="photo_to_come"
            )
        return self._draw(data)
