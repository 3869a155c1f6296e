"""Lists and counts: the duties of a body, all figures from a floor on, the rows of a table, the items of a clause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from ingest import labels
from kg import sparql
from kg.answering import amount, ask_graph, bodies, group, narrow, passage, reply
from kg.answering.evidence import Evidence
from kg.shelf import DocumentRow
from kg.sparql import Row
from ontology.answers import Answer, Fact, TextFact

_FLOOR = re.compile(r"以上|及以上|不低于|超过|不少于|达到|≥|大于|高于")
_ROOF = re.compile(r"以下|以内|不超过|低于|小于|少于|≤")
# Two ways to number the measures of all parts in one run: 1. 2. 3. …, （一）（二）（三）….
_RUNS = (re.compile(r"(\d{1,3})[.．、]"), re.compile(r"[（(]([一二三四五六七八九十]{1,4})[)）]"))
_CLAUSES = re.compile(r"(多少|几)(条|项|章)(?=措施|规定|条款|内容|政策|办法|任务|[,?]|\Z|[\d多几])")
_DUTIES = re.compile(r"任务|职责|负责|牵头|配合|承担|分工|工作|事项|哪几条|哪些条")
# Of how many clauses a body has the duty is asked.
_LISTED = re.compile(r"(?:多少|几)(?:条|项)[^,。?]{0,12}(?:责任|负责|牵头|配合|分工|参与)")
_ALL = re.compile(r"(?:一共|总共|共有?|有)(?:有)?(?:多少|几)(?:条|项|章)")
CITED = 6
ALONE = 3
# So many words that no title holds ask for the number of some of a document's parts, not of all: 首次探索实施的举措有几项.
SOME = 2
_PARTS = re.compile(r"[措举]施?|政策|条款|任务|内容|规定|办法|要求|事项|部分|章节|总共|一共|全文|正文|篇幅|具体|分别|文件")


def answer(evidence: Evidence) -> Answer:
    """Answer a list by what is listed; the items of the best clause where nothing else fits."""
    question = evidence.question
    if question.amounts and (found := figures(evidence)):
        return found
    if question.agencies and _DUTIES.search(question.folded) and (found := duties(evidence)):
        return found
    if found := rows_of_table(evidence):
        return found
    return passage.answer(evidence)


def count(evidence: Evidence) -> Answer:
    """Answer how many units a named document has, else list."""
    question = evidence.question
    if question.agencies and evidence.named and _LISTED.search(question.folded) and (found := duties(evidence)):
        number = len({f.clause for f in found.facts if isinstance(f, TextFact)})
        return replace(found, facts=(TextFact("count", number, found.citations[0].clause), *found.facts))
    document = evidence.named[0] if evidence.named else alone(evidence)
    whole = document is not None and question.whole and _ALL.search(question.folded)
    if not whole and (found := group.count(evidence)):
        return found
    if document is None or not _CLAUSES.search(question.folded):
        return answer(evidence)
    if len(narrower(evidence, document)) >= SOME:
        return passage.answer(evidence)
    wanted = _CLAUSES.search(question.folded)
    bound = sparql.bind(ask_graph.query("units"), document=ask_graph.iris([document.iri]))
    rows = ask_graph.rows(evidence.shelf, bound)
    ending = "章" if wanted and wanted[2] == "章" else "条"
    units = [r for r in rows if r.need("label", str).endswith(ending)] or running(rows) or [r for r in rows if r.need("depth", int) == 1]
    if not units:
        return passage.answer(evidence)
    facts: list[Fact] = [TextFact("count", len(units), units[0].need("clause", str))]
    labels = f"{units[0].need('label', str)}至{units[-1].need('label', str)}"
    shown = evidence.shelf.clauses([units[0].need("clause", str), units[-1].need("clause", str)])
    cited = [reply.citation(evidence, c) for c in shown.values()]
    return reply.answer(evidence, f"{reply.where(document)}共{len(units)}{wanted[2] if wanted else '条'}（{labels}）。", facts, cited, bound)


def narrower(evidence: Evidence, document: DocumentRow) -> list[str]:
    """Return the words of a question that say which of a document's parts count."""
    question = evidence.question
    return [w for w in question.topic if w not in document.title and not _PARTS.search(w) and not any(w in n.words or n.words in w for n in question.documents)]


def running(rows: Sequence[Row]) -> list[Row]:
    """Return the units that are numbered 1, 2, 3 … through all parts of a document, the longest such run, none where numbers begin anew."""
    runs: list[list[Row]] = []
    for pattern in _RUNS:
        labelled = [(r, m) for r in rows if (m := pattern.fullmatch(r.need("label", str)))]
        numbers = [labels.number(m[1]) for _, m in labelled]
        runs += [[r for r, _ in labelled]] if len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1)) else []
    return max(runs, key=len, default=[])


def alone(evidence: Evidence) -> DocumentRow | None:
    """Return the document that all of the best clauses stand in where the question names its place, None where they stand in several."""
    owners = {c.document.iri: c.document for c in evidence.pool[:ALONE]}
    return next(iter(owners.values())) if evidence.question.places and _ALL.search(evidence.question.folded) and len(owners) == 1 else None


