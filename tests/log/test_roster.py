"""The roster: the same for any order, and nothing counts that its owners did not all say (log 8, 9)."""

from __future__ import annotations

import random
from collections.abc import Mapping

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline.errors import BadInput
from seamline.log import canonical, keys, merkle, note, statement
from seamline.log.checkpoint import Checkpoint, LogId, to_text
from seamline.log.roster import Roster
from seamline.log.statement import Head, Officer, Predecessor, RevokeNode, RevokeOfficer
from tests.log.people import NOON, NodeKey, PartyKey, key

ROOT = "cd" * 32


class House:
    """Two parties, a node each, a joint room; a facilitator with a node of its own."""

    def __init__(self) -> None:
        self.isf, self.ksf, self.mag = PartyKey("isf"), PartyKey("ksf"), PartyKey("mag")
        self.baghdad = NodeKey("baghdad", ("isf",))
        self.erbil = NodeKey("erbil", ("ksf",))
        self.kirkuk = NodeKey("kirkuk", ("isf", "ksf"))
        self.adviser = NodeKey("adviser", ("mag",))
        self.isf.say(self.baghdad.card())
        self.ksf.say(self.erbil.card())
        self.mag.say(self.adviser.card())
        for owner in (self.isf, self.ksf):
            owner.say(self.kirkuk.card())
            duty = Officer("duty1", key(f"duty1 of {owner.party}").public.hex(), ("watch",), "Duty officer")
            owner.say(duty)

    def notes(self) -> list[bytes]:
        return [*self.isf.notes, *self.ksf.notes, *self.mag.notes]

    def trusted(self) -> dict[str, bytes]:
        return {p.party: p.first for p in (self.isf, self.ksf, self.mag)}

    def roster(
        self, cleared: Mapping[tuple[str, int], str] | None = None, openings: tuple[Checkpoint, ...] = ()
    ) -> Roster:
        return Roster.fold(self.notes(), self.trusted(), cleared=cleared, openings=openings)


@pytest.fixture
def house() -> House:
    return House()


def names(roster: Roster, channel: str) -> list[str]:
    return [n.name for n in roster.readers(channel)]


def test_the_readers_of_a_channel_are_the_nodes_whose_owners_are_all_in_it(house: House) -> None:
    roster = house.roster()
    assert names(roster, "isf") == ["baghdad"]
    assert names(roster, "isf+ksf") == ["baghdad", "erbil", "kirkuk"]
    assert names(roster, "isf+ksf+mag") == ["adviser", "baghdad", "erbil", "kirkuk"]
    assert names(roster, "isf+mag") == ["adviser", "baghdad"]


def test_who_is_who(house: House) -> None:
    roster = house.roster()
    kirkuk = roster.node_named("kirkuk")
    assert kirkuk is not None
    assert kirkuk == roster.node(house.kirkuk.key.fingerprint)
    assert (kirkuk.party, kirkuk.joint, kirkuk.counts, kirkuk.revoked) == ("isf+ksf", True, True, False)
    assert (kirkuk.key, kirkuk.seal) == (house.kirkuk.key.public, house.kirkuk.seal.public)
    duty = roster.officer("ksf", "duty1")
    assert duty is not None
    assert duty == roster.officer_by_key(key("duty1 of ksf").fingerprint)
    assert (duty.roles, duty.key) == (("watch",), key("duty1 of ksf").public)
    assert [o.party for o in roster.officers()] == ["isf", "ksf"]
    assert roster.officers("mag") == []
    assert [n.name for n in roster.nodes()] == ["adviser", "baghdad", "erbil", "kirkuk"]
    assert [n.joint for n in roster.nodes()] == [False, False, False, True]
    party = roster.party("isf")
    assert party is not None
    assert (party.no, party.hash, party.waiting) == (4, statement.read(house.isf.notes[-1]).hash, ())
    assert party.fingerprint == house.isf.key.fingerprint
    assert roster.node("00" * 16) is roster.node_named("nowhere") is roster.party("pmf") is None
    assert roster.officer("isf", "nobody") is roster.officer_by_key("00" * 16) is None


