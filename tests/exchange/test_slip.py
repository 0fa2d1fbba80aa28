"""One code, one telephone: an alert goes to one node, its receipt comes back, whatever the photo is like."""

from __future__ import annotations

import pytest

from seamline.documents import code
from seamline.errors import BadInput, Conflict, OurFault
from seamline.exchange import slip
from seamline.exchange.courier import Courier
from tests.codes import photo, screen
from tests.nodes import INCIDENT
from tests.simulated_node import SimulatedNode, World

SHARED = "isf+ksf"


def world() -> tuple[SimulatedNode, SimulatedNode, SimulatedNode]:
    here = World()
    a, b, c = here.node("erbil", "ksf"), here.node("baghdad", "isf"), here.node("adviser", "mag")
    # They have met once: each knows what the other undoes and holds.
    Courier(b.exchange).read(Courier(a.exchange).write(["baghdad"]).data)
    Courier(a.exchange).read(Courier(b.exchange).write(["erbil"]).data)
    return a, b, c


@pytest.mark.parametrize(
    "how",
    [{}, {"degrees": 7.0, "noise": 15.0}, {"degrees": -94.0, "scale": 0.8, "light": 0.6, "noise": 8.0}],
    ids=["as it is", "turned and noisy", "on its side, small and dim"],
)
def test_an_alert_goes_there_and_its_receipt_comes_back(how: dict[str, float]) -> None:
    a, b, _ = world()
    a.say(SHARED, INCIDENT, lane="flash")
    log = a.log_id(SHARED, "flash")
    data, name = Courier(a.exchange).code(log, 0, "baghdad")
    assert name == "baghdad"
    assert len(data) <= 1100
    found = code.find(photo(screen(data), **how))
    report = Courier(b.exchange).read(found[0])
    assert (report.new, report.refused, report.missing) == (1, [], [])
    assert report.sender is not None
    assert report.sender.name == "erbil"
    assert b.bodies(log) == [INCIDENT]
    back, name = Courier(b.exchange).code(log, 0, "erbil")
    assert (name, len(back) <= 400) == ("erbil", True)
    report = Courier(a.exchange).read(code.find(photo(screen(back), **how))[0])
    assert (report.receipts, report.new, report.refused) == (1, 0, [])
    assert (log, b.key.fingerprint) in a.receipts()


def test_only_the_node_it_is_for_opens_it() -> None:
    a, b, c = world()
    a.say(SHARED, INCIDENT, lane="flash")
    log = a.log_id(SHARED, "flash")
    data, _ = Courier(a.exchange).code(log, 0, "baghdad")
    with pytest.raises(BadInput):
        Courier(c.exchange).read(data)
    assert c.heads() == {}
    with pytest.raises(BadInput):
        Courier(a.exchange).code(log, 0, "adviser")
    with pytest.raises(OurFault):
        slip.Slips(a.exchange).record(log, 0, a.exchange.house.trust.roster.node(c.key.fingerprint))  # type: ignore[arg-type] # it is there
    with pytest.raises(Conflict):
        Courier(b.exchange).code(log, 0, "erbil")


def test_alerts_before_it_go_along_and_too_many_are_refused() -> None:
    a, b, _ = world()
    a.say(SHARED, {"text": "one"}, {"text": "two"}, lane="flash")
    log = a.log_id(SHARED, "flash")
    assert Courier(b.exchange).read(Courier(a.exchange).code(log, 1, "baghdad")[0]).new == 2
    a.say(SHARED, *({"text": f"{n} " * 400} for n in range(60)), lane="flash")
    with pytest.raises(BadInput):
        Courier(a.exchange).code(log, 61, "baghdad")


def test_what_is_no_slip_changes_nothing() -> None:
    a, b, _ = world()
    a.say(SHARED, INCIDENT, lane="flash")
    data, _ = Courier(a.exchange).code(a.log_id(SHARED, "flash"), 0, "baghdad")
    for place in range(len(data)):
        for broken in (data[:place], data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]):
            with pytest.raises(BadInput):
                Courier(b.exchange).read(broken)
    assert b.heads() == {}


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"P5\n2 2\n255\nabc",
        b"P6\n1 1\n255\nabc",
        b"P5\n99999 99999\n255\n",
        b"P5\n0 0\n255\n",
        b"\x89PNG\r\n",
    ],
)
def test_what_is_no_picture(picture: bytes) -> None:
    with pytest.raises(BadInput):
        code.find(picture)


def test_a_picture_without_a_code_shows_none() -> None:
    assert code.find(b"P5\n64 64\n255\n" + bytes(range(64)) * 64) == []
    with pytest.raises(BadInput):
        code.draw(bytes(code.MOST_BYTES + 1))
