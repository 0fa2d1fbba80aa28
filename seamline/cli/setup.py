"""seamline setup: a working room by questions, in three languages; or from a file of answers."""

from __future__ import annotations

import functools
import getpass
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from seamline import texts, wiring
from seamline.actions.passwords import Passwords
from seamline.cli.node import Json
from seamline.cli.say import LEAST, answer, language, passphrase
from seamline.errors import BadInput, Conflict
from seamline.log.channel import is_id
from seamline.settings import Settings
from seamline.upkeep import founding
from seamline.upkeep.founding import OFFICER, PartyPlan, RoomPlan, Secrets

_NAMES = ("1  English", "2  العربية", "3  کوردی")
ZONE = "Asia/Baghdad"


def setup(
    folder: Path,
    *,
    answers: Path | None = None,
    samples: Path | None = None,
    lang: str | None = None,
    passphrase_file: Path | None = None,
    as_json: Json = False,
) -> int:
    """Make a working room in FOLDER by questions: node, keys, first officers, watch list, past events.

    --answers FILE (TOML) answers the questions; then passphrases come from --passphrase-file or
    SEAMLINE_PASSPHRASE, one for all. --samples: a folder with terms.json, watch.geojson and history.csv to
    begin with. Nothing is left of a set-up that did not come to its end, but the keys that were made.
    """
    if answers is not None:
        plan = founding.read_plan(answers)
        spoken = language(lang, plan.lang)
        founding.check(folder, plan)
        secret = passphrase(passphrase_file, str(folder), new=True)
        parties = dict.fromkeys((party.id for party in plan.parties), secret)
        secrets = Secrets(secret, parties, parties)
    elif sys.stdin.isatty():
        spoken = _language(lang)
        asked = Questions(spoken)
        plan = _plan(asked, folder, samples)
        founding.check(folder, plan)
        secrets = _secrets(asked, plan)
    else:
        raise BadInput("answers", None, "at a keyboard it asks; without one give --answers FILE")

    def say(code: str, values: dict[str, object]) -> None:
        if not as_json:
            print("  " + texts.text(spoken, f"setup.done.{code}", **_readable(spoken, values)), flush=True)

    url = founding.found(folder, plan, secrets, say)
    who = [f"{party.id}/{OFFICER}" for party in plan.parties] if len(plan.parties) > 1 else [OFFICER]
    keys = sorted({str(party.book.parent) for party in plan.parties})
    answer(
        {"folder": str(folder), "url": url, "officers": who, "keys": keys},
        ["", *_next(spoken, folder, url, who, keys)],
        as_json=as_json,
    )
    return 0


def _next(lang: str, folder: Path, url: str, who: list[str], keys: list[str]) -> list[str]:
    return [
        texts.text(lang, "setup.next.keys", path=", ".join(keys)),
        # On lines of their own, as they are: who copies them copies no invisible marks.
        texts.text(lang, "setup.next.serve"),
        f"    {_start(folder)}",
        texts.text(lang, "setup.next.sign_in", officer=", ".join(who)),
        f"    {url}",
    ]


def _start(folder: Path) -> str:
    """How this room is started: by the start file of the kit if we were called by it."""
    start = os.environ.get("SEAMLINE_START")
    if start and folder.resolve() == Path(start).resolve().parent / "node":
        return f'"{start}"'
    return f'seamline serve "{folder}"'


def _readable(lang: str, values: dict[str, object]) -> dict[str, object]:
    if "state" in values:
        return {
            **values,
            "state": texts.text(lang, f"value.state.{values['state']}"),
            "kind": texts.text(lang, f"kind.{values['kind']}"),
        }
    return values


# ---------------------------------------------------------------- the questions


