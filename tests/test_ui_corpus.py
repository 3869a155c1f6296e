"""The corpus page: the calendar, what is missing, and changes to the build made from the page."""

from __future__ import annotations

import shutil
import time
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from kg import build, manifest, upkeep
from kg.config import BASE
from kg.library import Library
from kg.ui import jobs
from tests import ui
from tests.conftest import ROOT

SOURCES = "来源与导入"
NEW = """试验市测试补贴办法

（试政发〔2025〕3号，2025年3月1日试验市人民政府印发）

第一条 对符合条件的企业，给予最高20万元补贴。

第二条 本办法自2025年4月1日起施行，有效期至2027年3月31日。
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a build of one document that a test may change."""
    folder = tmp_path / "texts"
    folder.mkdir()
    shutil.copy(ROOT / "corpus" / "科技保险费用补贴.txt", folder)
    target = tmp_path / "build"
    build.ingest(target, [folder], base=BASE)
    monkeypatch.setenv("POLICYKG_BUILD", str(target))
    return target


def test_the_calendar_knows_what_rests_on_what() -> None:
    endings = upkeep.calendar(Library.open(ui.sample_build()).shelf, date.fromisoformat(ui.DAY))
    plan = next(e for e in endings if "硕果计划" in e.document.title)
    assert plan.shelf == upkeep.LAPSED
    assert len(plan.resting) == 2
    assert endings[-1].shelf == upkeep.UNDATED


@pytest.mark.parametrize(
    ("ends", "shelf"),
    [("2026-11-19", upkeep.LAPSED), ("2026-11-20", "90天内到期"), ("2027-02-18", "90天内到期"), ("2027-02-19", "365天内到期"), ("2027-11-21", upkeep.LATER)],
)
def test_the_shelves_of_the_calendar(ends: str, shelf: str) -> None:
    assert upkeep.standing(date.fromisoformat(ends), date(2026, 11, 20)) == shelf


def test_the_page_shows_counts_calendar_and_gaps() -> None:
    app = ui.open_page("corpus")
    assert not app.exception
    assert app.metric[0].value == "12"
    text = ui.drawn(app)
    assert "2028-12-31（推算）" in text
    assert "引用到库外文件" in ui.drawn(ui.open_page("corpus", tab="质量"))


def test_a_shared_app_offers_no_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYKG_READONLY", "1")
    app = ui.open_page("corpus", tab=SOURCES)
    assert "只能读" in app.info[0].value
    assert not [b for b in app.button if b.label in ("重新读入", "移除")]


def finished(app: AppTest) -> AppTest:
    end = time.monotonic() + 60
    while "job" in app.session_state and time.monotonic() < end:
        time.sleep(0.3)
        app.run()
    return app


def test_reading_again_from_the_page_takes_in_a_new_file(own: Path) -> None:
    app = ui.open_page("corpus", own, tab=SOURCES)
    (own.parent / "texts" / "新.txt").write_text(NEW, "utf-8")
    next(b for b in app.button if b.label == "重新读入").click().run()
    finished(app)
    assert "新增 1" in ui.drawn(app)
    assert [d.title for d in Library.open(own).documents()][-1].startswith("试验市") or len(Library.open(own).documents()) == 2


def test_the_page_says_what_the_last_ingest_changed(own: Path) -> None:
    assert upkeep.last_change(Library.open(own).shelf) is None
    assert "第一次构建" in ui.drawn(ui.open_page("corpus", own, tab=SOURCES))
    new = own.parent / "texts" / "新.txt"
    new.write_text(NEW, "utf-8")
    build.ingest(own, [own.parent / "texts"], base=BASE)
    first = upkeep.last_change(Library.open(own).shelf)
    assert first is not None
    assert (first.added, first.changed, first.gone, first.kept, first.counts["documents"]) == (("新.txt",), (), (), 1, 1)
    new.write_text(NEW.replace("20万元", "30万元"), "utf-8")
    build.ingest(own, [own.parent / "texts"], base=BASE)
    text = ui.drawn(ui.open_page("corpus", own, tab=SOURCES))
    assert "新增 0，改动 1，移除 0，未变 1" in text
    assert "改动：新.txt" in text


def test_a_source_is_removed_from_the_page(own: Path) -> None:
    (own.parent / "texts" / "新.txt").write_text(NEW, "utf-8")
    build.ingest(own, [own.parent / "texts"], base=BASE)
    app = ui.open_page("corpus", own, tab=SOURCES)
    app.multiselect[0].select("新.txt").run()
    next(b for b in app.button if b.label == "移除").click().run()
    finished(app)
    assert [e.source for e in manifest.load(own).sources] == ["科技保险费用补贴.txt"]


def test_stopping_the_work_leaves_the_build_as_it_was(own: Path) -> None:
    before = manifest.load(own)
    (own.parent / "texts" / "新.txt").write_text(NEW * 2000, "utf-8")
    job = jobs.start("导入", own, "ingest", str(own.parent / "texts"))
    job.stop()
    assert job.process.returncode != 0
    assert manifest.load(own) == before


def test_an_uploaded_file_keeps_its_name_and_no_path(tmp_path: Path) -> None:
    stored = jobs.store(tmp_path / "up", [("../../办法.txt", b"x"), ("C:\\a\\b.md", b"y"), ("..", b"z")])
    assert [p.parent for p in stored] == [tmp_path / "up"] * 3
    assert stored[0].read_bytes() == b"x"


def test_progress_is_read_from_the_lines(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("[1/4] 读取 a.txt\n[3/4] 建立词语索引\n新增 1\n", "utf-8")
    assert jobs.Job(None, log, "").progress() == (0.75, "建立词语索引")  # type: ignore[arg-type]
