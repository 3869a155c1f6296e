"""Which documents rest on one: both directions of a reference, with the status on the day, and refusals where nothing rests on it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kg import build
from kg.config import BASE
from kg.library import Library
from kg.question import resting
from ontology.answers import Answer, ReferenceFact

DAY = date(2030, 6, 1)
TEXTS = {
    "plan.txt": "海州市人民政府关于印发海州市茶产业振兴计划的通知\n海政发〔2025〕3号\n各区人民政府:\n现将《海州市茶产业振兴计划》印发给你们，请认真执行。\n"
    "海州市人民政府\n2025年3月1日\n海州市茶产业振兴计划\n第一条 根据《海州市农业条例》，制定本计划。\n"
    "第二条 本计划自2025年4月1日起施行，有效期至2029年12月31日。\n",
    "garden.txt": "海州市茶园奖补实施细则\n海农发〔2025〕8号\n第一条 为落实《海州市茶产业振兴计划》（海政发〔2025〕3号），制定本细则。\n"
    "第二条 对新建茶园每亩补助800元。\n第三条 本细则自2025年6月1日起施行，有效期至2028年5月31日。\n海州市农业农村局\n2025年5月20日\n",
    "brand.txt": "海州市茶叶品牌管理办法\n海农发〔2026〕2号\n第一条 根据《海州市茶产业振兴计划》（海政发〔2025〕3号），制定本办法。\n"
    "第二条 品牌使用人应当按年度备案。\n第三条 本办法自2026年2月1日起施行，有效期至2031年1月31日。\n海州市农业农村局\n2026年1月15日\n",
    "tour.txt": "海州市茶旅融合工作方案\n海文旅〔2026〕5号\n第一条 根据《中华人民共和国旅游法》，制定本方案。\n"
    "第二条 茶旅线路的茶园标准参照《海州市茶园奖补实施细则》执行。\n"
    "第三条 本方案自2026年3月1日起施行。\n海州市文化和旅游局\n2026年2月20日\n",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    folder = tmp_path_factory.mktemp("resting")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    path: Path = tmp_path_factory.mktemp("build")
    build.ingest(path, [folder], base=BASE)
    return Library.open(path)


def titles(answer: Answer) -> list[str]:
    return [f.title for f in answer.facts if isinstance(f, ReferenceFact)]


@pytest.mark.parametrize(
    "question",
    [
        "哪些文件以《海州市茶产业振兴计划》为依据？",
        "哪些文件以茶产业振兴计划为依据，现在还有效吗？",
        "依据茶产业振兴计划制定的有哪些？",
        "根据海政发〔2025〕3号制定的文件有哪些",
        "哪些细则办法是根据茶产业振兴计划制定的，是否有效",
        "哪些政策引用了海政发〔2025〕3号？",
        "茶产业振兴计划是哪些文件的依据",
        "茶产业振兴计划被哪些文件引用",
        "为落实茶产业振兴计划出台了哪些文件",
        "茶产业振兴计划有哪些配套办法",
    ],
)
def test_what_rests_on_a_document_in_force_first(library: Library, question: str) -> None:
    answer = library.ask(question, DAY)
    assert answer.answered
    assert titles(answer) == ["海州市茶叶品牌管理办法", "海州市茶园奖补实施细则"]
    assert [c.path for c in answer.citations[:2]] == [("第一条",), ("第一条",)]
    assert "现行有效1份：《海州市茶叶品牌管理办法》" in answer.answer
    assert "【已失效】1份：《海州市茶园奖补实施细则》（海农发〔2025〕8号）第一条，有效期至2028-05-31" in answer.answer
    assert "2029年12月31日已过有效期" in answer.answer


@pytest.mark.parametrize(
    "question", ["茶产业振兴计划以哪些文件为依据？", "茶产业振兴计划依据哪些文件制定", "《海州市茶产业振兴计划》的制定依据是什么", "茶产业振兴计划有哪些依据"]
)
def test_what_a_document_rests_on(library: Library, question: str) -> None:
    assert titles(library.ask(question, DAY)) == ["海州市农业条例"]


def test_what_rests_on_a_law_that_is_only_cited(library: Library) -> None:
    assert titles(library.ask("哪些文件以旅游法为依据？", DAY)) == ["海州市茶旅融合工作方案"]


def test_to_be_cited_is_not_to_be_rested_on(library: Library) -> None:
    assert titles(library.ask("哪些文件引用了茶园奖补实施细则？", DAY)) == ["海州市茶旅融合工作方案"]
    refused = library.ask("哪些文件以茶园奖补实施细则为依据？", DAY)
    assert not refused.answered
    assert "只有《海州市茶旅融合工作方案》（海文旅〔2026〕5号）第二条提到它" in refused.answer


@pytest.mark.parametrize("question", ["哪些文件以茶旅融合工作方案为依据？", "哪些文件引用了《中华人民共和国公司法》？", "依据海州市港口规划制定的有哪些"])
def test_nothing_rests_on_it(library: Library, question: str) -> None:
    answer = library.ask(question, DAY)
    assert not answer.answered
    assert not answer.facts


@pytest.mark.parametrize(
    ("folded", "name"),
    [
        ("哪些文件以甲办法为依据", "甲办法"),
        ("甲办法以哪些文件为依据", None),
        ("甲办法是根据哪些文件制定的", None),
        ("甲办法有哪些政策依据", None),
        ("哪些部门落实甲办法", None),
        ("谁负责落实甲办法", None),
        ("落实甲办法有哪些措施", None),
    ],
)
def test_the_direction_that_is_asked(folded: str, name: str | None) -> None:
    assert resting(folded) == name
