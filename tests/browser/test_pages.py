"""Each page in a real browser over the sample corpus: opened by its link, its main task done, no error, nothing fetched from elsewhere."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from tests import ui
from tests.browser import served
from tests.browser.served import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RATE = "首次购买“青科保”的企业，保险费用补贴比例是多少？"


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
    visit.open("search", s="保险补贴", on=ui.DAY)
    expect(visit.page.locator("article.hit").first).to_contain_text("科技保险费用补贴管理办法")
    expect(visit.page.locator("article.hit .foot").first).to_contain_text("词语相符")
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


def test_the_reader_opens_at_a_cited_clause_and_leads_on(visit: Visit) -> None:
    visit.open(q=RATE, on=ui.DAY)
    visit.page.locator("article.card h3 a").first.click()
    focus = visit.page.locator(".clause.focus")
    expect(focus).to_contain_text("第十四条")
    expect(focus).to_be_in_viewport()
    expect(focus.locator("mark.amount").last).to_have_text("最高10万元")
    assert f"on={ui.DAY}" in visit.page.url
    visit.page.get_by_role("button", name="定义").click()
    expect(visit.page.locator("mark.definition").first).to_be_visible()
    visit.shoot("reader")
    visit.page.locator("mark.reference").first.click()
    expect(visit.page.locator("h2.title")).to_have_text("加强科技财政金融协同支持企业创新发展的若干政策措施")
    visit.page.go_back()
    expect(visit.page.locator("h2.title")).to_have_text("青岛市科技保险费用补贴管理办法")


def test_the_list_of_documents_leads_to_the_reader(visit: Visit) -> None:
    visit.open("file", on=ui.DAY)
    visit.shoot("files")
    visit.page.get_by_role("link", name="《青岛市专利保护规定》").click()
    expect(visit.page.locator("h2.title")).to_have_text("青岛市专利保护规定")


def test_standards_are_narrowed_and_saved(visit: Visit) -> None:
    visit.open("amounts", least="500", status="in force", on=ui.DAY)
    expect(visit.page.get_by_test_id("stDataFrame")).to_be_visible()
    said = visit.page.get_by_text("条标准，来自")
    before = said.inner_text()
    visit.page.get_by_role("button", name="其他").click()
    expect(said).not_to_have_text(before)
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="XLSX").click()
    assert download.value.suggested_filename == "standards.xlsx"
    visit.shoot("amounts")


def test_a_body_shows_its_duties_and_its_partners(visit: Visit) -> None:
    visit.open("agency", on=ui.DAY)
    visit.page.get_by_role("link", name="青岛市财政局").click()
    expect(visit.page.locator("h2.title")).to_have_text("青岛市财政局")
    expect(visit.page.get_by_role("heading", name="与谁共事")).to_be_visible()
    node = visit.page.locator(".node", has_text="青岛市科学技术局")
    node.scroll_into_view_if_needed()
    node.locator("circle").click()
    expect(visit.page.locator("h2.title")).to_have_text("青岛市科学技术局")
    visit.shoot("agency")


def test_the_network_is_walked_by_clicking(visit: Visit) -> None:
    visit.open("links", on=ui.DAY)
    visit.page.locator(".node.lapsed", has_text="硕果计划").locator("circle").click()
    expect(visit.page.get_by_text("引用它（2）")).to_be_visible()
    assert "node=" in visit.page.url
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="存为 PNG").click()
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
    visit.open("links", on=ui.DAY)
    visit.shoot("links")


def test_a_query_is_taken_up_from_an_answer_and_run(visit: Visit) -> None:
    visit.open(q=RATE, on=ui.DAY)
    visit.page.get_by_text("得出这个回答的查询").click()
    visit.page.get_by_role("link", name="在 SPARQL 页打开 ›").click()  # at once: nothing may slip the link from under the click
    visit.page.wait_for_url("**/sparql?**")
    expect(visit.page.get_by_test_id("stDataFrame")).to_be_visible(timeout=15_000)
    expect(visit.page.get_by_text("行", exact=False).first).to_be_visible()
    visit.page.get_by_label("查询", exact=True).fill("SELECT ?s WHERE { ?s ?p }")
    visit.page.get_by_role("button", name="运行").click()
    expect(visit.page.locator(".refused")).to_contain_text("第 1 行")
    visit.shoot("sparql")


def test_the_corpus_page_tells_what_ends_when(visit: Visit) -> None:
    visit.open("corpus", on=ui.DAY)
    expect(visit.page.get_by_role("cell", name="2028-12-31（推算）").first).to_be_visible()
    visit.page.get_by_role("tab", name="来源与导入").click()
    expect(visit.page.get_by_role("button", name="重新读入")).to_be_visible()
    visit.shoot("corpus")


def test_every_page_fits_a_phone(running: Browser, base: str) -> None:
    with served.visit(running, base, phone=True) as visit:
        for path in ("", "search", "file", "amounts", "agency", "links", "sparql", "corpus"):
            visit.open(path, on=ui.DAY, **({"s": "保险"} if path == "search" else {}))
            assert visit.page.evaluate("document.documentElement.scrollWidth") <= served.PHONE["width"], path
        visit.clean()


def test_a_clause_is_coded_and_the_code_stays(visit: Visit) -> None:
    visit.open("file", on=ui.DAY)
    visit.page.get_by_role("link", name="《青岛市专利保护规定》").click()
    visit.page.locator("label", has_text="编码与勘误").first.click()
    visit.page.locator("div.clause button.copy", has_text="编码").nth(3).click()
    dialog = visit.page.get_by_role("dialog")
    expect(dialog).to_contain_text("有误的事实")
    dialog.get_by_role("combobox", name="编码").click()
    visit.page.get_by_role("option", name="供给-资金").click()
    visit.page.get_by_label("备注").fill("要点：<b>试</b>")
    visit.shoot("coding")
    dialog.get_by_text("保存", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(visit.page.locator("div.clause .badge", has_text="供给-资金")).to_have_count(1)
    visit.page.reload()
    expect(visit.page.locator("div.clause", has_text="备注：要点：<b>试</b>")).to_have_count(1)
    visit.shoot("coded")
    visit.clean()


def test_bodies_and_clauses_are_drawn_and_narrowed(visit: Visit) -> None:
    visit.open("links", level="部门与条款", role="responsible", on=ui.DAY)
    expect(visit.page.locator("svg .node.clause").first).to_be_visible()
    visit.shoot("duties")
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="边 CSV").first.click()
    assert "负责" in download.value.path().read_text("utf-8-sig")
    visit.page.get_by_role("button", name="存为 PNG").first.wait_for()
    visit.clean()


def test_a_node_is_followed_by_keyboard_and_a_search_begins_with_a_click(visit: Visit) -> None:
    visit.open("links", on=ui.DAY)
    visit.page.locator(".node.lapsed", has_text="硕果计划").focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page.get_by_text("引用它（2）")).to_be_visible()
    visit.open("search", on=ui.DAY)
    visit.page.locator("main, [data-testid=stMain]").get_by_role("button", name="万元").first.click()
    expect(visit.page.locator("article.hit").first).to_be_visible()
    assert "s=" in visit.page.url
