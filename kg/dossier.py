"""Everything a build knows about one document, for a person who reads it: facts to mark, links both ways, editions, the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from kg.shelf import DocumentRow, Shelf

# The kinds of fact that a reader can have marked, each with its table and the columns that say what it is.
FACTS = {
    "amount": ("amounts", "value, high, unit, bound, purpose, about"),
    "agency": ("responsibilities", "agency, role, task, NULL, NULL, NULL"),
    "reference": ("references", "target_title, target_number, target_clause, relation, resolved, kind"),
    "definition": ("definitions", "term, meaning, NULL, NULL, NULL, NULL"),
    "deadline": ("deadlines", "what, due, recurs, lasts, unit, counts_from"),
    "norm": ("norms", "kind, who, NULL, NULL, NULL, NULL"),
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact of a document: its kind, clause, span in the source, the cells of its table in the order of FACTS, its IRI and quote."""

    kind: str
    clause: str
    start: int
    end: int
    cells: tuple[str | None, ...]
    iri: str
    quote: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A clause of another document that refers to this document or to one of its clauses."""

    clause: str
    document: str
    relation: str
    target: str


def facts(shelf: Shelf, document: str, kinds: Iterable[str]) -> list[Fact]:
    """Return the facts of a document of the given kinds, in text order within a kind."""
    out = []
    for kind in kinds:
        table, columns = FACTS[kind]
        rows = shelf.select(f'SELECT id, quote, clause, start, "end", {columns} FROM "{table}" WHERE document = ? ORDER BY start', (document,))
        for iri, quote, clause, start, end, *cells in rows:
            known = tuple(None if c is None else str(c) for c in cells)
            out.append(Fact(kind, str(clause), int(str(start)), int(str(end)), known, str(iri), str(quote or "")))
    return out


def columns(kind: str) -> tuple[str, ...]:
    """Return the names of the cells of a kind of fact."""
    return tuple(name for name in FACTS[kind][1].split(", ") if name != "NULL")


def mentions(shelf: Shelf, document: str) -> dict[str, list[Mention]]:
    """Return who refers to a document and its clauses, by the IRI that is referred to; the document's own references are left out."""
    rows = shelf.select(
        'SELECT DISTINCT clause, document, relation, resolved FROM "references"'
        " WHERE document <> ?1 AND (resolved = ?1 OR substr(resolved, 1, length(?1) + 1) = ?1 || '/')",
        (document,),
    )
    out: defaultdict[str, list[Mention]] = defaultdict(list)
    for clause, owner, relation, target in rows:
        out[str(target)].append(Mention(str(clause), str(owner), str(relation), str(target)))
    return dict(out)


def editions(shelf: Shelf, document: DocumentRow) -> list[DocumentRow]:
    """Return the other copies of the same policy, the official page first."""
    same = [d for d in shelf.documents.values() if d.policy == document.policy and d.iri != document.iri]
    return sorted(same, key=lambda d: (d.edition != "official", d.copy_of is not None, d.source))


def original(shelf: Shelf, source: str) -> Path | None:
    """Return the file that a source was read from, None where it is no longer there."""
    for entry in shelf.manifest.sources:
        if entry.source == source and Path(entry.file).is_file():
            return Path(entry.file)
    return None
