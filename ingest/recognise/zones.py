"""Committees that govern zones: 合肥高新区管委会, 苏州工业园区管委会, 高新区管委会 in a text of a city."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ingest import places
from ingest.places import Place
from ingest.recognise.offices import lexicon

_STEM = 8  # characters that may stand between the place and the kind of zone
_WORDS = re.compile(r"[\u4e00-\u9fff]*\Z")
_BORDER = re.compile(r"(?:^|[^\u4e00-\u9fff]|[由和及与、]|会同|委托|第[零〇一二三四五六七八九十百]{1,5}条)\Z")


def find(text: str, near: Place | None) -> Iterator[tuple[int, int, str]]:
    """Yield start, end and full official name of each committee of a zone whose place is named, or is that of the text."""
    if "管委会" not in text and "管理委员会" not in text:
        return
    kinds = places.zone_kinds()
    for match in _pattern().finditer(text):
        kind = kinds[match[1]]
        owner = _owner(text, match.start(), near, kind.alone)
        if owner is not None:
            start, stem = owner
            yield start, match.end(), stem + kind.full + "管理委员会"
    after, generic = lexicon().zone_alone
    for match in _alone_pattern().finditer(text) if near is None or not near.zone else ():
        if after.match(text, match.end()) and not generic.match(match["stem"]) and not places.zone(match[1]):
            yield match.start(1), match.end(), match[1] + "管理委员会"


def unlisted(name: str) -> str | None:
    """Return the zone that the name of its committee begins with, which lies in no place that a list knows: 云岭能源基地|管理委员会."""
    match = _unlisted_pattern().match(name)
    return match[1] if match and not _generic(match[1]) else None


def _owner(text: str, end: int, near: Place | None, alone: bool) -> tuple[int, str] | None:
    """Return where the name begins and the words before the kind of zone, with the short name of the place at their front."""
    low = max(0, end - _STEM - 8)
    words = _WORDS.search(text, low, end)
    first = words.start() if words else end
    for i in range(end, max(first, end - _STEM) - 1, -1):
        found = places.ending(text, i, near)
        if found is not None and found[0] >= first:
            return None if _generic(text[i:end]) else (found[0], found[1].short + text[i:end])
    start = end - 1 if text.endswith("市", first, end) else end
    if near is None or not alone or (near.rank == "province" and near.city is None) or not _BORDER.search(text, max(0, start - 7), start):
        return None
    city = places.parse(near.city) if near.rank == "district" and not near.name.endswith("市") else near
    return (start, city.short) if city else None


def _generic(words: str) -> bool:
    """Say whether the words between place and zone mean no one zone: 各, 省级."""
    return words.startswith(tuple(lexicon().zones_not))


@cache
def _pattern() -> re.Pattern[str]:
    """Return the pattern of a kind of zone with its committee."""
    return re.compile(rf"({'|'.join(map(re.escape, places.zone_kinds()))})(?:管委会|管理委员会)")


@cache
def _alone_pattern() -> re.Pattern[str]:
    """Return the pattern of a zone's committee between signs, or behind 由 and the like: 由|云溪度假区管委会."""
    kinds = "|".join(map(re.escape, places.unlisted_kinds()))
    return re.compile(
        rf"(?:^|[。;,、:\n\t)]|(?<!自)由|[和与]|会同|委托|第[一二三四五六七八九十百]{{1,5}}条)"
        rf"((?:中国\([\u4e00-\u9fff]{{2,4}}\))?(?P<stem>(?:(?!(?<!自)由|[和与]|会同)[\u4e00-\u9fff]){{2,14}}?)(?:{kinds}))(?:管委会|管理委员会)"
    )


@cache
def _unlisted_pattern() -> re.Pattern[str]:
    """Return the pattern of a name that ends with a kind of zone, with its committee behind it."""
    return re.compile(rf"([\u4e00-\u9fff()（）]{{2,20}}?(?:{'|'.join(map(re.escape, places.unlisted_kinds()))}))(?:管委会|管理委员会|党工委|工作委员会)")
