"""The search page: hits with reasons, filters with counts, pages and the file to download."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl

from kg import browse
from kg.library import Library
from kg.search import Filters
from kg.ui import ask, facets, search
from tests import ui


def test_hits_say_where_they_stand_and_why_they_were_found() -> None:
    app = ui.open_page("search", s="概念验证平台 绩效评价")
    assert not app.exception
    first = ui.text_of(ui.found(app, "article", "hit")[0])
    assert "概念验证平台建设备案管理办法" in first
    assert "词语相符" in first
    assert ui.found(app, "mark", "quote")


def test_a_filter_in_the_address_narrows_the_hits() -> None:
    app = ui.open_page("search", s="补贴", genre="条例")
    hits = ui.found(app, "article", "hit")
    assert hits
    assert all("条例" in ui.text_of(h) for h in hits)


def test_filters_carry_counts() -> None:
    library = Library.open(ui.sample_build())
    on = date.fromisoformat(ui.DAY)
    offered = {f.name: dict(f.counts) for f in facets.facets(library, library.search("补贴", on, Filters(), 200), on)}
    assert set(offered) == {"kind", "agency", "genre", "issuer", "year", "place", "status"}
    assert offered["genre"]["办法"] > 0
    assert sum(offered["status"].values()) == len(library.search("补贴", on, Filters(), 200).hits)


def test_nonsense_in_the_address_breaks_nothing() -> None:
    app = ui.open_page("search", s="补贴", year="昨天", status="perhaps", kind="x", p="99")
    assert not app.exception
    assert ui.found(app, "article", "hit")


def test_the_second_page_goes_on_where_the_first_ends() -> None:
    app = ui.open_page("search", s="补贴", p="2")
    assert ui.text_of(ui.found(app, "article", "hit")[0]).startswith("21")


def test_nothing_found_and_nothing_asked_help() -> None:
    assert "放宽筛选" in ui.open_page("search", s="补贴", issuer="没有这个机关").info[0].value
    assert "份文件" in ui.open_page("search").caption[0].value


def test_the_file_has_a_mark_for_excel_and_every_hit() -> None:
    library = Library.open(ui.sample_build())
    result = library.search("保险", date.fromisoformat(ui.DAY), Filters(), 200)
    data = search.as_csv(library, result)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert len(rows) == 1 + len(result.hits)
    assert rows[1][1] == result.hits[0].document


def test_headings_without_text_come_last_on_their_page_and_are_said_to_be_headings() -> None:
    library = Library.open(ui.sample_build())
    result = library.search("补贴标准和方式", date.fromisoformat(ui.DAY), Filters(), 200)
    clauses = library.shelf.clauses(h.clause for h in result.hits)
    first = [browse.bare(clauses[h.clause]) for h in search.ordered(library, result).hits[: search.PAGE]]
    assert any(first)
    assert first == sorted(first)
    assert sorted(h.clause for h in search.ordered(library, result).hits) == sorted(h.clause for h in result.hits)
    assert "仅标题" in ui.drawn(ui.open_page("search", s="补贴标准和方式"))


def test_the_workbook_holds_every_hit_with_numbers_as_numbers() -> None:
    library = Library.open(ui.sample_build())
    result = library.search("保险", date.fromisoformat(ui.DAY), Filters(), 200)
    rows = list(openpyxl.load_workbook(io.BytesIO(search.as_xlsx(library, result)))["检索"].iter_rows(values_only=True))
    assert len(rows) == 1 + len(result.hits)
    assert rows[1][rows[0].index("得分")] == result.hits[0].score


def test_why_a_hit_was_found_is_said_in_words() -> None:
    assert search.whole("孵化器 奖励", ["孵化器", "化器", "孵化", "奖励"]) == ["孵化器", "奖励"]
    assert search.whole("贷款贴息", ["款贴", "贷款贴"]) == ["贷款贴"], "where no word stands in the clause its longest pieces do"


def test_the_empty_page_offers_what_this_build_holds() -> None:
    app = ui.open_page("search")
    offers = search.offered(Library.open(ui.sample_build()))
    assert [b.label for b in app.button] == [ask.label(words) for words in offers]
    assert any(words.endswith("万元") for words in offers)
    app.button[0].click().run()
    assert not app.exception
    assert ui.found(app, "article", "hit")
