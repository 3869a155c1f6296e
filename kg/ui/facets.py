"""What hits can be narrowed by: for each filter its values and how many of the hits have them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from kg.library import Library
from kg.search import FACT_TABLES, Result

KIND_ZH = {"amount": "数额", "duty": "职责", "reference": "引用", "definition": "定义", "deadline": "期限", "norm": "规范语句"}
# The filters by their names in the address.
TITLES = {"kind": "含哪种事实", "agency": "职责部门", "genre": "文种", "issuer": "发文机关", "year": "印发年份", "place": "地域", "status": "效力"}


@dataclass(frozen=True, slots=True)
class Facet:
    """A filter: its name in the address, its Chinese name, and its values with the number of hits, most first."""

    name: str
    title: str
    counts: tuple[tuple[str, int], ...]


def facets(library: Library, result: Result, on: date) -> tuple[Facet, ...]:
    """Count the hits by agency, genre, issuer, year, place, status and kind of fact."""
    clauses = library.shelf.clauses(h.clause for h in result.hits)
    documents = [library.shelf.documents[c.document] for c in clauses.values()]
    return (
        _facet("kind", _kinds(library, list(clauses))),
        _facet("agency", _agencies(library, list(clauses))),
        _facet("genre", Counter(d.genre for d in documents)),
        _facet("issuer", Counter(i for d in documents for i in d.issuers)),
        _facet("year", Counter(str(d.issued.year) for d in documents if d.issued), by_name=True),
        _facet("place", Counter(d.place for d in documents if d.place)),
        _facet("status", Counter(d.status(on) for d in documents)),
    )


def _facet(name: str, counts: Counter[str], by_name: bool = False) -> Facet:
    ordered = sorted(counts.items(), reverse=True) if by_name else sorted(counts.items(), key=lambda c: (-c[1], c[0]))
    return Facet(name, TITLES[name], tuple(ordered))


def _kinds(library: Library, clauses: list[str]) -> Counter[str]:
    marks = ",".join("?" * len(clauses))
    found = {k: library.shelf.select(f'SELECT count(DISTINCT clause) FROM "{t}" WHERE clause IN ({marks})', clauses) for k, t in FACT_TABLES.items()}
    return Counter({kind: int(str(rows[0][0])) for kind, rows in found.items() if rows[0][0]})


def _agencies(library: Library, clauses: list[str]) -> Counter[str]:
    marks = ",".join("?" * len(clauses))
    rows = library.shelf.select(f"SELECT agency, count(DISTINCT clause) FROM responsibilities WHERE clause IN ({marks}) GROUP BY agency", clauses)
    return Counter({str(name): int(str(number)) for name, number in rows if name})
