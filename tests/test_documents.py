"""Documents of a source: cases, spans, the real texts."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import contents, documents, files, genres, history, metadata, titles
from ingest.lines import scan
from ontology.records import Document, Source
from tests import clock
from tests.cases_of import cases, label

CASES = cases("documents")
LIMIT = 12.0  # seconds for a text of a million characters on a busy machine; it takes about one


def source(text: str, path: str = "甲.txt") -> Source:
    return Source(path, hashlib.sha256(text.encode()).hexdigest(), text)


def value(document: Document, key: str) -> Any:
    found = getattr(document, key)
    return list(found) if isinstance(found, tuple) else found or ""


@pytest.mark.parametrize("case", CASES, ids=label)
def test_case(case: dict[str, Any]) -> None:
    found = documents.split(source(case["text"]))
    assert [d.title for d in found] == [want["title"] for want in case["found"]], case["why"]
    for document, want in zip(found, case["found"], strict=True):
        assert {key: value(document, key) for key in want} == want, case["why"]


@pytest.mark.parametrize("case", CASES, ids=label)
def test_spans_are_in_order_and_apart(case: dict[str, Any]) -> None:
    found = documents.split(source(case["text"]))
    ends = 0
    for document in found:
        assert ends <= document.span.start < document.span.end <= len(case["text"])
        assert not case["text"][document.span.start].isspace()
        ends = document.span.end


@pytest.mark.parametrize("case", CASES, ids=label)
def test_line_ends_change_nothing(case: dict[str, Any]) -> None:
    plain = documents.split(source(case["text"]))
    windows = documents.split(source(case["text"].replace("\n", "\r\n")))
    assert [(d.title, d.number, d.issued, d.effective) for d in plain] == [(d.title, d.number, d.issued, d.effective) for d in windows]


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet="第一二条章、（）1.。：\n\t 附件办法关于印发的通知《》2024年月日号〔〕甲市|#*", max_size=400))
def test_any_text_is_read(text: str) -> None:
    for document in documents.split(source(text)):
        assert 0 <= document.span.start < document.span.end <= len(text)


def test_ids_differ_for_copies() -> None:
    text = CASES[0]["text"]
    one, two = documents.split(source(text, "a.txt"))[0], documents.split(source(text, "b.txt"))[0]
    assert one.id != two.id
    assert one == documents.split(source(text, "a.txt"))[0]


def test_contents_list_joins_broken_entries() -> None:
    listed = contents.find(scan(next(case["text"] for case in CASES if "compilation" in case["why"])))
    assert listed is not None
    assert "关于引进人才的若干措施" in listed.entries


@pytest.mark.parametrize(
    ("title", "genre"),
    [
        ("某市某某实施细则（试行）", "细则"),
        ("某市进一步提升某某若干政策", "政策"),
        ("某市某某十条措施", "措施"),
        ("中华人民共和国某某法", "法"),
        ("某市某某管理办法", "办法"),
        ("某某行动计划（2024—2028年）", "计划"),
        ("某市“十四五”某某规划", "规划"),
        ("某市某某发展规划纲要", "规划"),
        ("关于某某的指导意见", "意见"),
        ("国务院关于某某的批复", "批复"),
        ("最高人民法院关于某某若干问题的解释", "解释"),
        ("某某情况", "其他"),
    ],
)
def test_genre(title: str, genre: str) -> None:
    assert titles.genre_of(title) == genre


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年12月2日", date(2024, 12, 2)),
        ("二〇二四年十二月二十一日", date(2024, 12, 21)),
        ("2024-1-2", date(2024, 1, 2)),
        ("2024年13月2日", None),
        ("某日", None),
    ],
)
def test_day(text: str, day: date | None) -> None:
    assert history.day(text) == day


@pytest.mark.parametrize(
    ("text", "issuers", "number", "issued", "effective"),
    [
        ("2001年2月3日 国务院公布\n2002年1月1日 施行", ("国务院",), None, date(2001, 2, 3), date(2002, 1, 1)),
        ("2001年2月3日 中华人民共和国国务院令第12号公布", ("国务院",), "国务院令第12号", date(2001, 2, 3), None),
        ("（2001年2月3日 经国务院批准 2001年3月4日 海关总署发布）", ("海关总署",), None, date(2001, 3, 4), None),
        (
            "2001年2月3日最高人民法院审判委员会第1次会议、2001年3月4日最高人民检察院第九届检察委员会第二次会议通过",
            ("最高人民法院", "最高人民检察院"),
            None,
            date(2001, 3, 4),
            None,
        ),
        (
            "（2004年5月6日甲市人民政府令第31号公布 根据2016年8月7日《关于修改〈某办法〉的决定》第一次修订 2023年1月2日甲市人民政府令第90号第二次修订）",
            ("甲市人民政府",),
            "甲市人民政府令第90号",
            date(2023, 1, 2),
            None,
        ),
        ("（2023年2月2日甲市财政局、甲市教育局印发）", ("甲市财政局", "甲市教育局"), None, date(2023, 2, 2), None),
        ("第一条 为了管理", (), None, None, None),
    ],
)
def test_history(text: str, issuers: tuple[str, ...], number: str | None, issued: date | None, effective: date | None) -> None:
    found = history.read(scan(text))
    assert (found.issuers, found.number, found.issued, found.effective) == (issuers, number, issued, effective)


def test_the_day_of_a_vote_is_not_that_of_publication() -> None:
    assert history.read(scan("2001年2月3日甲市人民代表大会常务委员会第二次会议通过")).voted
    assert not history.read(scan("2001年2月3日甲市人民代表大会常务委员会第二次会议通过 2001年2月9日公布")).voted


@pytest.mark.parametrize(
    ("title", "issuers", "text", "place"),
    [
        ("青岛市某某办法", (), "", "青岛市"),
        ("关于某某的通知", ("中共济南市委办公厅",), "", "济南市"),
        ("深圳市南山区某某措施", (), "", "深圳市南山区"),
        ("关于某某的意见", ("国务院办公厅",), "我市", None),
        ("某某专项行动方案", (), "我市驻宁波市高校、宁波市科技局，上海市除外", "宁波市"),
        ("某某专项行动方案", (), "宁波市的经验", None),
    ],
)
def test_place(title: str, issuers: tuple[str, ...], text: str, place: str | None) -> None:
    assert metadata.place_of(title, issuers, text) == place


def test_every_genre_has_an_ending() -> None:
    assert set(genres.endings().values()) == genres.GENRES - {"新闻"}


@pytest.mark.slow
def test_long_text_is_split_in_time() -> None:
    many = source("甲市某某办法\n（2020年1月1日公布）\n\n第一条 为了促进，制定本办法。\n" * 25_000)
    assert len(documents.split(many)) == 25_000
    assert clock.within(LIMIT, lambda: documents.split(many))


# Titles of the 28 policies, as hashes: the texts themselves stay outside the project.
def test_compilation(shared: Path) -> None:
    path = next((shared / "corpus").glob("*compilation*.txt"))
    read = files.read(path, path.name)
    found = documents.split(read)
    listed = contents.find(scan(read.text))
    assert listed is not None
    assert len(found) == 28
    assert all(d.edition == "official" for d in found)
    named = [titles.same(entry) for entry in listed.entries]
    # One entry of the list has a slip of the pen: it writes a word twice.
    assert sum(any(titles.same(d.title) in entry or titles.same(d.title) == entry for entry in named) for d in found) >= 26
    assert sum(1 for d in found if d.issued) == 26


def test_newspapers_are_news(shared: Path) -> None:
    for path in sorted((shared / "corpus").glob("qingdao-*-20*.txt")):
        found = documents.split(files.read(path, path.name))
        assert len(found) >= 3, path.name
        assert {d.edition for d in found} == {"news"}
        assert {d.genre for d in found} == {"新闻"}


def test_copies_carry_one_number(shared: Path) -> None:
    numbers = [d.number for path in (shared / "corpus").glob("*.txt") for d in documents.split(files.read(path, path.name)) if d.number]
    assert max(map(numbers.count, numbers)) == 2
