"""Records become the triples that queries are written against."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ontology import rdf
from ontology.iris import Iris
from ontology.records import Agency, Clause, Responsibility, Span
from ontology.terms import DCTERMS, PK, RDF, Iri, Value, own_terms
from tests.graphs import IRIS, TEXT, reading, registry

RECORD = reading()
TRIPLES = list(rdf.reading(RECORD, IRIS))
DOCUMENT = IRIS.document(RECORD.documents[0].id)
SECOND = IRIS.clause(RECORD.documents[0].id, "第一章/第二条")


def about(subject: str) -> dict[Iri, Value]:
    """Return predicate → object of a subject whose predicates have one object each."""
    return {p: o for s, p, o in TRIPLES if s == subject}


def test_document() -> None:
    found = about(DOCUMENT)
    assert found[RDF.type] == PK.Document
    assert found[DCTERMS.title] == "海州市扶持茶园办法"
    assert found[PK.expires] == date(2033, 2, 28)
    assert found[PK.issuer] == IRIS.agency("海州市人民政府")
    assert PK.noticeTitle not in found


def test_clause() -> None:
    found = about(SECOND)
    assert found[PK.parent] == IRIS.clause(RECORD.documents[0].id, "第一章")
    assert (found[PK.path], found[PK.order]) == ("第一章/第二条", 3)
    assert str(found[PK.text]).startswith("第二条新种茶园按投入的10%补助，最高20万元；")


def test_amounts_and_cap() -> None:
    rate, cap = about(f"{SECOND}#amount-1"), about(f"{SECOND}#amount-2")
    assert rate[PK.cappedBy] == f"{SECOND}#amount-2"
    assert (cap[PK.value], cap[PK.bound], cap[PK.quote]) == (Decimal(200000), "max", "最高20万元")
    assert TEXT[int(str(cap[PK.start])) : int(str(cap[PK.end]))] == "最高\n\n20万元"


def test_every_fact_has_its_place() -> None:
    facts = {s for s, p, o in TRIPLES if p == PK.clause}
    assert len(facts) == 11
    for fact in facts:
        found = about(fact)
        assert found[PK.document] == DOCUMENT
        assert rdf.squash(TEXT[int(str(found[PK.start])) : int(str(found[PK.end]))]) == found[PK.quote]
        assert str(fact).startswith(f"{found[PK.clause]}#")


def test_no_triple_twice() -> None:
    assert len(TRIPLES) == len(set(TRIPLES))


def test_every_own_term_is_said_by_some_record() -> None:
    rich = Agency("甲局", ("甲",), "甲市", "市", successor="乙局", succeeded=date(2019, 3, 31))
    row = Clause("d", ("附件1", "1"), "附件1/1", "1", "名单", Span(0, 3), 2, "row", header=("序号", "名称"))
    more = [
        *registry(),
        *rdf.agency(rich, IRIS),
        *rdf.clause(row, 1, "附件1", TEXT, IRIS),
        rdf.target(Iri("x:ref"), "d/第一条", IRIS),
        *rdf.derived("d", date(2030, 1, 1), date(2031, 1, 1), IRIS),
        *rdf.policy("d", "海政发〔2030〕7号", "e", IRIS),
        *((Iri("x:duty"), *pair) for pair in rdf.covered(Responsibility(Span(0, 2), "甲局", "甲局", "responsible", covers=("第一条",)), row, IRIS)),
    ]
    said = {t for s, p, o in [*TRIPLES, *more] for t in (p, o) if t in own_terms().values()}
    unsaid = {PK.noticeTitle, PK.indexNumber, PK.published, PK.effectiveLike, PK.url, PK.condition, PK.detail}
    assert set(own_terms().values()) - said == unsaid | {PK.targetNumber, PK.targetClause, PK.countsFrom, PK.Fact}


def test_parents_reach_over_gaps_and_repeats() -> None:
    def clause(*path: str, key: str = "") -> Clause:
        return Clause("d", path, key or "/".join(path), path[-1], None, Span(0, 1), len(path))

    found = rdf.parent_keys([clause("一、"), clause("一、", "（一）", "1."), clause("一、", key="一、~2"), clause("一、", "（一）", key="一、/（一）~2")])
    assert found == {"一、/（一）/1.": "一、", "一、/（一）~2": "一、~2"}


def test_target_is_a_clause_under_the_base() -> None:
    iris = Iris("https://example.org/k/")
    assert rdf.target(Iri("x:r"), "d/第一条", iris) == (Iri("x:r"), PK.target, iris.clause("d", "第一条"))
