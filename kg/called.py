"""Which bodies and places a question calls by name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ingest import places
from ingest.flow import Flow
from ingest.places import Place
from ingest.recognise import agencies
from kg.known import Known

_NUMBERED = re.compile(r"[\u4e00-\u9fff]{1,12}[(\[〔【](?:19|20)\d\d[)\]〕】]第?\d+号")


def bodies(folded: str, place: str | None, known: Known) -> tuple[str, ...]:
    """Return the bodies that a question names, by full official names; the head of a 文号 (工信部联企业〔2025〕88号) names none."""
    text = _NUMBERED.sub("\n", folded)
    found = (m.agency for m in agencies.find(Flow.of(text), place, bare=True))
    return tuple(dict.fromkeys((*found, *known.bodies_in(text))))


def places_in(folded: str, found: Mapping[str, Place], known: Known) -> set[str]:
    """Return the words of a question that say only where: places that documents hold in, by list or as titles begin with them."""
    return {word for word, place in found.items() if place.full in known.held} | known.titles.opening(folded)


def named_places(folded: str, home: Place | None, held: Mapping[str, Place], aim: re.Pattern[str] | None = None) -> dict[str, Place]:
    """Return the divisions that a question names, by the words that name them.

    A district counts only by a name with 区, 县 or 市, since 朝阳 may be anything, or by its short name where documents hold in it (``held``).
    A place before words of ``aim`` is where something is done (在香港上市), not where a policy holds.
    """
    districts = {p.name[:-1]: p for p in held.values() if p.rank == "district" and len(p.name) > 2}
    found: dict[int, tuple[str, Place]] = {}
    for end in range(2, len(folded) + 1):
        hit = places.ending(folded, end, home)
        if hit and (hit[1].rank != "district" or folded[end - 1] in "区县市旗"):
            found[hit[0]] = (folded[hit[0] : end], hit[1])
        for size in (2, 3):
            place = districts.get(folded[max(0, end - size) : end])
            if place and end - size not in found:
                found[end - size] = (folded[end - size : end], place)
    return {words: place for at, (words, place) in apart(found).items() if not (aim and aim.match(folded, at + len(words)))}


def unplaced(folded: str, named: Iterable[str]) -> str:
    """Return a question without the names of places, whose 省, 市 and 县 are no level that is asked for: 嘉鱼县; ``named`` are their full names."""
    names = [name for p in map(places.parse, named) if p for name in (p.full, p.name)]
    return re.sub("|".join(map(re.escape, sorted(names, key=len, reverse=True))), "", folded) if names else folded


def apart(found: Mapping[int, tuple[str, Place]]) -> dict[int, tuple[str, Place]]:
    """Return the names by where they begin, without those that begin inside the one before: 汉中 in 武汉中欧班列."""
    out: dict[int, tuple[str, Place]] = {}
    end = 0
    for at in sorted(found):
        if at >= end:
            out[at] = found[at]
            end = at + len(found[at][0])
    return out
