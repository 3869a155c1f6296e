"""Words by which a question is understood: cues of kinds, what people say for what policies write, what a company tells; loaded from data files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from itertools import accumulate
from typing import get_args

from ingest import words
from kg.known import Known
from ontology.answers import Kind

_KINDS = frozenset(get_args(Kind)) - {"none"}
# The place of a part in a pattern, <verb>; the name of a group is none.
_PART = re.compile(r"(?<!\(\?P)<(\w+)>")


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern that speaks for a kind of question."""

    kind: Kind
    weight: int
    pattern: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Dimension:
    """What a company may tell about itself, in which unit, how a question and how a threshold names it."""

    name: str
    unit: str
    asked: re.Pattern[str]
    told: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Cues:
    """The contents of questions.toml."""

    cues: tuple[Cue, ...]
    finer: Mapping[str, re.Pattern[str]]
    synonyms: Mapping[str, tuple[str, ...]]
    plain: frozenset[str]  # those that count inside words too
    empty: frozenset[str]
    asking: re.Pattern[str]
    duty: frozenset[str]
    levels: frozenset[str]
    common: frozenset[str]
    general: frozenset[str]
    per: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    dimensions: tuple[Dimension, ...]
    standings: tuple[str, ...]
    exclusive: tuple[tuple[str, ...], ...]
    expand: Mapping[str, tuple[str, ...]]
    resting: tuple[re.Pattern[str], ...]
    headings: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]
    aim: re.Pattern[str]
    later: re.Pattern[str]
    open_words: frozenset[str]


@cache
def cues() -> Cues:
    """Load and validate questions.toml; raises ValueError for an unknown kind."""
    data = tomllib.loads(resources.files("kg").joinpath("questions.toml").read_text("utf-8"))
    for row in data["cue"]:
        if row["kind"] not in _KINDS:
            raise ValueError(f"questions.toml: unknown kind {row['kind']}")
    return Cues(
        tuple(Cue(row["kind"], row["weight"], re.compile(row["pattern"])) for row in data["cue"]),
        {name: re.compile(pattern) for name, pattern in data["finer"].items()},
        spoken_words() | {word: tuple(others) for word, others in data["synonyms"].items()},
        frozenset(data["synonyms"]),
        frozenset(data["empty"]["words"]),
        re.compile(data["empty"]["asking"]),
        frozenset(data["empty"]["duty"]),
        frozenset(data["empty"]["levels"]),
        frozenset(data["empty"]["common"]),
        frozenset(data["empty"]["general"]),
        tuple((re.compile(asked), re.compile(told)) for asked, told in data["per"].items()),
        tuple(Dimension(d["name"], d["unit"], re.compile(d["asked"]), re.compile(d["told"])) for d in data["dimension"]),
        tuple(data["standings"]["words"]),
        tuple(tuple(group) for group in data["standings"]["exclusive"]),
        {kind: tuple(words) for kind, words in data["expand"].items()},
        tuple(re.compile(spelled(pattern, data["resting"]["parts"])) for pattern in data["resting"]["patterns"]),
        tuple((re.compile(asked), re.compile(heading)) for asked, heading in data["headings"].items()),
        re.compile(data["aim"]["pattern"]),
        re.compile(data["later"]["pattern"]),
        frozenset(data["later"]["words"]),
    )


@cache
def spoken_words() -> dict[str, tuple[str, ...]]:
    """Load what people say for what policies write, words that count at the borders of words only; raises ValueError for a line of one word."""
    rows = resources.files("kg").joinpath("synonyms.tsv").read_text("utf-8").splitlines()
    out: dict[str, tuple[str, ...]] = {}
    for row in rows:
        if row and not row.startswith("#"):
            word, *others = row.split("\t")
            if not others:
                raise ValueError(f"synonyms.tsv: {word} stands alone")
            out[word] = tuple(others)
    return out


def said(folded: str, known: Known) -> dict[str, tuple[str, ...]]:
    """Return the words of a question with what policies write for them; words of synonyms.tsv count at the borders of words, where texts seldom write them."""
    borders: set[int] = set()
    out = {}
    for word, others in cues().synonyms.items():
        if word not in folded:
            continue
        if word not in cues().plain:
            borders = borders or {0, *accumulate(len(token) for token in words.segment(folded))}
            others = known.written_for(word, others)
            if not others or not any({m.start(), m.end()} <= borders for m in re.finditer(re.escape(word), folded)):
                continue
        out[word] = others
    return out


def spelled(pattern: str, parts: Mapping[str, str]) -> str:
    """Return a pattern with each ``<part>`` written out; raises KeyError for a part that is not given."""
    return _PART.sub(lambda m: f"(?:{parts[m[1]]})", pattern)