@given(st.randoms(use_true_random=False))
def test_any_order_and_any_repetition_give_the_same_roster(rng: random.Random) -> None:
    house = House()
    house.ksf.rotate()
    house.isf.say(RevokeNode(house.baghdad.key.fingerprint, (Head("isf+ksf", "flash", 3, ROOT),)))
    house.ksf.say(RevokeOfficer("duty1", NOON))
    house.mag.notes.append(house.mag.draft(Officer("o1", None, (), "One"), no=2))
    expected = house.roster()
    notes = house.notes() + rng.sample(house.notes(), 3)
    rng.shuffle(notes)
    assert Roster.fold(notes, house.trusted()) == expected


def test_only_confirmed_parties_count_and_the_others_are_shown(house: House) -> None:
    roster = Roster.fold(house.notes(), {"isf": house.isf.first})
    assert [n.name for n in roster.nodes()] == ["baghdad", "kirkuk"]
    kirkuk = roster.node_named("kirkuk")
    assert kirkuk is not None
    assert not kirkuk.counts
    assert names(roster, "isf+ksf") == ["baghdad"]
    assert roster.untrusted == {
        "ksf": (keys.fingerprint(house.ksf.first),),
        "mag": (keys.fingerprint(house.mag.first),),
    }


def test_another_first_key_than_the_confirmed_one_counts_nothing(house: House) -> None:
    roster = Roster.fold(house.notes(), {**house.trusted(), "ksf": key("who is this").public})
    assert roster.party("ksf") is None
    assert roster.untrusted == {"ksf": (keys.fingerprint(house.ksf.first),)}


def test_a_missing_number_makes_the_later_ones_wait(house: House) -> None:
    held = [n for n in house.notes() if n != house.isf.notes[1]]
    roster = Roster.fold(held, house.trusted())
    party = roster.party("isf")
    assert party is not None
    assert (party.no, party.waiting) == (1, (3, 4))
    assert roster.node_named("baghdad") is None
    assert names(roster, "isf+ksf") == ["erbil"]


def test_two_statements_with_one_number_stop_that_party_alone(house: House) -> None:
    other = house.isf.draft(Officer("mole", key("mole").public.hex(), ("signatory",), "?"), no=3)
    real = house.isf.notes[2]
    house.isf.notes.append(other)
    roster = house.roster()
    party, neighbour = roster.party("isf"), roster.party("ksf")
    assert party is not None
    assert neighbour is not None
    assert party.no == 2
    assert party.waiting == (3, 4)
    assert party.conflict is not None
    assert set(party.conflict.notes) == {other, real}
    assert party.conflict.hashes == tuple(sorted(statement.read(n).hash for n in (other, real)))
    assert (neighbour.no, neighbour.conflict) == (4, None)
    assert roster.node_named("baghdad") in roster.readers("isf")
    assert roster.officer("isf", "duty1") is roster.officer("isf", "mole") is None


def test_people_settle_which_of_the_two_stands(house: House) -> None:
    other = house.isf.draft(Officer("mole", None, ("watch",), "?"), no=3)
    real = house.isf.notes[2]
    house.isf.notes.append(other)
    settled = house.roster(cleared={("isf", 3): statement.read(real).hash})
    assert settled.officer("isf", "duty1") is not None
    assert settled.officer("isf", "mole") is None
    against = house.roster(cleared={("isf", 3): statement.read(other).hash})
    assert against.officer("isf", "mole") is not None
    # Number 4 names the one that does not stand, so it waits.
    party = against.party("isf")
    assert party is not None
    assert (party.no, party.waiting, party.conflict) == (3, (4,), None)
    nothing = house.roster(cleared={("isf", 3): "00" * 32}).party("isf")
    assert nothing is not None
    assert nothing.conflict is not None


