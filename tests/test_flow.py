"""A Flow loses no character and knows where each stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ingest.flow import Flow, fold, narrow, squash
from ontology.records import Span

TEXTS = st.text(st.sampled_from("市科技局最高１０００万元（含） 1234\n\n\t　，。、《》％\u200b\u2028"), max_size=60)


@given(TEXTS)
def test_each_character_knows_its_offset(text: str) -> None:
    flow = Flow.of(text)
    assert len(flow.text) == len(flow.at)
    for sign, at in zip(flow.text, flow.at, strict=True):
        if sign not in "\t\n":
            assert narrow(text[at]) == sign


@given(TEXTS)
def test_nothing_but_white_space_is_lost(text: str) -> None:
    assert "".join(c for c in Flow.of(text).text if c not in "\t\n") == fold(text)


@given(TEXTS, st.integers(0, 60), st.integers(0, 60))
def test_a_part_is_the_part_of_the_whole(text: str, a: int, b: int) -> None:
    start, end = sorted((min(a, len(text)), min(b, len(text))))
    assert fold(Flow.of(text, start, end).text) == fold(text[start:end])


def test_words_cut_by_a_page_are_one() -> None:
    flow = Flow.of("由市发\n\n展改革委牵头")
    at = flow.text.index("市发展改革委")
    assert flow.span(at, at + 6) == Span(1, 9)
    assert flow.surface(at, at + 6) == "市发展改革委"


def test_digits_of_two_lines_stay_apart() -> None:
    assert "1548" not in Flow.of("2024.1.15\n48\t武汉").text
    assert Flow.of("20\n24年").text == "2024年"
    assert Flow.of("共3\n5项").text == "共3\n5项"


def test_cells_and_rows_are_borders() -> None:
    assert Flow.of("甲\t乙\n丙\t丁").text == "甲\t乙\n丙\t丁"
    assert Flow.of("标题\n正文", borders=[3]).text == "标题\n正文"
    assert Flow.of("标题\n正文").text == "标题正文"


def test_noise_is_left_out_and_offsets_hold() -> None:
    text = "前半句— 3 —后半句"
    flow = Flow.of(text, noise=[Span(3, 8)])
    assert flow.text == "前半句后半句"
    assert flow.at == (0, 1, 2, 8, 9, 10)


def test_squash_keeps_signs_as_they_are() -> None:
    assert squash(" （试 行）\n") == "（试行）"
