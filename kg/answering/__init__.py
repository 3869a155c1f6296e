"""From evidence to an answer: one small module a kind of question, and the table that names them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from kg.answering import agency, amount, compare, deadline, definition, listing, match, passage, reference, reply, scope, silence
from kg.answering.evidence import Evidence, gather
from kg.answering.sides import each, sides
from kg.question import parse
from kg.shelf import Shelf
from ontology.answers import AmountFact, Answer, Kind

Answerer = Callable[[Evidence], Answer]

KINDS: Mapping[Kind, Answerer] = {
    "agency": agency.answer,
    "ceiling": amount.answer,
    "amount": amount.answer,
    "deadline": deadline.answer,
    "definition": definition.answer,
    "reference": reference.answer,
    "eligibility": passage.answer,
    "procedure": passage.answer,
    "list": listing.answer,
    "count": listing.count,
    "compare": compare.answer,
    "match": match.answer,
    "passage": passage.answer,
}


# Characters of a question; what a company tells about itself takes a few hundred.
LONGEST = 1000


def ask(shelf: Shelf, text: str, on: date) -> Answer:
    """Answer a question on a day, or refuse; ``ms`` is the time it took."""
    begun = time.perf_counter()
    if len(text) > LONGEST:
        return Answer(text, on, "none", False, f"无法回答：问题有 {len(text)} 字，最多 {LONGEST} 字。请一次只问一件事。", (), (), "")
    question = match.told_of_company(parse(text, on, shelf.known))
    evidence = gather(shelf, question)
    reason = silence.barred(evidence)
    found = reply.refuse(evidence, reason) if reason else side_by_side(evidence) or KINDS[evidence.question.kind](evidence)
    if not reason and not found.answered and (wider := unnamed(shelf, evidence)):
        other = KINDS[wider.question.kind](wider)
        found = other if other.answered else found
    return replace(found, ms=round((time.perf_counter() - begun) * 1000, 2))


def unnamed(shelf: Shelf, evidence: Evidence) -> Evidence | None:
    """Return the evidence without the documents that a question names by part of a title only, where another one's clause fits better."""
    named = {d.iri for d in evidence.named}
    if not named or any(n.strength >= scope.WHOLE for n in evidence.question.documents if n.document in named):
        return None
    wider = gather(shelf, replace(evidence.question, documents=()))
    first = wider.pool[0] if wider.pool else None
    if first is None or first.document.iri in named:
        return None
    # What is asked of 海创计划 another policy answers only where it speaks of it.
    called = [n.words for n in evidence.question.documents if n.document in named and n.words in evidence.question.coined]
    return wider if all(name in f"{first.document.title}{first.clause.text}" for name in called) else None


def side_by_side(evidence: Evidence) -> Answer | None:
    """Answer a figure that is asked of two places, rules or levels at once (长沙和贵阳每台各多少) as a comparison, None where that is not asked."""
    question = evidence.question
    if question.kind not in ("amount", "ceiling"):
        return None
    compared = replace(evidence, question=replace(question, kind="compare"))
    if both := compare.apart(question):
        return compare.figures(compared, both)
    # 一般的和首次的分别是多少: two things of one clause are told together, of two clauses each by its own.
    found = compare.figures(compared, compare.subject(question, sides(question.folded))) if each(question.folded) else None
    if found is None or len({fact.unit for fact in found.facts if isinstance(fact, AmountFact)}) > 1:
        return None
    # 在甲县首次…和首次…分别是多少: the second thing is no other county's.
    held = evidence.shelf.clauses(c.clause for c in found.citations).values()
    return found if len({evidence.shelf.documents[c.document].place for c in held}) == 1 else None
