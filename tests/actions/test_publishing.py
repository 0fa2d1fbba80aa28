"""Public statements: one text all sign, a release officer's act, papers marked for what they are."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from pypdfium2 import PdfDocument

from seamline.actions import read, statements, write
from seamline.actions.attention import attention
from seamline.errors import BadInput, Conflict, NotAllowed, NotFound
from tests.actions.test_findings import endorse, spread
from tests.nodes import World, attested, officer, put

SHARED = "isf+ksf"
TITLE = {
    "en": "The rooms are open",
    "ar": "افتتاح غرف التنسيق المشترك",
    "ckb": "ژوورەکانی هەماهەنگی کرانەوە",
}
WORDS = {
    "en": "Both sides opened four rooms along the line this week",
    "ar": "افتتح الجانبان أربع غرف على امتداد الخط هذا الأسبوع",
    "ckb": "هەردوو لا ئەم هەفتەیە چوار ژووریان لەسەر هێڵەکە کردەوە",
}
WHY = {"en": "Three rooms, not four.", "ar": "ثلاث غرف لا أربع.", "ckb": "سێ ژوور، نەک چوار."}
Item = dict[str, Any]


@pytest.fixture
def world() -> Iterator[World]:
    world = World()
    for name, *owners in (("erbil", "ksf"), ("baghdad", "isf"), ("kirkuk", "isf", "ksf")):
        world.node(name, *owners, channels=(SHARED,))
    world.meet()
    for late, name in enumerate(("kirkuk", "erbil", "baghdad")):
        world.nodes[name].clock.advance(late)  # type: ignore[attr-defined] # nodes of a test have a ManualClock
    yield world
    world.close()


def body(*parties: str, **more: Any) -> Item:
    said = {
        "name": "Rooms",
        "parties": list(parties),
        "languages": [*WORDS],
        "title_said": TITLE,
        "text": WORDS,
    }
    return said | more


def drafted(world: World, *parties: str, **more: Any) -> Item:
    said = body(*(parties or ("isf", "ksf")), **more)
    item = attested(world, world.nodes["kirkuk"], officer("ksf", "release"), "public_statement", SHARED, said)
    spread(world)
    return item


def corrected(world: World, item: Item, **change: Any) -> Item:
    kirkuk, who = world.nodes["kirkuk"], officer("ksf", "release")
    said = item["body"] | change
    row, checked = write.revision(kirkuk, who, item["id"], item["rev"], said)
    entry, _ = write.draft(kirkuk, who, checked, row)
    signed = write.attest(entry, SHARED, world.officer_key("ksf", "release"))
    done = write.revise(kirkuk, who, item["id"], item["rev"], said, attest=signed).result()
    spread(world)
    return done


def let_out(world: World, item: Item, party: str, role: str = "release") -> Item:
    said = {"of": item["id"], "hash": item["hash"]}
    made = attested(world, world.nodes["kirkuk"], officer(party, role), "publication", SHARED, said)
    spread(world)
    return made


def paper(world: World, item: Item, party: str, form: str = "txt", lang: str = "en", **more: Any) -> str:
    node = world.nodes["baghdad" if party == "isf" else "erbil"]
    made = statements.exported(node, officer(party, "watch"), item["id"], form, lang, **more).result()
    if form != "pdf":
        return made.data.decode()
    pages = PdfDocument(made.data)
    return " ".join(page.get_textpage().get_text_range() for page in pages)


def told(world: World, id: str) -> Item:
    found = [
        statements.one(world.nodes[name], officer(party, "watch"), id)
        for name, party in (("baghdad", "isf"), ("erbil", "ksf"))
    ]
    # The same on every node.
    assert [f["revisions"] for f in found] == [found[0]["revisions"]] * 2
    return found[0]


def test_a_paper_says_first_what_it_is_until_all_have_signed_and_it_was_let_out(world: World) -> None:
    item = drafted(world)
    assert paper(world, item, "isf").startswith(
        "*** DRAFT, not for publication. Not endorsed by: ISF, KSF. ***"
    )
    endorse(world, item, "isf")
    assert "Not endorsed by: KSF." in paper(world, item, "isf").splitlines()[0]
    with pytest.raises(Conflict, match="not all"):
        let_out(world, item, "isf")
    endorse(world, item, "ksf")
    assert "NOT YET FOR PUBLICATION: not let out by ISF" in paper(world, item, "isf").splitlines()[0]
    waits = attention(world.nodes["baghdad"], officer("isf", "release"))["counts"]
    assert waits.get("publication_due") == 1
    let_out(world, item, "isf")
    assert paper(world, item, "isf").splitlines()[0] == "Joint statement of ISF, KSF"
    # Each party lets its own word out; the other's officers have yet to.
    assert "not let out by KSF" in paper(world, item, "ksf").splitlines()[0]
    assert "publication_due" not in attention(world.nodes["baghdad"], officer("isf", "release"))["counts"]
    assert told(world, item["id"])["stands"]["published"].keys() == {"isf"}


def test_letting_out_is_for_the_release_officer_of_a_party_named_once_for_what_stands(world: World) -> None:
    item = drafted(world, "ksf")
    endorse(world, item, "ksf")
    for party, role, fault in (
        ("ksf", "signatory", NotAllowed),
        ("ksf", "planner", NotAllowed),
        ("isf", "release", BadInput),
    ):
        with pytest.raises(fault):
            let_out(world, item, party, role)
    with pytest.raises(BadInput, match="a revision of that record"):
        let_out(world, item | {"hash": "0" * 64}, "ksf")
    let_out(world, item, "ksf")
    with pytest.raises(Conflict, match="already"):
        let_out(world, item, "ksf")


@pytest.mark.parametrize("form", ["txt", "html", "pdf"])
@pytest.mark.parametrize(("lang", "alone"), [("en", "alone"), ("ar", "وحده"), ("ckb", "بە تەنیا")])
def test_one_side_alone_is_marked_in_every_paper(world: World, form: str, lang: str, alone: str) -> None:
    item = drafted(world, "ksf")
    endorse(world, item, "ksf")
    let_out(world, item, "ksf")
    assert told(world, item["id"])["one_sided"]
    shown = paper(world, item, "ksf", form, lang)
    assert set(alone.split()) <= set(re.findall(r"\w+", shown))


def test_a_correction_is_signed_again_says_why_and_leaves_the_old_words_readable(world: World) -> None:
    item = drafted(world)
    endorse(world, item, "isf", "ksf")
    let_out(world, item, "isf")
    words = WORDS | {"en": "Both sides opened three rooms along the line this week"}
    silent = corrected(world, item, text=words)
    with pytest.raises(BadInput, match="what it corrects"):
        endorse(world, silent, "isf")
    second = corrected(world, silent, text=words, correction=WHY)
    # Until all have signed it, the words before it stand, and that is what a paper gives.
    endorse(world, second, "isf")
    assert (told(world, item["id"])["stands"]["rev"], told(world, item["id"])["corrections"]) == (1, [])
    assert "four rooms" in paper(world, item, "isf")
    endorse(world, second, "ksf")
    assert "not let out" in paper(world, item, "isf").splitlines()[0]
    let_out(world, second, "isf")
    shown = paper(world, item, "isf")
    assert "*" not in shown.splitlines()[0]
    assert shown.index("three rooms") < shown.index(WHY["en"]) < shown.index("four rooms")
    old = paper(world, item, "isf", rev=1)
    assert "a correction has replaced them" in old.splitlines()[0]
    (was,) = told(world, item["id"])["corrections"]
    assert was["why"] == WHY
    assert [(c["path"], c["how"]) for c in was["changes"]] == [(["text", "en"], "changed")]
    assert was["since"] < was["until"]
    history = read.history(world.nodes["erbil"], officer("ksf", "watch"), item["id"])
    assert len(history) == 3


def test_of_two_corrections_at_once_at_two_nodes_one_stands_everywhere_and_none_is_lost(world: World) -> None:
    item = drafted(world)
    endorse(world, item, "isf", "ksf")
    erbil, kirkuk = world.nodes["erbil"], world.nodes["kirkuk"]
    # Erbil says it while it hears nobody; the room a moment later.
    one = write.revise(
        erbil, officer("ksf", "release"), item["id"], 1, item["body"] | {"name": "One", "correction": WHY}
    ).result()
    other = corrected(world, item, name="Other", correction=WHY)
    assert told(world, item["id"])["stands"]["rev"] == 1
    loser, winner = sorted((one, other), key=lambda r: (r["at"], r["hash"]))
    found = [read.record(node, officer("ksf", "watch"), item["id"])["hash"] for node in (erbil, kirkuk)]
    assert found == [winner["hash"]] * 2
    for name in ("erbil", "kirkuk"):
        kept = {r["hash"] for r in read.history(world.nodes[name], officer("ksf", "watch"), item["id"])}
        assert {one["hash"], other["hash"]} <= kept
    with pytest.raises(Conflict):
        endorse(world, loser, "isf")
    endorse(world, winner, "isf", "ksf")
    assert told(world, item["id"])["stands"]["hash"] == winner["hash"]


def test_nobody_takes_another_s_name_out_of_what_both_signed(world: World) -> None:
    item = drafted(world)
    endorse(world, item, "isf", "ksf")
    with pytest.raises(BadInput) as fault:
        corrected(world, item, parties=["ksf"], correction=WHY)
    assert fault.value.field == "parties"
    # A node with another program says it all the same: signed or not, nothing stands but what both signed.
    erbil, who = world.nodes["erbil"], officer("ksf", "release")
    saying = write.check(erbil, who, write.Saying("public_statement", SHARED, "routine", "en", body("ksf")))
    before = erbil.picture.record(SHARED, item["id"])
    entry, _ = write.draft(erbil, who, saying, before)
    erbil.writer.submit(lambda tx: write.append(erbil, tx, SHARED, "routine", entry, no=item["no"])).result()
    spread(world)
    assert told(world, item["id"])["stands"]["rev"] == 1
    newest = read.record(world.nodes["kirkuk"], officer("ksf", "watch"), item["id"])
    with pytest.raises(BadInput, match="names"):
        endorse(world, newest, "ksf")
    assert paper(world, item, "ksf").count("Joint statement of ISF, KSF") == 1


def _words(shown: str) -> list[str]:
    """Words in the order in which they are read. The reader turns the letters of a ligature round."""
    return ["".join(sorted(word)) for word in re.findall(r"\w+", shown)]


def test_the_papers_read_in_the_right_order_and_each_is_logged(world: World) -> None:
    item = drafted(world, prevails="ar", dated=1_760_000_000_000)
    for lang, words in WORDS.items():
        shown = _words(paper(world, item, "isf", "pdf", lang))
        wanted = [_words(TITLE[lang]), _words(words)]
        places = [[n for n in range(len(shown)) if shown[n : n + len(w)] == w] for w in wanted]
        assert all(places), (lang, shown)
        assert places[0][0] < places[1][0]
    page = paper(world, item, "isf", "html", "ckb")
    assert '<html lang="ckb" dir="rtl">' in page
    assert "<script" not in page
    taken = read.records(
        world.nodes["baghdad"], officer("isf", "auditor"), read.RecordQuery(kinds=("export",))
    )
    assert [one["body"]["form"] for one in taken.items] == ["html", "pdf", "pdf", "pdf"]
    assert item["id"] in taken.items[0]["body"]["asked_for"]


def test_a_side_says_its_own_at_home_and_names_nobody_who_cannot_sign_there(world: World) -> None:
    baghdad, planner = world.nodes["baghdad"], officer("isf", "planner")
    with pytest.raises(BadInput) as fault:
        put(baghdad, planner, "public_statement", "isf", body("isf", "ksf"))
    assert fault.value.field == "body.parties"
    item = put(baghdad, planner, "public_statement", "isf", body("isf"))
    said = {"of": item["id"], "hash": item["hash"]}
    attested(world, baghdad, officer("isf", "signatory"), "endorsement", "isf", said)
    put(baghdad, officer("isf", "release"), "publication", "isf", said)
    spread(world)
    assert paper(world, item, "isf").startswith("*** Statement of ISF alone.")
    assert statements.listed(world.nodes["erbil"], officer("ksf", "watch"))["items"] == []


def test_hostile_words_stay_words_in_a_page(world: World) -> None:
    item = drafted(world, title_said=TITLE | {"en": "</title><script>alert(1)</script>"})
    page = paper(world, item, "isf", "html")
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_what_is_not_there_is_refused_and_nothing_is_logged(world: World) -> None:
    item = drafted(world, languages=["en"], title_said={"en": "t"}, text={"en": "x"})
    baghdad, who = world.nodes["baghdad"], officer("isf", "watch")
    for form, lang, rev, fault in (
        ("docx", "en", None, BadInput),
        ("txt", "ar", None, BadInput),
        ("txt", "en", 9, NotFound),
    ):
        with pytest.raises(fault):
            statements.exported(baghdad, who, item["id"], form, lang, rev)
    note = put(baghdad, officer("isf", "watch", "release"), "note", SHARED, {"text": "none"})
    hidden = put(baghdad, officer("isf", "planner"), "public_statement", "isf", body("isf"))
    spread(world)
    for node, party, id in (("baghdad", "isf", note["id"]), ("erbil", "ksf", hidden["id"])):
        with pytest.raises(NotFound):
            statements.one(world.nodes[node], officer(party, "watch"), id)
    assert read.records(baghdad, who, read.RecordQuery(kinds=("export",))).items == []
    assert len(statements.listed(world.nodes["erbil"], officer("ksf", "watch"))["items"]) == 1
