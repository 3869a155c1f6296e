"""What changes while the app runs: no build yet, a new build, a document full of markup."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kg import build
from kg.config import BASE
from tests import ui
from tests.browser import served

pytestmark = [pytest.mark.browser, pytest.mark.slow]
HOSTILE = """试验市<script>window.broken=1</script>**粗体**$x^2$补贴办法

（试政发〔2025〕9号，2025年3月1日试验市人民政府印发）

第一条 <img src=x onerror="window.broken=1">对[符合](http://example.invalid)条件的企业，给予最高20万元补贴。

第二条 =HYPERLINK("http://example.invalid")由试验市财政局负责解释，$\\alpha$ :material/home: 自2025年4月1日起施行，有效期至2027年3月31日。
"""


def test_the_page_opens_by_itself_when_a_build_appears_and_when_a_new_one_does(running: Browser, tmp_path: Path) -> None:
    folder, target = tmp_path / "texts", tmp_path / "build"
    folder.mkdir()
    (folder / "一.txt").write_text(HOSTILE, "utf-8")
    with served.app(target) as base, served.visit(running, base) as visit:
        visit.open("file", on=ui.DAY)
        expect(visit.page.get_by_role("heading", name="还没有语料")).to_be_visible()
        build.ingest(target, [folder], base=BASE)
        begun = time.monotonic()
        expect(visit.page.get_by_text("1 份文件")).to_be_visible(timeout=10_000)
        assert time.monotonic() - begun < 6
        (folder / "二.txt").write_text(HOSTILE.replace("9号", "10号").replace("补贴办法", "奖励办法"), "utf-8")
        build.ingest(target, [folder], base=BASE)
        begun = time.monotonic()
        expect(visit.page.get_by_text("2 份文件")).to_be_visible(timeout=10_000)
        assert time.monotonic() - begun < 6
        visit.clean()


def test_markup_in_a_document_is_shown_as_text(running: Browser, tmp_path: Path) -> None:
    folder, target = tmp_path / "texts", tmp_path / "build"
    folder.mkdir()
    (folder / "一.txt").write_text(HOSTILE, "utf-8")
    build.ingest(target, [folder], base=BASE)
    with served.app(target) as base, served.visit(running, base) as visit:
        for path, query in (
            ("", {"q": "补贴最高多少？"}),
            ("search", {"s": "企业"}),
            ("file", {}),
            ("amounts", {}),
            ("agency", {}),
            ("links", {}),
            ("corpus", {}),
        ):
            visit.open(path, on=ui.DAY, **query)
            assert visit.page.evaluate("window.broken") is None, path
        visit.open("file", on=ui.DAY)
        visit.page.locator("td a").first.click()
        expect(visit.page.locator("h2.title")).to_contain_text("补贴办法")
        expect(visit.page.locator(".root").last).to_be_attached()
        expect(visit.page.get_by_text("onerror")).to_be_visible()
        assert visit.page.locator("img[src=x]").count() == 0
        visit.clean()


def test_twenty_thousand_amounts_and_signs_that_turn_the_text_still_open(running: Browser, tmp_path: Path) -> None:
    folder, target = tmp_path / "texts", tmp_path / "build"
    folder.mkdir()
    many = "".join(f"对第{n}类企业给予最高{n % 900 + 1}万元补助，" for n in range(1, 20_001))
    (folder / "多.txt").write_text(f"试验市多数补贴办法\n\n第一条 {many}由试验市财政局负责。\n", "utf-8")
    (folder / "转.txt").write_text("试验市\u202e翻转\u202c补贴办法\n\n第一条 \u202e给予企业最高20万元补贴。\n", "utf-8")
    build.ingest(target, [folder], base=BASE)
    with served.app(target) as base, served.visit(running, base) as visit:
        visit.open("amounts", on=ui.DAY)
        expect(visit.page.get_by_text("20001 条标准，来自")).to_be_visible(timeout=15_000)
        visit.open("file", on=ui.DAY)
        visit.page.get_by_role("link", name="《试验市多数补贴办法》").click()
        expect(visit.page.locator("mark.amount").last).to_be_attached(timeout=20_000)
        assert visit.page.locator("mark.amount").count() == 20_000
        visit.open("file", on=ui.DAY)
        visit.page.get_by_role("link", name="《试验市翻转补贴办法》").click()
        expect(visit.page.locator("mark.amount")).to_have_text("最高20万元")
        assert "\u202e" not in visit.page.locator("h2.title").inner_text()
        visit.clean()


def test_every_page_stands_over_the_real_texts(running: Browser, shared: Path, tmp_path: Path) -> None:
    build.ingest(tmp_path / "build", [shared / "corpus"], base=BASE)
    with served.app(tmp_path / "build") as base, served.visit(running, base) as visit:
        visit.open("", q="科技保险费用补贴由哪个部门负责解释？", on=ui.DAY)
        expect(visit.page.locator(".answer")).to_be_visible()
        expect(visit.page.locator("article.card mark").first).to_be_visible()
        visit.page.locator("article.card h3 a").first.click()
        expect(visit.page.locator(".clause.focus")).to_be_in_viewport()
        visit.open("search", s="孵化器 奖励", on=ui.DAY)
        expect(visit.page.locator("article.hit").nth(5)).to_be_attached()
        for path, shown in (
            ("amounts", "条标准，来自"),
            ("agency", "个机构 ·"),
            ("links", "条联系"),
            ("sparql", "行"),
            ("corpus", "个来源文件"),
            ("file", "份文件 ·"),
        ):
            visit.open(path, on=ui.DAY)
            expect(visit.page.get_by_text(shown).first).to_be_visible()
        visit.clean()
