"""The local-state port on SQLite: each change is a transaction of its own, on disk when the call returns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from seamline.store.ports import ATTEMPTS_KEPT_MS, Account, LinkRow, Token
from seamline.store.sqlite.connection import Statement
from seamline.store.sqlite.database import Database
from seamline.store.sqlite.local_schema import LOCAL_SCHEMA

_GET = Statement("read a named value", "SELECT value FROM named WHERE name = ?")
_PUT = Statement("keep a named value", "INSERT OR REPLACE INTO named (name, value) VALUES (?, ?)")
_DROP = Statement("drop a named value", "DELETE FROM named WHERE name = ?")
_KEYS = Statement(
    "list named values", "SELECT name FROM named WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name"
)
_ACCOUNTS = Statement(
    "list accounts", "SELECT party, officer, roles, secret, lang, disabled FROM accounts ORDER BY 1, 2"
)
_ACCOUNT = Statement(
    "look up an account",
    "SELECT party, officer, roles, secret, lang, disabled FROM accounts WHERE party = ? AND officer = ?",
)
_PUT_ACCOUNT = Statement(
    "keep an account",
    "INSERT OR REPLACE INTO accounts (party, officer, roles, secret, lang, disabled)"
    " VALUES (?, ?, ?, ?, ?, ?)",
)
_TOKEN = Statement(
    "look up a token",
    "SELECT hash, kind, party, officer, scopes, created, expires, revoked, label FROM tokens WHERE hash = ?",
)
_TOKENS = Statement(
    "list an officer's tokens",
    "SELECT hash, kind, party, officer, scopes, created, expires, revoked, label FROM tokens"
    " WHERE party = ? AND officer = ? ORDER BY created, hash",
)
_PUT_TOKEN = Statement(
    "keep a token",
    "INSERT OR REPLACE INTO tokens"
    " (hash, kind, party, officer, scopes, created, expires, revoked, label)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
)
_REVOKE = Statement(
    "revoke an officer's tokens",
    "UPDATE tokens SET revoked = 1 WHERE party = ? AND officer = ? AND revoked = 0",
)
_LINKS = Statement("list links", "SELECT peer, name, url, enabled FROM links ORDER BY peer")
_PUT_LINK = Statement(
    "keep a link", "INSERT OR REPLACE INTO links (peer, name, url, enabled) VALUES (?, ?, ?, ?)"
)
_FORGET_ATTEMPTS = Statement("forget old failed sign-ins", "DELETE FROM attempts WHERE at < ?")
_ADD_ATTEMPT = Statement("note a failed sign-in", "INSERT INTO attempts (who, at) VALUES (?, ?)")
_ATTEMPTS = Statement("count failed sign-ins", "SELECT count(*) FROM attempts WHERE who = ? AND at >= ?")
_CLEAR_ATTEMPTS = Statement("clear failed sign-ins", "DELETE FROM attempts WHERE who = ?")


class SqliteLocal:
    """LocalStore on local.db: WAL, fsync at each change."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._database = Database(path, key, LOCAL_SCHEMA, durable=True, cache_kib=2048, read_cache_kib=2048)

    def _change(self, statement: Statement, args: Sequence[Any]) -> int:
        with self._database.transaction() as connection:
            connection.run(statement, args)
            return connection.changes()

    def get(self, key: str) -> bytes | None:
        found = self._database.one(_GET, (key,))
        return found[0] if found else None

    def put(self, key: str, value: bytes | None) -> None:
        if value is None:
            self._change(_DROP, (key,))
        else:
            self._change(_PUT, (key, value))

    def keys(self, prefix: str) -> list[str]:
        return [row[0] for row in self._database.rows(_KEYS, (prefix,))]

    def accounts(self) -> list[Account]:
        return [_account(row) for row in self._database.rows(_ACCOUNTS)]

    def account(self, party: str, officer: str) -> Account | None:
        found = self._database.one(_ACCOUNT, (party, officer))
        return _account(found) if found else None

    def put_account(self, account: Account) -> None:
        roles = json.dumps(account.roles)
        row = (account.party, account.officer, roles, account.secret, account.lang, int(account.disabled))
        self._change(_PUT_ACCOUNT, row)

    def token(self, hash: str) -> Token | None:
        found = self._database.one(_TOKEN, (hash,))
        return _token(found) if found else None

    def tokens(self, party: str, officer: str) -> list[Token]:
        return [_token(row) for row in self._database.rows(_TOKENS, (party, officer))]

    def put_token(self, token: Token) -> None:
        scopes = json.dumps(token.scopes)
        whose = (token.hash, token.kind, token.party, token.officer, scopes)
        self._change(_PUT_TOKEN, (*whose, token.created, token.expires, int(token.revoked), token.label))

    def revoke_tokens(self, party: str, officer: str) -> int:
        return self._change(_REVOKE, (party, officer))

    def links(self) -> list[LinkRow]:
        return [LinkRow(*(*row[:3], row[3] == 1)) for row in self._database.rows(_LINKS)]

    def put_link(self, link: LinkRow) -> None:
        self._change(_PUT_LINK, (link.peer, link.name, link.url, int(link.enabled)))

    def add_attempt(self, who: str, at: int) -> None:
        with self._database.transaction() as connection:
            connection.run(_FORGET_ATTEMPTS, (at - ATTEMPTS_KEPT_MS,))
            connection.run(_ADD_ATTEMPT, (who, at))

    def attempts(self, who: str, since: int) -> int:
        found = self._database.one(_ATTEMPTS, (who, since))
        return int(found[0]) if found else 0

    def clear_attempts(self, who: str) -> None:
        self._change(_CLEAR_ATTEMPTS, (who,))

    def close(self) -> None:
        self._database.close()


def _account(row: tuple[Any, ...]) -> Account:
    party, officer, roles, secret, lang, disabled = row
    return Account(party, officer, tuple(json.loads(roles)), secret, lang, disabled == 1)


def _token(row: tuple[Any, ...]) -> Token:
    return Token(*(*row[:4], tuple(json.loads(row[4])), *row[5:7], row[7] == 1, row[8]))
