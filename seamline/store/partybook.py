"""A party's own key, kept offline, and the chain of statements it has signed.

Two files side by side: NAME.party, sealed under a passphrase (the key and its announced successor),
and NAME.statements.json, public, to carry to every node. The statements are written before the
caller is told; a crash in between leaves the chain as it was.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import msgspec

from seamline.errors import BadInput, Conflict
from seamline.log import statement
from seamline.log.keys import SigningKey
from seamline.store import keyfile

_PURPOSE = "party"
MAX_FILE = 16 * 1024 * 1024


class _Secret(msgspec.Struct):
    party: str
    seed: str
    successor: str


class PartyBook:
    """An opened party key with its statements; `say` signs the next one."""

    def __init__(self, path: Path, secret: _Secret, statements: list[bytes]) -> None:
        self.path, self.party, self.statements = path, secret.party, statements
        self.key = SigningKey(bytes.fromhex(secret.seed))

    @classmethod
    def create(cls, path: Path, passphrase: str, party: str, title: str, now: int) -> PartyBook:
        """Make a party key and its first statement. Raises Conflict when the file is there already."""
        if path.exists():
            raise Conflict(f"{path} is there already; a party's key is made once")
        secret = _Secret(party, os.urandom(32).hex(), os.urandom(32).hex())
        following = statement.successor(SigningKey(bytes.fromhex(secret.successor)).public)
        book = cls(path, secret, [])
        first = statement.Party(book.key.public.hex(), following, title)
        keyfile.seal_file(path, passphrase, msgspec.json.encode(secret), _PURPOSE)
        book.say(first, now)
        return book

    @classmethod
    def load(cls, path: Path, passphrase: str) -> PartyBook:
        """Open it; Locked for a wrong passphrase."""
        secret = msgspec.json.decode(keyfile.open_file(path, passphrase, _PURPOSE), type=_Secret)
        return cls(path, secret, read_statements(statements_path(path)))

    def say(self, said: statement.Said, now: int) -> bytes:
        """Sign the next statement and add it to the file. Raises BadInput when it breaks a rule of log 8."""
        before = statement.read(self.statements[-1]) if self.statements else None
        note = statement.make(
            said,
            party=self.party,
            no=before.no + 1 if before else 1,
            prev=before.hash if before else None,
            at=now,
            key=self.key,
        )
        write_statements(statements_path(self.path), [*self.statements, note])
        self.statements.append(note)
        return note


def statements_path(path: Path) -> Path:
    """Where the public statements of a party key file are."""
    return path.with_suffix(".statements.json")


def read_statements(path: Path) -> list[bytes]:
    """The statements in a file; BadInput when it is none. What they claim is for the roster to judge."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise BadInput("file", str(path), f"a statement file has at most {MAX_FILE} bytes")
        value = msgspec.json.decode(path.read_bytes(), type=dict[str, list[str]])
    except OSError as fault:
        raise BadInput("file", str(path), f"cannot be read: {fault.strerror}") from None
    except msgspec.MsgspecError:
        raise BadInput("file", str(path), 'a statement file is JSON {"statements": [...]}') from None
    return [note.encode() for note in value.get("statements", [])]


def write_statements(path: Path, statements: list[bytes]) -> None:
    """Replace the file as a whole, on disk when this returns."""
    text = json.dumps({"statements": [s.decode() for s in statements]}, ensure_ascii=False, indent=1)
    fresh = path.with_suffix(".new")
    with fresh.open("w", encoding="utf-8") as out:
        out.write(text + "\n")
        out.flush()
        os.fsync(out.fileno())
    fresh.replace(path)
