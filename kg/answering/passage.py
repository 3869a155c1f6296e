"""Conditions, procedures, items and everything else: the words of the clauses that fit best."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

from kg import sparql
from kg.answering import ask_graph, reply
from kg.answering.evidence import Candidate, Evidence, held
from ontology.answers import Answer, TextFact

_SENTENCE = re.compile(r"[^。；;]*[。；;]|[^。；;]+")
# Clauses shown together: of one document, scoring at least this share of the best.
NEAR = 0.85
TOGETHER = 3
Shown = Literal["text", "condition", "step", "item"]
KINDS: dict[str, Shown] = {"eligibility": "condition", "procedure": "step", "list": "item"}


def answer(evidence: Evidence) -> Answer:
    """Answer with the clauses' own words, or refuse where they are about something else."""
    question = evidence.question
    chosen = choose(evidence)
    if not chosen or not evidence.sure(chosen[0]):
        return reply.refuse(evidence, "构建里的文件没有谈到所问事项。")
    bound = sparql.bind(ask_graph.query("passages"), clause=ask_graph.iris(c.clause.iri for c in chosen))
    rows = ask_graph.rows(evidence.shelf, bound)
    ranked = sorted(rows, key=lambda r: [c.clause.iri for c in chosen].index(r.need("clause", str)))
    facts = [TextFact(KINDS.get(question.kind, "text"), r.need("text", str), r.need("clause", str)) for r in ranked]
    document = chosen[0].document
    said = [f"{''.join(evidence_path(chosen, r.need('clause', str)))}：“{clip(evidence, r.need('text', str), n, len(rows))}”" for n, r in enumerate(ranked)]
    text = f"{reply.where(document)}{'；'.join(said)}"
    cited = [reply.citation(evidence, c.clause) for c in chosen]
    return reply.answer(evidence, text, facts, cited, bound)


def choose(evidence: Evidence) -> list[Candidate]:
    """Return the best candidate and those near it in the same document that hold words of the question which it lacks."""
    pool = evidence.pool
    if not pool:
        return []
    first = pool[0]
    near = [c for c in pool[1:] if c.document.iri == first.document.iri and c.score >= NEAR * first.score]
    wanted = {w for w in evidence.question.topic if held(w, first.clause.text) < 1}
    adding = [c for c in near if evidence.question.kind == "procedure" or any(held(w, c.clause.text) == 1 for w in wanted)]
    return [first, *adding][:TOGETHER]


def evidence_path(chosen: Sequence[Candidate], iri: str) -> tuple[str, ...]:
    """Return the path of a chosen clause."""
    return next(c.clause.path for c in chosen if c.clause.iri == iri)


def clip(evidence: Evidence, text: str, place: int, parts: int) -> str:
    """Cut a clause so that all parts fit into an answer; the first one gets half of it where there are several."""
    whole = (reply.LONG if evidence.question.kind in reply.LONG_KINDS else reply.SHORT) - reply.MARGIN
    return condense(evidence, text, whole if parts == 1 else whole // 2 if place == 0 else whole // 2 // (parts - 1))


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, joined they are the text."""
    return _SENTENCE.findall(text)


def condense(evidence: Evidence, text: str, room: int) -> str:
    """Return the sentences of a text that hold most of the question, in order, as many as the room takes; gaps are marked with …."""
    if len(text) <= room:
        return text
    parts = sentences(text)
    words = (*evidence.question.topic, *evidence.question.wider)
    worth = [sum(evidence.shelf.words.rarity(w) for w in words if w in part) for part in parts]
    kept: set[int] = set()
    used = 0
    for i in sorted(range(len(parts)), key=lambda i: (-worth[i], i)):
        if used + len(parts[i]) + 1 <= room:
            kept.add(i)
            used += len(parts[i]) + 1
    out = [("" if i == 0 or i - 1 in kept else "…") + parts[i] for i in sorted(kept)]
    return "".join(out) + ("" if len(parts) - 1 in kept else "…") if out else text[: room - 1] + "…"
