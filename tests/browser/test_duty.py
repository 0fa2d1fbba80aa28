"""A night in the duty room: contact by two keys, closed by both; alerts; the watch taken over alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.conftest import Demo, Screens

CONTACT = "section.contact"


def to(page: Page, path: str) -> None:
    page.goto(page.url.split("#")[0] + path)


def test_contact_from_any_screen_stays_on_top_until_both_have_closed_it(screens: Screens, demo: Demo) -> None:
    erbil = screens.open("erbil", "watch")
    baghdad = screens.open("baghdad", "watch", lang="ar", home=True)
    # Escape takes it back: nothing was said.
    erbil.keyboard.press("Control+F9")
    expect(erbil.get_by_role("dialog")).to_be_visible()
    erbil.keyboard.press("Escape")
    expect(erbil.get_by_role("dialog")).to_have_count(0)
    expect(erbil.locator(CONTACT)).to_have_count(0)
    erbil.keyboard.press("Control+F9")
    erbil.get_by_label("What is heard or seen").fill("Bursts north of the weir")
    erbil.get_by_role("button", name="Ask every room").focus()
    erbil.keyboard.press("Enter")
    expect(erbil.locator("article[data-state=open]")).to_be_visible()
    banner = baghdad.locator(CONTACT)
    expect(banner).to_contain_text("اشتباك الآن")
    expect(baghdad.locator("[data-sound]")).to_be_visible()
    expect(baghdad.get_by_role("region", name="الانتباه").locator(".row").first).to_contain_text("اشتباك")
    banner.get_by_role("button", name="ليس لنا").click()
    expect(erbil.locator("tr[data-party=isf]")).to_contain_text("Not ours")
    erbil.get_by_role("button", name="Ask: Hold fire").click()
    banner.get_by_role("link", name="افتح").click()
    baghdad.locator("li[data-step=hold_fire]").get_by_role("button", name="مؤكد").click()
    expect(erbil.locator("li[data-step=hold_fire]")).to_contain_text("Confirmed")
    erbil.get_by_role("button", name="It is over for us").click()
    expect(erbil.locator("tr[data-party=ksf] td").last).not_to_be_empty()
    expect(erbil.locator(CONTACT)).to_be_visible()
    to(baghdad, "#/records")
    expect(baghdad.locator(CONTACT)).to_be_visible()
    baghdad.go_back()
    baghdad.get_by_role("button", name="انتهى بالنسبة إلينا").click()
    expect(erbil.locator(CONTACT)).to_have_count(0)
    expect(baghdad.locator(CONTACT)).to_have_count(0)
    report = erbil.get_by_role("region", name="Report of the times").locator("tbody tr")
    expect(report).to_have_count(5)


def test_an_alert_is_sent_sounds_and_is_acknowledged(screens: Screens) -> None:
    erbil = screens.open("erbil", "watch")
    to(erbil, "#/alerts")
    erbil.get_by_role("button", name="Test alert").click()
    dialog = erbil.get_by_role("dialog")
    dialog.get_by_label("baghdad").check()
    dialog.locator("button[type=submit]").click()
    baghdad = screens.open("baghdad", "watch")
    banner = baghdad.locator("section.alert")
    banner.get_by_role("button", name="Acknowledge").click()
    expect(banner).to_have_count(0)
    row = erbil.locator("li[data-alert]").first.locator("tr[data-room=baghdad]")
    expect(row).to_contain_text("isf/watch-1")


def test_one_officer_takes_over_writes_the_log_and_logs_a_failed_call(screens: Screens) -> None:
    page = screens.open("kirkuk", "ksf.watch", lang="ar")
    to(page, "#/shift")
    page.get_by_role("button", name="تسلّم المناوبة").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("ol li").first).to_be_visible()
    dialog.get_by_label("كيفية الاتصال بالمناوب").fill("تحويلة 7")
    dialog.get_by_label("قرأت ما هو مفتوح").check()
    dialog.get_by_role("button", name="تسلّم ووقّع").click()
    expect(page.locator("tr[data-duty='ksf/kirkuk']")).to_contain_text("تحويلة 7")
    page.get_by_label("ما حدث في الغرفة").fill("بدأت النوبة الليلية.")
    page.get_by_role("button", name="اكتب").click()
    expect(page.get_by_role("region", name="سجل الغرفة").locator("li").first).to_contain_text(
        "النوبة الليلية"
    )
    to(page, "#/hotline")
    page.get_by_role("button", name="سجّل مكالمة").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("النتيجة").select_option("no_answer")
    dialog.get_by_label("ما قيل").fill("محاولة أولى")
    dialog.locator("button[type=submit]").click()
    expect(page.locator("li.failed").first).to_contain_text("محاولة أولى")