def figures(evidence: Evidence) -> Answer | None:
    """List the benefits whose figure reaches what the question gives, in the named documents or all."""
    question = evidence.question
    given = question.amounts[0]
    floor, roof = given.value, Decimal(10) ** 12
    if _ROOF.search(question.folded) and not _FLOOR.search(question.folded):
        floor, roof = Decimal(0), given.value
    elif not _FLOOR.search(question.folded):
        roof = given.value
    documents = [d.iri for d in evidence.named]
    bound = ask_graph.given(
        sparql.bind(
            ask_graph.query("amounts_from"),
            document=ask_graph.iris(documents) if documents else None,
            clause=None if documents else narrow.figures(evidence.shelf, given.unit, floor, roof),
            unit=[given.unit],
            bound=None,
        ),
        floor=floor,
        roof=roof,
    )
    rows = ask_graph.rows(evidence.shelf, bound)
    rows = once(evidence, rows)
    if not rows:
        return None
    facts = [amount.fact(r) for r in rows]
    held = evidence.shelf.clauses(f.clause for f in facts)
    said = []
    room = max(24, (reply.LONG - 160) // len(rows) - 16)
    for row, fact in zip(rows, facts, strict=True):
        clause = held[fact.clause]
        what = (row.get("about", str) or clip(row.need("context", str), room))[:room]
        said.append(f"{''.join(clause.path)}{what}：{reply.bounded(fact)}")
    cited = [reply.sentence(evidence, held[r.need("clause", str)], r.need("context", str)) for r in rows[:CITED]]
    name = reply.where(evidence.named[0]) if len(documents) == 1 else f"构建中{len({held[f.clause].document for f in facts})}份文件"
    return reply.answer(evidence, f"{name}共{len(rows)}处：{'；'.join(said)}。", facts, cited, bound)


def duties(evidence: Evidence) -> Answer | None:
    """List what the bodies of the question have to do, clause by clause."""
    question = evidence.question
    documents = [d.iri for d in evidence.named]
    asked = bodies.held(evidence.shelf, question.agencies)
    bound = sparql.bind(
        ask_graph.query("duties_of"),
        asked=list(dict.fromkeys(asked.values())),
        document=ask_graph.iris(documents) if documents else None,
        clause=None if documents else narrow.duties(evidence.shelf, bodies.kin(evidence.shelf, list(asked.values())), question.roles),
        role=question.roles or None,
    )
    rows = once(evidence, ask_graph.rows(evidence.shelf, bound))
    by_clause: dict[str, Row] = {}
    for row in rows:
        by_clause.setdefault(row.need("clause", str), row)
    if not by_clause:
        return None
    held = evidence.shelf.clauses(by_clause)
    room = max(16, (reply.LONG - 160) // len(by_clause) - 12)
    what = {iri: row.get("heading", str) or row.get("task", str) for iri, row in by_clause.items()}
    said = [f"{''.join(held[iri].path)}{clip(what[iri] or row.need('text', str), room)}" for iri, row in by_clause.items()]
    facts = [TextFact("item", what[iri] or row.need("context", str), iri) for iri, row in by_clause.items()]
    cited = [reply.citation(evidence, held[iri]) for iri in list(by_clause)[:CITED]]
    name = reply.where(evidence.named[0]) if len(documents) == 1 else "构建中的文件"
    earlier = bodies.former(rows)
    head = f"{name}中{bodies.titled(asked)}共涉及{len(by_clause)}处{f'（{earlier}）' if earlier else ''}"
    return reply.answer(evidence, f"{head}：{'；'.join(said)}。", facts, cited, bound)


def rows_of_table(evidence: Evidence) -> Answer | None:
    """List the rows of the table whose rows fit best, None where the best clause is no row."""
    first = next(iter(evidence.candidates), None)
    if first is None or first.clause.kind != "row" or first.clause.parent is None:
        return None
    iris = evidence.shelf.select("SELECT clause FROM clauses WHERE parent = ? AND kind_of = 'row' ORDER BY ord", (first.clause.parent,))
    bound = sparql.bind(ask_graph.query("passages"), clause=ask_graph.iris(str(r[0]) for r in iris))
    rows = ask_graph.rows(evidence.shelf, bound)
    facts = [TextFact("item", r.need("text", str), r.need("clause", str)) for r in rows]
    header = "、".join(first.clause.header)
    said = "；".join(str(f.value) for f in facts)
    cited = [reply.citation(evidence, c) for c in evidence.shelf.clauses([first.clause.iri, *(f.clause for f in facts[: CITED - 1])]).values()]
    return reply.answer(evidence, f"{reply.where(first.document)}表（{header}）共{len(facts)}行：{said}", facts, cited, bound)


def once(evidence: Evidence, rows: Sequence[Row]) -> list[Row]:
    """Leave out the rows of further copies of one policy, and those of news where policies say the same."""
    first: dict[str, str] = {}
    documents = evidence.shelf.documents
    out = []
    for row in rows:
        document = documents[row.need("document", str)]
        if document.edition != "news" and first.setdefault(document.policy, document.iri) == document.iri:
            out.append(row)
    return out


def clip(text: str, room: int) -> str:
    """Cut words to a length."""
    return text if len(text) <= room else text[: room - 1] + "…"
