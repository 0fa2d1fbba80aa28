"""Where a request stands, by what each party says itself: parts, other words, whose turn and clock."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seamline.geo.window import HOUR
from seamline.picture.requests import Word, clock, standing

ASKER, ASKED = {"isf"}, {"ksf", "mag"}
HASH = "aa" * 32


def word(
    id: str, party: str, step: str, at: int, offer: str | None = None, hash: str = HASH, partial: bool = False
) -> Word:
    accepts = HASH if step == "accepted" and hash == HASH else hash
    return Word(id, frozenset(party.split("+")), step, at, HASH, offer, accepts if offer else None, partial)


def of(*words: Word) -> tuple[str, tuple[str, ...]]:
    found = standing(words, ASKER, ASKED)
    return found.state, found.waits


OFFER = word("o", "ksf", "offered", 1)
ACCEPTED = word("a", "isf", "accepted", 2, "o")
DELIVERED = word("d", "ksf", "delivered", 3, "o")
CONFIRMED = word("c", "isf", "confirmed", 4, "o")


def test_an_offer_goes_its_way_and_only_the_silent_are_asked() -> None:
    assert of() == ("asked", ("ksf", "mag"))
    assert of(OFFER) == ("offered", ("mag",))
    # Once a whole offer is accepted, nobody else need answer.
    assert of(OFFER, ACCEPTED) == ("accepted", ())
    assert of(OFFER, ACCEPTED, DELIVERED) == ("delivered", ())
    assert of(OFFER, ACCEPTED, DELIVERED, CONFIRMED) == ("confirmed", ())


def test_nobody_speaks_for_another() -> None:
    strangers = (
        word("1", "isf", "offered", 1),
        word("2", "ksf+isf", "offered", 1),
        word("3", "isf", "declined", 1),
    )
    assert of(*strangers) == ("asked", ("ksf", "mag"))
    theirs = (word("4", "ksf", "accepted", 2, "o"), word("5", "isf", "delivered", 2, "o"))
    assert of(OFFER, *theirs, word("6", "mag", "confirmed", 3, "o")) == ("offered", ("mag",))


def test_what_is_accepted_is_accepted_in_its_words() -> None:
    other = word("a", "isf", "accepted", 2, "o", hash="bb" * 32)
    found = standing([OFFER, other], ASKER, ASKED)
    assert (found.state, found.offers[0].changed) == ("offered", True)


def test_declined_by_all_is_declined_and_an_offer_not_wanted_ends_that_offer_only() -> None:
    no = [word(party, party, "declined", 1) for party in ("ksf", "mag")]
    assert of(no[0]) == ("asked", ("mag",))
    assert of(*no) == ("declined", ())
    assert of(OFFER, word("n", "isf", "declined", 2, "o")) == ("asked", ("mag",))
    other = word("p", "mag", "offered", 3)
    assert of(OFFER, word("n", "isf", "declined", 2, "o"), other) == ("offered", ())


def test_a_part_received_asks_for_the_rest() -> None:
    part = word("c", "isf", "confirmed", 4, "o", partial=True)
    assert of(OFFER, ACCEPTED, DELIVERED, part) == ("partly_confirmed", ("ksf", "mag"))
    rest = word("r", "mag", "offered", 5)
    assert of(OFFER, ACCEPTED, DELIVERED, part, rest) == ("offered", ("ksf",))
    whole = (word("w", "isf", "accepted", 6, "r"), word("x", "mag", "delivered", 7, "r"))
    assert of(OFFER, ACCEPTED, DELIVERED, part, rest, *whole, word("y", "isf", "confirmed", 8, "r")) == (
        "confirmed",
        (),
    )


@given(st.permutations([OFFER, ACCEPTED, DELIVERED, CONFIRMED]))
def test_any_order_of_arrival_gives_one_state(words: list[Word]) -> None:
    assert standing(words, ASKER, ASKED) == standing([OFFER, ACCEPTED, DELIVERED, CONFIRMED], ASKER, ASKED)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(0, 10**10))
def test_nobody_is_late_before_he_has_it_nor_by_the_delay_on_the_way(
    needed: int, reached: int, now: int
) -> None:
    assert clock(needed, None).level(now) == 0
    runs = clock(needed, reached)
    assert runs.due is not None
    assert runs.later is not None
    assert reached <= runs.due <= runs.later - HOUR
    assert runs.level(now) == (now >= runs.due) + (now >= runs.later)
