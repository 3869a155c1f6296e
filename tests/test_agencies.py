"""Named bodies: cases as data, lone surfaces, what is known of a name, offsets, time."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from ingest import places
from ingest.flow import Flow
from ingest.recognise import agencies, registry
from ingest.recognise.offices import lexicon
from tests import clock

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases" / "agencies.toml").read_text(encoding="utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=[c["why"] for c in CASES])
def test_names_in_reading_order(case: dict[str, Any]) -> None:
    found = [m.agency for m in agencies.find(Flow.of(case["text"]), case["place"] or None, bare=case.get("bare", False))]
    assert found == case["names"]


@pytest.mark.parametrize(
    ("surface", "place", "name"),
    [
        ("市工信局", "无锡市", "无锡市工业和信息化局"),
        ("科技局", "无锡市", "无锡市科学技术局"),
        ("无锡市科技局", None, "无锡市科学技术局"),
        ("无锡科技局", "无锡市", "无锡市科学技术局"),
        ("无锡市科学技术局", "无锡市", "无锡市科学技术局"),
        ("科技部", "无锡市", "科学技术部"),
        ("省教育厅", "无锡市", "江苏省教育厅"),
        ("科技创新", "无锡市", None),
        ("有关部门", "无锡市", None),
    ],
)
def test_official(surface: str, place: str | None, name: str | None) -> None:
    assert agencies.official(surface, place) == name


def test_without_a_place_names_are_expanded_but_not_moved() -> None:
    assert [m.agency for m in agencies.find(Flow.of("市科技局、省财政厅"), None)] == ["市科学技术局", "省财政厅"]


def test_bare_names_count_only_where_asked() -> None:
    flow = Flow.of("科技局和财政局负责什么")
    assert not list(agencies.find(flow, "无锡市"))
    assert [m.agency for m in agencies.find(flow, "无锡市", bare=True)] == ["无锡市科学技术局", "无锡市财政局"]


def test_white_space_and_line_breaks_change_nothing_but_the_span() -> None:
    text = "由市发\n\n展改 革委牵头"
    (mention,) = agencies.find(Flow.of(text), "无锡市")
    assert mention.agency == "无锡市发展和改革委员会"
    assert mention.surface == "市发展改革委"
    assert text[mention.span.start : mention.span.end] == "市发\n\n展改 革委"


def test_a_cell_border_is_never_crossed() -> None:
    assert not list(agencies.find(Flow.of("任务\t市科\t技局\n"), "无锡市"))


def test_names_the_document_gives_itself() -> None:
    first = Flow.of("市数字经济发展委员会办公室（以下称市数字办）设在市大数据局")
    own = agencies.aliases(first, "常州市")
    assert own == {"市数字办": "常州市数字经济发展委员会办公室"}
    assert [m.agency for m in agencies.find(Flow.of("市数字办应当公示"), "常州市", aliases=own)] == ["常州市数字经济发展委员会办公室"]


def test_known() -> None:
    agency = registry.known("无锡市科学技术局")
    assert (agency.place, agency.level) == ("无锡市", "市")
    assert "市科技局" in agency.short_names
    assert registry.known("科学技术部").level == "国家"
    assert registry.known("中国人民银行无锡市分行").place == "无锡市"
    assert registry.known("深圳市南山区科技创新局").level == "区县"


def test_every_listed_name_is_found_as_itself() -> None:
    for name, row in lexicon().known.items():
        assert [m.agency for m in agencies.find(Flow.of(name), row.place)] == [name]


@pytest.mark.parametrize(
    ("name", "full", "province"),
    [
        ("青岛市", "青岛市", "山东省"),
        ("深圳市南山区", "深圳市南山区", "广东省"),
        ("南京市鼓楼区", "南京市鼓楼区", "江苏省"),
        ("胶州市", "胶州市", "山东省"),
        ("山东省青岛市崂山区", "青岛市崂山区", "山东省"),
        ("重庆市", "重庆市", "重庆市"),
    ],
)
def test_places(name: str, full: str, province: str) -> None:
    place = places.parse(name)
    assert place is not None
    assert (place.full, place.province) == (full, province)


def test_a_name_that_two_districts_share_is_no_place_alone() -> None:
    assert places.parse("鼓楼区") is None


@pytest.mark.parametrize("unit", ["（责任单位：", "市科技局、", "市委", "市发展改革、", "领导小组"])
def test_long_texts_take_linear_time(unit: str) -> None:
    assert clock.grows(lambda times: list(agencies.find(Flow.of(unit * times), "无锡市")), 2_000, 20_000, 40)
