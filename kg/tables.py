"""The tables of a build in SQLite: one frozen definition a table, rows made from readings and links.

The columns are those of the contract's CSV files; what depends on the day (status) is computed at export.
"""

from __future__ import annotations

import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ingest.flow import squash
from ingest.link import Links, Target
from kg import marks
from ontology import rdf
from ontology.iris import FactKind, Iris
from ontology.records import Agency, Clause, Document, Facts, Reading, Span

Row = tuple[object, ...]
T = TypeVar("T")
_QUOTED = re.compile(r"“([^“”\s，。；、《》]{2,12})”")


@dataclass(frozen=True, slots=True)
class Table:
    """A table's name and its columns; ``numbers`` and ``reals`` name those that are not text, ``inner`` those not exported."""

    name: str
    columns: tuple[str, ...]
    numbers: frozenset[str] = frozenset({"start", "end", "ord", "level"})
    reals: frozenset[str] = frozenset({"value", "high", "lasts"})
    inner: frozenset[str] = frozenset({"ord", "level", "kind_of", "context", "parent", "header", "slug", "above", "basis", "effective_like"})

    def ddl(self) -> str:
        """Return the CREATE TABLE statement."""
        kinds = ", ".join(f'"{c}" {"INTEGER" if c in self.numbers else "TEXT"}' for c in self.columns)
        return f'CREATE TABLE "{self.name}" ({kinds})'

    @property
    def insert(self) -> str:
        """Return the INSERT statement with one placeholder a column."""
        return f'INSERT INTO main."{self.name}" VALUES ({", ".join("?" * len(self.columns))})'


TAIL = ("source", "start", "end")
SOURCES = Table("sources", ("source", "sha256", "text", "marks"))
DOCUMENTS = Table(
    "documents",
    (
        "iri", "slug", "document", "title", "notice_title", "number", "index_number", "issuers", "issued", "published", "effective", "expires",
        "effective_derived", "expires_derived", "validity_basis", "genre", "place", "edition", "policy", "copy_of", "url", "sha256",
        "basis", "effective_like", *TAIL,
    ),
)  # fmt: skip
CLAUSES = Table("clauses", ("clause", "document", "label", "path", "heading", "text", "kind_of", "ord", "level", "parent", "header", "above", *TAIL))
AMOUNTS = Table(
    "amounts",
    ("id", "clause", "document", "quote", "value", "high", "unit", "bound", "purpose", "about", "per", "condition", "rate_of", "capped_by", "context", *TAIL),
)
DUTIES = Table("responsibilities", ("id", "clause", "document", "agency", "surface", "role", "task", "quote", "context", *TAIL))
REFERENCES = Table(
    "references",
    ("id", "clause", "document", "quote", "target_title", "target_number", "target_clause", "relation", "kind", "resolved", *TAIL),
)
DEFINITIONS = Table("definitions", ("id", "clause", "document", "term", "meaning", "quote", *TAIL))
DEADLINES = Table("deadlines", ("id", "clause", "document", "what", "due", "recurs", "lasts", "unit", "counts_from", "quote", *TAIL))
NORMS = Table("norms", ("id", "clause", "document", "kind", "who", "quote", *TAIL))
AGENCIES = Table("agencies", ("agency", "name", "short_names", "place", "level"))
# Words that texts set in quotation marks or define: “青科贷”, “科技副总”.
COINED = Table("coined", ("term", "source"))
TABLES = (SOURCES, COINED, DOCUMENTS, CLAUSES, AMOUNTS, DUTIES, REFERENCES, DEFINITIONS, DEADLINES, NORMS, AGENCIES)
FACTS = (AMOUNTS, DUTIES, REFERENCES, DEFINITIONS, DEADLINES, NORMS)


def create(path: Path) -> sqlite3.Connection:
    """Make a fresh database with empty tables."""
    connection = sqlite3.connect(path.absolute().as_uri(), uri=True)
    connection.executescript("PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;" + ";".join(t.ddl() for t in TABLES))
    return connection


def finish(connection: sqlite3.Connection) -> None:
    """Add the indexes and close, all on disk."""
    for table in (CLAUSES, *FACTS):
        connection.execute(f'CREATE INDEX "{table.name}_document" ON "{table.name}" (document)')
        connection.execute(f'CREATE INDEX "{table.name}_clause" ON "{table.name}" (clause)')
    connection.execute("CREATE INDEX responsibilities_agency ON responsibilities (agency)")
    connection.execute("CREATE INDEX clauses_parent ON clauses (parent)")
    connection.execute('CREATE INDEX references_resolved ON "references" (resolved)')
    connection.execute("CREATE INDEX documents_iri ON documents (iri)")
    for table in (SOURCES, COINED):
        connection.execute(f'CREATE INDEX "{table.name}_source" ON "{table.name}" (source)')
    connection.commit()
    connection.close()


