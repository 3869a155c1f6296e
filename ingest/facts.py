"""All facts of one clause: runs every recogniser over its flow and settles overlaps."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ingest import clauses, duties, dutylists, dutyscopes, tables
from ingest.flow import Flow, squash
from ingest.recognise import agencies, amounts, deadlines, definitions, norms, references, registry
from ingest.recognise.amounts import cells, headed
from ontology.records import Amount, Clause, Document, Facts, Mention, Responsibility, Source, Span

# What stands before the first unit tells who drafted and approved: no duties there but general ones, though in a report they are what is reported.
# Under a chapter called 申报条件 stand whole articles, under （二）申报条件 stand the conditions.
_HEADS = frozenset("编章节")
SILENT = frozenset({"preamble"})
_CONTACTS = re.compile(r"(?:联系|咨询|举报|监督)(?:方式|电话|人)$")
# Characters of the longest sentence of a law, and then some.
SENTENCE = 1000
# 2026年度, the one year that a title names; of a period (2026—2028年) neither is it.
_TITLE_YEAR = re.compile(r"(?<![\d—–~至-])(20\d\d)年(?![\d]*[—–~至-])")
# What a meeting has settled and who is to do it, of the year in which it is sent out.
_OF_A_MEETING = re.compile(r"纪要|议定事项|任务(?:分工|分解)|(?:工作|责任)分工")
SHORTER = 3  # a short form of a body's name has at least so many characters less
Fact = TypeVar("Fact", Amount, Responsibility)


@dataclass(frozen=True, slots=True)
class Aliases:
    """The short forms that a document introduces for itself (以下简称市科技局): written form → full name."""

    agencies: Mapping[str, str] = field(default_factory=dict)
    titles: Mapping[str, str] = field(default_factory=dict)


def flow_of(source: Source, clause: Clause, inner: Sequence[Clause] = ()) -> Flow:
    """Return the flow of a clause's own text; ``inner`` are the rows that lie inside it and speak for themselves."""
    left_out = clauses.noise(source, clause)
    if clause.kind == "row":
        return Flow.row(source.text, tables.cells(source.text, clause.span), left_out)
    cuts = clauses.borders(source, clause, left_out)
    return Flow.of(source.text, clause.span.start, clause.span.end, borders=cuts, noise=[*left_out, *(row.span for row in inner)])