def test_the_same_statement_signed_twice_is_one_story(house: House) -> None:
    whole = house.isf.notes[2]
    again = (
        whole
        + statement.make(
            Officer("o1", None, (), "One"), party="isf", no=2, prev="ab" * 32, at=NOON, key=key("x")
        ).split(b"\n\n")[1]
    )
    assert again != whole
    house.isf.notes.append(again)
    party = house.roster().party("isf")
    assert party is not None
    assert (party.no, party.conflict) == (4, None)


def test_strangers_statements_change_nothing(house: House) -> None:
    expected = house.roster()
    thief = PartyKey("isf")
    thief.key = key("thief")
    thief.notes = list(house.isf.notes)
    house.isf.notes.append(thief.draft(Officer("mole", None, (), "?")))
    house.mag.notes += [b"", b"\xff", house.ksf.notes[1][:-1], house.ksf.notes[1].replace(b"erbil", b"erbit")]
    roster = house.roster()
    assert len(roster.refused) == 4
    assert roster.nodes() == expected.nodes()
    assert roster.officers() == expected.officers()
    party = roster.party("isf")
    assert party is not None
    assert (party.no, party.waiting, party.conflict) == (4, (5,), None)


def test_a_successor_takes_over_and_its_predecessor_is_done(house: House) -> None:
    old = house.ksf.key
    house.ksf.rotate()
    house.ksf.say(Officer("duty2", None, ("watch",), "Night"))
    party = house.roster().party("ksf")
    assert party is not None
    assert (party.no, party.key, party.first) == (6, house.ksf.key.public, old.public)
    house.ksf.rotate()
    house.ksf.key = old
    house.ksf.say(Officer("duty3", None, ("watch",), "Old key"))
    roster = house.roster()
    assert roster.officer("ksf", "duty2") is not None
    assert roster.officer("ksf", "duty3") is None


def test_a_thief_of_the_key_cannot_name_its_successor(house: House) -> None:
    thief = key("thief")
    takeover = statement.Key(thief.public.hex(), statement.successor(thief.public))
    prev = statement.read(house.ksf.notes[-1]).hash
    house.ksf.notes.append(statement.make(takeover, party="ksf", no=5, prev=prev, at=NOON, key=thief))
    party = house.roster().party("ksf")
    assert party is not None
    assert (party.no, party.key, party.waiting) == (4, house.ksf.key.public, (5,))
    house.ksf.notes.pop()
    house.ksf.rotate()
    rescued = house.roster().party("ksf")
    assert rescued is not None
    assert rescued.key == house.ksf.key.public


@pytest.mark.parametrize(
    "changes", [{"name": "kirkuk2"}, {"owners": ("isf", "ksf", "mag")}, {"seal": bytes(32)}]
)
def test_a_joint_node_counts_only_if_its_owners_name_it_alike(
    house: House, changes: dict[str, object]
) -> None:
    house.ksf.say(house.kirkuk.card(**changes))
    roster = house.roster()
    node = roster.node(house.kirkuk.key.fingerprint)
    assert node is not None
    assert not node.counts
    assert house.kirkuk.key.fingerprint not in [n.fingerprint for n in roster.readers("isf+ksf+mag")]
    assert not roster.counts(house.kirkuk.log, 0)
    house.ksf.say(house.kirkuk.card())
    assert house.roster().counts(house.kirkuk.log, 0)


def test_no_co_owner_makes_the_room_his_own(house: House) -> None:
    house.isf.say(house.kirkuk.card(owners=("isf",)))
    roster = house.roster()
    assert not roster.counts(house.kirkuk.log, 0)
    assert not roster.counts(LogId(house.kirkuk.key.fingerprint, "isf", "flash"), 0)
    assert names(roster, "isf") == ["baghdad"]


