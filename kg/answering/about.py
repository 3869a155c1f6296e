"""Whether the sentence of a figure is about what is asked, and counts by what the question counts by."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from ingest import words
from kg.answering import fines, weigh
from kg.answering.evidence import Candidate, Evidence, coverage, held
from kg.cues import cues
from kg.sparql import Row

# A figure whose own sentence, title and headings hold less of the question than this is about something else.
NARROW = 0.3
# How a clause begins says whom all its sentences are about.
LEAD = 60
# A figure is asked for each of some things; the clause holds so much of their name.
_EACH_THING = re.compile(r"每个([\u4e00-\u9fff]{2,8})")
NAMED = 0.3


def it(evidence: Evidence, clauses: Sequence[Candidate], row: Row) -> bool:
    """Say whether the sentence of a figure is about what is asked: it holds enough of the question, the standing and the grade that it names.

    ``clauses`` are the one that the figure stands in, last, and the one that holds its table.
    """
    question, chosen = evidence.question, clauses[-1]
    lead = "".join(c.clause.text[:LEAD] for c in clauses) + fines.forbidden(evidence, chosen)
    told = " ".join((chosen.document.title, chosen.clause.above, lead, row.need("context", str), row.get("about", str) or "", row.get("condition", str) or ""))
    whole = f"{told} {chosen.clause.text}" if question.aspect == "fine" else told
    if coverage(evidence.shelf, question, whole) < NARROW:
        return False
    if any(w in question.folded and w not in told for w in cues().standings) or weigh.of_another_case(question.folded, told):
        return False
    others = ([w for w in group if w in question.folded] for group in cues().exclusive)
    return all(not asked or any(w in told for w in asked) or not any(w in told for w in group) for asked, group in zip(others, cues().exclusive, strict=True))


def measured(evidence: Evidence, counted: str) -> bool:
    """Say whether a clause counts by what the question counts by: by the month, by head, 每个标准展位."""
    question = evidence.question
    if any(asked.search(question.folded) and not told.search(counted) for asked, told in cues().per):
        return False
    return all(held(word, counted, question.near) >= NAMED for word in counted_by(question.folded))


def counted_by(folded: str) -> list[str]:
    """Return the words of the thing that a question counts by: 每个标准展位 → 标准, 展位."""
    match = _EACH_THING.search(folded)
    tokens = words.segment(match[1]) if match else ()
    return list(takewhile(lambda token: len(token) > 1 and token not in cues().empty and token not in cues().common, tokens))[:2]
