"""What is known of a body by its full official name: short names, place, level, and what took over from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from ingest import places
from ingest.places import Place
from ingest.recognise import prefixes, reforms
from ingest.recognise.offices import lexicon
from ingest.recognise.reforms import Succession
from ontology.records import Agency


@lru_cache(maxsize=4096)
def known(name: str) -> Agency:
    """Return what is known of a body by its full official name: short names, place and level."""
    words = lexicon()
    row = words.known.get(name)
    if row is not None:
        mark = row.place[-1] if row.place else ""
        shorts = (s[1:] if s.startswith("=") else s if not row.place else mark + s for s in row.short_names)
        return _taken_over(Agency(name, tuple(dict.fromkeys(shorts)), row.place, row.level))
    found = _place_in(name)
    if found is None:
        return _taken_over(Agency(name))
    start, end, place = found
    mark = place.name[-1] if place.name[-1] in prefixes.RANKS else ""
    written = _inverse().get(name[:start] + "{place}" + name[end:], ()) if mark else ()
    return _taken_over(Agency(name, tuple(dict.fromkeys(mark + w for w in written)), place.full, place.level))


def _taken_over(agency: Agency) -> Agency:
    taken = succession(agency.name)
    return replace(agency, successor=taken.name, succeeded=taken.day) if taken else agency


@lru_cache(maxsize=4096)
def succession(name: str) -> Succession | None:
    """Return what took over from a body by its full official name, None where nothing did or nothing is known; a listed body is one of today."""
    if listed(name):
        return reforms.of(name)
    if (found := _place_in(name)) is not None:
        start, end, place = found
        return reforms.of(name, place, name[:start] + "{place}" + name[end:])
    return reforms.of_branch(name)


def with_successors(names: Iterable[str]) -> tuple[Agency, ...]:
    """Return what is known of bodies and of all that took over from them, in the order of their names."""
    found: dict[str, Agency] = {}
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found[name] = known(name)
            waiting += filter(None, [found[name].successor])
    return tuple(found[name] for name in sorted(found))


def listed(name: str) -> bool:
    """Say whether a full name is listed, so that it stands for itself and not for a longer one."""
    return name in lexicon().known


@lru_cache(maxsize=1)
def _inverse() -> dict[str, tuple[str, ...]]:
    """Template → written forms."""
    index: dict[str, list[str]] = {}
    for written, office in lexicon().offices.items():
        index.setdefault(office.template, []).append(written)
    return {template: tuple(words) for template, words in index.items()}


def _place_in(name: str) -> tuple[int, int, Place] | None:
    """Return the first and longest place that the name holds by its full name."""
    for start in range(len(name)):
        for end in range(min(len(name), start + 16), start + 1, -1):
            found = places.parse(name[start:end])
            if found is not None and found.full == name[start:end]:
                return start, end, found
    return None
