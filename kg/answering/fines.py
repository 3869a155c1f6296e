"""Fines that stand in another clause than what they punish: 违反本条例第八条第一项规定的，处……罚款."""

from __future__ import annotations

import re
from dataclasses import replace

from ingest.labels import number
from kg.answering.evidence import Candidate, Evidence, coverage
from kg.shelf import ClauseRow

# Clauses that say what is forbidden are looked for among so many.
DEPTH = 3
_ITEM = re.compile(r"[（(]([一二三四五六七八九十]{1,3})[）)]([^；;。（(]+)")
_ITEMS = re.compile(r"第([一二三四五六七八九十]{1,3})项")
_POINTS = re.compile(r"第[一二三四五六七八九十百\d]+[条款项]")
_FINED = "SELECT DISTINCT clause FROM amounts WHERE document = ? AND purpose = 'fine' ORDER BY clause"
_POINTING = (
    'SELECT DISTINCT r.clause, r.target_clause FROM "references" r WHERE r.document = ? AND r.resolved = ?'
    " AND r.kind = 'internal' AND EXISTS (SELECT 1 FROM amounts a WHERE a.clause = r.clause AND a.purpose = 'fine') ORDER BY r.clause"
)


def behind(evidence: Evidence) -> list[Candidate]:
    """Return the clauses that fine what the best clauses forbid, else the one clause that fines what breaks its document; none where no fine is asked."""
    if evidence.question.aspect != "fine":
        return []
    for first in evidence.pool[:DEPTH]:
        if found := pointing(evidence, first):
            return [replace(first, clause=clause) for clause in evidence.shelf.clauses(found).values()]
    return [replace(first, clause=clause) for first in evidence.pool[:1] for clause in general(evidence, first)]


def pointing(evidence: Evidence, forbids: Candidate) -> list[str]:
    """Return the clauses that fine what a clause forbids; where they name some of its items, only those that name the one asked about."""
    rows = evidence.shelf.select(_POINTING, (forbids.document.iri, forbids.clause.iri))
    items = [(number(m[1]), m[2]) for m in _ITEM.finditer(forbids.clause.text)]
    asked = max(items, key=lambda item: coverage(evidence.shelf, evidence.question, item[1]), default=(None, ""))[0]
    named = [(str(clause), {number(m) for m in _ITEMS.findall(str(target or ""))}) for clause, target in rows]
    return [clause for clause, only in named if not only or asked in only]


def general(evidence: Evidence, first: Candidate) -> list[ClauseRow]:
    """Return the clause of a document that alone fines, and fines without pointing at another clause."""
    found = [str(row[0]) for row in evidence.shelf.select(_FINED, (first.document.iri,))]
    held = list(evidence.shelf.clauses(found).values()) if len(found) == 1 else []
    return [clause for clause in held if not _POINTS.search(clause.text[len(clause.label) :])]


def forbidden(evidence: Evidence, chosen: Candidate) -> str:
    """Return what a clause that fines by pointing at another one punishes, "" where it points at none of the best."""
    if evidence.question.aspect != "fine":
        return ""
    pointed = {clause for c in evidence.pool[:DEPTH] for clause in pointing(evidence, c)} | {c.iri for c in general(evidence, chosen)}
    return "".join(c.clause.text for c in evidence.pool[:DEPTH]) if chosen.clause.iri in pointed else ""
