"""What runs by itself in a page that stays open: how often it looks again, clock, sound, its first question.

The parts (pulse, minutes, sound, the rows asked ahead) run where they are at home: in a browser whose clock a
test moves.
"""

from __future__ import annotations

from datetime import UTC, datetime

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Screens

BEGAN = datetime(2026, 11, 22, 7, 0, 20, tzinfo=UTC)
BEAT = 15_000
# What is heard, without a loudspeaker: a machine in a rack has none.
HEARD = """
window.heard = { tones: 0, states: [] };
window.AudioContext = class {
  state = 'suspended'; currentTime = 0; destination = {};
  turn(state) { this.state = state; window.heard.states.push(state); }
  async resume() { this.turn('running'); }
  async suspend() { this.turn('suspended'); }
  createOscillator() {
    const start = () => { window.heard.tones += 1; };
    return { frequency: {}, connect: (to) => to, start, stop() {} };
  }
  createGain() {
    return { gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} }, connect: (to) => to };
  }
};"""


def sits(screens: Screens) -> Page:
    """An officer whose page's clock stands under the test's hand; nothing but that clock stirs it."""
    screens.offline = True
    page = screens.open("erbil")
    page.clock.install(time=BEGAN)
    page.add_init_script(HEARD)
    page.route("**/api/events", lambda route: route.abort())
    page.reload()
    page.locator("button[data-role=watch]").click()
    expect(page.locator("aside .row").first).to_be_visible()
    return page


def test_it_looks_again_oftener_while_somebody_works_and_its_clock_turns_with_the_minute(
    screens: Screens,
) -> None:
    page = sits(screens)
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if sent.url.endswith("/api/links") else None)
    clock = page.locator("header .local")
    expect(clock).to_have_text("10:00")
    page.keyboard.press("Shift")
    for looks in (1, 2):
        with page.expect_request("**/api/links"):
            page.clock.fast_forward(BEAT)
        assert len(asked) == looks
    expect(clock).to_have_text("10:00")
    with page.expect_request("**/api/links"):
        page.clock.fast_forward(BEAT)
    expect(clock).to_have_text("10:01")
    # A minute after the last touch it looks at every second beat only, until somebody is there again.
    with page.expect_request("**/api/links"):
        page.clock.fast_forward(4 * BEAT)
    quiet = len(asked)
    for _ in range(2):
        with page.expect_request("**/api/links"):
            page.clock.fast_forward(BEAT)
            page.clock.fast_forward(BEAT)
    assert len(asked) == quiet + 2
    page.keyboard.press("Shift")
    with page.expect_request("**/api/links"):
        page.clock.fast_forward(BEAT)


def _hold(held: list[Route], route: Route) -> None:
    held.append(route)


def asks_for_the_first_rows_before_it_knows_who_sits_there(page: Page) -> None:
    """And once: whoever needs them takes what was asked ahead."""
    held: list[Route] = []
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url) if "/api/records?" in sent.url else None)
    page.route("**/api/me", lambda route: _hold(held, route))
    with page.expect_response(lambda reply: "/api/records?" in reply.url):
        page.reload()
    assert len(held) == 1
    assert "limit=8" in asked[0]
    held[0].continue_()
    expect(page.locator("main.open ul, aside .row").first).to_be_attached()
    assert asked.count(asked[0]) == 1


def test_a_sound_waits_for_a_first_touch_and_stays_off_where_it_was_switched_off(screens: Screens) -> None:
    page = sits(screens)
    assert page.evaluate("window.heard.states")[-1] == "suspended"  # his press signed him in and unlocked it
    page.goto(page.url.split("#")[0] + "#/alerts")
    page.get_by_role("button", name="Switch off").click()
    assert page.evaluate("window.heard.tones") == 0
    asks_for_the_first_rows_before_it_knows_who_sits_there(page)
    page.get_by_role("button", name="Switch on").click()
    page.wait_for_function("() => window.heard.tones === 3")  # once, so that one hears it
    page.clock.fast_forward(4_000)
    page.wait_for_function("() => window.heard.states.at(-1) === 'suspended'")
    assert page.evaluate("window.heard.tones") == 3
