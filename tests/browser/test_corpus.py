"""The corpus changed from the page: upload, cancel, read-only; in a browser, over builds of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from kg import build, manifest
from kg.config import BASE
from kg.library import Library
from tests import ui
from tests.browser import served

pytestmark = [pytest.mark.browser, pytest.mark.slow]
TEXT = "试验市{}补贴办法\n\n（试政发〔2025〕{}号，2025年3月1日试验市人民政府印发）\n\n第一条 对符合条件的企业，给予最高{}万元补贴。\n"


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """Return a build of one document."""
    folder = tmp_path / "texts"
    folder.mkdir()
    (folder / "一.txt").write_text(TEXT.format("测试", 1, 20), "utf-8")
    build.ingest(tmp_path / "build", [folder], base=BASE)
    return tmp_path / "build"


def test_a_file_is_uploaded_read_and_asked_about(running: Browser, own: Path, tmp_path: Path) -> None:
    new = tmp_path / "新来的.txt"
    new.write_text(TEXT.format("贷款", 2, 77), "utf-8")
    with served.app(own) as base, served.visit(running, base) as visit:
        visit.open("corpus", tab="来源与导入", on=ui.DAY)
        expect(visit.page.get_by_text("每个不超过 20 MB")).to_be_visible()
        shown = visit.page.get_by_test_id("stFileUploaderDropzone").get_by_role("button").locator("p")
        assert "选择文件" in shown.evaluate("e => getComputedStyle(e, '::after').content")
        visit.page.locator("input[type=file]").set_input_files(str(new))
        visit.page.get_by_role("button", name="导入").click()
        expect(visit.page.get_by_text("新来的.txt").first).to_be_visible(timeout=60_000)
        expect(visit.page.get_by_text("新增 1").first).to_be_visible(timeout=60_000)
        visit.shoot("upload")
        visit.open("", q="试验市贷款补贴办法的补贴最高多少？", on=ui.DAY)
        expect(visit.page.locator("section.answer")).to_contain_text("77万元")
        visit.clean()


def test_a_cancelled_ingest_leaves_the_build_as_it_was(running: Browser, own: Path) -> None:
    before = manifest.load(own).generation
    folder = own.parent / "texts"
    for n in range(400):
        clauses = "".join(f"\n第{m}条 对第{m}类企业，给予最高{m}万元补贴，由市财政局负责。\n" for m in range(2, 40))
        (folder / f"多{n}.txt").write_text(TEXT.format(f"第{n}号", n + 10, n + 1) + clauses, "utf-8")
    with served.app(own) as base, served.visit(running, base) as visit:
        visit.open("corpus", tab="来源与导入", on=ui.DAY)
        visit.page.get_by_role("button", name="重新读入").click()
        visit.page.get_by_role("button", name="取消").click(timeout=20_000)
        expect(visit.page.get_by_text("已取消，语料没有改动。")).to_be_visible(timeout=20_000)
        visit.clean()
    assert manifest.load(own).generation == before
    assert [d.title for d in Library.open(own).documents()] == ["试验市测试补贴办法"]
    build.ingest(own, [folder], base=BASE)
    assert len(Library.open(own).documents()) == 401


def test_a_shared_app_changes_nothing(running: Browser, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYKG_READONLY", "1")
    with served.app(own) as base, served.visit(running, base) as visit:
        visit.open("corpus", tab="来源与导入", on=ui.DAY)
        expect(visit.page.get_by_text("只能读")).to_be_visible()
        assert visit.page.locator("input[type=file]").count() == 0
        visit.open("file", on=ui.DAY)
        visit.page.locator("td a").first.click()
        expect(visit.page.locator("h2.title")).to_be_visible()
        assert visit.page.get_by_text("编码与勘误").count() == 0
        visit.clean()
