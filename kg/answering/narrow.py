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
# Documents looked through at once.
PART = 500

# A look-up where others would join: see kg.layers.
_ORD = "(SELECT c.ord FROM clauses c WHERE c.clause = {}.clause) AS ord"
_FIGURES = (
    f"SELECT DISTINCT a.clause, a.document, {_ORD.format('a')} FROM amounts a WHERE a.unit = ?"
    " AND a.purpose IN ('benefit', 'award', 'other', 'share') AND CAST(COALESCE(a.high, a.value) AS REAL) >= ?"
    " AND CAST(a.value AS REAL) <= ? ORDER BY a.document, ord LIMIT ?"
)
_DUTIES = (
    f"SELECT DISTINCT r.clause, r.document, {_ORD.format('r')} FROM responsibilities r"
    " WHERE r.agency IN ({names}) AND ({roles}) ORDER BY r.document, ord LIMIT ?"
)
_SCHEMES = (
    f"SELECT DISTINCT f.clause, f.document, {_ORD.format('f')} FROM amounts f"
    " WHERE f.purpose IN ('benefit', 'award') AND f.unit = 'CNY' AND f.bound != 'min'"
    " AND EXISTS (SELECT 1 FROM amounts t WHERE t.clause = f.clause AND t.context = f.context AND t.purpose = 'threshold') ORDER BY f.document, ord"
)
_GIVING = "SELECT DISTINCT document FROM amounts WHERE purpose IN ('benefit', 'award') AND unit = 'CNY' ORDER BY document"
_CONDITIONS = (
    "SELECT c.clause FROM clauses c WHERE c.document IN ({marks}) AND c.kind_of = 'unit'"
    " AND (c.text LIKE '%备下列%条件%' OR c.text LIKE '%备以下%条件%' OR c.text LIKE '%合下列%条件%' OR c.text LIKE '%合以下%条件%'"
    " OR c.text LIKE '%足下列%条件%' OR c.text LIKE '%足以下%条件%' OR EXISTS (SELECT 1 FROM clauses p"
    " WHERE p.clause = c.parent AND (p.heading LIKE '%条件%' OR p.heading LIKE '%资格%' OR p.heading LIKE '%申报对象%')))"
    " ORDER BY c.document, c.ord"
)
_OFFERS = (
    f"SELECT DISTINCT f.clause, f.document, {_ORD.format('f')} FROM amounts f"
    " WHERE f.purpose IN ('benefit', 'award') AND f.unit = 'CNY' AND f.bound != 'min' ORDER BY f.document, ord"
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
    giving = [str(row[0]) for row in shelf.select(_GIVING) if row[0] in documents]
    parts = (giving[i : i + PART] for i in range(0, len(giving), PART))
    return _iris([row for part in parts for row in shelf.select(_CONDITIONS.format(marks=_marks(part)), part)][:SHOWN])


def offers(shelf: Shelf, documents: Collection[str]) -> list[Value]:
    """Return the clauses of documents that give sums of money."""
    return _iris([row for row in shelf.select(_OFFERS) if row[1] in documents][:SHOWN])


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))


def _iris(rows: Iterable[Sequence[object]]) -> list[Value]:
    return ask_graph.iris(str(row[0]) for row in rows)
