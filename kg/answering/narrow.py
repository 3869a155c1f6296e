"""Where a query over a whole build can find anything: clauses that the tables name, so that a large graph is not walked from end to end.

Over 18,000 figures amounts_from.rq takes 640 ms where it stands alone and 30 ms where it is told the clauses.
The query's own conditions still decide what is shown; the order is the query's, and a clause beyond its LIMIT is left out.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal

from kg.answering import ask_graph
from kg.shelf import Shelf
from ontology.terms import Value

# The LIMITs of amounts_from.rq and duties_of.rq, and of schemes.rq.
SHOWN, JUDGED = 200, 2000

_FIGURES = (
    "SELECT DISTINCT a.clause, a.document, c.ord FROM amounts a JOIN clauses c ON c.clause = a.clause"
    " WHERE a.unit = ? AND a.purpose IN ('benefit', 'award', 'other', 'share') AND CAST(COALESCE(a.high, a.value) AS REAL) >= ?"
    " AND CAST(a.value AS REAL) <= ? ORDER BY a.document, c.ord LIMIT ?"
)
_DUTIES = (
    "SELECT DISTINCT r.clause, r.document, c.ord FROM responsibilities r JOIN clauses c ON c.clause = r.clause"
    " WHERE r.agency IN ({names}) AND ({roles}) ORDER BY r.document, c.ord LIMIT ?"
)
_SCHEMES = (
    "SELECT DISTINCT f.clause, f.document, c.ord FROM amounts f JOIN amounts t ON t.clause = f.clause AND t.context = f.context"
    " JOIN clauses c ON c.clause = f.clause WHERE f.purpose IN ('benefit', 'award') AND f.unit = 'CNY' AND f.bound != 'min'"
    " AND t.purpose = 'threshold' ORDER BY f.document, c.ord"
)
_CONDITIONS = (
    "SELECT c.clause, c.document FROM clauses c LEFT JOIN clauses p ON p.clause = c.parent"
    " WHERE c.document IN (SELECT document FROM amounts WHERE purpose IN ('benefit', 'award') AND unit = 'CNY') AND c.kind_of = 'unit'"
    " AND (c.text LIKE '%备下列%条件%' OR c.text LIKE '%备以下%条件%' OR c.text LIKE '%合下列%条件%' OR c.text LIKE '%合以下%条件%'"
    " OR c.text LIKE '%足下列%条件%' OR c.text LIKE '%足以下%条件%' OR p.heading LIKE '%条件%' OR p.heading LIKE '%资格%' OR p.heading LIKE '%申报对象%')"
    " ORDER BY c.document, c.ord"
)
_OFFERS = (
    "SELECT DISTINCT f.clause, f.document, c.ord FROM amounts f JOIN clauses c ON c.clause = f.clause"
    " WHERE f.purpose IN ('benefit', 'award') AND f.unit = 'CNY' AND f.bound != 'min' ORDER BY f.document, c.ord"
)


def figures(shelf: Shelf, unit: str, floor: Decimal, roof: Decimal) -> list[Value]:
    """Return the clauses whose figures amounts_from.rq can show."""
    return _iris(shelf.select(_FIGURES, (unit, float(floor), float(roof), SHOWN)))


def duties(shelf: Shelf, names: Sequence[str], roles: Sequence[str]) -> list[Value]:
    """Return the clauses whose duties duties_of.rq can show; no roles mean all."""
    statement = _DUTIES.format(names=_marks(names), roles=f"r.role IN ({_marks(roles)})" if roles else "1")
    return _iris(shelf.select(statement, (*names, *roles, SHOWN)))


def schemes(shelf: Shelf, documents: Collection[str]) -> list[Value]:
    """Return the clauses of documents in which schemes.rq can find a benefit under a threshold."""
    return _iris([row for row in shelf.select(_SCHEMES) if row[1] in documents][:JUDGED])


def conditions(shelf: Shelf, documents: Collection[str]) -> list[Value]:
    """Return the clauses of documents that list the conditions of all who apply."""
    return _iris([row for row in shelf.select(_CONDITIONS) if row[1] in documents][:SHOWN])


def offers(shelf: Shelf, documents: Collection[str]) -> list[Value]:
    """Return the clauses of documents that give sums of money."""
    return _iris([row for row in shelf.select(_OFFERS) if row[1] in documents][:SHOWN])


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))


def _iris(rows: Iterable[Sequence[object]]) -> list[Value]:
    return ask_graph.iris(str(row[0]) for row in rows)
