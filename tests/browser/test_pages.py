"""Each page in a real browser over the sample corpus: opened by its link, its main task done, no error, nothing fetched from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests import ui
from tests.browser import served
from tests.browser.served import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RATE = "首次购买“青科保”的企业，保险费用补贴比例是多少？"


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    """Serve the sample corpus once for all tests of this module."""
    with served.app(ui.sample_build()) as address:
        yield address


@pytest.fixture(scope="module")
def running(chromium: str) -> Iterator[Browser]:
    """Start one browser for all tests of this module."""
    with served.browser(chromium) as opened:
        yield opened


@pytest.fixture
def visit(running: Browser, base: str) -> Iterator[Visit]:
    """Open a desktop session; what went wrong in it fails the test at its end."""
    with served.visit(running, base) as opened:
        yield opened
        opened.clean()


def test_a_question_is_answered_with_quote_badge_and_query(visit: Visit) -> None:
    visit.open(on=ui.DAY)
    visit.page.get_by_label("问题", exact=True).fill(RATE)
    visit.page.get_by_label("问题", exact=True).press("Enter")
    answer = visit.page.locator(".answer")
    expect(answer).to_contain_text("50%")
    card = visit.page.locator("article.card").first
    expect(card.locator("mark")).to_contain_text("50%")
    expect(card.locator(".badge").first).to_contain_text("现行有效")
    expect(card.locator(".badge.digest")).to_have_text("摘编")
    visit.page.get_by_text("得出这个回答的查询").click()
    expect(visit.page.get_by_text("SELECT ?fact").first).to_be_visible()
    assert "q=" in visit.page.url
    assert f"on={ui.DAY}" in visit.page.url
    visit.shoot("ask")


def test_a_link_restores_question_and_day(visit: Visit) -> None:
    visit.open(q="什么是概念验证平台？", on="2024-11-20")
    expect(visit.page.locator(".answer .kicker")).to_contain_text("2024-11-20")
    expect(visit.page.locator("article.card .badge").first).to_contain_text("现行有效")
    visit.settle()
    expect(visit.page.get_by_label("问题", exact=True)).to_have_value("什么是概念验证平台？")


def test_a_citation_is_copied(visit: Visit) -> None:
    visit.open(q=RATE, on=ui.DAY)
    visit.page.locator("article.card").first.get_by_role("button", name="GB/T 7714").click()
    expect(visit.page.locator("article.card").first.get_by_role("button", name="已复制")).to_be_visible()
    copied = visit.page.evaluate("navigator.clipboard.readText()")
    assert "青岛市科技保险费用补贴管理办法[Z]. (2024-09-27)[2026-11-20]. 第四章第十四条" in copied


def test_an_example_is_asked_with_one_click(visit: Visit) -> None:
    visit.open(on=ui.DAY)
    visit.page.get_by_role("button", name="什么是概念验证平台？").click()
    expect(visit.page.locator(".answer")).to_contain_text("概念验证")
    assert "q=" in visit.page.url


def test_a_refusal_on_a_phone_in_the_dark(running: Browser, base: str) -> None:
    with served.visit(running, base, phone=True, dark=True) as visit:
        visit.open(q="月球基地的租金补贴最高多少？", on=ui.DAY)
        expect(visit.page.locator(".answer.refused")).to_contain_text("无法回答")
        expect(visit.page.get_by_role("heading", name="最接近的条款（不是答案）")).to_be_visible()
        wide = visit.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= served.PHONE["width"]
        visit.shoot("refusal-phone-dark")
        visit.clean()


def test_search_finds_filters_and_remembers(visit: Visit) -> None:
    visit.open("search", q="保险补贴", on=ui.DAY)
    expect(visit.page.locator("article.hit").first).to_contain_text("科技保险费用补贴管理办法")
    expect(visit.page.locator("article.hit .why").first).to_contain_text("词语相符")
    visit.page.get_by_text("筛选").first.click()
    visit.page.wait_for_timeout(500)  # the filters slide open under the pointer
    visit.page.get_by_role("combobox", name="文种").click()
    visit.page.get_by_role("option", name="措施").click()
    expect(visit.page.locator("article.hit").first).to_contain_text("措施》")
    visit.settle()
    assert "genre=" in visit.page.url
    visit.page.reload()
    expect(visit.page.locator("article.hit").first).to_contain_text("措施》")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="下载 CSV").click()
    assert download.value.path().read_bytes().startswith(b"\xef\xbb\xbf")
    visit.shoot("search")
