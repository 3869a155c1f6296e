"""The clauses under one heading together: the conditions, materials, steps or tasks that a question asks for by that heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest import labels, words
from kg import sparql
from kg.answering import ask_graph, reply
from kg.answering.evidence import Candidate, Evidence, held
from kg.shelf import ClauseRow
from ontology.answers import Answer, TextFact

# Candidates whose headings are looked at, and how many clauses stand under one.
DEPTH = 4
MOST = 20
_LABEL = re.compile(r"第(?P<article>[一二三四五六七八九十百零〇\d]+)[条章]|第?\((?P<item>[一二三四五六七八九十]+)\)")
_ITEM = re.compile(r"[（(]([一二三四五六七八九十]+)[)）]|(?<![\d.])(\d{1,2})[.、](?!\d)")


@dataclass(frozen=True, slots=True)
class Group:
    """A heading and the clauses right under it, in text order."""

    head: ClauseRow
    members: tuple[ClauseRow, ...]


def asked(evidence: Evidence) -> Group | None:
    """Return the group that the question asks for by its heading: every word of the heading stands in it; None where there is none."""
    for candidate in evidence.pool[:DEPTH]:
        clause = candidate.clause
        for parent in filter(None, (clause.parent, clause.iri)):
            head = evidence.shelf.clauses([parent]).get(parent)
            if head is None or not called(evidence, head):
                continue
            members = [c for c in evidence.shelf.clauses_of(head.document) if c.parent == head.iri and c.kind == "unit"]
            if 2 <= len(members) <= MOST:
                return Group(head, tuple(members))
    return None


def called(evidence: Evidence, head: ClauseRow) -> bool:
    """Say whether a question calls a heading: every content word of it, or what people say for it, and no long text behind it."""
    heading = head.heading or ""
    content = [w for w in words.segment(heading) if len(w) > 1]
    question = evidence.question
    return bool(content) and len(heading) <= 12 and all(held(w, question.folded) == 1 or w in question.wider for w in content)


def answer(evidence: Evidence, group: Group, kind: str) -> Answer:
    """Answer with all clauses under a heading."""
    bound = sparql.bind(ask_graph.query("passages"), clause=ask_graph.iris(c.iri for c in group.members))
    rows = ask_graph.rows(evidence.shelf, bound)
    facts = [TextFact(kind, r.need("text", str), r.need("clause", str)) for r in rows]  # type: ignore[arg-type]
    document = evidence.shelf.documents[group.head.document]
    text = f"{reply.where(document, group.head)}{group.head.heading or ''}：{''.join(str(f.value) for f in facts)}"
    cited = [reply.citation(evidence, c) for c in group.members[: reply.CITED]]
    return reply.answer(evidence, text, facts, cited, bound)


def count(evidence: Evidence) -> Answer | None:
    """Answer how many clauses stand under the heading asked for, else how many items the best clause lists; None where it lists none."""
    if group := asked(evidence):
        return counted(evidence, len(group.members), group.head, group.members)
    first = evidence.pool[0] if evidence.pool else None
    if first is None or not evidence.sure(first):
        return None
    items = _ITEM.findall(first.clause.text)
    return counted(evidence, len(items), first.clause, ()) if len(items) > 1 else None


def counted(evidence: Evidence, number: int, clause: ClauseRow, members: Sequence[ClauseRow]) -> Answer:
    """Word a number of clauses or items, with what is counted."""
    iris = [c.iri for c in members] or [clause.iri]
    bound = sparql.bind(ask_graph.query("passages"), clause=ask_graph.iris(iris))
    rows = ask_graph.rows(evidence.shelf, bound)
    document = evidence.shelf.documents[clause.document]
    said = "；".join(r.get("heading", str) or r.need("text", str)[:24] for r in rows) if members else rows[0].need("text", str)
    cited = [reply.citation(evidence, c) for c in evidence.shelf.clauses(iris[: reply.CITED]).values()]
    return reply.answer(evidence, f"{reply.where(document, clause)}共{number}项：{said}", [TextFact("count", number, iris[0])], cited, bound)


def labelled(evidence: Evidence) -> Candidate | None:
    """Return the clause of a named document that the question calls by its label (第十四条, （八）), None where it calls none."""
    match = _LABEL.search(evidence.question.folded)
    if match is None or not evidence.named:
        return None
    wanted = labels.number(match["article"] or match["item"])
    document = evidence.named[0]
    for clause in evidence.shelf.clauses_of(document.iri):
        bare = re.sub(r"[第条章节（()）、.．]", "", clause.label)
        article = clause.label.startswith("第") and clause.label.endswith(match[0][-1])
        if bare and clause.kind == "unit" and (article or not match["article"]) and labels.number(bare) == wanted:
            return Candidate(clause, document, 1.0, 1.0, 2.0)
    return None
