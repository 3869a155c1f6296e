"""An opened generation of a build: graph, tables, words and vectors, read-only, all of one moment."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import places, validity
from ingest.files import place_at
from ingest.flow import fold
from ingest.places import Place
from kg import layers, marks
from kg import manifest as manifests
from kg.errors import BuildDamaged, BuildMissing
from kg.lexical import LexicalIndex
from kg.manifest import Manifest
from kg.marks import Marks
from kg.remote.graph import Embedded
from kg.remote.near import VectorStore
from kg.remote.release import Selects
from kg.store import Store
from kg.vectors import encoder as encoders
from kg.vectors.encoder import Encoder
from ontology.iris import Iris
from ontology.records import Edition, Status

if TYPE_CHECKING:
    from kg.known import Known
    from kg.titles import Titles
    from kg.vectors.index import VectorIndex


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document of the build with what was derived for it."""

    iri: str
    title: str
    notice_title: str | None
    number: str | None
    index_number: str | None
    issuers: tuple[str, ...]
    issued: date | None
    published: date | None
    effective: date | None
    expires: date | None
    effective_derived: date | None
    expires_derived: date | None
    validity_basis: str
    genre: str
    place: str | None
    edition: Edition
    policy: str
    copy_of: str | None
    url: str | None
    source: str
    start: int
    end: int

    def status(self, on: date) -> Status:
        """Return the status on a day, as the contract defines it."""
        return validity.status(self.effective or self.effective_derived, self.issued, self.ends, on)

    @property
    def ends(self) -> date | None:
        """The last day, stated or derived."""
        stated = [day for day in (self.expires, self.expires_derived) if day]
        return min(stated, default=None)


@dataclass(frozen=True, slots=True)
class ClauseRow:
    """A clause of the build; ``text`` has white space left out."""

    iri: str
    document: str
    label: str
    path: tuple[str, ...]
    heading: str | None
    text: str
    kind: str
    order: int
    parent: str | None
    header: tuple[str, ...]
    above: str  # headings from the top down to its own
    source: str
    start: int
    end: int


_DOCUMENT = (
    "SELECT iri, title, notice_title, number, index_number, issuers, issued, published, effective, expires, effective_derived, expires_derived,"
    " validity_basis, genre, place, edition, policy, copy_of, url, source, start, \"end\" FROM documents ORDER BY source, start"
)  # fmt: skip
_CLAUSE = 'SELECT clause, document, label, path, heading, text, kind_of, ord, parent, header, above, source, start, "end" FROM clauses'


log = logging.getLogger(__name__)

# Source texts kept in memory, most recently used.
KEPT = 32


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