def put(connection: sqlite3.Connection, table: Table, rows: Iterable[Row]) -> None:
    """Append rows, each with as many values as the table has columns."""
    connection.executemany(table.insert, rows)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a fact stands: the mint of IRIs, document and clause with their IRIs as plain text, and the source's text."""

    iris: Iris
    document: Document
    owner: str
    clause: Clause
    iri: str
    text: str

    def words(self, span: Span) -> str:
        """The words of a span, white space left out."""
        return squash(self.text[span.start : span.end])

    def tail(self, span: Span) -> tuple[str, str, int, int]:
        """Quote, source, start and end of a fact."""
        return (self.words(span), self.document.source, span.start, span.end)


def clause_row(at: Place, order: int, parent: str | None, above: Iterable[str]) -> Row:
    """Return the row of a clause; ``above`` are the headings from the top down to its own."""
    c = at.clause
    return (
        at.iri, at.owner, c.label, "/".join(c.path), c.heading, at.words(c.span), c.kind, order, c.level, parent,
        "|".join(c.header) or None, " ".join(above) or None,
        at.document.source, c.span.start, c.span.end,
    )  # fmt: skip


def fact_rows(at: Place, facts: Facts) -> Iterator[tuple[Table, list[Row]]]:
    """Yield the tables that have rows of one clause's facts, with these; what references resolve to is not known yet."""
    if facts.amounts:
        yield AMOUNTS, list(_amounts(at, facts))
    if facts.responsibilities:
        yield DUTIES, list(_duties(at, facts))
    if facts.references:
        yield REFERENCES, list(_references(at, facts))
    if facts.definitions:
        yield DEFINITIONS, [(i, at.iri, at.owner, d.term, d.meaning, *at.tail(d.span)) for i, d in numbered(at, "definition", facts.definitions)]
    if facts.deadlines:
        yield DEADLINES, list(_deadlines(at, facts))
    if facts.norms:
        yield NORMS, [(i, at.iri, at.owner, n.kind, n.who, *at.tail(n.span)) for i, n in numbered(at, "norm", facts.norms)]


def numbered(at: Place, kind: FactKind, records: Sequence[T]) -> Iterator[tuple[str, T]]:
    """Yield each record with its IRI."""
    return ((str(at.iris.fact(at.iri, kind, n)), record) for n, record in enumerate(records, 1))


def _amounts(at: Place, facts: Facts) -> Iterator[Row]:
    by_span = {a.span: i for i, a in numbered(at, "amount", facts.amounts)}
    for i, a in numbered(at, "amount", facts.amounts):
        quote, *rest = at.tail(a.span)
        yield (
            i, at.iri, at.owner, quote, plain(a.value), None if a.high is None else plain(a.high), a.unit, a.bound, a.purpose, a.about, a.per,
            a.condition, a.rate_of, by_span.get(a.capped_by) if a.capped_by else None, at.words(a.sentence or a.span), *rest,
        )  # fmt: skip


def _duties(at: Place, facts: Facts) -> Iterator[Row]:
    for i, r in numbered(at, "duty", facts.responsibilities):
        quote, *rest = at.tail(r.span)
        yield (i, at.iri, at.owner, r.agency, r.surface, r.role, r.task, quote, at.words(r.sentence or r.span), *rest)


def _references(at: Place, facts: Facts) -> Iterator[Row]:
    for i, r in numbered(at, "reference", facts.references):
        quote, *rest = at.tail(r.span)
        yield (i, at.iri, at.owner, quote, r.title, r.number, r.clause, r.relation, r.kind, None, *rest)


def _deadlines(at: Place, facts: Facts) -> Iterator[Row]:
    for i, d in numbered(at, "deadline", facts.deadlines):
        due = d.due.isoformat() if d.due else None
        yield (i, at.iri, at.owner, d.what, due, d.recurs, None if d.lasts is None else plain(d.lasts), d.unit, d.counts_from, *at.tail(d.span))


def plain(value: object) -> str:
    """Write a Decimal without exponent or needless zeros: 1000000, 1.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one source by table; ``referring`` says for each row of REFERENCES the id of its document and its span."""

    tables: tuple[tuple[Table, tuple[Row, ...]], ...]
    referring: tuple[tuple[str, Span], ...]


