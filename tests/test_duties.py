"""Who does what: cases as data, spans, columns of tables, time."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from ingest import duties, dutylists, roles
from ingest.flow import Flow
from ingest.recognise import agencies
from ontology.records import Responsibility
from tests import clock

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases" / "duties.toml").read_text(encoding="utf-8"))["case"]
PLACE = "宁波市"


def read(text: str, header: tuple[str, ...] = ()) -> list[Responsibility]:
    flow = Flow.of(text)
    return list(duties.find(flow, list(agencies.find(flow, PLACE)), PLACE, header=header))


@pytest.mark.parametrize("case", CASES, ids=[c["why"] for c in CASES])
def test_roles(case: dict[str, Any]) -> None:
    assert [[d.surface, d.role, d.detail or ""] for d in read(case["text"])] == case["duties"]


def test_a_listed_duty_has_no_task_and_a_sentence_has_one() -> None:
    listed, subject = read("加快建设。（责任单位：市商务局）\n市教育局组织专家评审。")
    assert listed.listed
    assert listed.task is None
    assert not subject.listed
    assert subject.task == "组织专家评审"


def test_the_sentence_covers_the_body_and_its_task() -> None:
    text = "总体要求。市教育局\n组织专家评审；市财政局安排经费。"
    first, _ = read(text)
    assert first.sentence is not None
    assert text[first.sentence.start : first.sentence.end] == "市教育局\n组织专家评审"


def test_a_list_speaks_for_the_text_since_the_list_before_it() -> None:
    text = "建设平台。支持企业。（责任单位：市商务局）培养人才。（牵头单位：市教育局；配合单位：市财政局）"
    spans = [d.sentence for d in read(text)]
    assert [text[s.start : s.end] for s in spans if s] == [text[: text.index("培养")], *[text[text.index("培养") :]] * 2]


def test_a_leading_body_is_not_cooperating_too() -> None:
    found = read("市教育局负责预算。市财政局负责会同市教育局拨付资金。")
    assert [(d.agency, d.role) for d in found] == [("宁波市教育局", "responsible"), ("宁波市财政局", "responsible")]


def test_columns_of_a_table_give_the_role() -> None:
    row = "1\t建设平台\t市商务局\t市教育局、市财政局"
    found = read(row, ("序号", "任务", "牵头单位", "配合单位"))
    assert [(d.surface, d.role, d.detail) for d in found] == [
        ("市商务局", "responsible", "lead"),
        ("市教育局", "cooperate", None),
        ("市财政局", "cooperate", None),
    ]
    assert not read(row)


@pytest.mark.parametrize("unit", ["（责任单位：市商务局）", "（", "市商务局会同市财政局、", "由市商务局负责，", "责任单位：市商务局、"])
def test_long_texts_take_linear_time(unit: str) -> None:
    def run(times: int) -> None:
        flow = Flow.of(unit * times)
        list(duties.find(flow, list(agencies.find(flow, PLACE)), PLACE))

    assert clock.grows(run, 500, 5_000, 40)


def test_a_report_tells_what_a_body_issued_and_the_text_itself_does_not() -> None:
    flow = Flow.of("近日，市商务局发布《外贸促进办法》，明确支持范围。市政府新闻办召开新闻发布会。")
    mentions = list(agencies.find(flow, PLACE))
    assert [d.surface for d in duties.find(flow, mentions, PLACE)] == ["市政府新闻办"]
    assert [d.surface for d in duties.find(flow, mentions, PLACE, reported=True)] == ["市商务局", "市政府新闻办"]


@pytest.mark.parametrize(
    ("text", "header", "names"),
    [
        ("推进招商。（责任单位：商务局、招商服务局，各镇政府、有关部门）", (), ["宁波市商务局", "宁波市招商服务局"]),
        ("2\t建设平台\t教育局、大数据局", ("序号", "任务", "责任单位"), ["宁波市教育局", "宁波市大数据局"]),
        ("推进招商。商务局、招商服务局按有关规定办理。", (), []),
    ],
)
def test_bodies_without_their_place_count_in_lists_alone(text: str, header: tuple[str, ...], names: list[str]) -> None:
    flow = Flow.of(text)
    mentions = list(agencies.find(flow, PLACE, lists=dutylists.ranges(flow, header)))
    assert [d.agency for d in duties.find(flow, mentions, PLACE, header=header)] == names


def test_cues_of_lists_are_found_at_their_colons() -> None:
    texts = ["第一牵头责任单位:甲局;主要责任单位及分工：乙局。管理责任部门包括:丙局", "配合:甲;分工负责机构::牵头：", "一、内容:二、期限:责任单位", "", ":"]
    for text in texts:
        for end in (None, 9):
            stop = len(text) if end is None else end
            assert [m.span() for m in roles.heads(text, end)] == [m.span() for m in roles.rules().head.finditer(text, 0, stop)]
