"""Which body took over from which, and when: rows of lexicon/reforms.csv, resolved by place."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

from ingest import places
from ingest.places import Place

_LEVELS = frozenset({"国家", "省", "直辖市", "市", "区县", "*"})


@dataclass(frozen=True, slots=True)
class Reform:
    """A body or, with {place} or {short}, a kind of body, and what took over from it by a day; ``loose``: short forms of the old name go on in use."""

    old: str
    short_names: tuple[str, ...]
    new: str
    levels: frozenset[str]
    places: frozenset[str]  # divisions that it holds for, all where empty
    day: date
    loose: bool

    def holds(self, place: Place | None) -> bool:
        """Say whether the row is meant for bodies of a place."""
        if place is None:
            return "国家" in self.levels
        level = "直辖市" if place.rank == "province" and place.city else place.level
        within = not self.places or bool({place.full, place.city, place.province} & self.places)
        return within and ("*" in self.levels or level in self.levels)


@dataclass(frozen=True, slots=True)
class Succession:
    """The body that took over, by its full name, the day by which it had, and whether short forms of the old name go on in use."""

    name: str
    day: date
    loose: bool = False


def of(name: str, place: Place | None = None, kind: str | None = None) -> Succession | None:
    """Return what took over from a body; ``kind`` is its name with {place} in place of its place."""
    rows = _table()
    for key in (name, kind):
        for row in rows.get(key or "", ()):
            if key == name or row.holds(place):
                return _told(row, place)
    return None


def of_branch(name: str) -> Succession | None:
    """Return what took over from a local office of a central body, which bears the short name of its place."""
    for kind, rows in _table().items():
        head, mark, tail = kind.partition("{short}")
        if mark and name.startswith(head) and name.endswith(tail):
            place = places.parse(name.removeprefix(head).removesuffix(tail))
            if place and rows[0].holds(place):
                return _told(rows[0], place)
    return None


def _told(row: Reform, place: Place | None) -> Succession:
    new = row.new.replace("{place}", place.full).replace("{short}", place.short) if place else row.new
    return Succession(new, row.day, row.loose)


def gone() -> Iterable[Reform]:
    """Yield the rows of single bodies, which texts name as they name those of today."""
    return (row for rows in _table().values() for row in rows if "{" not in row.old)


@cache
def _table() -> dict[str, tuple[Reform, ...]]:
    """Return the rows by the old name, in the order of the file; raises ValueError for a row that is not well formed."""
    found: dict[str, list[Reform]] = {}
    for row in csv.DictReader(files("ingest.lexicon").joinpath("reforms.csv").read_text(encoding="utf-8").splitlines()):
        levels, within = frozenset(row["level"].split("|")), frozenset(filter(None, row["place"].split("|")))
        known = levels <= _LEVELS and all(places.parse(name) for name in within)
        if not known or not row["source"] or not row["new"] or row["old"] == row["new"]:
            raise ValueError(f"reforms.csv: {row['old']} lacks a successor, a source, a known level or a known place")
        shorts = tuple(filter(None, row["short_names"].split("|")))
        reform = Reform(row["old"], shorts, row["new"], levels, within, date.fromisoformat(row["date"]), row["loose"] == "是")
        found.setdefault(row["old"], []).append(reform)
    return {old: tuple(rows) for old, rows in found.items()}