@dataclass(frozen=True, slots=True)
class Questions:
    """Asks at the keyboard until the answer will do. Enter alone takes what stands in brackets."""

    lang: str

    def ask(
        self, code: str, otherwise: str = "", fits: Callable[[str], bool] = bool, **values: object
    ) -> str:
        """One answer; setup.ask.<code> asks."""
        hint = f" [{otherwise}]" if otherwise else ""
        while True:
            given = input(texts.text(self.lang, f"setup.ask.{code}", **values) + f"{hint}: ").strip()
            if fits(given or otherwise):
                return given or otherwise
            print(texts.text(self.lang, "setup.again." + code))

    def secret(self, code: str, fits: Callable[[str], object] = lambda given: True, **values: object) -> str:
        """A new passphrase, typed twice; setup.ask.<code> asks. fits: raises BadInput if it will not do."""
        while True:
            given = getpass.getpass(texts.text(self.lang, f"setup.ask.{code}", **values) + ": ")
            again = getpass.getpass(texts.text(self.lang, "cli.once_more") + ": ")
            try:
                if len(given) >= LEAST and given == again and fits(given):
                    return given
            except BadInput as fault:
                print(f"  {fault.remedy}")
            print(texts.text(self.lang, "setup.again.secret", n=LEAST))


def _language(lang: str | None) -> str:
    """Asked in all three, unless it was said."""
    try:
        return language(lang, "")
    except BadInput:
        if lang:
            raise
    print("\n".join(_NAMES))
    while True:
        given = input("Language / اللغة / زمان [1]: ").strip() or "1"
        if given in ("1", "2", "3"):
            return texts.LANGS[int(given) - 1]


def _plan(asked: Questions, folder: Path, samples: Path | None) -> RoomPlan:
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(f"{folder} is not empty; a room is set up in a new folder")
    print(texts.text(asked.lang, "setup.welcome"))
    name = asked.ask("name", fits=is_id)
    ids = asked.ask("parties", fits=_parties).split("+")
    keys = folder.parent / "take-away"
    parties = []
    for id in sorted(ids):
        title = asked.ask("title", id, party=id)
        book = asked.ask("book", str(keys / f"{id}.party"), _suits_a_book, party=id)
        parties.append(PartyPlan(id, Path(book).expanduser(), title))
    port = asked.ask("port", str(_free_port(name)), _is_port)
    terms, watch, history = (
        _sample(asked, samples, code, file)
        for code, file in (("terms", "terms.json"), ("watch", "watch.geojson"), ("history", "history.csv"))
    )
    return RoomPlan(name, parties, asked.lang, ZONE, int(port), terms, watch, history)


def _secrets(asked: Questions, plan: RoomPlan) -> Secrets:
    node = asked.secret("secret_node", name=plan.name)
    books, officers = {}, {}
    for party in plan.parties:
        if party.book.exists():
            books[party.id] = passphrase(None, str(party.book), lang=asked.lang)
        else:
            books[party.id] = asked.secret("secret_party", party=party.id)
        fits = functools.partial(_seal, party.id)
        officers[party.id] = asked.secret("secret_officer", fits, officer=f"{party.id}/{OFFICER}")
    return Secrets(node, books, officers)


def _seal(party: str, password: str) -> str:
    return Passwords().seal(password, party, OFFICER)


def _sample(asked: Questions, samples: Path | None, code: str, file: str) -> Path | None:
    """Which file to begin with; "-" is none."""
    there = samples / file if samples is not None and (samples / file).is_file() else None
    given = asked.ask(code, str(there) if there else "-", lambda path: path == "-" or Path(path).is_file())
    return None if given == "-" else Path(given)


def _parties(given: str) -> bool:
    ids = given.split("+")
    return all(is_id(id) for id in ids) and len(set(ids)) == len(ids)


def _suits_a_book(given: str) -> bool:
    return not Path(given).is_dir()


def _is_port(given: str) -> bool:
    return given.isdecimal() and 0 < int(given) < 65_536


def _free_port(name: str) -> int:
    """8800, or the next one that nobody listens on."""
    for port in range(8800, 8900):
        try:
            wiring.check_port(Settings(name=name, owners=(), listen_port=port))
        except BadInput:
            continue
        return port
    return 8800
