"""The local-state port in memory."""

from __future__ import annotations

import threading
from dataclasses import replace

from seamline.store.ports import ATTEMPTS_KEPT_MS, Account, LinkRow, Token


class MemoryLocal:
    """LocalStore in memory. Each call is one change, so one lock is all it needs."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._values: dict[str, bytes] = {}
        self._accounts: dict[tuple[str, str], Account] = {}
        self._tokens: dict[str, Token] = {}
        self._links: dict[str, LinkRow] = {}
        self._attempts: list[tuple[str, int]] = []

    def get(self, key: str) -> bytes | None:
        return self._values.get(key)

    def put(self, key: str, value: bytes | None) -> None:
        with self._guard:
            if value is None:
                self._values.pop(key, None)
            else:
                self._values[key] = bytes(value)

    def keys(self, prefix: str) -> list[str]:
        with self._guard:
            return sorted(key for key in self._values if key.startswith(prefix))

    def accounts(self) -> list[Account]:
        with self._guard:
            return [self._accounts[key] for key in sorted(self._accounts)]

    def account(self, party: str, officer: str) -> Account | None:
        return self._accounts.get((party, officer))

    def put_account(self, account: Account) -> None:
        with self._guard:
            self._accounts[account.party, account.officer] = account

    def token(self, hash: str) -> Token | None:
        return self._tokens.get(hash)

    def tokens(self, party: str, officer: str) -> list[Token]:
        with self._guard:
            found = [t for t in self._tokens.values() if (t.party, t.officer) == (party, officer)]
        return sorted(found, key=lambda token: (token.created, token.hash))

    def put_token(self, token: Token) -> None:
        with self._guard:
            self._tokens[token.hash] = token

    def revoke_tokens(self, party: str, officer: str) -> int:
        with self._guard:
            live = [
                t for t in self._tokens.values() if (t.party, t.officer) == (party, officer) and not t.revoked
            ]
            for token in live:
                self._tokens[token.hash] = replace(token, revoked=True)
        return len(live)

    def links(self) -> list[LinkRow]:
        with self._guard:
            return [self._links[peer] for peer in sorted(self._links)]

    def put_link(self, link: LinkRow) -> None:
        with self._guard:
            self._links[link.peer] = link

    def add_attempt(self, who: str, at: int) -> None:
        with self._guard:
            self._attempts = [a for a in self._attempts if a[1] >= at - ATTEMPTS_KEPT_MS]
            self._attempts.append((who, at))

    def attempts(self, who: str, since: int) -> int:
        with self._guard:
            return sum(1 for name, at in self._attempts if name == who and at >= since)

    def clear_attempts(self, who: str) -> None:
        with self._guard:
            self._attempts = [a for a in self._attempts if a[0] != who]

    def close(self) -> None:
        """Nothing to do."""
