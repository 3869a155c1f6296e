"""Answers over texts in further forms: items under a head, tables under two header rows, reports, duties side by side, and what is refused."""

from __future__ import annotations

from datetime import date

import pytest

from kg import build
from kg.answering import ask
from kg.answering.about import of_another_place
from kg.config import BASE
from kg.question import asking, parse, units_of
from kg.shelf import Shelf
from ontology.answers import AgencyFact, AmountFact, Answer, DateFact
from tests import built
from tests.evaluate import questions

DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("forms") / "build"
    build.ingest(folder, [questions.texts("bfield")], base=BASE)
    return Shelf.open(folder)


def answered(shelf: Shelf, asked: str) -> Answer:
    answer = ask(shelf, asked, DAY)
    assert answer.answered, answer.answer
    return answer


def test_items_below_a_head_that_ends_with_a_colon_are_shown(shelf: Shelf) -> None:
    answer = answered(shelf, "哪些情形不能申报昆明市2026年度体育赛事和高原训练基地扶持项目？")
    assert "失信被执行人" in answer.answer
    assert len({c.clause for c in answer.citations}) > 3


@pytest.mark.parametrize(
    ("asked", "value"),
    [
        ("呼农牧发〔2026〕37号中，性控冻精补贴单场一年封顶是多少万元？", 400_000),
        ("河南省总工会今年改造升级一个骑手驿站补多少钱？", 6000),
        ("无锡一家软件企业上年收入八千万，今年涨了三成五，市里的增量奖励最多给多少", 1_200_000),
    ],
)
def test_the_figure_that_is_meant(shelf: Shelf, asked: str, value: int) -> None:
    assert next(f.value for f in answered(shelf, asked).facts if isinstance(f, AmountFact)) == value


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("滨湖软件人才安家补贴 资格审核 哪个局", "无锡市滨湖区人力资源和社会保障局"),
        ("河南“护骑行动”中，配合核查平台派单数据的是哪个部门", "河南省通信管理局"),
    ],
)
def test_the_body_whose_own_task_is_asked(shelf: Shelf, asked: str, name: str) -> None:
    assert [f.agency for f in answered(shelf, asked).facts if isinstance(f, AgencyFact)] == [name]


def test_the_last_day_of_a_stretch(shelf: Shelf) -> None:
    facts = answered(shelf, "昆明2026年度体育赛事扶持项目网上填报最晚到哪一天？").facts
    assert [f.value for f in facts if isinstance(f, DateFact)] == [date(2026, 7, 31)]


@pytest.mark.parametrize(
    "asked",
    [
        "无人驾驶汽车在银川停放要遵守哪些规则？",  # the clause only leaves it to a later rule
        "滨湖区给软件出口企业补贴最高多少？",
        "郑州市对骑手商业补充保险追加补助，每人每年多少元？",  # the report tells of another city
    ],
)
def test_what_the_texts_do_not_give_is_refused(shelf: Shelf, asked: str) -> None:
    assert not ask(shelf, asked, DAY).answered


def test_sides_without_figures_are_no_comparison(shelf: Shelf) -> None:
    # Once this ended in an error: each side was answered, with words in place of a sum.
    answer = answered(shelf, "郑州和洛阳的骑手驿站，哪个多，差多少个？")
    assert "1130个" in answer.answer
    assert not [f for f in answer.facts if isinstance(f, AmountFact)]


def test_another_place_of_the_same_rank() -> None:
    asked = parse("郑州市补多少？", DAY, built.library().shelf.known)
    assert of_another_place(asked, "河南省", "洛阳市追加补助60元")
    assert not of_another_place(asked, "河南省", "郑州市追加补助60元")
    assert not of_another_place(asked, "河南省", "追加补助60元")


def test_what_is_asked_and_what_is_told_beside_it() -> None:
    assert asking("一个月缴一千块,补贴按百分之几算") == "补贴按百分之几算"
    assert units_of("研发占比过了5%,一次性给多少奖补") == ()
    assert units_of("一次性奖补的比例和上限") == ("CNY", "percent")
    assert units_of("罚骗取金额的百分之几") == ("percent",)
