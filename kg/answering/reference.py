"""What a text rests on or points to: titles and 文号 of the clause or document asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from kg import sparql
from kg.answering import ask_graph, passage, reply, resting
from kg.answering.evidence import Evidence, held
from kg.cues import cues
from kg.shelf import DocumentRow
from kg.sparql import Row
from kg.titles import normal_number
from ontology.answers import Answer, Citation, DateFact, Fact, ReferenceFact

_BASIS = re.compile(r"依据|根据|上位法|贯彻|落实|配套|制定")
# What a document was made on is asked, by its 文号: 某发〔2026〕6号依据什么制定.
_MADE_ON = re.compile(r"(?:依据|根据|依照|按照)[^,。?]{0,8}(?:什么|哪|啥)|(?:什么|哪|啥)[^,。?]{0,8}(?:依据|根据)|上位法")
_INTERNAL = re.compile(r"哪(一|几)?(条|款|项)|第几条")
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}[(\[〔【](?:19|20)\d\d[)\]〕】]第?\d+号")
_NAME = re.compile(r"[\u4e00-\u9fff]{1,12}?(?=[(\[〔【])")
COVERED = 0.3
# A clause that covers so much of a question is what it asks about, not the document as a whole.
DETAIL = 0.8


def answer(evidence: Evidence) -> Answer:
    """Answer with references: the documents that rest on one, of a 文号 that is asked about, of the basis of a document, or of the clause that fits best."""
    folded = evidence.question.folded
    if resting.asked(evidence):
        return resting.answer(evidence)
    if found := of_change(evidence):
        return found
    if _MADE_ON.search(folded) and (found := of_basis(evidence, numbered=True)):
        return found
    if number := _NUMBER.search(folded):
        found = of_number(evidence, number[0])
        if found:
            return found
    if _BASIS.search(folded) and evidence.candidates and not of_detail(evidence):
        found = of_basis(evidence)
        if found:
            return found
    return of_clause(evidence)


def of_change(evidence: Evidence) -> Answer | None:
    """Answer which documents one repeals or amends, or which one does so to it; None where that is not asked or the build does not know."""
    finer, folded = cues().finer, evidence.question.folded
    repealed = finer["repeals"].search(folded) and not finer["changed"].search(folded)
    relations = ["repeals", "supersedes"] if repealed else ["amends"] if finer["amends"].search(folded) else []
    document = (evidence.named or tuple(c.document for c in evidence.candidates[:1]) or (None,))[0]
    if document is None or not relations:
        return None
    if finer["passive"].search(folded):
        return taken(evidence, document, relations)
    ask = ask_graph.query("references")
    bound = sparql.bind(ask, document=ask_graph.iris([document.iri]), clause=None, relation=relations, kind=["external"])
    rows = ask_graph.rows(evidence.shelf, bound)
    return worded(evidence, rows, bound) if rows else None


def taken(evidence: Evidence, document: DocumentRow, relations: Sequence[str]) -> Answer | None:
    """Answer which document of the build repealed, replaced or amended one, None where none did."""
    bound = sparql.bind(ask_graph.query("taken"), target=ask_graph.iris([document.iri]), relation=relations)
    rows = ask_graph.rows(evidence.shelf, bound)
    if not rows:
        return None
    facts: list[Fact] = []
    for row in rows:
        fact = ReferenceFact(row.need("by", str), row.get("number", str), None, row.need("relation", str), row.need("document", str), row.need("clause", str))
        facts += [fact] if fact not in facts else []
    held = evidence.shelf.clauses(f.clause for f in facts)
    names = "、".join(reply.where(evidence.shelf.documents[c.document], c) for c in held.values())
    done = "修改" if relations == ["amends"] else "废止"
    return reply.answer(evidence, f"{reply.where(document)}由{names}{done}。", facts, [cite(evidence, rows[0])], bound)


def of_detail(evidence: Evidence) -> bool:
    """Say whether the question is about one clause of a document, not about what the document as a whole rests on."""
    first = evidence.pool[0] if evidence.pool else None
    beyond = [w for w in evidence.question.topic if first and w not in first.document.title]
    return (
        first is not None
        and first.clause.kind != "preamble"
        and bool(beyond)
        and (first.cover >= DETAIL or all(held(w, first.clause.text, evidence.question.near) == 1 for w in beyond[:2]))
        and bool(
            evidence.shelf.select("SELECT count(*) FROM \"references\" WHERE clause = ? AND relation NOT IN ('basis', 'implements')", (first.clause.iri,))[0][0]
        )
    )


def of_number(evidence: Evidence, number: str) -> Answer | None:
    """Answer which document bears a 文号, None where nothing in the build knows it; words may run into the match."""
    own = [d for d in evidence.named if d.number and normal_number(number).endswith(normal_number(d.number)) and d.edition != "news"]
    if own:
        return of_document(evidence, own[0])
    known = [str(r[0]) for r in evidence.shelf.select('SELECT DISTINCT target_number FROM "references" WHERE target_number IS NOT NULL')]
    fits = sorted((k for k in known if normal_number(number).endswith(normal_number(k))), key=lambda k: (-len(k), k))
    if not fits:
        return None
    bound = sparql.bind(ask_graph.query("numbered"), number=fits[:1])
    rows = ask_graph.rows(evidence.shelf, bound)
    if not rows:
        return None
    named = {d.iri for d in evidence.named}
    top = next((r for r in rows if r.need("document", str) in named), rows[0])
    fact = ReferenceFact(top.get("targetTitle", str) or top.need("title", str), fits[0], None, "refers", top.get("target", str), top.need("clause", str))
    facts: list[Fact] = [fact]
    text = f"{fits[0]}是《{fact.title}》"
    cited = [cite(evidence, top)]
    target = evidence.shelf.documents.get(fact.resolved or "")
    if target:
        first = evidence.shelf.clauses_of(target.iri)[:1]
        cited += [reply.citation(evidence, c) for c in first]
        issued = top.get("issued", date)
        if issued:
            facts.append(DateFact(issued, "issued", False, first[0].iri if first else fact.clause))
            text += f"，{reply.day(issued)}印发"
    clause = evidence.shelf.clauses([fact.clause])[fact.clause]
    return reply.answer(evidence, f"{text}。见{reply.where(evidence.shelf.documents[clause.document], clause)}。", facts, cited, bound)


def of_document(evidence: Evidence, document: DocumentRow) -> Answer:
    """Answer which document of the build bears a 文号, with the day of its issue."""
    bound = sparql.bind(ask_graph.query("validity"), document=ask_graph.iris([document.iri]))
    rows = ask_graph.rows(evidence.shelf, bound)
    first = evidence.shelf.clauses_of(document.iri)[0]
    facts: list[Fact] = [ReferenceFact(document.title, document.number, None, "refers", document.iri, first.iri)]
    issued = rows[0].get("issued", date) if rows else None
    if issued:
        facts.append(DateFact(issued, "issued", False, first.iri))
    text = f"{document.number}是《{document.title}》{f'，{reply.day(issued)}印发' if issued else ''}。"
    return reply.answer(evidence, text, facts, [reply.citation(evidence, first)], bound)


def of_basis(evidence: Evidence, *, numbered: bool = False) -> Answer | None:
    """Answer what a document was made on the basis of or to implement, None where it does not say.

    ``numbered``: of the document only whose 文号 the question holds.
    """
    known = evidence.named or tuple(c.document for c in evidence.candidates[:1])
    if numbered:
        known = tuple(d for d in known if d.number and normal_number(d.number) in normal_number(evidence.question.folded))
    if not known:
        return None
    document = known[0]
    bound = sparql.bind(
        ask_graph.query("references"), document=ask_graph.iris([document.iri]), clause=None, relation=["basis", "implements"], kind=["external"]
    )
    rows = ask_graph.rows(evidence.shelf, bound)
    return worded(evidence, rows, bound) if rows else None


def of_clause(evidence: Evidence) -> Answer:
    """Answer with the references of the best clause that has any, else with its words."""
    kind = ["internal"] if _INTERNAL.search(evidence.question.folded) else None
    named = {d.iri for d in evidence.named}
    for candidate in [c for c in evidence.candidates[:8] if not named or c.document.iri in named]:
        if candidate.cover < COVERED:
            continue
        bound = sparql.bind(ask_graph.query("references"), clause=ask_graph.iris([candidate.clause.iri]), document=None, relation=None, kind=kind)
        rows = ask_graph.rows(evidence.shelf, bound)
        if rows:
            return worded(evidence, rows, bound)
    return passage.answer(evidence)


def worded(evidence: Evidence, rows: Sequence[Row], bound: str) -> Answer:
    """Word references, each once, with the clause they stand in."""
    facts: dict[tuple[str, str | None], ReferenceFact] = {}
    for row in rows:
        title, clause = row.get("title", str) or "", row.get("targetClause", str)
        key = (title or clause or "", clause)
        facts.setdefault(key, ReferenceFact(title, row.get("number", str), clause, row.need("relation", str), row.get("target", str), row.need("clause", str)))
    shown = list(facts.values())
    clauses = list(dict.fromkeys(r.need("clause", str) for r in rows))
    held = evidence.shelf.clauses(clauses[:3])
    first = next(iter(held.values()))
    names = "、".join(name(f) for f in shown)
    text = f"{reply.where(evidence.shelf.documents[first.document], first)}：{names}。"
    if all(f.target_clause and not f.title for f in shown):
        text += f"原文：“{first.text}”"
    cited = [cite(evidence, next(r for r in rows if r.need("clause", str) == iri)) for iri in held]
    return reply.answer(evidence, text, shown, cited, bound)


def name(fact: ReferenceFact) -> str:
    """Name what is referred to: 《…》（文号）第十一条."""
    title = f"《{fact.title}》" if fact.title else ""
    number = f"（{fact.number}）" if fact.number else ""
    return f"{title}{number}{fact.target_clause or ''}"


def cite(evidence: Evidence, row: Row) -> Citation:
    """Cite the whole clause where it is short, else from the reference on."""
    clause = evidence.shelf.clauses([row.need("clause", str)])[row.need("clause", str)]
    if len(clause.text) <= reply.QUOTE:
        return reply.citation(evidence, clause)
    return reply.citation(evidence, clause, row.need("start", int), clause.end)
