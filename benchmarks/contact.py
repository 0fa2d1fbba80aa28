"""Contact now over a line of 2,400 bit/s with 50 MB waiting: until it is there, and until the answer is back.

Two real nodes on disk (`_wire_ours`), 50 MB of records of one side waiting behind the line, whose bytes and
delay are computed (`_wire_line`): what the nodes compute takes no time, so a loaded machine changes nothing.
Each time one watch officer says contact, the other side's officer answers five seconds after he has it, and
the question is how long until that answer is on the first one's disk, without those five seconds. Both ways:
by the side whose 50 MB wait, and against them; by who dials and by who is dialled.
"""

from __future__ import annotations

import random
import statistics
from functools import partial
from typing import Any

from benchmarks._wire_line import Line, Talk
from benchmarks._wire_ours import CHANNEL, OWNERS, Pair, backlog, fill, pair
from seamline.actions import everywhere
from seamline.actions.everywhere import Wide
from seamline.actions.officer import Officer

BITS, DELAY, WAITING = 2_400, 0.9, 50_000_000
THINKS = 5.0
TIMES = 20
PLACE = {"geometry": {"type": "Point", "coordinates": [440_500_000, 357_000_000]}, "accuracy_m": 1000}


def say(two: Pair, of: int, kind: str, body: dict[str, Any]) -> str:
    """By the watch officer of that node; the record's id."""
    node = two.parts[of].node
    who = Officer(node.party, "watch-1", frozenset({"watch", "release"}))
    made: list[dict[str, Any]] = everywhere.put(node, who, Wide(kind, body, "en")).result()["items"]
    return str(made[0]["id"])


def there(two: Pair, of: int, id: str) -> bool:
    """Has that node folded it?"""
    return two.parts[of].node.picture.record(CHANNEL, id) is not None


def run(who: str) -> list[tuple[float, float]]:
    """(until the contact is at the other node, until the answer is back less THINKS) of each: seconds."""
    took, chance, full = [], random.Random(20), list(OWNERS).index(who)
    with pair() as two:
        fill(two.parts[full], backlog("records", WAITING))
        talk = Talk(two.served[0].exchange, two.served[1].exchange, Line(BITS, DELAY), two.clock)
        talk.run(lambda: two.holds(1 - full, full) > 0)
        when = talk.now + 1
        for n in range(TIMES):
            asks = n % 2
            began = talk.run_to(when)
            heard = two.clock.now()
            id = say(
                two, asks, "contact", {"place": PLACE, "heard": heard, "what": "Bursts north of the weir"}
            )
            if not talk.run(partial(there, two, 1 - asks, id)):
                raise SystemExit("the contact did not arrive")
            reached = talk.now
            talk.run_to(reached + THINKS)
            answer = say(two, 1 - asks, "contact_answer", {"contact": id, "answer": "not_ours"})
            if not talk.run(partial(there, two, asks, answer)):
                raise SystemExit("the answer did not arrive")
            took.append((reached - began, talk.now - began - THINKS))
            when = talk.now + 5 + 20 * chance.random()
    return took


def main() -> None:
    """Print the table."""
    print(f"{BITS} bit/s, {DELAY} s each way, {WAITING // 1_000_000} MB waiting; {TIMES} contacts each")
    for who in OWNERS:
        took = run(who)
        for asks, name in enumerate(OWNERS):
            part = took[asks::2]
            one, both = [t[0] for t in part], [t[1] for t in part]
            told = "of its own" if name == who else "of the other side"
            there_in = f"there median {statistics.median(one):5.1f} s, worst {max(one):5.1f}"
            back_in = f"answer back median {statistics.median(both):5.1f} s, worst {max(both):5.1f}"
            print(f"{name} says contact, 50 MB {told} wait: {there_in}; {back_in}")


if __name__ == "__main__":
    main()
