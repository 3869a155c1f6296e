"""Links over a corpus: titles, numbers, copies, clauses, dates that depend on another text, repeals."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest

from ingest import link
from ontology.records import Clause, Document, Facts, Reading, Reference, Relation, Source, Span
from tests import clock


@dataclass
class Corpus:
    """Readings built by hand: one source a document, one clause of ten characters after another."""

    readings: list[Reading] = field(default_factory=list)

    def add(self, document: Document, clauses: dict[str, list[Reference]] | None = None) -> Document:
        source = Source(document.source, "0" * 64, "")
        pairs = []
        for i, (key, references) in enumerate((clauses or {}).items()):
            path = tuple(key.split("/"))
            clause = Clause(document.id, path, key, path[-1], None, Span(10 * i, 10 * i + 10), len(path))
            pairs.append((clause, Facts(references=tuple(references))))
        self.readings.append(Reading(source, (document,), {document.id: tuple(pairs)}))
        return document

    def links(self) -> link.Links:
        return link.resolve(self.readings)


def policy(name: str, title: str, **more: object) -> Document:
    values: dict[str, object] = {"issuers": ("宁波市商务局",), "place": "宁波市", "source": f"{name}.txt"} | more
    return Document(name, span=Span(0, 100), title=title, **values)  # type: ignore[arg-type]


def to(title: str | None, number: str | None = None, at: int = 0, relation: Relation = "refers", clause: str | None = None) -> Reference:
    return Reference(Span(at, at + 2), "external", relation, title, number, clause)


def own(clause: str, at: int = 0) -> Reference:
    return Reference(Span(at, at + 2), "internal", "refers", clause=clause)


def test_a_title_finds_its_document_in_every_spelling() -> None:
    corpus = Corpus()
    corpus.add(policy("a", "宁波市外贸促进办法（试行）", notice_title="宁波市商务局关于印发《宁波市外贸促进办法（试行）》的通知"))
    cited = ["宁波市外贸促进办法(试行)", "宁波市外贸促进办法", "宁波市商务局关于印发宁波市外贸促进办法（试行）的通知"]
    corpus.add(policy("b", "港口条例"), {"第一条": [to(t, at=3 * i) for i, t in enumerate(cited)]})
    targets = corpus.links().targets
    assert [targets["b", Span(3 * i, 3 * i + 2)].document for i in range(3)] == ["a", "a", "a"]


def test_another_number_is_another_version_and_two_that_fit_are_none() -> None:
    corpus = Corpus()
    corpus.add(policy("old", "外贸促进办法", number="甬商务〔2015〕3号", issued=date(2015, 1, 1)))
    corpus.add(policy("new", "外贸促进办法", number="甬商务〔2023〕8号", issued=date(2023, 1, 1)))
    corpus.add(
        policy("c", "港口条例"), {"第一条": [to("外贸促进办法", "甬商务〔2023〕8号"), to("外贸促进办法", at=3), to("外贸促进办法", "甬商务〔2019〕1号", at=6)]}
    )
    targets = corpus.links().targets
    assert targets["c", Span(0, 2)].document == "new"
    assert ("c", Span(3, 5)) not in targets
    assert ("c", Span(6, 8)) not in targets


def test_copies_of_a_number_are_one_work_and_the_page_stands_for_it() -> None:
    corpus = Corpus()
    corpus.add(policy("copy", "外贸十条措施", number="甬政办发〔2024〕5号"))
    corpus.add(policy("page", "外贸十项措施", number="甬政办发[2024]5号", index_number="123"))
    corpus.add(policy("story", "外贸十条措施", edition="news"))
    corpus.add(policy("c", "港口条例"), {"第一条": [to("外贸十条措施")]})
    links = corpus.links()
    assert links.policies["copy"] == links.policies["page"] != links.policies["story"]
    assert links.preferred[links.policies["copy"]] == "page"
    assert links.targets["c", Span(0, 2)].document == "page"


def test_a_number_that_others_cite_is_learned() -> None:
    corpus = Corpus()
    corpus.add(policy("a", "数字贸易行动计划"))
    corpus.add(
        policy("b", "港口条例"),
        {"第一条": [to("数字贸易行动计划", "甬政发〔2024〕20号"), to(None, "甬政发〔2024〕20号", at=3), to("数贸行动计划", "甬政发〔2024〕20号", at=6)]},
    )
    links = corpus.links()
    assert links.numbers == {"甬政发〔2024〕20号": "a"}
    assert {links.targets["b", Span(i, i + 2)].document for i in (0, 3, 6)} == {"a"}


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("第三条", "第一章/第三条"),
        ("第3条", "第一章/第三条"),
        ("第三条第二款", "第一章/第三条"),
        ("第三条第（二）项", "第一章/第三条/（二）"),
        ("前款", "第二章/第五条"),
        ("前条", "第一章/第三条"),
        ("附件2", "附件2"),
        ("第九条", None),
    ],
)
def test_clauses_of_the_text_itself(words: str, key: str | None) -> None:
    corpus = Corpus()
    clauses: dict[str, list[Reference]] = {"第一章/第三条": [], "第一章/第三条/（一）": [], "第一章/第三条/（二）": []}
    clauses |= {"第二章/第五条": [own(words, 32)], "附件1": [], "附件2": []}
    corpus.add(policy("a", "港口条例"), clauses)
    target = corpus.links().targets.get(("a", Span(32, 34)))
    assert (target.clause if target else None) == key


def test_a_clause_of_another_document() -> None:
    corpus = Corpus()
    corpus.add(policy("a", "外贸促进办法"), {"第一条": [], "第二条": []})
    corpus.add(policy("b", "港口条例"), {"第一条": [to("外贸促进办法", clause="第二条")]})
    assert corpus.links().targets["b", Span(0, 2)] == link.Target("a", "第二条")


def test_dates_of_texts_that_begin_with_another_one_also_through_a_chain() -> None:
    corpus = Corpus()
    corpus.add(policy("a", "外贸促进办法", effective=date(2024, 8, 1), expires=date(2028, 12, 31)))
    corpus.add(policy("b", "贴息办法", effective_like="外贸促进办法"))
    corpus.add(policy("c", "贴息细则", effective_like="《贴息办法》"))
    corpus.add(policy("d", "甲办法", effective_like="乙办法"))
    corpus.add(policy("e", "乙办法", effective_like="甲办法"))
    links = corpus.links()
    assert links.effective == {"b": date(2024, 8, 1), "c": date(2024, 8, 1)}
    assert links.expires == {"b": date(2028, 12, 31), "c": date(2028, 12, 31)}


def test_a_repeal_ends_the_day_before_and_a_story_repeals_nothing() -> None:
    corpus = Corpus()
    corpus.add(policy("old", "外贸促进办法", effective=date(2020, 1, 1), expires=date(2030, 1, 1)))
    corpus.add(policy("kept", "港口条例"))
    corpus.add(policy("new", "外贸发展办法", effective=date(2024, 6, 1)), {"第九条": [to("外贸促进办法", relation="repeals")]})
    corpus.add(policy("story", "新闻", edition="news", issued=date(2024, 1, 1)), {"前言": [to("港口条例", relation="repeals")]})
    assert corpus.links().expires == {"old": date(2024, 5, 31)}


def test_many_references_take_linear_time() -> None:
    def run(times: int) -> None:
        corpus = Corpus()
        corpus.add(policy("a", "外贸促进办法"), {f"第{i}条": [] for i in range(1, 200)})
        corpus.add(policy("b", "港口条例"), {"第一条": [to("外贸促进办法", at=i, clause="第5条") for i in range(times)]})
        corpus.links()

    assert clock.grows(run, 2_000, 20_000, 40)
