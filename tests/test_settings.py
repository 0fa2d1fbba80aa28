"""node.toml: defaults let nobody in, and every fault is told at once."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seamline import settings as s
from seamline import texts
from seamline.errors import BadSettings

MINIMAL = b'name = "erbil"\nowners = ["ksf"]\n'


def faults(data: bytes) -> dict[str, str]:
    with pytest.raises(BadSettings) as refused:
        s.load(data)
    return {fault.field: fault.remedy for fault in refused.value.faults}


def test_defaults_listen_to_this_machine_only() -> None:
    found = s.load(MINIMAL)
    assert s.is_loopback(found.listen_host)
    assert not found.demo
    assert found.url is None
    assert found.owners == ("ksf",)


def test_all_faults_are_told_at_once_with_field_value_and_remedy() -> None:
    data = b"""
    name = "Erbil Main"
    owners = ["ksf", "ksf"]
    listen_port = 70000
    url = "erbil.example:8800/x"
    zone = "Baghdad"
    lang = "fr"
    demo = "yes"
    high_water = "mark"
    listne_host = "0.0.0.0"
    [limits]
    event_streams = 0
    """
    found = faults(data)
    assert set(found) == {
        "name", "owners", "listen_port", "url", "zone", "lang", "demo", "high_water", "listne_host",
        "limits.event_streams",
    }  # fmt: skip
    assert "listen_host" in found["listne_host"]
    assert "Asia/Baghdad" in found["zone"]


def test_the_message_names_each_fault_on_its_own_line() -> None:
    with pytest.raises(BadSettings) as refused:
        s.load(b'lang = "fr"\n')
    lines = refused.value.message.splitlines()
    assert len(lines) == 4
    assert any("lang: fr: one of en, ar, ckb" in line for line in lines)


@pytest.mark.parametrize("missing", ["name", "owners"])
def test_a_required_setting_is_asked_for(missing: str) -> None:
    rest = b"\n".join(line for line in MINIMAL.splitlines() if not line.startswith(missing.encode()))
    assert set(faults(rest)) == {missing}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_the_demo_is_refused_where_others_can_reach_it(host: str) -> None:
    assert set(faults(MINIMAL + f'demo = true\nlisten_host = "{host}"\n'.encode())) == {"demo"}


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "localhost"])
def test_the_demo_runs_on_loopback(host: str) -> None:
    assert s.load(MINIMAL + f'demo = true\nlisten_host = "{host}"\n'.encode()).demo


@pytest.mark.parametrize(
    "url", ["ftp://a", "https://", "https://a/b", "https://u@a", "https://a:x", "https://a?b", "http://[::1", "https://a:0"]
)  # fmt: skip
def test_urls_that_nobody_could_dial(url: str) -> None:
    assert set(faults(MINIMAL + f'url = "{url}"\n'.encode())) == {"url"}


@pytest.mark.parametrize(
    "data", [b"\xff", b"name", b"name = ", b"[limits]\n[limits]", b"limits = 3", b"a = " + b"[" * 5000]
)
def test_what_is_no_settings_file(data: bytes) -> None:
    assert faults(data)


def test_owners_have_no_order_of_their_own() -> None:
    one = s.load(b'name = "kirkuk"\nowners = ["ksf", "isf"]\n')
    other = s.load(b'name = "kirkuk"\nowners = ["isf", "ksf"]\n')
    assert one == other


ids = st.from_regex(r"[a-z][a-z0-9-]{1,15}", fullmatch=True)
whole = st.builds(
    s.Settings,
    name=ids,
    owners=st.lists(ids, min_size=1, max_size=4, unique=True).map(lambda found: tuple(sorted(found))),
    listen_host=st.sampled_from(["127.0.0.1", "::1", "localhost"]),
    listen_port=st.integers(0, 65535),
    url=st.none() | st.just("https://erbil.example:8443"),
    zone=st.sampled_from(["UTC", "Asia/Baghdad"]),
    lang=st.sampled_from(s.LANGS),
    demo=st.booleans(),
    high_water=st.none()
    | st.text().filter(lambda t: "\0" not in t and t.isprintable()).map(lambda t: "/" + t),
    limits=st.just(s.Limits()) | st.builds(s.Limits, session_hours=st.integers(1, 168)),
)


@given(whole)
def test_what_is_written_reads_back_the_same(settings: s.Settings) -> None:
    assert s.load(s.dump(settings)) == settings


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_bytes_are_settings_or_refused(data: bytes) -> None:
    try:
        s.load(data)
    except BadSettings as refused:
        assert refused.faults


def test_every_field_is_in_the_reference_list_once() -> None:
    flat = [field.key for field in s.FIELDS]
    assert flat == [name for name in s.Settings.__struct_fields__ if name != "limits"]
    assert [field.key for field in s.LIMITS] == list(s.Limits.__struct_fields__)
    assert msgspec.structs.asdict(s.Limits()) == msgspec.structs.asdict(s.load(MINIMAL).limits)


def test_languages_are_those_of_the_catalogues() -> None:
    assert s.LANGS == texts.LANGS


def test_no_setting_is_without_an_effect() -> None:
    package = Path(s.__file__).parent
    sources = "\n".join(p.read_text("utf-8") for p in package.rglob("*.py") if p != Path(s.__file__))
    unused = [field.key for field in (*s.FIELDS, *s.LIMITS) if not re.search(rf"\.{field.key}\b", sources)]
    assert unused == []


def test_what_an_older_program_wrote_stops_no_upgrade() -> None:
    text = s.dump(s.Settings(name="erbil", owners=("ksf",))).decode()
    assert s.load((text + "\nblob_bytes = 20971520\n").encode()).name == "erbil"
    with pytest.raises(BadSettings, match="no such setting"):
        s.load((text + "\nblub_bytes = 20971520\n").encode())