def of_reading(iris: Iris, reading: Reading) -> Rows:
    """Return a reading's source, clauses and facts, in text order; what references resolve to is left open."""
    source = reading.source
    rows: dict[Table, list[Row]] = {SOURCES: [(source.path, source.sha256, source.text, marks.pack(source.marks))], COINED: coined_in(reading), CLAUSES: []}
    referring: list[tuple[str, Span]] = []
    for document in reading.documents:
        pairs = reading.clauses[document.id]
        owner = str(iris.document(document.id))
        parents = rdf.parent_keys([clause for clause, _ in pairs])
        trails = headings_above(clause for clause, _ in pairs)
        minted = {clause.key: str(iris.clause(document.id, clause.key)) for clause, _ in pairs}
        for order, (clause, facts) in enumerate(pairs, 1):
            at = Place(iris, document, owner, clause, minted[clause.key], source.text)
            parent = parents.get(clause.key)
            rows[CLAUSES].append(clause_row(at, order, minted[parent] if parent else None, trails[clause.key]))
            referring += [(document.id, r.span) for r in facts.references]
            for table, found in fact_rows(at, facts):
                rows.setdefault(table, []).extend(found)
    return Rows(tuple((table, tuple(found)) for table, found in rows.items()), tuple(referring))


def resolved(rows: Iterable[Row], referring: Iterable[tuple[str, Span]], targets: Mapping[tuple[str, Span], str]) -> Iterator[Row]:
    """Yield rows of REFERENCES with the IRI that each resolves to, None where it resolves to nothing."""
    at = REFERENCES.columns.index("resolved")
    return ((*row[:at], targets.get(key), *row[at + 1 :]) for row, key in zip(rows, referring, strict=True))


def agency_rows(iris: Iris, bodies: Iterable[Agency]) -> Iterator[Row]:
    """Yield the rows of bodies."""
    return ((iris.agency(b.name), b.name, "|".join(b.short_names), b.place, b.level) for b in bodies)


def coined_in(reading: Reading) -> list[Row]:
    """Return the words of 2 to 12 characters that a text sets in quotation marks or defines, each once, sorted."""
    found = set(_QUOTED.findall(reading.source.text))
    found |= {squash(d.term) for pairs in reading.clauses.values() for _, facts in pairs for d in facts.definitions}
    return [(term, reading.source.path) for term in sorted(found) if 2 <= len(term) <= 12]


def meant(target: Target) -> str:
    """Return what a reference means as an IRI without base."""
    return target.document if target.clause is None else f"{target.document}/{target.clause}"


def copied(document: Document, links: Links) -> str | None:
    """Return the id of the document that stands for the same policy, None for that document itself."""
    preferred = links.preferred.get(links.policies[document.id], document.id)
    return None if preferred == document.id else preferred


def headings_above(clauses: Iterable[Clause]) -> dict[str, list[str]]:
    """Return for each clause of a document, by key, the headings from the top of the tree down to its own."""
    known: dict[tuple[str, ...], str | None] = {}
    out = {}
    for clause in clauses:
        known[clause.path] = clause.heading
        chain = (known.get(clause.path[:n]) for n in range(1, len(clause.path) + 1))
        out[clause.key] = [heading for heading in chain if heading]
    return out


def document_rows(iris: Iris, readings: Iterable[Reading], links: Links) -> Iterator[Row]:
    """Yield the rows of documents; ``document`` is the title where it is unique in the build, else title and number, else title and source."""
    every = [(reading, document) for reading in readings for document in reading.documents]
    titles = Counter(document.title for _, document in every)
    numbered_titles = Counter((document.title, document.number) for _, document in every)
    for reading, d in every:
        label = d.title
        if titles[d.title] > 1:
            label = f"{d.title} {d.number}" if d.number and numbered_titles[d.title, d.number] == 1 else f"{d.title} {d.source}"
        effective, expires, copy = links.effective.get(d.id), links.expires.get(d.id), copied(d, links)
        basis = "derived" if d.validity_basis == "none" and (effective or expires) else d.validity_basis
        days = [day.isoformat() if day else None for day in (d.issued, d.published, d.effective, d.expires, effective, expires)]
        yield (
            iris.document(d.id), d.id, label, d.title, d.notice_title, d.number, d.index_number, "|".join(d.issuers), *days, basis, d.genre, d.place,
            d.edition, links.policies[d.id], iris.document(copy) if copy else None, d.url, reading.source.sha256,
            d.validity_basis, d.effective_like, d.source, d.span.start, d.span.end,
        )  # fmt: skip
