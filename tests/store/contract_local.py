"""What every LocalStore does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from seamline.store.ports import ATTEMPTS_KEPT_MS, Account, LinkRow, LocalStore, Token

WATCH = Account("isf", "duty1", ("watch", "planner"), "$argon2id$x", "ar")
TOKEN = Token("ab" * 32, "session", "isf", "duty1", (), 1000, 2000)


class LocalContract:
    @pytest.fixture
    def local(self) -> Iterator[LocalStore]:
        raise NotImplementedError

    def test_named_values(self, local: LocalStore) -> None:
        assert local.get("trust/isf") is None
        local.put("trust/isf", b"\x00\xff")
        local.put("trust/ksf", b"two")
        local.put("trust_", b"no prefix: _ is no wildcard")
        local.put("trust/isf", b"changed")
        assert local.get("trust/isf") == b"changed"
        assert local.keys("trust/") == ["trust/isf", "trust/ksf"]
        assert local.keys("") == ["trust/isf", "trust/ksf", "trust_"]
        assert local.keys("%") == []
        local.put("trust/isf", None)
        local.put("never there", None)
        assert local.keys("trust/") == ["trust/ksf"]

    def test_an_empty_value_is_a_value(self, local: LocalStore) -> None:
        local.put("empty", b"")
        assert local.get("empty") == b""
        assert local.keys("e") == ["empty"]

    def test_accounts(self, local: LocalStore) -> None:
        local.put_account(WATCH)
        local.put_account(Account("isf", "admin", (), None))
        assert local.account("isf", "duty1") == WATCH
        assert local.account("ksf", "duty1") is None
        local.put_account(replace(WATCH, disabled=True, roles=()))
        assert local.accounts() == [
            Account("isf", "admin", (), None),
            replace(WATCH, disabled=True, roles=()),
        ]

    def test_tokens(self, local: LocalStore) -> None:
        api = Token("cd" * 32, "api", "isf", "duty1", ("watch",), 500, 9000, label="بەرنامە")
        foreign = replace(TOKEN, hash="ef" * 32, party="ksf")
        for token in (TOKEN, api, foreign):
            local.put_token(token)
        assert local.token(api.hash) == api
        assert local.token("00" * 32) is None
        assert local.tokens("isf", "duty1") == [api, TOKEN]
        assert local.revoke_tokens("isf", "duty1") == 2
        assert local.revoke_tokens("isf", "duty1") == 0
        assert [t.revoked for t in local.tokens("isf", "duty1")] == [True, True]
        assert local.token(foreign.hash) == foreign

    def test_links(self, local: LocalStore) -> None:
        local.put_link(LinkRow("b" * 32, "erbil", "http://127.0.0.1:8801"))
        local.put_link(LinkRow("a" * 32, "kirkuk", None))
        local.put_link(LinkRow("b" * 32, "erbil", None, enabled=False))
        assert local.links() == [LinkRow("a" * 32, "kirkuk", None), LinkRow("b" * 32, "erbil", None, False)]

    def test_attempts(self, local: LocalStore) -> None:
        for at in (1000, 2000, 3000):
            local.add_attempt("isf/duty1", at)
        local.add_attempt("192.0.2.1", 2000)
        assert local.attempts("isf/duty1", 2000) == 2
        assert local.attempts("isf/duty1", 0) == 3
        local.clear_attempts("isf/duty1")
        assert local.attempts("isf/duty1", 0) == 0
        assert local.attempts("192.0.2.1", 0) == 1

    def test_old_attempts_are_forgotten(self, local: LocalStore) -> None:
        local.add_attempt("a", 1000)
        local.add_attempt("b", 1000 + ATTEMPTS_KEPT_MS)
        assert local.attempts("a", 0) == 1
        local.add_attempt("b", 1001 + ATTEMPTS_KEPT_MS)
        assert local.attempts("a", 0) == 0
        assert local.attempts("b", 0) == 2
