"""Whom this node believes: party keys confirmed in person, and the statements made with them."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterable

from seamline.errors import BadInput, NotFound
from seamline.log.checkpoint import Checkpoint, read_text, to_text
from seamline.log.keys import fingerprint
from seamline.log.roster import Roster
from seamline.store.ports import LocalStore

_TRUSTED, _STATEMENT = "trust.party.", "trust.statement."
_CLEARED, _OPENING = "trust.cleared.", "trust.opening."


class Trust:
    """The roster of this node, folded from stored statements; a change is told to listeners."""

    def __init__(self, local: LocalStore) -> None:
        self._local = local
        self._lock = threading.Lock()
        self._listeners: list[Callable[[Roster, Roster], None]] = []
        self.roster = self._fold()

    def on_change(self, listener: Callable[[Roster, Roster], None]) -> None:
        """listener(before, after), on the thread that brought the change."""
        self._listeners.append(listener)

    def statements(self) -> list[bytes]:
        """Every statement kept, also of parties not confirmed yet (a person may confirm them later)."""
        return [b for key in self._local.keys(_STATEMENT) if (b := self._local.get(key)) is not None]

    def trusted(self) -> dict[str, bytes]:
        """party → its first public key, as confirmed by fingerprint."""
        return {k[len(_TRUSTED) :]: v for k in self._local.keys(_TRUSTED) if (v := self._local.get(k))}

    def confirm(self, party: str, public: bytes, shown: str) -> None:
        """A person compared the fingerprint he was shown with what the other side read out.

        Raises BadInput when they differ, or when another key is confirmed for that party already.
        """
        if fingerprint(public) != shown.replace(" ", "").lower():
            raise BadInput("fingerprint", shown, f"the key here has {fingerprint(public)}; do not go on")
        known = self._local.get(_TRUSTED + party)
        if known is not None and known != public:
            raise BadInput(
                "party", party, "another key is confirmed for it; a successor comes by its own statement"
            )
        self._local.put(_TRUSTED + party, public)
        self._refresh()

    def add(self, statements: Iterable[bytes]) -> bool:
        """Keep statements from any carrier; True when there was a new one."""
        new = False
        for note in statements:
            key = _STATEMENT + hashlib.sha256(note).hexdigest()
            if self._local.get(key) is None:
                self._local.put(key, note)
                new = True
        if new:
            self._refresh()
        return new

    def settle(self, party: str, no: int, hash: str) -> None:
        """People settled which of two statements with one number counts (log 8.5); hash of its text."""
        conflict = (info := self.roster.party(party)) and info.conflict
        if not conflict or conflict.no != no:
            raise NotFound(f"{party} has no two statements with number {no}")
        self._local.put(f"{_CLEARED}{party}.{no}", hash.encode())
        self._refresh()

    def add_openings(self, checkpoints: Iterable[Checkpoint]) -> None:
        """Heads that a statement hides from other parties and shows to this node (log 8.12)."""
        for one in checkpoints:
            text = to_text(one)
            self._local.put(_OPENING + hashlib.sha256(text).hexdigest(), text)
        self._refresh()

    def cleared(self) -> dict[tuple[str, int], str]:
        """(party, no) → hash of the statement that people settled on."""
        found = {}
        for key in self._local.keys(_CLEARED):
            party, no = key[len(_CLEARED) :].rsplit(".", 1)
            found[party, int(no)] = (self._local.get(key) or b"").decode()
        return found

    def party_key(self, party: str) -> bytes:
        """The first key confirmed for a party; NotFound when none is."""
        key = self._local.get(_TRUSTED + party)
        if key is None:
            raise NotFound(f"no key of party {party} is confirmed here")
        return key

    def _fold(self) -> Roster:
        openings = [read_text(b) for k in self._local.keys(_OPENING) if (b := self._local.get(k))]
        return Roster.fold(self.statements(), self.trusted(), cleared=self.cleared(), openings=openings)

    def _refresh(self) -> None:
        with self._lock:
            before, self.roster = self.roster, self._fold()
        for listener in self._listeners:
            listener(before, self.roster)
