"""Comparing: the figures of two things side by side, or the one clause that sets both sides apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kg.answering import amount, ask_graph, passage, reply
from kg.answering.evidence import Evidence, gather
from kg.answering.sides import alone, sides
from kg.called import named_places
from kg.cues import cues
from kg.question import how_many, parse
from ontology.answers import AmountFact, Answer, Fact, Question

_BOTH = re.compile(r"分别|各自?(?=是|为|给|能|有|奖|补|出|多少|几)")
_COMPARED = re.compile(r"对比|比较|比一比|相比")
_LEAST = re.compile(r"(?:哪|谁).{0,6}(?:低|少|小)")
_MOST = re.compile(r"最高|最多|上限|封顶|不超过|限额")
# A number of things is asked, which no sum of money tells.
_NUMBER = re.compile(r"家数|个数|数量|人数")
_FIGURES = ("上限", "额度", "最高", "最多", "多少", "高", "金额", "标准", "比例", "占比", "封顶", "低")


def answer(evidence: Evidence) -> Answer:
    """Compare the figures of the two things that the question names; else show the clauses that fit."""
    question = evidence.question
    both = apart(question) or subject(question, sides(question.folded)) or by_name(question)
    return figures(evidence, both) or passage.answer(evidence)


def by_name(question: Question) -> list[str]:
    """Return a question for each of two policies that a question names without a word between them (甲计划 乙计划 对比), none where it does not."""
    names = list(dict.fromkeys(n.words for n in question.documents if n.strength >= CALLED and n.words in question.folded))
    other = next((name for name in names[1:] if name not in names[0] and names[0] not in name), None)
    folded = _COMPARED.sub("", question.folded)
    return [folded.replace(other, ""), folded.replace(names[0], "")] if other else []


def apart(question: Question) -> list[str]:
    """Return a question for each of two places, rules or levels that the question names side by side, none where it names no such pair."""
    return alone(question.folded, named_places(question.folded, None, {}))


def subject(question: Question, both: list[str]) -> list[str]:
    """Return two sides, the second one with the place or the coined word that the first begins with and says for both: 概念验证平台|试点建设与直接备案."""
    first = both[0].partition(",")[0] if both else ""
    for place in named_places(question.folded, None, {}) if first else ():
        both = [both[0], both[1] if place in both[1] or place not in both[0] else f"{place}{both[1]}"]
    for word in question.coined:
        if first.startswith(word) and len(first) > len(word) + 1 and word not in both[1]:
            return [both[0], f"{word}{both[1]}"]
    return both


def figures(evidence: Evidence, both: Sequence[str]) -> Answer | None:
    """Set the figures of two sides beside each other, None where figures are not asked or a side has none."""
    folded, finer = evidence.question.folded, cues().finer
    if how_many(folded) or _NUMBER.search(folded):
        return None
    asked = finer["money"].search(folded) or finer["percent"].search(folded) or any(w in folded for w in _FIGURES)
    found = [a for a in (of_side(evidence, side) for side in both) if a is not None] if asked else []
    if len(found) > 1 and found[0].facts[0] == found[1].facts[0]:
        # Both sides find the same figure: the second one is told by another clause, or the two are not set apart.
        other = of_side(evidence, both[1], without=found[0].citations[0].clause)
        found = [found[0], other] if other else []
    return side_by_side(evidence, found) if len(found) > 1 else None


def side_by_side(evidence: Evidence, parts: list[Answer]) -> Answer:
    """Word two answers with figures and say which is higher, where they are of one unit."""
    facts: list[Fact] = [f for part in parts for f in part.facts]
    first, second = (next(f for f in part.facts if isinstance(f, AmountFact)) for part in parts)
    cited = [part.citations[0] for part in parts]
    names = [f"《{c.document}》{''.join(c.path)}：{reply.bounded(f)}" for c, f in zip(cited, (first, second), strict=True)]
    verdict = ""
    if first.unit == second.unit:
        a, b = first.high or first.value, second.high or second.value
        winner = cited[0 if (a > b) != bool(_LEAST.search(evidence.question.folded)) else 1]
        verdict = "两者相同。" if a == b else f"《{winner.document}》{''.join(winner.path)}{'更低' if _LEAST.search(evidence.question.folded) else '更高'}。"
    quotes = "；".join(f"“{c.quote[:200]}”" for c in cited)
    return reply.answer(evidence, f"{'；'.join(names)}。{verdict}原文：{quotes}", facts, cited, ask_graph.together([part.sparql for part in parts]))


def of_side(evidence: Evidence, side: str, without: str = "") -> Answer | None:
    """Answer the question about one thing only, None where there is no figure; ``without`` is the IRI of a clause that is left out."""
    shelf = evidence.shelf
    side = _BOTH.sub("", side).split("?", 1)[0]  # one figure of one thing: a query of several parts does not go into another
    read = parse(side, evidence.question.on, shelf.known)
    part: Question = replace(read, kind="amount" if read.kind == "amount" and not _MOST.search(side) else "ceiling")
    first, rest = part.documents[:1], part.documents[1:]
    part = replace(part, documents=(*(replace(n, strength=max(n.strength, NAMED)) if n.strength >= CALLED else n for n in first), *rest))
    gathered = gather(shelf, part)
    kept = tuple(c for c in gathered.candidates if (c.document.edition != "news" or part.news) and c.clause.iri != without)
    found = amount.answer(replace(gathered, candidates=kept))
    first_fact = next((f for f in found.facts if isinstance(f, AmountFact)), None)
    asked = part.aspect in ("threshold", "target")
    return found if found.answered and first_fact and (asked or first_fact.purpose not in ("threshold", "target")) else None


# A side that is a policy's name need not say all of it.
CALLED = 0.35
NAMED = 0.6
