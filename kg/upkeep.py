"""The state of a corpus for who keeps it: when policies end and what rests on them, what is missing, what was refused."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import networkx as nx

from kg import layers, network
from kg.errors import BuildDamaged
from kg.shelf import DocumentRow, Shelf

# The shelves of the calendar, in order, with the days until the end that they reach to.
SOON = (("90天内到期", 90), ("365天内到期", 365))
LAPSED, LATER, UNDATED = "已到期", "更晚到期", "未载明到期"
# Relations by which a document stands on another.
RESTS = frozenset({"basis", "implements"})


@dataclass(frozen=True, slots=True)
class Ending:
    """A document, the shelf of the calendar it stands on, its last day and the documents that rest on it."""

    document: DocumentRow
    shelf: str
    ends: date | None
    resting: tuple[DocumentRow, ...]


def calendar(shelf: Shelf, on: date, cites: nx.DiGraph[str] | None = None) -> list[Ending]:
    """Return the documents that are no copies and no news by their last day, undated ones at the end; ``cites`` is who cites whom, where it is at hand."""
    resting = resting_on(shelf, network.citations(shelf.store) if cites is None else cites)
    own = [d for d in shelf.documents.values() if d.copy_of is None and d.edition != "news"]
    found = [Ending(d, standing(d.ends, on), d.ends, tuple(resting.get(d.iri, ()))) for d in own]
    return sorted(found, key=lambda e: (e.ends is None, e.ends or date.max, e.document.title))


def standing(ends: date | None, on: date) -> str:
    """Return the shelf of the calendar for a last day, seen from a day."""
    if ends is None:
        return UNDATED
    if ends < on:
        return LAPSED
    return next((name for name, days in SOON if ends <= on + timedelta(days=days)), LATER)


def resting_on(shelf: Shelf, cites: nx.DiGraph[str]) -> dict[str, list[DocumentRow]]:
    """Return for each document those of the build that name it as their basis or implement it."""
    out: dict[str, list[DocumentRow]] = {}
    for source, target, d in cites.edges(data=True):
        if source in shelf.documents and target in shelf.documents and RESTS & set(str(d["relations"]).split("|")):
            out.setdefault(target, []).append(shelf.documents[source])
    return out


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that is missing in the build: what, in how many places, and the documents concerned."""

    what: str
    why: str
    documents: tuple[DocumentRow, ...]


def gaps(shelf: Shelf) -> list[Gap]:
    """Return what the documents that are no news lack."""
    own = [d for d in shelf.documents.values() if d.edition != "news"]
    return [
        Gap("没有印发或施行日期", "效力无从判断", _those(d for d in own if not (d.issued or d.effective or d.effective_derived))),
        Gap("未载明到期", "回答里会说“未载明有效期”", _those(d for d in own if d.ends is None)),
        Gap("没有文号", "别处用文号引用它时连不上", _those(d for d in own if not d.number)),
        Gap("没有发文机关", "联合发文网络里没有它", _those(d for d in own if not d.issuers)),
        Gap("没有读出任何事实", "可能是目录、图片或特殊版式", _those(d for d in own if not _has_facts(shelf, d))),
    ]


def _those(documents: Iterable[DocumentRow]) -> tuple[DocumentRow, ...]:
    return tuple(documents)


def _has_facts(shelf: Shelf, document: DocumentRow) -> bool:
    tables = ("amounts", "responsibilities", "references", "definitions", "deadlines", "norms")
    return any(shelf.select(f'SELECT 1 FROM "{t}" WHERE document = ? LIMIT 1', (document.iri,)) for t in tables)


@dataclass(frozen=True, slots=True)
class Change:
    """What the last ingest changed: sources by what happened to them, how many stayed, and how the counts of the build's tables went."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    gone: tuple[str, ...]
    kept: int
    counts: dict[str, int]


def last_change(shelf: Shelf) -> Change | None:
    """Compare the build with the generation before it; None where there is none any more or it cannot be read."""
    before = _before(shelf)
    if before is None:
        return None
    try:
        tables = layers.connect(before)
        try:
            old = {str(source): str(digest) for source, digest in tables.execute("SELECT source, sha256 FROM sources")}
            counts = {name: new - int(tables.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]) for name, new in shelf.manifest.counts.items()}
        finally:
            tables.close()
    except (sqlite3.Error, BuildDamaged):
        return None
    new = {e.source: e.sha256 for e in shelf.manifest.sources}
    added, gone = tuple(s for s in new if s not in old), tuple(s for s in old if s not in new)
    changed = tuple(s for s in new if s in old and old[s] != new[s])
    return Change(added, changed, gone, len(new) - len(added) - len(changed), counts)


def _before(shelf: Shelf) -> Path | None:
    """Return the folder of the latest generation before the current one, None where there is none."""
    folders = [p for p in shelf.build.glob("g*") if re.fullmatch(r"g\d+", p.name) and int(p.name[1:]) < int(shelf.manifest.generation[1:])]
    return max(folders, key=lambda p: int(p.name[1:]), default=None)


def dangling(shelf: Shelf) -> tuple[int, int]:
    """Return how many external references lead to no document of the build, and how many there are."""
    rows = shelf.select("SELECT count(*) FILTER (WHERE resolved IS NULL), count(*) FROM \"references\" WHERE kind = 'external'")
    return int(str(rows[0][0])), int(str(rows[0][1]))