def test_nobody_claims_anothers_node(house: House) -> None:
    stolen = msgspec.structs.replace(house.erbil.card(), owners=("mag",))
    with pytest.raises(BadInput, match=r"log 8\.6"):
        house.mag.say(stolen)
    erbil = house.roster().node_named("erbil")
    assert erbil is not None
    assert erbil.owners == ("ksf",)


def test_one_name_meant_twice_names_nobody(house: House) -> None:
    other = NodeKey("another key", ("mag",))
    other.name = "erbil"
    house.mag.say(other.card())
    assert house.roster().node_named("erbil") is None


# ---------------------------------------------------------------- revocation


def log_of(node: NodeKey, channel: str = "isf+ksf", lane: str = "routine") -> LogId:
    return LogId(node.key.fingerprint, channel, lane)


def test_a_revoked_node_counts_up_to_the_heads_named(house: House) -> None:
    heads = (Head("isf+ksf", "routine", 5, ROOT), Head("isf", "flash", 0, merkle.empty_root.hex()))
    house.isf.say(RevokeNode(house.baghdad.key.fingerprint, heads))
    roster = house.roster()
    routine = log_of(house.baghdad)
    assert [roster.counts(routine, i) for i in (0, 4, 5, 6)] == [True, True, False, False]
    assert not roster.counts(log_of(house.baghdad, "isf", "flash"), 0)
    assert not roster.counts(log_of(house.baghdad, "isf+ksf+mag"), 0), "a log not listed counts nothing"
    mark = roster.revocation(routine)
    assert mark is not None
    assert (mark.size, mark.root.hex()) == (5, ROOT)
    assert roster.revocation(log_of(house.erbil)) is None
    node = roster.node_named("baghdad")
    assert node is not None
    assert (node.counts, node.revoked) == (True, True)
    assert names(roster, "isf+ksf") == ["erbil", "kirkuk"]


def test_unknown_nodes_and_foreign_channels_count_nothing(house: House) -> None:
    roster = house.roster()
    assert not roster.counts(LogId("00" * 16, "isf", "flash"), 0)
    assert roster.counts(log_of(house.erbil, "ksf"), 0)
    assert not roster.counts(log_of(house.erbil, "isf"), 0)
    assert not roster.counts(log_of(house.kirkuk, "isf"), 0), "nothing at a joint node is private"


def test_only_an_owner_revokes_and_any_owner_does(house: House) -> None:
    house.mag.say(RevokeNode(house.kirkuk.key.fingerprint, ()))
    assert house.roster().counts(house.kirkuk.log, 9)
    house.ksf.say(RevokeNode(house.kirkuk.key.fingerprint, (Head("isf+ksf", "routine", 7, ROOT),)))
    assert not house.roster().counts(house.kirkuk.log, 7)
    house.isf.say(RevokeNode(house.kirkuk.key.fingerprint, (Head("isf+ksf", "routine", 4, ROOT),)))
    roster = house.roster()
    assert [roster.counts(house.kirkuk.log, i) for i in (3, 4)] == [True, False]
    house.isf.say(house.kirkuk.card())
    assert not house.roster().counts(house.kirkuk.log, 4), "naming it again does not bring it back"


def test_a_restored_node_names_its_predecessor_and_its_final_heads(house: House) -> None:
    restored = NodeKey("erbil restored", ("ksf",))
    restored.name = "erbil"
    heads = (Head("isf+ksf", "routine", 12, ROOT),)
    before = Predecessor(house.erbil.key.fingerprint, heads)
    house.ksf.say(msgspec.structs.replace(restored.card(), predecessor=before))
    roster = house.roster()
    assert [roster.counts(log_of(house.erbil), i) for i in (11, 12)] == [True, False]
    assert roster.counts(log_of(restored), 0)
    assert roster.node_named("erbil") == roster.node(restored.key.fingerprint)