class Shelf:
    """The parts of one generation, opened for reading; safe to share between threads."""

    def __init__(self, build: Path, manifest: Manifest) -> None:
        self.build = build
        self.manifest = manifest
        self.folder = manifests.path(build, manifest)
        self.iris = Iris(manifest.base)
        self.tables = layers.connect(self.folder)
        self.store = Store.snapshot(self.folder / "graph")
        self.graph: Selects = Embedded(self.store)
        self.words = LexicalIndex.open(self.folder / "words")
        self.text = lru_cache(maxsize=KEPT)(self._text)
        self._marks = lru_cache(maxsize=KEPT)(self._unpacked)

    @classmethod
    def open(cls, build: Path) -> Shelf:
        """Open the current generation, where it is damaged the one kept beside it; raises BuildMissing or BuildDamaged."""
        manifest = manifests.load(build)
        try:
            return cls(build, manifest)
        except (BuildDamaged, BuildMissing) as error:
            for other in manifests.others(build, manifest.generation):
                log.warning("policykg: %s现用上一次完整的构建 %s（%s）。", error, other.generation, other.built)
                return cls(build, other)
            raise

    @cached_property
    def documents(self) -> dict[str, DocumentRow]:
        """Every document by IRI, in order of ingest."""
        return {row[0]: _document(row) for row in self.tables.execute(_DOCUMENT)}

    @cached_property
    def titles(self) -> Titles:
        """The index that finds documents by name."""
        from kg.titles import Title, Titles

        known = (Title(d.iri, d.title, d.notice_title or "", d.number or "", d.edition == "news") for d in self.documents.values())
        return Titles(known, lambda: self._cited)

    @cached_property
    def _cited(self) -> dict[str, str | None]:
        """The titles and 文号 that texts cite, with the document of the build that is meant, None where it has none."""
        known = self.documents
        rows = self.tables.execute("SELECT DISTINCT target_title, target_number, resolved FROM \"references\" WHERE kind = 'external' ORDER BY resolved")
        return {str(name): resolved if resolved in known else None for title, number, resolved in rows for name in (title, number) if name}

    @cached_property
    def encoder(self) -> Encoder:
        """The embedding that the build was made with."""
        return encoders.load(self.manifest.embedding)

    @cached_property
    def vectors(self) -> VectorIndex:
        """The clause vectors."""
        from kg.vectors.index import VectorIndex  # with faiss, which only search needs

        return VectorIndex.open(self.folder / "vectors", self.manifest.model)

    @cached_property
    def nearest(self) -> VectorStore:
        """What search asks for the nearest clauses: the index of the build unless a database takes its place."""
        return self.vectors

    @cached_property
    def coined(self) -> frozenset[str]:
        """The words that texts set in quotation marks or define."""
        return frozenset(str(row[0]) for row in self.tables.execute("SELECT DISTINCT term FROM coined"))

    @cached_property
    def known(self) -> Known:
        """What the build knows that helps to understand a question."""
        from kg.known import Known
        from kg.spelling import Spelling

        held = (places.parse(name) for name in self.by_place)
        return Known(
            self.titles,
            self.place,
            self.coined,
            {p.full: p for p in held if p},
            Spelling(self._names, self.words.rarity),
            lambda: self._bodies,
            self.words.rarity,
        )

    @cached_property
    def _bodies(self) -> frozenset[str]:
        rows = self.tables.execute("SELECT name FROM agencies a WHERE EXISTS (SELECT 1 FROM responsibilities r WHERE r.agency = a.name)")
        return frozenset(str(row[0]) for row in rows)

    def _names(self) -> Iterator[str]:
        """Yield the titles, coined terms and bodies of the build."""
        for document in self.documents.values():
            yield fold(document.title)
        yield from sorted(self.coined)
        yield from (str(row[0]) for row in self.tables.execute("SELECT DISTINCT surface FROM responsibilities ORDER BY surface"))

    @cached_property
    def place(self) -> str | None:
        """The place where most documents of the build hold, for short names of bodies; None where most are national."""
        counts = Counter(d.place for d in self.documents.values() if d.edition != "news")
        return max(counts, key=lambda place: (counts[place], place or ""), default=None)

    @cached_property
    def held_places(self) -> tuple[Place, ...]:
        """The divisions that documents of the build hold in."""
        found = (places.parse(name) for name in dict.fromkeys(d.place for d in self.documents.values()))
        return tuple(p for p in found if p is not None)

    @cached_property
    def by_place(self) -> dict[str | None, frozenset[str]]:
        """The documents of each place that documents of the build have."""
        found: dict[str | None, set[str]] = {}
        for iri, document in self.documents.items():
            found.setdefault(document.place, set()).add(iri)
        return {place: frozenset(iris) for place, iris in found.items()}

    def covers(self, place: Place) -> bool:
        """Say whether a document of the build holds in a division, in one above or in one below it."""
        return any(places.related(place, held) for held in self.held_places)

    def clauses(self, iris: Iterable[str]) -> dict[str, ClauseRow]:
        """Return clauses by IRI, in the given order; unknown ones are left out."""
        wanted = list(dict.fromkeys(iris))
        found: dict[str, ClauseRow] = {}
        for i in range(0, len(wanted), 500):
            part = wanted[i : i + 500]
            for row in self.tables.execute(f"{_CLAUSE} WHERE clause IN ({','.join('?' * len(part))})", part):
                found[row[0]] = _clause(row)
        return {iri: found[iri] for iri in wanted if iri in found}

    def clauses_of(self, document: str) -> tuple[ClauseRow, ...]:
        """Return the clauses of a document in text order."""
        return tuple(_clause(row) for row in self.tables.execute(f"{_CLAUSE} WHERE document = ? ORDER BY ord", (document,)))

    def clauses_under(self, parent: str) -> tuple[ClauseRow, ...]:
        """Return the clauses right under another one in text order."""
        return tuple(_clause(row) for row in self.tables.execute(f"{_CLAUSE} WHERE parent = ? ORDER BY ord", (parent,)))

    def _text(self, source: str) -> str | None:
        """Return a source's text as read, None for an unknown source."""
        row = self.tables.execute("SELECT text FROM sources WHERE source = ?", (source,)).fetchone()
        return None if row is None else str(row[0])

    def spot(self, source: str, offset: int) -> str | None:
        """Return the page or paragraph of a source that an offset of its text lies in (第3页, 第12段), None where it has none."""
        return place_at(self._marks(source), offset)

    def _unpacked(self, source: str) -> Marks:
        row = self.tables.execute(f"SELECT {marks.column(self.tables)} FROM sources WHERE source = ?", (source,)).fetchone()
        return marks.unpack(row[0]) if row else ()

    def sources(self) -> tuple[str, ...]:
        """Return the paths of all sources."""
        return tuple(row[0] for row in self.tables.execute("SELECT source FROM sources ORDER BY source"))

    def select(self, statement: str, values: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Return the rows of one of our own SELECT statements over the tables."""
        return list(self.tables.execute(statement, tuple(values)))


def _document(row: Sequence[Any]) -> DocumentRow:
    """Make a document of a row: text, then six days from the seventh column on, then text and two offsets."""
    cells: list[Any] = [*row]
    cells[5] = tuple(filter(None, (row[5] or "").split("|")))
    cells[6:12] = map(_day, row[6:12])
    return DocumentRow(*cells)


def _clause(row: tuple[str, ...]) -> ClauseRow:
    iri, document, label, path, heading, text, kind, order, parent, header, above, source, start, end = row
    columns = tuple(header.split("|")) if header else ()
    place = (int(order), parent, columns, above or "", source, int(start), int(end))
    return ClauseRow(iri, document, label, tuple(path.split("/")), heading or None, text, kind, *place)
