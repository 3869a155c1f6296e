"""Comparing: the figures of two documents side by side, or the one clause that sets both sides apart."""

from __future__ import annotations

from dataclasses import replace

from kg.answering import amount, ask_graph, passage, reply
from kg.answering.evidence import Evidence, gather
from kg.question import cues
from kg.shelf import DocumentRow
from ontology.answers import AmountFact, Answer, Fact
from ontology.records import Amount

# What is compared is named by the words before these.
_MARKS = ("和", "与", "跟", "同", "、")


def answer(evidence: Evidence) -> Answer:
    """Compare the figures that two parts of the question ask for; else show the clauses that fit."""
    if not about_figures(evidence):
        return passage.answer(evidence)
    parts = [p for p in (of_part(evidence, d) for d in sides(evidence)[:2]) if p is not None]
    if len(parts) < 2:
        return passage.answer(evidence)
    facts: list[Fact] = [f for p in parts for f in p.facts]
    first, second = (next(f for f in p.facts if isinstance(f, AmountFact)) for p in parts)
    cited = [p.citations[0] for p in parts]
    names = [f"《{c.document}》{reply.bounded(f)}" for c, f in zip(cited, (first, second), strict=True)]
    verdict = ""
    if first.unit == second.unit:
        a, b = first.high or first.value, second.high or second.value
        verdict = "两者相同。" if a == b else f"《{cited[0 if a > b else 1].document}》更高。"
    quotes = "".join(f"《{c.document}》{''.join(c.path)}：“{c.quote[:160]}”" for c in cited)
    return reply.answer(evidence, f"{'；'.join(names)}。{verdict}{quotes}", facts, cited, ask_graph.together([p.sparql for p in parts]))


def about_figures(evidence: Evidence) -> bool:
    """Say whether the question compares figures."""
    finer = cues().finer
    folded = evidence.question.folded
    words = ("上限", "额度", "最高", "多少", "高", "金额", "标准", "比例", "封顶")
    return bool(finer["money"].search(folded) or finer["percent"].search(folded)) or any(w in folded for w in words)


def sides(evidence: Evidence) -> list[DocumentRow]:
    """Return the documents compared: those that the question names, one a policy."""
    seen: dict[str, DocumentRow] = {}
    for named in evidence.question.documents:
        row = evidence.shelf.documents[named.document]
        if row.edition != "news":
            seen.setdefault(row.policy, row)
    return list(seen.values())


def of_part(evidence: Evidence, document: DocumentRow) -> Answer | None:
    """Answer the question for one document only, None where it gives no figure."""
    question = evidence.question
    named = tuple(n for n in question.documents if n.document == document.iri)
    none: tuple[Amount, ...] = ()
    part = replace(question, kind="ceiling", documents=tuple(replace(n, strength=1.0) for n in named), amounts=none)
    found = amount.answer(gather(evidence.shelf, part))
    return found if found.answered else None
