"""The lexicon of bodies: every written form of an office, and the full official name it has in a place."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from ingest import places
from ingest.flow import fold
from ingest.places import Place, Rank
from ingest.recognise import reforms

_HEADS: dict[Rank, str] = {"province": "厅", "city": "局", "district": "局"}


@dataclass(frozen=True, slots=True)
class Office:
    """A kind of body: template has {place} or {short}; follows is what may not stand behind the written form."""

    template: str
    follows: re.Pattern[str] | None = None
    full_only: bool = False  # only after the name of a place, never after 市 alone


@dataclass(frozen=True, slots=True)
class Domain:
    """What a functional name (市科学技术行政部门) stands for: a stem with its head by level, or a whole template."""

    official: str
    committee: bool
    bureau: bool = False  # 局 in a province too
    template: str | None = None
    others: tuple[str, ...] = ()  # stems that the body has where a place is listed with it

    def name(self, place: Place | None, prefix: str) -> str:
        """Full official name of the body of this domain in a place."""
        if self.template:
            return fill(self.template, place, prefix)
        rank: Rank = "city" if place is None or place.city == place.name else place.rank
        head = "委员会" if self.committee and rank != "district" else "局" if self.bureau else _HEADS[rank]
        return fill("{place}" + self.official + head, place, prefix)


@dataclass(frozen=True, slots=True)
class Central:
    """A local office whose place stands inside the name: 人民银行 + 青岛市 + 分行, groups 1 to 3."""

    pattern: re.Pattern[str]
    template: str


@dataclass(frozen=True, slots=True)
class Known:
    """A body listed by name; a short name that begins with "=" needs no place before it."""

    name: str
    short_names: tuple[str, ...]
    place: str | None
    level: str


@dataclass(frozen=True, slots=True)
class Bodies:
    """How coordinating bodies are named: their tails and the words that such a name cannot hold."""

    tail: re.Pattern[str]
    not_begin: tuple[str, ...]
    not_inside: tuple[str, ...]
    not_before: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unlisted:
    """How a body that no row lists is told: group 1 is its stem, group 2 its tail as written."""

    pattern: re.Pattern[str]
    works: re.Pattern[str]  # the same for an institution that a verb of duty follows
    works_ends: re.Pattern[str]  # finds something wherever works does
    works_not: re.Pattern[str]
    ends: re.Pattern[str]  # finds something wherever the pattern does, and costs little
    tails: Mapping[str, str]
    not_begin: tuple[str, ...]
    not_end: tuple[str, ...]
    tail_in_list: re.Pattern[str]  # ends of a body written without its place in a list of bodies
    not_in_list: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Departments:
    """Bodies that only a province has: how their names end, which such names are others, and what may not stand before one."""

    tail: str
    others: frozenset[str]
    not_before: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Everything the recogniser looks up, built once from the data files."""

    offices: Mapping[str, Office]
    branches: Mapping[str, str]
    inside: Mapping[str, tuple[Rank, str]]  # 团市委 → (rank, template)
    listed: Mapping[str, str]  # written form → full name, wherever it stands
    local: Mapping[tuple[str, str], str]  # (place, written form) → full name
    domains: Mapping[str, Domain]
    central: tuple[Central, ...]
    central_end: re.Pattern[str]  # what a name of any of them ends with
    bodies: Bodies
    unlisted: Unlisted
    guards: Mapping[str, str]
    departments: Departments
    bare_not: frozenset[str]
    bare_before: re.Pattern[str]
    zones_not: tuple[str, ...]
    zone_alone: tuple[re.Pattern[str], re.Pattern[str]]  # what stands behind the committee of an unlisted zone, and what its name is not
    zones_committee: frozenset[str]  # what a text of a zone calls its own committee
    zones_own: tuple[str, ...]  # what a text of a zone calls its own zone
    wordlike: frozenset[str]  # names of places that are also a connecting word and a mark
    known: Mapping[str, Known]
    written: re.Pattern[str]
    domain: re.Pattern[str]
    functional: re.Pattern[str]


def fill(template: str, place: Place | None, prefix: str) -> str:
    """Put the place into a template; without a place the prefix as written stands for it."""
    full = place.full if place else prefix
    return template.replace("{place}", full).replace("{short}", place.short if place else prefix)


@cache
def lexicon() -> Lexicon:
    """Read offices.toml and agencies.csv; raises ValueError that names the row that is not well formed."""
    data = tomllib.loads(files("ingest.lexicon").joinpath("offices.toml").read_text(encoding="utf-8"))
    known = tuple(_known())
    offices = dict(_offices(data))
    local, listed = _local_and_listed(known)
    for _, written in local:
        offices.setdefault(written, Office("{place}" + written))
    branches = {w: row["name"] for row in data["branch"] for w in row["written"]}
    inside: dict[str, tuple[Rank, str]] = {row["written"]: (row["rank"], row["name"]) for row in data["inside"]}
    domains = dict(_domains(data))
    word = trie(domains)
    return Lexicon(
        offices=offices,
        branches=branches,
        inside=inside,
        listed=listed,
        local=local,
        domains=domains,
        central=tuple(_central(row) for row in data["central"]),
        central_end=re.compile("|".join(row["after"] for row in data["central"])),
        bodies=_bodies(data["bodies"]),
        unlisted=_unlisted(data["unlisted"]),
        guards=data["guards"],
        departments=Departments(data["departments"]["tail"], frozenset(data["departments"]["not"]), re.compile(data["departments"]["not_before"])),
        bare_not=frozenset(data["bare"]["not"]),
        bare_before=re.compile(data["bare"]["before"]),
        zones_not=tuple(data["zones"]["not_begin"]),
        zone_alone=(re.compile(data["zones"]["alone_after"]), re.compile(data["zones"]["alone_not"])),
        zones_committee=frozenset(data["bare"]["zone_own"]),
        zones_own=tuple(data["zones"]["own"]),
        wordlike=frozenset(data["wordlike"]["names"]),
        known={k.name: k for k in known},
        written=re.compile(trie([*offices, *branches, *inside, *listed])),
        domain=re.compile(word),
        functional=re.compile(rf"({word}(?:[、和及与]{word})*)(?:(?:等)?(?:行政主管|行政管理|主管|行政|管理)?部门|机关(?!事务|[工党]委|单位|各|及))"),
    )


