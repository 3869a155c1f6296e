"""Clauses with figures beside the best one: the rows of its table, the tiers under one head."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.answering import reply, under
from kg.answering.evidence import Candidate, Evidence

ROWS = 12
TABLE = 30
# A clause of so many characters may be one tier of several beside it; one that was not proposed is this near to the one that was.
TIER = 200
BESIDE = 0.9


def tabled(evidence: Evidence, first: Candidate, units: Sequence[str]) -> list[Candidate]:
    """Return the rows with figures of the table that a clause holds."""
    statement = (
        "SELECT c.clause FROM clauses c WHERE c.parent = ? AND c.kind_of = 'row' "
        f"AND EXISTS (SELECT 1 FROM amounts a WHERE a.clause = c.clause AND a.unit IN ({','.join('?' * len(units))})) ORDER BY c.ord LIMIT {TABLE}"
    )
    found = evidence.shelf.clauses(str(row[0]) for row in evidence.shelf.select(statement, (first.clause.iri, *units)))
    return [replace(first, clause=clause) for clause in found.values()]


def tiers(evidence: Evidence, holders: Sequence[Candidate]) -> list[Candidate]:
    """Return the clauses with figures beside the best holder, under one clause, where it is a short tier: 1.…的，最高80万元；2.…的，最高200万元."""
    first = holders[0]
    if first.clause.parent is None or first.clause.kind != "unit" or len(first.clause.text) > TIER or len(first.clause.path) < 2:
        return []
    taken = {c.clause.iri for c in holders}
    beside = [c for c in evidence.shelf.clauses_under(first.clause.parent) if c.kind == "unit" and c.iri not in taken]
    held = [c for c in beside if len(c.text) <= TIER and evidence.shelf.select("SELECT count(*) FROM amounts WHERE clause = ?", (c.iri,))[0][0]]
    near = first.score * BESIDE
    found = [(reply.of_clause(evidence.pool, c.iri) or first, c) for c in held[:ROWS]]
    lifted = {c.iri for c in held if under.goes_on(c)}
    out = []
    for candidate, c in found:
        score = max(candidate.score, near) if c.iri in lifted else near if candidate is first else candidate.score
        out.append(replace(candidate, clause=c, score=score, trust=max(candidate.trust, first.trust) if c.iri in lifted else candidate.trust))
    return out


def rows(pool: Sequence[Candidate], holders: Sequence[Candidate]) -> list[Candidate]:
    """Return the proposed rows of the tables that lie in the clauses chosen or hold the rows chosen."""
    above = {(c.document.iri, c.clause.path[:-1] if c.clause.kind == "row" else c.clause.path) for c in holders}
    taken = {c.clause.iri for c in holders}
    return [c for c in pool if c.clause.kind == "row" and (c.document.iri, c.clause.path[:-1]) in above and c.clause.iri not in taken][:ROWS]
