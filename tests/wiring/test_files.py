"""Files that people carry (cards, statements, key files): whatever is in them, a known fault only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline import wiring
from seamline.errors import BadInput, Locked, SeamlineError, StoreBroken
from seamline.log import statement
from seamline.store import keyfile
from seamline.store.partybook import read_statements

ANYTHING = st.one_of(
    st.binary(max_size=300),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode()),
    st.lists(st.text(max_size=200), max_size=3).map(lambda notes: json.dumps({"statements": notes}).encode()),
)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("carried") / "file.json"


@given(ANYTHING)
def test_a_card(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    with pytest.raises(BadInput):
        wiring.read_card(file)


@given(ANYTHING)
def test_a_statement_file(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    try:
        notes = read_statements(file)
    except BadInput:
        return
    for note in notes:
        with pytest.raises(SeamlineError):
            statement.read(note)


@given(ANYTHING)
def test_a_key_file(file: Path, data: bytes) -> None:
    file.write_bytes(data)
    with pytest.raises((Locked, StoreBroken)):
        keyfile.open_file(file, "a passphrase for tests", "node")
