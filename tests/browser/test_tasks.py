"""Four tasks of people who work with policies, done in a browser over the real texts as docs/tasks.md tells them; and each page's main task there."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Browser, expect

from kg import build
from kg.config import BASE
from tests import ui
from tests.browser import served
from tests.browser.served import Visit

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def real(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the real texts and yield the address."""
    folder = tmp_path_factory.mktemp("real") / "build"
    build.ingest(folder, [shared / "corpus"], base=BASE)
    with served.app(folder) as base:
        yield base


@pytest.fixture
def visit(running: Browser, real: str) -> Iterator[Visit]:
    """Open a desktop session; what went wrong in it fails the test at its end."""
    with served.visit(running, real) as opened:
        yield opened
        opened.clean()


def test_who_is_responsible_and_what_it_is_capped_at_with_a_citation_to_paste(visit: Visit) -> None:
    visit.open(on=ui.DAY)
    field = visit.page.get_by_label("问题", exact=True)
    field.fill("谁负责科技保险补贴，最高多少？")
    field.press("Enter")
    first, second = visit.page.locator("section.answer").nth(0), visit.page.locator("section.answer").nth(1)
    expect(first).to_contain_text("青岛市科学技术局")
    expect(second).to_contain_text("最高10万元")
    card = visit.page.locator("article.card", has_text="第十四条").filter(visible=True).first
    card.get_by_role("button", name="GB/T 7714").click()
    expect(card.get_by_role("button", name="已复制")).to_be_visible()
    copied = visit.page.evaluate("navigator.clipboard.readText()")
    assert "青岛市科技保险费用补贴管理办法[Z]" in copied
    assert "第四章第十四条" in copied
    visit.shoot("task-1")


def test_all_benefits_of_five_million_or_more_in_force_today_as_a_spreadsheet(visit: Visit) -> None:
    visit.open("amounts", on=ui.DAY)
    visit.page.get_by_label("不低于（万元）").fill("500")
    visit.page.get_by_label("不低于（万元）").press("Enter")
    visit.page.get_by_role("combobox", name="效力").click()
    visit.page.get_by_role("option", name="现行有效").click()
    expect(visit.page).to_have_url(re.compile(r"least=500.*status=|status=.*least=500"))
    visit.settle()
    with visit.page.expect_download() as download:
        visit.page.get_by_role("button", name="XLSX").click()
    names, *rows = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    assert len(rows) > 10
    assert {row[names.index("效力")] for row in rows} == {"现行有效"}
    visit.shoot("task-2")


def test_what_rests_on_the_measures_and_whether_it_is_still_valid(visit: Visit) -> None:
    visit.open("file", on=ui.DAY)
    visit.page.get_by_label("按标题、文号或机关找文件").fill("硕果计划")
    visit.page.get_by_label("按标题、文号或机关找文件").press("Enter")
    expect(visit.page.get_by_text("1 份文件")).to_be_visible()
    visit.page.locator("td a").first.click()
    expect(visit.page.locator("h2.title")).to_contain_text("硕果计划")
    expect(visit.page.get_by_text("引用本文件的文件（4）")).to_be_visible()
    lines = visit.page.locator("div.row", has_text="实施细则").filter(has=visit.page.locator(".badge"))
    expect(lines.first).to_contain_text("已失效")
    visit.shoot("task-3")


def test_which_schemes_a_company_qualifies_for(visit: Visit) -> None:
    visit.open("amounts", on=ui.DAY)
    visit.page.get_by_role("radio", name="按条件匹配").or_(visit.page.get_by_role("button", name="按条件匹配")).first.click()
    visit.page.get_by_label("年研发投入（万元）").fill("12000")
    visit.page.get_by_label("年研发投入（万元）").press("Enter")
    visit.page.get_by_label("研发投入比上年增长（%）").fill("16")
    visit.page.get_by_label("研发投入比上年增长（%）").press("Enter")
    expect(visit.page.locator("section.answer")).to_contain_text("【符合】《青岛市进一步提升全社会研发投入若干政策》")
    expect(visit.page.locator("section.answer")).to_contain_text("最高200万元")
    visit.shoot("task-4")


def test_the_main_task_of_each_page_on_the_real_texts(visit: Visit) -> None:
    visit.open("search", s="孵化器 奖励", on=ui.DAY)
    visit.page.locator("article.hit").nth(1).get_by_role("button", name="收入清单").click()
    visit.page.get_by_text("引文清单（1）").click()
    expect(visit.page.get_by_role("button", name="清空")).to_be_visible()
    visit.open("agency", find="科学技术局", on=ui.DAY)
    visit.page.get_by_role("link", name="青岛市科学技术局", exact=True).click()
    expect(visit.page.get_by_role("heading", name="与谁共事")).to_be_visible()
    visit.open("links", on=ui.DAY)
    visit.page.get_by_role("tab", name="依托已失效文件").click()
    expect(visit.page.get_by_text("处：它的依据或所配套的文件已失效")).to_be_visible()
    visit.open("sparql", on=ui.DAY)
    visit.page.get_by_label("查询", exact=True).fill("SELECT (COUNT(*) AS ?n) WHERE { ?d a <https://w3id.org/policykg/ns#Document> }")
    visit.page.get_by_role("button", name="运行").click()
    expect(visit.page.get_by_text("1 行")).to_be_visible()
    visit.open("corpus", tab="质量", on=ui.DAY)
    expect(visit.page.get_by_text("引用到库外文件")).to_be_visible()
    visit.open("file", on=ui.DAY)
    visit.page.get_by_role("link", name="《青岛市科技保险费用补贴管理办法》").click()
    expect(visit.page.locator("mark.amount").first).to_be_visible()