def aliases_of(flows: Sequence[Flow], document: Document) -> Aliases:
    """Return the short forms that the flows of a document introduce."""
    bodies: dict[str, str] = {}
    titles: dict[str, str] = {}
    for flow in flows:
        named = "简称" in flow.text or "以下称" in flow.text
        if named or "管委会" in flow.text or "管理委员会" in flow.text:
            bodies |= agencies.aliases(flow, document.place)
        if named:
            titles |= references.short_titles(flow)
    return Aliases(bodies, titles)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands above a clause: a heading such as 申报条件, words that end with 应当具备下列条件：."""

    conditions: bool = False
    listed: bool = False
    heading: str | None = None  # that of the unit or attachment it lies in


def around(tree: Sequence[Clause], flows: Sequence[Flow]) -> tuple[Around, ...]:
    """Return for each clause of a document, in text order, what stands above it."""
    headed: dict[tuple[str, ...], bool] = {}
    names: dict[tuple[str, ...], str | None] = {}
    lists: dict[tuple[str, ...], bool] = {}
    found = []
    for clause, flow in zip(tree, flows, strict=True):
        above = [clause.path[:i] for i in range(1, len(clause.path))]
        names[clause.path] = clause.heading
        headed[clause.path] = norms.heads_conditions(clause.heading)
        alone = headed[clause.path] and len(flow.text) <= len(clause.label) + len(clause.heading or "") + 2
        lists[clause.path] = norms.lists_conditions(flow) or (alone and clause.label[-1] not in _HEADS)
        found.append(
            Around(
                headed[clause.path] or any(headed.get(path) for path in above),
                bool(above) and lists.get(above[-1], False),
                names.get(above[-1]) if above else None,
            )
        )
    return tuple(found)


def of(flow: Flow, document: Document, clause: Clause, aliases: Aliases, above: Around | None = None) -> Facts:
    """Return the facts of a flow; figures and bodies inside a cited title are part of that title; a form to fill in only cites."""
    above = above or Around()
    if not flow.text:
        return Facts()
    found = [*references.find(flow, document.title, aliases=aliases.titles), *references.of_row(flow, clause.header, above.heading)]
    cited = tuple(sorted(found, key=lambda r: r.span))
    if clause.kind == "form":
        return Facts(references=cited)
    titles = [r.span for r in cited if r.kind == "external"]
    lists = dutylists.ranges(flow, clause.header)
    bodies = agencies.find(flow, document.place, aliases=aliases.agencies, lists=lists)
    mentions = tuple(_of_the_day(_issuer(m, document), document, flow) for m in bodies if not inside(m.span, titles))
    reported = document.edition == "news"
    silent = (clause.kind in SILENT and not reported) or bool(_CONTACTS.search(clause.heading or ""))
    divided = dutyscopes.divides(clause.heading, above.heading)
    found_duties = duties.find(flow, mentions, document.place, header=clause.header, reported=reported, divided=divided)
    return Facts(
        amounts=tuple(_near(a, flow) for a in _amounts(flow, clause, above) if not inside(a.span, titles)),
        mentions=mentions,
        responsibilities=tuple(_near(r, flow) for r in found_duties if not silent or dutyscopes.is_general(flow, r)),
        references=cited,
        definitions=tuple(definitions.find(flow, document.title)),
        deadlines=tuple(deadlines.find(flow, year=_year(document), header=clause.header)),
        norms=tuple(norms.find(flow, listed=above.listed, conditions=above.conditions)),
    )


def _amounts(flow: Flow, clause: Clause, above: Around) -> Sequence[Amount]:
    """Return the amounts of a clause; in a table row the columns speak too."""
    found = tuple(amounts.find(flow, listed=above.listed))
    if clause.header and (alone := cells.bare(flow, clause.header)):
        found = tuple(
            sorted((*found, *(a for a in alone if not any(a.span.start < b.span.end and b.span.start < a.span.end for b in found))), key=lambda a: a.span)
        )
    return headed.named(flow, cells.of_row(flow, found, clause.header), clause.header) if found and clause.header else found


def _issuer(mention: Mention, document: Document) -> Mention:
    """Return the mention with the issuer's own full name where the name found is a shorter form of it: 市大数据局 of 贵阳市大数据发展管理局."""
    place = document.place or ""
    for name in document.issuers:
        shorter = mention.agency != name and len(name) - len(mention.agency) in range(1, 9) and name[-1] == mention.agency[-1]
        if shorter and place and name.startswith(place) and mention.agency.startswith(place) and not registry.listed(mention.agency):
            rest = iter(name)
            if all(sign in rest for sign in mention.agency):
                return replace(mention, agency=name)
    return mention


def _of_the_day(mention: Mention, document: Document, flow: Flow) -> Mention:
    """Return the mention with the name that its short form means on the day of the document: 市环保局 of 2021 is 市生态环境局."""
    taken = registry.succession(mention.agency) if document.issued else None
    if taken is None or not taken.loose or not document.issued or document.issued < taken.day:
        return mention
    before = flow.text[: flow.index[mention.span.start]]
    written_out = len(mention.agency) - len(squash(mention.surface)) < SHORTER
    return mention if written_out or before.endswith("原") else replace(mention, agency=taken.name)


def _near(fact: Fact, flow: Flow) -> Fact:
    """Return the fact with what stands around it where its sentence has no end: a list of 20,000 figures would be told 20,000 times."""
    whole = fact.sentence
    if whole is None or whole.end - whole.start <= SENTENCE:
        return fact
    # It begins and ends at a sign of the flow: white space and page numbers are none.
    begin = bisect_left(flow.at, max(whole.start, fact.span.start - SENTENCE // 2))
    end = bisect_left(flow.at, min(whole.end, fact.span.end + SENTENCE // 2))
    return replace(fact, sentence=flow.span(begin, end))


def _year(document: Document) -> int | None:
    """Return the year that a day without one means: in a notice, what one forwards and a report that of its issue, else the one year of the title."""
    settled = bool(_OF_A_MEETING.search(document.title)) or "转发" in (document.notice_title or "")
    speaks = document.genre in ("通知", "公告", "批复") or document.edition == "news" or settled
    if document.issued and speaks:
        return document.issued.year
    named = set(_TITLE_YEAR.findall(f"{document.title}{document.notice_title or ''}"))
    return int(named.pop()) if len(named) == 1 else None


def inside(span: Span, others: Sequence[Span]) -> bool:
    """Say whether a span lies wholly inside one of the others, which are in reading order and do not overlap."""
    i = bisect_right(others, span.start, key=lambda other: other.start) - 1
    return i >= 0 and others[i].covers(span)
