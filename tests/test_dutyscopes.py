"""General duties: which clauses they reach, what the graph says of it, and answers that name them."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ingest import dutyscopes
from ingest.read import read
from kg.library import Library
from ontology.records import Source
from ontology.terms import PK
from tests.policies import clean, ingest

CASES: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "cases" / "dutyscopes.toml").read_text(encoding="utf-8"))["case"]
DAY = date(2026, 11, 20)
PLAN = CASES[0]["text"]


@pytest.mark.parametrize("case", CASES, ids=[c["why"] for c in CASES])
def test_case(case: dict[str, Any]) -> None:
    reading = read(Source("甲.txt", "", case["text"]))
    found = [
        f"{duty.surface}: {' '.join(duty.covers)}" for pairs in reading.clauses.values() for _, facts in pairs for duty in facts.responsibilities if duty.covers
    ]
    assert found == case["covers"]


@pytest.mark.parametrize("words", ["以上各项任务", "本部分确定的任务", "本方案各项任务", "以下各项任务"])
def test_a_text_of_general_sentences_stays_in_bounds(words: str) -> None:
    lines = "\n".join(f"{i}．{words}由市商务局牵头。" for i in range(1, 1500))
    reading = read(Source("甲.txt", "", f"保定市会展行动方案\n\n一、任务\n\n{lines}\n"))
    covered = [len(duty.covers) for pairs in reading.clauses.values() for _, facts in pairs for duty in facts.responsibilities]
    assert len(covered) > 1000
    assert max(covered) <= 2 * dutyscopes.COVERED


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("scopes")
    (folder / "in").mkdir()
    (folder / "in" / "方案.txt").write_text(PLAN, "utf-8")
    ingest(folder / "build", folder / "in")
    return Path(folder / "build")


@pytest.mark.parametrize(
    ("question", "agencies", "quotes"),
    [
        (
            "扩建会展中心由哪个部门负责？",
            ["保定市商务局", "保定市财政局", "保定市人民政府督查室"],
            ["以下各项任务均由市商务局牵头落实", "以上各项工作由市政府督查室"],
        ),
        ("引进组展企业由哪个部门负责？", ["保定市市场监督管理局"], ["责任单位：市市场监管局"]),
        ("改造旧展馆的工程质量由哪个部门负责？", ["保定市住房和城乡建设局", "保定市商务局"], ["市住房城乡建设局负责工程质量监管", "以下各项任务"]),
    ],
)
def test_an_answer_names_the_body_of_the_general_sentence(built: Path, question: str, agencies: list[str], quotes: list[str]) -> None:
    library = Library.open(built)
    answer = library.ask(question, DAY)
    assert answer.answered, answer.answer
    assert set(agencies) <= {getattr(fact, "agency", None) for fact in answer.facts}
    assert all(name in answer.answer for name in agencies)
    cited = "".join(citation.quote for citation in answer.citations)
    assert all(words in cited for words in quotes), cited


def test_the_graph_ties_the_duty_and_the_table_counts_it_once(built: Path) -> None:
    library = Library.open(built)
    rows = list(library.shelf.graph.select(f"SELECT ?path WHERE {{ ?duty <{PK.covers}> ?clause . ?clause <{PK.path}> ?path }}"))
    assert len(rows) > 10
    assert library.shelf.select("SELECT count(*) FROM responsibilities WHERE surface = '市商务局'") == [(1,)]
    assert clean(built)
