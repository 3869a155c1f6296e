"""Clause trees: cases, spans, noise, borders, time, the real texts."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import clauses, documents, facts, files, labels
from ingest.flow import Flow, squash
from ontology.records import Clause, Source
from tests import clock
from tests.cases_of import cases, label

CASES = cases("clauses")
LIMIT = 12.0  # seconds for a text of a megabyte on a busy machine; it takes less than one


def source(text: str) -> Source:
    return Source("甲.txt", "", text)


def tree(text: str) -> list[Clause]:
    read = source(text)
    return [clause for document in documents.split(read) for clause in clauses.split(read, document)]


def shown(clause: Clause) -> str:
    return clause.key + (f" = {clause.heading}" if clause.heading else "") + (f" [{clause.kind}]" if clause.kind != "unit" else "")


def flow(text: str, clause: Clause) -> Flow:
    return facts.flow_of(source(text), clause)


@pytest.mark.parametrize("case", CASES, ids=label)
def test_case(case: dict[str, Any]) -> None:
    assert [shown(clause) for clause in tree(case["text"])] == case["found"], case["why"]


@pytest.mark.parametrize("case", CASES, ids=label)
def test_spans(case: dict[str, Any]) -> None:
    text = case["text"]
    end = 0
    holder = None
    for clause in tree(text):
        words = text[clause.span.start : clause.span.end]
        assert words == words.rstrip()
        if clause.kind == "row":
            assert holder is not None
            assert holder.span.covers(clause.span)
            continue
        assert clause.span.start >= end
        end, holder = clause.span.end, clause
        if clause.heading_span and clause.heading:
            assert clause.span.covers(clause.heading_span)
            assert squash(text[clause.heading_span.start : clause.heading_span.end].replace("*", "")) in clause.heading.replace("*", "")
        if clause.kind == "unit" and clause.path[0] != clauses.BODY:
            found = labels.read(squash(words))
            assert found is not None
            assert found.name == clause.label
    # Nothing visible is lost between the clauses.
    covered = {i for clause in tree(text) for i in range(clause.span.start, clause.span.end)}
    assert all(text[i].isspace() or text[i] in "#-*> " for i in range(len(text)) if i not in covered)


@pytest.mark.parametrize("case", CASES, ids=label)
def test_keys_are_unique_and_levels_fit(case: dict[str, Any]) -> None:
    found = tree(case["text"])
    assert len({clause.key for clause in found}) == len(found)
    assert all(clause.level == len(clause.path) and clause.label == clause.path[-1] for clause in found)


@pytest.mark.parametrize("case", CASES, ids=label)
def test_windows_line_ends_change_nothing(case: dict[str, Any]) -> None:
    assert [shown(clause) for clause in tree(case["text"].replace("\n", "\r\n"))] == case["found"]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="第一二三条章节、（）1.2。：\n\t 附件表“”办法的通知《》年月日|#*<>tr/", max_size=300))
def test_any_text_gives_ordered_clauses(text: str) -> None:
    end = 0
    for clause in tree(text):
        assert clause.span.start < clause.span.end <= len(text)
        if clause.kind != "row":
            assert end <= clause.span.start
            end = clause.span.end
        flow(text, clause)


def test_rows_know_their_columns() -> None:
    text = next(case["text"] for case in CASES if case["kind"] == "annexes")
    rows = [clause for clause in tree(text) if clause.kind == "row"]
    assert {row.header for row in rows} == {("序号", "任务", "部门")}


def test_noise_leaves_page_numbers_tags_and_emphasis_out() -> None:
    text = "甲市某某办法\n\n第一条 给予**最高**补\n\n— 12 —\n\n助，<b>每年</b>一次，\n\n13\n\n共三次。\n"
    unit = tree(text)[-1]
    assert flow(text, unit).text == "第一条给予最高补助,每年一次,共三次。"


def test_no_fact_runs_over_a_heading() -> None:
    text = "甲市某某措施\n\n一、支持企业达到\n\n500万元以上投资。\n\n二、其他\n\n另行通知。\n"
    unit = next(clause for clause in tree(text) if clause.label == "一、")
    assert unit.heading == "支持企业达到"
    assert flow(text, unit).text == "一、支持企业达到\n500万元以上投资。"


def test_cells_of_a_markdown_row_stay_apart() -> None:
    text = next(case["text"] for case in CASES if case["kind"] == "tables")
    row = next(clause for clause in tree(text) if clause.kind == "row")
    assert flow(text, row).text == "甲\t10万元"


def test_clause_at_an_offset() -> None:
    text = CASES[0]["text"]
    found = tree(text)
    for clause in found:
        inside = clauses.at(found, clause.span.start)
        assert inside is not None
        assert inside.key == clause.key
    assert clauses.at(found, len(text) + 5) is None


@pytest.mark.parametrize(
    ("words", "name", "worth"),
    [
        ("第二十三条 甲", "第二十三条", 23),
        ("第 一百零五 条甲", "第一百零五条", 105),
        ("（十一）甲", "（十一）", 11),
        ("(三)甲", "（三）", 3),
        ("12．甲", "12.", 12),
        ("3、甲", "3.", 3),
        ("十二、甲", "十二、", 12),
        ("第三章甲", "第三章", 3),
    ],
)
def test_labels(words: str, name: str, worth: int) -> None:
    found = labels.read(words)
    assert found is not None
    assert (found.name, found.value) == (name, worth)


@pytest.mark.parametrize("words", ["2.5个百分点", "2024.5.6", "第三条款", "第三条件", "第三条例", "一是甲", "（以下简称甲）", "10%以上"])
def test_no_labels(words: str) -> None:
    assert labels.read(words) is None


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "甲市某某办法\n" + "第一条 为了管理，市财政局应当办理，并处一千元罚款。\n\n" * 20_000,
        "甲市某某办法\n第一条 有下列情形：\n" + "（一）违反规定的；\n" * 40_000,
        "甲市某某办法\n第一条 甲。\n" + "附件1\n表\n" * 40_000,
        "甲市某某办法\n第一条" + " " * 300_000 + "甲。\n第二条" + "\t" * 300_000 + "乙。",
        "甲市某某方案\n一、总体\n" + "1. 开展活动。" * 50_000,
        "甲市某某决定\n" + "一、修改为：“第一条 甲\n" * 30_000,
    ],
    ids=["articles", "items", "annexes", "blanks", "inline", "quotes"],
)
def test_long_texts_take_linear_time(text: str) -> None:
    assert clock.within(LIMIT, lambda: tree(text))


def test_real_texts_lose_nothing(shared: Path) -> None:
    for path in sorted((shared / "corpus").glob("*.txt")):
        read = files.read(path, path.name)
        for document in documents.split(read):
            found = [clause for clause in clauses.split(read, document) if clause.kind != "row"]
            covered = sum(len(squash(read.text[c.span.start : c.span.end])) for c in found)
            whole = len(squash(read.text[document.span.start : document.span.end]))
            assert whole - covered <= whole * 0.01, document.title


def test_articles_of_real_texts_run_without_gaps(shared: Path) -> None:
    checked = 0
    for path in sorted((shared / "corpus").glob("*compilation*.txt")):
        read = files.read(path, path.name)
        for document in documents.split(read):
            values = [found.value for c in clauses.split(read, document) if (found := labels.read(c.label)) and found.kind == labels.ARTICLE]
            assert values == list(range(1, len(values) + 1)), document.title
            checked += len(values)
    assert checked == 374
