"""What stands before the name of an office: 市, 省, 青岛市, 深圳市南山区, or 市、区（市）."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from ingest import places
from ingest.places import Place, Rank
from ingest.recognise.offices import lexicon

WIDTH = 24  # characters before an office that can matter
# An office of a party committee, which is not the committee, whether the list knows it or not: 市委|乡村振兴办.
PARTY_PART = re.compile(
    r"(?:(?!负责|会同|牵头|组织|指导|决定|要求|批准|同意|关于|印发|政府|常委|书记|领导|工作(?!委|办)|[各由对的和与及向在将应可须等])[\u4e00-\u9fff]){1,7}?(?:办公室|办(?![理法公事好学实])|工委)"
)
RANKS: dict[str, Rank] = {"市": "city", "省": "province", "区": "district", "县": "district", "州": "city", "盟": "city", "旗": "district"}
# 州, 盟 and 旗 are marks only in texts of such a place: elsewhere 州 ends a name.
_OWN = frozenset("州盟旗")
# 市、区（市）人民政府 names the city's body beside generic ones.
_JOINT = re.compile(
    r"([市省])(?:、|和|及|与|以及)(?:相关|有关|各)?"
    r"(?:县级市(?:\([市县区](?:、[市县区])?\))?(?:[、和]?区)?|[区县]\([市县区](?:、[市县区])?\)|区县|区、县|县区|区|县)\Z"
)
# 各市, 有关市, 各区、市: no one place is meant.
_GENERIC = re.compile(r"(?:各|有关|相关|所在|辖|其他|外|[各关]区[、和及(]|^区[、和及(]|[^\u4e00-\u9fff]区[、和及(]|区\()\Z")


@dataclass(frozen=True, slots=True)
class Prefix:
    """The words before an office, how many characters they take, and the place they mean (None where no place is known)."""

    length: int
    words: str
    place: Place | None
    named: bool  # by the name of the place, not by 市 or 省


def of_rank(near: Place | None, rank: Rank) -> Place | None:
    """Return the division of that rank which the place is or lies in; for a county-level city 市 is the city itself."""
    if near is None or near.rank == rank:
        return near
    if rank == "city" and near.rank == "district" and near.name.endswith("市"):
        return near
    if rank == "district":
        return None
    return places.parse(near.city if rank == "city" else near.province)


def before(text: str, start: int, near: Place | None, placed: bool) -> Prefix | None:
    """Return what stands before text[start:]; None where it is nothing, or a generic word such as 各区（市）."""
    return _read(text[max(0, start - WIDTH) : start], near, placed)


@lru_cache(maxsize=16384)
def _read(head: str, near: Place | None, placed: bool) -> Prefix | None:
    found = places.ending(head, len(head), near)
    if found is not None and not _is_word(head[found[0] :], found[1], near):
        return Prefix(len(head) - found[0], head[found[0] :], found[1], True)
    if zoned := places.zone_ending(head):
        return Prefix(len(head) - zoned[0], head[zoned[0] :], zoned[1], True)
    if near is not None and near.zone and (own := _own_zone(head, near.zone)):
        return None if _GENERIC.search(head[: -len(own)]) else Prefix(len(own), own, near, False)
    if joint := _JOINT.search(head):
        return _relative(head[: joint.start(1)], joint[1], len(head) - joint.start(1), near, placed)
    if head.endswith("自治区"):
        found_region = _relative(head[:-3], "省", 3, near, placed)
        return replace(found_region, words="自治区") if found_region and found_region.place is None else found_region
    if head[-1:] in RANKS:
        return _relative(head[:-1], head[-1], 1, near, placed)
    return None


def _own_zone(head: str, kind: str) -> str:
    """Return the words at the end of a text that mean its own zone: 高新区."""
    return next((w for w in sorted((kind, *lexicon().zones_own), key=len, reverse=True) if head.endswith(w)), "")


def _is_word(words: str, place: Place, near: Place | None) -> bool:
    """Say whether the name of a far place is a connecting word and a mark here: 会同|县财政局 in a text that is not of 怀化."""
    return words in lexicon().wordlike and (near is None or near.province != place.province)


def _relative(head: str, mark: str, length: int, near: Place | None, placed: bool) -> Prefix | None:
    if head[-1:] and head[-1] in lexicon().guards.get(mark, ""):
        return None
    if _GENERIC.search(head):
        return None
    place = of_rank(near, RANKS[mark])
    if mark in _OWN and (place is None or not place.name.endswith(mark)):
        return None
    return Prefix(length, mark, place, False) if place is not None or not placed else None
