"""Nothing typed is lost: what an officer types into is kept as a draft, or is named here with the reason."""

from __future__ import annotations

import re
from pathlib import Path

UI = Path(__file__).resolve().parents[2] / "ui" / "src"
TYPED = re.compile(r"<textarea|<input[^>]*class=\"input|<InstantInput|<RefInput")
KEPT = re.compile(r"\b(typed|keepDraft)\(")
NOT_KEPT = {
    "components/Filters.svelte": "a search",
    "components/TimeChoice.svelte": "the time that is looked at",
    "desks/Glossary.svelte": "a search",
    "desks/audit/Done.svelte": "what is looked at",
    "desks/agreed/PartInput.svelte": "a part of agreed/Draft, which keeps it",
    "map/MapPane.svelte": "shows an address to copy",
    "screens/ImportDecide.svelte": "about a file, which the browser does not keep",
    "screens/ImportPanel.svelte": "about a file, which the browser does not keep",
    "screens/KeyDialog.svelte": "shows a command to copy",
    "screens/SignIn.svelte": "a password",
    "screens/officers/Change.svelte": "a password",
}


def test_every_place_to_type_into_keeps_a_draft() -> None:
    lost = []
    for path in sorted(UI.rglob("*.svelte")):
        name, text = path.relative_to(UI).as_posix(), path.read_text("utf-8")
        if name.startswith("inputs/") or not TYPED.search(text):
            continue  # an input belongs to the form that it stands in
        if name not in NOT_KEPT and not KEPT.search(text):
            lost.append(name)
    assert lost == []


def test_the_reasons_are_about_files_that_still_type_and_keep_nothing() -> None:
    for name in NOT_KEPT:
        path = UI / name
        assert TYPED.search(path.read_text("utf-8")), name
