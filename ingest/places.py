"""Administrative divisions of China: what a place is called, what it lies in, and which place a name in a text means."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal

Rank = Literal["province", "city", "district"]

LEVEL: dict[Rank, str] = {"province": "省", "city": "市", "district": "区县"}
_MUNICIPAL = ("北京市", "天津市", "上海市", "重庆市")
# Suffixes that the short name of a province or a prefecture leaves out, longest first.
_SUFFIXES = ("维吾尔自治区", "壮族自治区", "回族自治区", "特别行政区", "自治区", "地区", "省", "市", "盟")
_MARKS: dict[str, Rank] = {"省": "province", "市": "city", "县": "district", "区": "district"}
_LONGEST = 16
_PARTING = re.compile(r"[和与及的在由各对将]")
_STEM = 8  # characters between the city of a zone and its kind: 武汉|东湖|新技术开发区


@dataclass(frozen=True, slots=True)
class Place:
    """A division: its own name, the full name that bodies carry (青岛市崂山区), the short name (青岛), and the divisions above it."""

    name: str
    full: str
    short: str
    rank: Rank
    city: str | None  # full name of the city it is or lies in; a municipality is its own city
    province: str | None
    zone: str | None = None  # the kind of zone, e.g. 工业园区, where it is no division but a zone with a committee of its own
    listed: bool = True  # False for one that a text names as its own and no row knows

    @property
    def level(self) -> str:
        """省, 市 or 区县."""
        return LEVEL[self.rank]


def parse(name: str | None) -> Place | None:
    """Return the place that a whole name means (青岛市, 青岛, 深圳市南山区, 苏州工业园区), None where there is none or several fit."""
    if not name:
        return None
    found = ending(name, len(name), None)
    return found[1] if found and found[0] == 0 else _zone(name)


def ending(text: str, end: int, near: Place | None) -> tuple[int, Place] | None:
    """Return start and place of the longest division name that ends at ``end``; names above it are taken in (山东省青岛市)."""
    if near is not None and (near.zone or not near.listed) and text.endswith(near.full, 0, end):
        return end - len(near.full), near
    hit = _longest(text, end)
    if hit is None:
        return None
    start, candidates = hit
    above = _longest(text, start)
    if above is not None:
        inner = [p for p in candidates for q in above[1] if _inside(p, q)]
        if inner:
            upper = ending(text, start, near)
            return (upper[0] if upper else above[0], inner[0])
    chosen = _nearest(candidates, near)
    return (start, chosen) if chosen else None


def own(name: str | None) -> Place | None:
    """Return the place of a text by its full name, one that no row lists too: 云岭市, 云岭能源基地."""
    found = parse(name)
    if found is not None or not name:
        return found
    if kind := next((word for word in unlisted_kinds() if name.endswith(word) and len(name) > len(word) + 1), None):
        return Place(name, name, name, "district", None, None, kind, listed=False)
    if (rank := _MARKS.get(name[-1])) is None:
        return None
    return Place(name, name, _short(name, rank), rank, name if rank == "city" else None, name if rank == "province" else None, listed=False)


def related(one: Place, other: Place) -> bool:
    """Say whether one division is the other or lies in it, so that rules of the one may hold in the other."""
    return one.full in (other.full, other.city, other.province) or other.full in (one.full, one.city, one.province)


def _longest(text: str, end: int) -> tuple[int, tuple[Place, ...]] | None:
    names = _names()
    # Nine in ten ends are those of no name at all: two signs tell.
    for length in _lengths().get(text[max(0, end - 2) : end], ()):
        if length <= end and (places := names.get(text[end - length : end])):
            return end - length, places
    return None


def _inside(inner: Place, outer: Place) -> bool:
    return inner != outer and outer.full in (inner.city, inner.province)


def _nearest(places: tuple[Place, ...], near: Place | None) -> Place | None:
    """Prefer the one in the same city, then in the same province, then the only one, then the highest."""
    if near is not None:
        for field in ("city", "province"):
            same = [p for p in places if getattr(p, field) is not None and getattr(p, field) == getattr(near, field)]
            if len(same) == 1:
                return same[0]
    if len(places) == 1:
        return places[0]
    high = [p for p in places if p.rank != "district"]
    return high[0] if len(high) == 1 else None


def _short(name: str, rank: Rank) -> str:
    if rank == "district" and not name.endswith("市"):
        return name
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name[: -len(suffix)]
    return name


@dataclass(frozen=True, slots=True)
class ZoneKind:
    """A kind of zone: its full word, and whether it means the zone of the text's own city where no place stands before it."""

    full: str
    alone: bool