def test_a_hidden_head_counts_for_who_can_open_it(house: House) -> None:
    secret = Checkpoint(log_of(house.erbil, "ksf"), 40, bytes.fromhex(ROOT))
    digest = statement.successor(to_text(secret))
    house.ksf.say(RevokeNode(house.erbil.key.fingerprint, (), tuple(sorted((digest, "ab" * 32)))))
    assert not house.roster().counts(secret.log, 0)
    opened = house.roster(openings=(secret, house.baghdad.head()))
    assert [opened.counts(secret.log, i) for i in (39, 40)] == [True, False]
    forged = Checkpoint(secret.log, 41, secret.root)
    assert not house.roster(openings=(forged,)).counts(secret.log, 0)


# ---------------------------------------------------------------- officers


def until(house: House, fingerprint: str) -> int | None:
    signer = house.roster().signer("isf", "duty1", fingerprint)
    assert signer is not None
    return signer.until


def test_a_new_key_ends_the_old_one(house: House) -> None:
    old, new = key("duty1 of isf"), key("duty1 of isf again")
    house.isf.say(Officer("duty1", new.public.hex(), ("planner", "watch"), "Duty officer"), at=NOON + 5)
    assert until(house, old.fingerprint) == NOON + 5
    assert until(house, new.fingerprint) is None
    officer = house.roster().officer_by_key(old.fingerprint)
    assert officer is not None
    assert (officer.key, officer.roles) == (new.public, ("planner", "watch"))
    house.isf.say(Officer("duty1", old.public.hex(), ("watch",), "Duty officer"), at=NOON + 9)
    assert until(house, old.fingerprint) is None
    assert until(house, new.fingerprint) == NOON + 9
    house.isf.say(Officer("duty1", None, (), "Without a key"), at=NOON + 20)
    assert (until(house, old.fingerprint), until(house, new.fingerprint)) == (NOON + 20, NOON + 9)


def test_a_dismissed_officer_has_no_roles_and_his_keys_are_dead(house: House) -> None:
    stolen = key("duty1 of isf")
    house.isf.say(RevokeOfficer("duty1", NOON - 50), at=NOON)
    officer = house.roster().officer("isf", "duty1")
    assert officer is not None
    assert (officer.revoked, officer.roles, officer.key) == (True, (), None)
    assert until(house, stolen.fingerprint) == NOON - 50
    house.isf.say(Officer("duty1", stolen.public.hex(), ("watch",), "Back"))
    assert until(house, stolen.fingerprint) == NOON - 50, "a dead key stays dead"
    fresh = key("duty1 with a fresh key")
    house.isf.say(Officer("duty1", fresh.public.hex(), ("watch",), "Back"))
    assert until(house, fresh.fingerprint) is None
    house.isf.say(RevokeOfficer("nobody", NOON))
    assert house.roster().officer("isf", "nobody") is None


def test_a_key_claimed_by_two_officers_is_nobodys_to_show(house: House) -> None:
    shared = key("duty1 of isf")
    house.ksf.say(Officer("copycat", shared.public.hex(), ("watch",), "?"))
    roster = house.roster()
    assert roster.officer_by_key(shared.fingerprint) is None
    assert roster.signer("isf", "duty1", shared.fingerprint) is not None
    assert roster.signer("isf", "copycat", shared.fingerprint) is None


def test_a_newer_kind_takes_its_number_and_changes_nothing(house: House) -> None:
    before = house.roster()
    fields = {"v": 1, "party": "mag", "no": 3, "prev": statement.read(house.mag.notes[-1]).hash, "at": NOON}
    text = canonical.encode({**fields, "what": "delegate", "to": "isf"}) + b"\n"
    house.mag.notes.append(note.sign(text, statement.key_name("mag"), house.mag.key))
    after = house.roster()
    party = after.party("mag")
    assert party is not None
    assert party.no == 3
    assert after.nodes() == before.nodes()
