"""A small reading with one fact of each kind, made up, that the tests of graph, shapes and queries share."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ontology import rdf
from ontology.iris import Iris, document_id
from ontology.records import (
    Agency,
    Amount,
    Clause,
    Deadline,
    Definition,
    Document,
    Facts,
    Mention,
    Norm,
    Reading,
    Reference,
    Responsibility,
    Source,
    Span,
)
from ontology.terms import Iri, Triple

IRIS = Iris()
TEXT = (
    "海州市扶持茶园办法\n"
    "第一章 总则\n"
    "第一条 依据《海州市农业条例》制定。茶园是指种茶的园地。\n"
    "第二条 新种茶园按投入的 10%补助，最高\n\n20万元；单户补助五千元以上八千元以下。\n"
    "市农业局应当在15个工作日内办结，每月5日前公布，2031年3月1日截止。\n"
)


def span(words: str) -> Span:
    """Return where these words stand in TEXT."""
    start = TEXT.index(words)
    return Span(start, start + len(words))


def reading(path: str = "茶 园/办法.txt") -> Reading:
    """Return a reading of TEXT at a path."""
    document = Document(
        id=document_id("海州市扶持茶园办法", "海政发〔2030〕7号", date(2030, 2, 1), path),
        source=path,
        span=Span(0, len(TEXT)),
        title="海州市扶持茶园办法",
        number="海政发〔2030〕7号",
        issuers=("海州市人民政府",),
        issued=date(2030, 2, 1),
        effective=date(2030, 3, 1),
        expires=date(2033, 2, 28),
        validity_basis="stated",
        genre="办法",
        place="海州市",
    )
    chapter = Clause(document.id, ("第一章",), "第一章", "第一章", "总则", span("第一章 总则"), 1)
    first = Clause(document.id, ("第一章", "第一条"), "第一章/第一条", "第一条", None, Span(span("第一条").start, span("第二条").start), 2)
    second = Clause(document.id, ("第一章", "第二条"), "第一章/第二条", "第二条", None, Span(span("第二条").start, len(TEXT)), 2)
    cap = Amount(span("最高\n\n20万元"), "max", Decimal(200000), "CNY", purpose="benefit", about="补助")
    rate = Amount(span("10%"), "exact", Decimal(10), "percent", purpose="benefit", rate_of="投入", capped_by=cap.span)
    band = Amount(span("五千元以上八千元以下"), "range", Decimal(5000), "CNY", high=Decimal(8000), purpose="benefit", per="单户")
    office = span("市农业局")
    facts = Facts(
        amounts=(rate, cap, band),
        mentions=(Mention(office, "市农业局", "海州市农业局"),),
        responsibilities=(Responsibility(office, "市农业局", "海州市农业局", "responsible", "办结"),),
        deadlines=(
            Deadline(span("15个工作日内"), what="办结", lasts=Decimal(15), unit="工作日"),
            Deadline(span("每月5日前"), what="公布", recurs="每月5日"),
            Deadline(span("2031年3月1日截止"), due=date(2031, 3, 1)),
        ),
        norms=(Norm(span("市农业局应当在15个工作日内办结"), "must", "市农业局"),),
    )
    basis = Facts(
        references=(Reference(span("《海州市农业条例》"), "external", "basis", title="海州市农业条例"),),
        definitions=(Definition(span("茶园是指种茶的园地"), "茶园", "种茶的园地"),),
    )
    return Reading(Source(path, "0" * 64, TEXT), (document,), {document.id: ((chapter, Facts()), (first, basis), (second, facts))})


def agencies() -> tuple[Agency, ...]:
    """Return the bodies that the reading names."""
    return Agency("海州市人民政府", ("市政府",), "海州市", "市"), Agency("海州市农业局", ("市农业局",), "海州市", "市")


def registry() -> list[Triple]:
    """Return the triples of the registry graph."""
    return [triple for agency in agencies() for triple in rdf.agency(agency, IRIS)]


def graphs(*paths: str) -> list[tuple[Iri, list[Triple]]]:
    """Return the graphs of readings at these paths and the registry."""
    sources = [(IRIS.source(path), list(rdf.reading(reading(path), IRIS))) for path in paths]
    return [(IRIS.registry, registry()), *sources]
