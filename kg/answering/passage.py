"""Conditions, procedures, items and everything else: the words of the clauses that fit best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from kg import sparql
from kg.answering import ask_graph, reply
from kg.answering.evidence import Candidate, Evidence
from ontology.answers import Answer, TextFact

# Clauses shown together: of one document, scoring at least this share of the best.
NEAR = 0.85
TOGETHER = 3
COVERED = 0.42
Shown = Literal["text", "condition", "step", "item"]
KINDS: dict[str, Shown] = {"eligibility": "condition", "procedure": "step", "list": "item"}


def answer(evidence: Evidence) -> Answer:
    """Answer with the clauses' own words, or refuse where they are about something else."""
    question = evidence.question
    chosen = choose(evidence)
    if not chosen or max(c.cover for c in chosen) < COVERED:
        return reply.refuse(evidence, "构建里的文件没有谈到所问事项。")
    bound = sparql.bind(ask_graph.query("passages"), clause=ask_graph.iris(c.clause.iri for c in chosen))
    rows = ask_graph.rows(evidence.shelf, bound)
    ranked = sorted(rows, key=lambda r: [c.clause.iri for c in chosen].index(r.need("clause", str)))
    facts = [TextFact(KINDS.get(question.kind, "text"), r.need("text", str), r.need("clause", str)) for r in ranked]
    document = chosen[0].document
    said = [f"{''.join(evidence_path(chosen, r.need('clause', str)))}：“{clip(r.need('text', str), len(rows))}”" for r in rows]
    text = f"{reply.where(document)}{'；'.join(said)}"
    cited = [reply.citation(evidence, c.clause) for c in chosen]
    return reply.answer(evidence, text, facts, cited, bound)


def choose(evidence: Evidence) -> list[Candidate]:
    """Return the best candidate and those near it in the same document."""
    named = {d.iri for d in evidence.named}
    pool = [c for c in evidence.candidates if not named or c.document.iri in named]
    if not pool:
        return []
    first = pool[0]
    return [c for c in pool if c.document.iri == first.document.iri and c.score >= NEAR * first.score][:TOGETHER]


def evidence_path(chosen: Sequence[Candidate], iri: str) -> tuple[str, ...]:
    """Return the path of a chosen clause."""
    return next(c.clause.path for c in chosen if c.clause.iri == iri)


def clip(text: str, parts: int) -> str:
    """Cut a clause so that all parts fit into an answer."""
    room = (reply.LONG - 120) // max(parts, 1)
    return text if len(text) <= room else text[: room - 1] + "…"