def trie(words: Iterable[str]) -> str:
    """Return a regular expression that matches the longest of the words at a position without trying each of them."""
    root: dict[str, Any] = {}
    for word in words:
        node = root
        for character in word:
            node = node.setdefault(character, {})
        node[""] = {}
    return _branch(root)


def _branch(node: dict[str, Any]) -> str:
    options = [re.escape(c) + _branch(child) for c, child in sorted(node.items()) if c]
    if not options:
        return ""
    inner = options[0] if len(options) == 1 and "" not in node else "(?:" + "|".join(options) + ")"
    return inner + "?" if "" in node else inner


def _offices(data: Mapping[str, Any]) -> Iterable[tuple[str, Office]]:
    tails: dict[str, str] = data["tails"]
    for row in data["domain"]:
        for stem in (row["official"], *row.get("short", ())):
            for tail, official in tails.items():
                if official != "委员会" or "committee" in row:
                    yield stem + tail, Office("{place}" + row["official"] + official)
    for row in data["office"]:
        after = [*map(re.escape, row.get("not_before", ())), *filter(None, [row.get("department")])]
        follows = re.compile("|".join(after)) if after else None
        for written in row["written"]:
            yield written, Office(row["name"], follows, row.get("needs") == "full")


def _domains(data: Mapping[str, Any]) -> Iterable[tuple[str, Domain]]:
    """``functional = []`` keeps a domain from naming a body; words listed there are further names of it."""
    for row in data["domain"]:
        domain = Domain(row["official"], row.get("committee") == "是", row.get("bureau", False), others=tuple(row.get("others", ())))
        more = row.get("functional")
        if more is None or more:
            yield from ((w, domain) for w in (row["official"], *row.get("short", ()), *(more or ())))
    for row in data["office"]:
        yield from ((w, Domain("", False, False, row["name"])) for w in row.get("functional", ()))


def _central(row: Mapping[str, str]) -> Central:
    return Central(re.compile(rf"({row['before']})([\u4e00-\u9fff]{{2,9}}?)({row['after']})"), row["name"])


def _bodies(row: Mapping[str, Any]) -> Bodies:
    tail = re.compile("(?:" + "|".join(map(re.escape, row["tails"])) + ")(?:联合)?(?:办公室)?")
    return Bodies(tail, tuple(row["not_begin"]), tuple(row["not_inside"]), tuple(row["not_before"]))


def _unlisted(row: Mapping[str, Any]) -> Unlisted:
    signs = "".join(row["tails"])
    tails = row["tails"] | {centre: centre for centre in row["centres"]}
    stem = rf"[市省区县]((?:(?![{signs}])[\u4e00-\u9fff]){{2,12}}?)([{signs}]|{'|'.join(row['centres'])})(?={row['after']})"
    works = rf"[市省区县]((?:(?![{signs}])[\u4e00-\u9fff]){{2,14}}?)({row['works']})(?={row['works_after']})"
    in_list = re.compile(f"(?:{'|'.join(row['in_list'])})\\Z")
    return Unlisted(
        re.compile(rf"(?:{row['before']})(?:[\u4e00-\u9fff]{{2,9}}?)??{stem}"),
        re.compile(works),
        re.compile(rf"(?:{row['works']})(?={row['works_after']})"),
        re.compile(row["works_not"]),
        re.compile(f"[{''.join(sorted({tail[-1] for tail in tails}))}](?={row['after']})"),
        tails,
        tuple(row["not_begin"]),
        tuple(row["not_end"]),
        in_list,
        tuple(row["not_in_list"]),
    )


def _local_and_listed(known: Iterable[Known]) -> tuple[dict[tuple[str, str], str], dict[str, str]]:
    """Split the written forms into those that need their place before them and those that stand anywhere."""
    local: dict[tuple[str, str], str] = {}
    listed: dict[str, str] = {}
    for row in known:
        listed[fold(row.name)] = row.name
        for written in row.short_names:
            if row.place is None or written.startswith("="):
                listed[fold(written.removeprefix("="))] = row.name
            else:
                local[row.place, written] = row.name
    return local, listed


def _known() -> Iterable[Known]:
    for row in csv.DictReader(files("ingest.lexicon").joinpath("agencies.csv").read_text(encoding="utf-8").splitlines()):
        if not row["name"] or not row["source"] or (row["place"] and places.parse(row["place"]) is None):
            raise ValueError(f"agencies.csv: {row['name'] or row} lacks a name, a source or a known place")
        yield Known(row["name"], tuple(filter(None, row["short_names"].split("|"))), row["place"] or None, row["level"])
    for reform in reforms.gone():
        if not reform.places:
            yield Known(reform.old, reform.short_names, None, "国家")
