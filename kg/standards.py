"""The figures of a build as one table of standards: what is given or asked, how much, to whom, under what condition, where."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kg.shelf import DocumentRow, Shelf
from ontology.records import Bound


@dataclass(frozen=True, slots=True)
class Standard:
    """A figure with its clause and document; value and high in yuan, percent points or times."""

    id: str
    clause: str
    path: tuple[str, ...]
    document: DocumentRow
    quote: str
    value: Decimal
    high: Decimal | None
    unit: str
    bound: Bound
    purpose: str
    about: str
    per: str
    condition: str
    rate_of: str
    cap: str | None  # id of the figure that caps this rate
    start: int
    end: int

    @property
    def top(self) -> Decimal:
        """The upper end of a range, else the value."""
        return self.value if self.high is None else self.high


_ROWS = (
    "SELECT a.id, a.clause, (SELECT c.path FROM clauses c WHERE c.clause = a.clause),"
    " a.document, a.quote, a.value, a.high, a.unit, a.bound, a.purpose, a.about, a.per, a.condition, a.rate_of, a.capped_by,"
    ' a.start, a."end" FROM amounts a ORDER BY a.source, a.rowid'
)


def standards(shelf: Shelf) -> tuple[Standard, ...]:
    """Return every figure of the build in text order; a policy that is there in several copies counts once."""
    out = []
    for row in shelf.select(_ROWS):
        document = shelf.documents[str(row[3])]
        if document.copy_of is None:
            out.append(_standard(row, document))
    return tuple(out)


def _standard(row: tuple[object, ...], document: DocumentRow) -> Standard:
    cells = [None if cell is None else str(cell) for cell in row]
    iri, clause, path, _, quote, value, high, unit, bound, purpose, about, per, condition, rate_of, cap, start, end = cells
    return Standard(
        id=iri or "",
        clause=clause or "",
        path=tuple((path or "").split("/")),
        document=document,
        quote=quote or "",
        value=Decimal(value or "0"),
        high=None if high is None else Decimal(high),
        unit=unit or "",
        bound=bound or "exact",  # type: ignore[arg-type]
        purpose=purpose or "other",
        about=about or "",
        per=per or "",
        condition=condition or "",
        rate_of=rate_of or "",
        cap=cap,
        start=int(start or 0),
        end=int(end or 0),
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a table of standards is narrowed to; None and empty leave open; ``news`` lets in what news stories tell.

    ``least`` and ``most`` bound the upper end, in the unit's own measure.
    """

    purposes: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    status: str | None = None
    documents: frozenset[str] = frozenset()
    words: str = ""
    news: bool = False
    least: Decimal | None = None
    most: Decimal | None = None


def narrowed(every: Iterable[Standard], wanted: Wanted, on: date) -> list[Standard]:
    """Return the standards that fit, the largest of each unit first."""
    kept = [s for s in every if _fits(s, wanted, on)]
    return sorted(kept, key=lambda s: (s.unit != "CNY", s.unit, -s.top, s.document.title, s.start))


def _fits(one: Standard, wanted: Wanted, on: date) -> bool:
    said = f"{one.document.title}{one.about}{one.condition}{one.quote}{one.per}"
    return (
        (wanted.news or one.document.edition != "news")
        and (not wanted.purposes or one.purpose in wanted.purposes)
        and (not wanted.units or one.unit in wanted.units)
        and (wanted.status is None or one.document.status(on) == wanted.status)
        and (not wanted.documents or one.document.iri in wanted.documents)
        and (wanted.least is None or one.top >= wanted.least)
        and (wanted.most is None or one.top <= wanted.most)
        and all(word in said for word in wanted.words.split())
    )
