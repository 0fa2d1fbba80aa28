"""Live events: what a reader is told, what his sequence shows, how he resumes and when he is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from seamline.actions.attention import attention
from seamline.clock import ManualClock
from seamline.geo.window import HOUR
from seamline.log import statement
from seamline.web import events
from tests.nodes import INCIDENT, officer, put
from tests.web.desk import Desk, desk

WATCH = officer("isf", "watch")
RELEASE = officer("isf", "release")


@pytest.fixture
def here() -> Iterator[Desk]:
    with desk("isf", channels=("isf+ksf",)) as made:
        yield made


def say(here: Desk, channel: str = "isf", times: int = 1) -> list[str]:
    who = WATCH if channel == "isf" else RELEASE
    return [put(here.node, who, "incident", channel, INCIDENT)["id"] for _ in range(times)]


def listen(here: Desk, last: int | None = None, role: str = "watch", party: str = "isf") -> Any:
    headers = {} if last is None else {"last-event-id": str(last)}
    stream = here.wire.stream("/api/events", token=here.token(role, party), headers=headers)
    assert stream.status == 200
    return stream


def test_a_commit_is_told_as_it_happens(here: Desk) -> None:
    stream = listen(here)
    assert stream.event()["event"] == "ready"
    (id,) = say(here)
    told = stream.event()
    assert told == {
        "id": 1, "event": "record", "data": {"id": id, "kind": "incident", "rev": 1, "channel": "isf"},
    }  # fmt: skip
    stream.cut()


def test_a_reader_resumes_where_he_was(here: Desk) -> None:
    ids = say(here, times=5)
    stream = listen(here, last=2)
    assert [stream.event()["data"]["id"] for _ in range(3)] == ids[2:]
    (new,) = say(here)
    told = stream.event()
    assert (told["id"], told["data"]["id"]) == (6, new)
    stream.cut()


@pytest.mark.parametrize("last", [0, 3, 4])
def test_nothing_is_told_twice_or_left_out(here: Desk, last: int) -> None:
    say(here, times=4)
    stream = listen(here, last=last)
    say(here, times=3)
    assert [stream.event()["id"] for _ in range(7 - last)] == list(range(last + 1, 8))
    stream.cut()


def test_a_sequence_survives_a_restart(here: Desk) -> None:
    say(here, times=3)
    again = events.EventHub(here.node, here.accounts)
    here.wire.run(again.start())
    assert again._count(("isf", "isf+ksf")) == 3
    here.wire.run(again.stop())


def test_who_missed_too_much_loads_anew(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "REPLAY", 2)
    say(here, times=5)
    assert [listen(here, last=n).event()["event"] for n in (0, 2, 3)] == ["reset", "reset", "record"]
    # An id from another life of this node (it came back from a backup) is no place to go on from.
    assert listen(here, last=99).event()["event"] == "reset"


@pytest.mark.parametrize("last", ["-1", "x", "1.5", "9" * 17, "٣"])
def test_an_id_that_was_never_given_is_refused(here: Desk, last: str) -> None:
    headers = {"last-event-id": last.encode().decode("latin-1")}
    reply = here.wire.get("/api/events", token=here.token("watch"), headers=headers)
    assert (reply.status, reply.json["field"]) == (400, "Last-Event-ID")


def told(here: Desk, party: str, role: str, upto: int) -> list[Any]:
    stream = listen(here, last=0, role=role, party=party)
    found = [stream.event() for _ in range(upto)]
    stream.cut()
    return found


def test_what_others_keep_to_themselves_moves_nothing() -> None:
    """Law 3: the same events and ids whether or not there are entries he may not read."""
    heard = []
    for private in (0, 7):
        with desk("isf", channels=("isf+ksf",)) as here:
            stream = listen(here)
            for _ in range(3):
                say(here, "isf", private)
                say(here, "isf+ksf")
            # As an officer of ksf would hear it, were there one here: only what his channels hold.
            hub = here.app.hub
            seq, counts = here.wire.run(_standing(hub))
            heard.append([counts["isf+ksf"], len(hub.replay(("isf+ksf",), 0, seq, counts["isf+ksf"]))])
            heard[-1].append(hub.replay(("isf+ksf",), 0, seq, counts["isf+ksf"])[-1].split(b"\n")[0])
            stream.cut()
    assert heard[0] == heard[1] == [3, 3, b"id: 3"]


async def _standing(hub: events.EventHub) -> Any:
    return hub._standing()


def test_both_sides_of_a_room_hear_the_same() -> None:
    with desk("isf", "ksf", channels=("isf+ksf+mag",)) as here:
        for channel in ("isf+ksf", "isf+ksf+mag", "isf+ksf"):
            put(here.node, RELEASE, "incident", channel, INCIDENT)
        assert told(here, "isf", "watch", 3) == told(here, "ksf", "auditor", 3)


# ---------------------------------------------------------------- the end of a stream


def test_a_revoked_token_ends_its_stream(here: Desk) -> None:
    stream, other = listen(here), listen(here, role="planner")
    assert stream.event()
    assert other.event()
    here.accounts.sign_out_everywhere("isf", "watch-1")
    assert stream.event() is None
    say(here)
    assert other.event()["event"] == "record"
    other.cut()


def test_fewer_roles_end_a_stream(here: Desk) -> None:
    stream = listen(here)
    assert stream.event()
    here.accounts.set_roles("isf", "watch-1", ["administrator"])
    assert stream.event() is None


def test_a_revocation_in_the_roster_ends_a_stream(here: Desk) -> None:
    stream = listen(here)
    assert stream.event()
    here.node.trust.on_change(lambda before, after: here.accounts.cut())  # as wiring does
    here.node.trust.add([here.world.say("isf", statement.RevokeOfficer("watch-1", here.node.clock.now()))])
    assert stream.event() is None


def test_an_expired_session_ends_at_the_next_heartbeat(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.02)
    with desk("isf") as other:
        stream = listen(other)
        assert stream.event()
        other.node.clock.advance(91 * 86_400_000)
        assert stream.event() is None


def test_a_heartbeat_keeps_the_line_awake(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "HEARTBEAT", 0.02)
    with desk("isf") as here:
        stream = listen(here)
        assert b"ready" in stream.chunks.get(timeout=20)
        assert stream.chunks.get(timeout=20).startswith(b": ")
        stream.cut()


def test_a_client_that_left_is_forgotten(here: Desk) -> None:
    stream = listen(here)
    assert stream.event()
    assert len(here.app.hub) == 1
    stream.cut()
    assert stream.chunks.get(timeout=20) is None
    assert len(here.app.hub) == 0


def test_a_client_too_slow_for_its_queue_is_cut_off(here: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def overfill() -> tuple[bool, Any]:
        client = events.Client(here.accounts.authenticate(here.token("watch"), "api"), ("isf",))
        for _ in range(events.QUEUE + 1):
            client.put(b"x")
        client.put(b"y")
        return client.ended, await client.queue.get()

    assert here.wire.run(overfill()) == (True, None)


def test_no_party_takes_all_the_places_of_a_room() -> None:
    from seamline.settings import Limits

    with desk("isf", "ksf", limits=Limits(event_streams=4)) as here:
        streams = [listen(here) for _ in range(2)]
        assert all(s.event() for s in streams)
        refused = here.wire.get("/api/events", token=here.token("watch", "isf"))
        assert (refused.status, refused.header("retry-after")) == (429, "30")
        streams.append(listen(here, party="ksf"))
        for stream in streams:
            stream.cut()


def test_stopping_ends_every_stream() -> None:
    with desk("isf") as here:
        stream = listen(here)
        assert stream.event()
    assert stream.event() is None


def test_an_hour_of_silence_is_an_event_and_so_is_the_next_word(here: Desk) -> None:
    """By the node's clock; listed under what needs attention, and told to every open screen."""
    start = here.node.clock.now()
    heard = {"erbil": start, "adviser": start}
    here.node.link_states = lambda: [
        {"name": n, "enabled": True, "last_contact": at} for n, at in heard.items()
    ]
    hub, clock = here.app.hub, here.node.clock
    assert isinstance(clock, ManualClock)
    stream = listen(here)
    assert stream.event()["event"] == "ready"

    def silent() -> list[str]:
        return [i["about"] for i in attention(here.node, WATCH)["items"] if i["what"] == "silent_link"]

    clock.advance(HOUR)
    here.wire.run(hub.tell_silence())
    assert silent() == []
    clock.advance(1)
    heard["adviser"] = clock.now()
    here.wire.run(hub.tell_silence())
    assert silent() == ["erbil"]
    told = stream.event()
    assert (told["event"], told["data"]) == ("link", {"link": "erbil", "silent": True, "since": start})
    # Once, not with every look; and no reader's sequence moves.
    here.wire.run(hub.tell_silence())
    heard["erbil"] = clock.now()
    here.wire.run(hub.tell_silence())
    told = stream.event()
    assert (told["event"], told["data"]) == ("link", {"link": "erbil", "silent": False, "since": None})
    (id,) = say(here)
    told = stream.event()
    assert (told["id"], told["data"]["id"]) == (1, id)
    stream.cut()