@cache
def zone_kinds() -> dict[str, ZoneKind]:
    """Return the kinds of zones by the word as written, longest first; those without a full word stand in names that no list knows."""
    rows = sorted(_rows("zones.csv"), key=lambda row: -len(row["word"]))
    return {row["word"]: ZoneKind(row["full"], row["alone"] == "是") for row in rows if row["full"]}


@cache
def unlisted_kinds() -> tuple[str, ...]:
    """Return the words that a zone's own name may end with, longest first: 某某能源|基地."""
    return tuple(sorted((row["word"] for row in _rows("zones.csv")), key=lambda word: -len(word)))


@cache
def _zoned() -> re.Pattern[str]:
    kinds = "|".join(map(re.escape, zone_kinds()))
    return re.compile(rf"([\u4e00-\u9fff]{{2,12}}?)({kinds})")


def zone(name: str) -> tuple[Place, int] | None:
    """Return the zone that a name begins with and where its name ends: 苏州工业园区|管理委员会; None where it begins with none."""
    match = _zoned().match(name)
    if match is None:
        return None
    for end in range(match.end(1), 1, -1):
        found = ending(name, end, None)
        if found and found[0] == 0 and match.end(1) - end <= _STEM:
            above = found[1]
            full = above.short + name[end : match.end(1)] + zone_kinds()[match[2]].full
            return Place(full, full, full, "district", above.city, above.province, match[2]), match.end()
    return None


def zone_ending(text: str) -> tuple[int, Place] | None:
    """Return start and place of the zone, its city named, with which a text ends: 由|苏州工业园区."""
    kind = next((word for word in zone_kinds() if text.endswith(word)), None)
    if kind is None:
        return None
    for end in range(len(text) - len(kind), max(1, len(text) - len(kind) - _STEM), -1):
        if _PARTING.search(text, end - 1):
            return None
        if (found := ending(text, end, None)) and (whole := zone(text[found[0] :])) and whole[1] == len(text) - found[0]:
            return found[0], whole[0]
    return None


def _zone(name: str) -> Place | None:
    found = zone(name)
    return found[0] if found and found[1] == len(name) else None


@cache
def _names() -> dict[str, tuple[Place, ...]]:
    """Every name, full name and short name → the places it can mean."""
    index: dict[str, list[Place]] = {}
    for place, extra in _all():
        for name in {place.name, place.full, place.short, *extra}:
            if len(name) > 1:
                index.setdefault(name, []).append(place)
    return {name: tuple(places) for name, places in index.items()}


@cache
def _lengths() -> dict[str, tuple[int, ...]]:
    """The last two signs of names → how long names that end so are, longest first."""
    index: dict[str, set[int]] = {}
    for name in _names():
        if len(name) <= _LONGEST:
            index.setdefault(name[-2:], set()).add(len(name))
    return {end: tuple(sorted(lengths, reverse=True)) for end, lengths in index.items()}


def _all() -> Iterable[tuple[Place, tuple[str, ...]]]:
    by_code: dict[str, Place] = {}
    by_name: dict[str, Place] = {}
    for row in _rows("places.csv"):
        place = _coded(row["code"], row["name"], by_code)
        by_code[row["code"]] = place
        by_name.setdefault(place.name, place)
        yield place, ()
    for row in _rows("places_more.csv"):
        above = by_name[row["parent"]]
        place = Place(row["name"], row["full"], row["name"], "district", above.city, above.province)
        yield place, tuple(filter(None, row["short_names"].split("|")))


def _coded(code: str, name: str, above: dict[str, Place]) -> Place:
    province = above.get(code[:2] + "0000")
    if province is None:
        return Place(name, name, _short(name, "province"), "province", name if name in _MUNICIPAL else None, name)
    city = above.get(code[:4] + "00")
    if code.endswith("00"):
        return Place(name, name, _short(name, "city"), "city", name, province.name)
    return _under(name, city or province)


def _under(name: str, above: Place) -> Place:
    """A district carries its city's name (青岛市崂山区), a county and a county-level city do not."""
    full = above.full + name if name.endswith("区") else name
    return Place(name, full, _short(name, "district"), "district", above.city, above.province)


def _rows(file: str) -> Iterable[dict[str, str]]:
    yield from csv.DictReader(files("ingest.lexicon").joinpath(file).read_text(encoding="utf-8").splitlines())
