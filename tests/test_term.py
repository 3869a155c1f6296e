"""The term of a document: shared with another one, that one in the build or not, or not stated at all."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kg import build
from kg.config import BASE
from kg.library import Library
from ontology.answers import DateFact

DAY = date(2030, 6, 1)
TEXTS = {
    "fund.txt": "海州市渔港扶持若干措施\n海渔发〔2029〕1号\n第一条 对渔港每年扶持20万元。\n"
    "第二条 本措施自2029年3月1日起施行，有效期至2032年2月28日。\n海州市渔业局\n2029年2月1日\n",
    "loan.txt": "海州市渔船贴息实施细则\n海渔发〔2029〕6号\n第一条 对渔船贷款给予贴息。\n"
    "第二条 本细则与《海州市渔港扶持若干措施》（海渔发〔2029〕1号）同步实施。\n海州市渔业局\n2029年5月1日\n",
    "ice.txt": "海州市冷库补助管理办法\n海渔发〔2029〕7号\n第一条 对冷库给予补助。\n"
    "第二条 本办法与《海州市冷链发展若干政策》（海商发〔2029〕2号）同步实施。\n海州市渔业局\n2029年5月2日\n",
    "rule.txt": "海州市滩涂巡查规定\n海渔发〔2029〕9号\n第一条 滩涂应当每月巡查。\n第二条 本规定自2029年7月1日起施行。\n海州市渔业局\n2029年6月2日\n",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("term")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    path: Path = tmp_path_factory.mktemp("build")
    build.ingest(path, [folder], base=BASE)
    return Library.open(path)


@pytest.mark.parametrize(
    ("question", "meaning", "day"),
    [
        ("渔船贴息实施细则有效期到哪天？", "expires", date(2032, 2, 28)),
        ("海州市渔船贴息实施细则执行到什么时候", "expires", date(2032, 2, 28)),
        ("渔船贴息实施细则什么时候开始施行", "effective", date(2029, 3, 1)),
    ],
)
def test_a_day_shared_with_another_document_is_derived_and_both_are_cited(library: Library, question: str, meaning: str, day: date) -> None:
    answer = library.ask(question, DAY)
    first = answer.facts[0]
    assert isinstance(first, DateFact)
    assert (first.meaning, first.value, first.derived) == (meaning, day, True)
    assert "（推算）" in answer.answer
    assert [(c.document, c.path) for c in answer.citations[:2]] == [("海州市渔船贴息实施细则", ("第二条",)), ("海州市渔港扶持若干措施", ("第二条",))]


@pytest.mark.parametrize("question", ["冷库补助管理办法有效期到哪天？", "冷库补助管理办法什么时候开始施行"])
def test_the_other_document_is_not_in_the_build(library: Library, question: str) -> None:
    answer = library.ask(question, DAY)
    assert not answer.answered
    assert "《海州市冷链发展若干政策》不在构建里，无法推算" in answer.answer


@pytest.mark.parametrize("question", ["滩涂巡查规定执行到什么时候", "海州市滩涂巡查规定有效期到哪天"])
def test_no_end_is_stated_but_the_sentence_of_its_term_is_shown(library: Library, question: str) -> None:
    answer = library.ask(question, DAY)
    assert not answer.answered
    assert "未载明有效期，只在第二条写明“本规定自2029年7月1日起施行”" in answer.answer
