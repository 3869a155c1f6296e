"""What speaks for a figure of a clause: words that the question and the place of the figure share or do not share, each with its weight.

A hint is a word of the question or of the text; a figure whose place holds the word gets the hint's value times the learned weight of its feature.
Words say the more, the fewer of the figures hold them; what all or none hold says nothing.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ingest import words
from ingest.words import bigrams
from kg.answering import grades, sides, tiers, under
from kg.answering.evidence import Candidate, Evidence
from kg.answering.figure import Field, Figure, Hint
from kg.called import unplaced
from kg.question import asked_words
from ontology.answers import Question

# Of a figure's own words those of the last so many parts tell it from others.
PARTS = 2
_COMMA = re.compile(r"[，,]")
# Words of the text that the question does not hold are bound up to so many, the most telling first.
RIVALS = 24
FEATURES = (
    *("own", "key", "pair", "same", "other", "plain", "tier", "miss", "rival", "changed", "per", "case", "around"),
    *("max", "range", "capped_exact", "open_exact", "least", "unit", "strange", "rate", "fit"),
    *("benefit", "award", "share", "fine", "target", "threshold", "fine_asked", "target_asked", "threshold_asked"),
)
PURPOSES = ("benefit", "award", "share", "fine", "target", "threshold", "other")
# What is not so: 不是前三家通过的 asks for the others.
_DENIED = re.compile(r"(?:不是|并非|不属于|不算|不含|不包括|(?:没|未)能?(?:被|获|进|拿|达|挤|排|评)(?:进|入|上|到)?|不在)([\u4e00-\u9fff\d]{2,10})")
# 基地以外 is what 没进基地 asks for, though it holds the word.
_BEYOND, BEYOND = ("以外", "之外", "外的"), 3.0
# 几个人合伙 names no 个人.
_SOME = re.compile(r"[几两三四五六七八九十多每数\d]个人")
_REST = ("其他", "其余", "其它")
# What another figure tells: 增长5.9%，比上年同期提高.
_BEFORE = re.compile(r"^.*\d%[，,](?=比(?:上年|去年|同期))")
_DIGIT = re.compile(r"[\d%]")


@dataclass(frozen=True, slots=True)
class Contrast:
    """Words of which a figure's case has one or the other: 国家级 or 省级; ``plain``: where the question has none, so has the figure.

    ``apart``: a text that has only other sides does not answer.
    """

    sides: tuple[tuple[str, ...], ...]
    plain: bool
    apart: bool


@dataclass(frozen=True, slots=True)
class Weights:
    """The contents of figures.toml: contrasts, words of a figure that changes another one, and the learned weight of each feature."""

    contrasts: tuple[Contrast, ...]
    changes: tuple[str, ...]
    change_asked: re.Pattern[str]
    of: Mapping[str, float]


@cache
def weights() -> Weights:
    """Load and validate figures.toml; raises ValueError for an unknown or a missing feature."""
    data = tomllib.loads(resources.files("kg").joinpath("figures.toml").read_text("utf-8"))
    if set(data["weights"]) != set(FEATURES):
        raise ValueError(f"figures.toml: features {sorted(set(data['weights']) ^ set(FEATURES))}")
    contrasts = tuple(Contrast(tuple(tuple(side) for side in row["sides"]), row.get("plain", False), row.get("apart", False)) for row in data["contrast"])
    changed = data["changed"]
    return Weights(contrasts, tuple(changed["words"]), re.compile(changed["asked"]), dict(data["weights"]))


def figures(evidence: Evidence, holders: Sequence[Candidate]) -> list[Figure]:
    """Return the figures of clauses in text order."""
    marks = ",".join("?" * len(holders))
    columns = "id, clause, value, high, unit, bound, purpose, about, condition, context, capped_by"
    statement = f"SELECT {columns} FROM amounts WHERE clause IN ({marks}) ORDER BY source, start"
    rows = [tuple(None if cell is None else str(cell) for cell in row) for row in evidence.shelf.select(statement, [c.clause.iri for c in holders])]
    rates: dict[str, list[str]] = {}
    for row in rows:
        if row[10]:
            rates.setdefault(row[10], []).append(row[7] or "")
    out: list[Figure] = []
    shared: dict[str, list[str]] = {}
    for id_, clause, value, high, unit, bound, purpose, about, case, context, _ in rows:
        told = rates.get(id_ or "", [])
        # 按30%补贴，热泵每户最高4500元，地热每户最高6000元: the further cap stands under the same rate.
        if told:
            shared.setdefault(f"{clause}|{context}", []).extend(told)
        elif bound == "max" and unit == "CNY":
            told = shared.get(f"{clause}|{context}", [])
        own = _BEFORE.sub("", "|".join((about or "", *told)))
        out.append(Figure(id_ or "", clause or "", value or "", high, unit or "", bound or "", purpose or "", own, case or "", context or ""))
    return out


def hints(evidence: Evidence, question: Question, among: Sequence[Figure]) -> list[Hint]:
    """Return the hints of one part of a question for the figures that may answer it."""
    spread = _Spread(among)
    denied = _DENIED.search(question.folded)
    asked = [t for t in evidence.terms(question) if t and not (denied and t in denied[1])]
    if sides.each(question.folded):
        return [
            Hint(t, "around", "around", v)
            for t in dict.fromkeys((*asked, *bigrams(question.folded), *grades.variants(question.folded)))
            if (v := spread.of("around", t))
        ]
    keys = set(asked_words(question.folded, question.topic))
    found = [h for t in asked for h in _asked(t, 1.0 if t in question.focus else 0.8, t in keys, spread)]
    said = question.folded.replace(denied[1], "") if denied else question.folded
    other = (*grades.variants(question.folded), *grades.heads(question.folded), *grades.shortened(said, [f.own for f in among]))
    pairs = dict.fromkeys((*bigrams(said), *_CODE.findall(said), *other, *_YEAR.findall(question.folded)))
    found += [Hint(p, "own", "pair", v) for p in pairs if (v := spread.of("own", p))]
    found += [Hint(p, "around", "around", v) for p in pairs if (v := spread.of("around", p))]
    found += [Hint(year, "around", "same", 1.0) for year in _YEAR.findall(question.folded)]
    found += [Hint(m, "own", "per", v) for m in grades.measures(question.folded) if (v := spread.of("own", m))]
    if denied:
        found += _against(denied[1], question.topic, among)
    found += under.passed_on(found, among, _unasked(question.folded))
    found += _contrasted(unplaced(question.folded, question.places), among)
    found += grades.marks(question.folded, among)
    found += grades.levels(question.folded, among)
    if not weights().change_asked.search(question.folded):
        found += [Hint(mark, "around", "changed", 1.0) for mark in weights().changes if any(mark in f.context for f in among)]
    told = tiers.told(question, [f"{f.own}|{f.case}" for f in among])
    tiered = [Hint(phrase, "own", "tier" if fits else "miss", 1.0) for phrase, fits in told.items()]
    untold = [f for f in among if not any(phrase in f.own and not fits for phrase, fits in told.items())]
    return found + tiered + list(under.passed_on(tiered, untold, _unasked(question.folded))) + _rivals(question, among, spread)


def _against(denied: str, topic: Iterable[str], among: Sequence[Figure]) -> Iterator[Hint]:
    """Yield the hints of what a question says something is not: against those words, for what is left."""
    for word in (t for t in topic if t in denied):
        yield Hint(word, "own", "other", 1.0)
        yield from (Hint(word + beyond, "own", "same", BEYOND) for beyond in _BEYOND if any(word + beyond in f.own for f in among))
    for rank in _RANK.findall(denied):
        yield from (Hint(f"前{form}", "own", "other", 1.0) for form in dict.fromkeys((rank, rank.translate(grades.NUMERAL))))
    yield from (Hint(rest, "own", "same", 1.0) for rest in _REST if any(rest in f.own for f in among))


def _asked(word: str, share: float, key: bool, spread: _Spread) -> Iterator[Hint]:
    """Yield the hints of a word of the question."""
    if own := spread.of("own", word):
        yield Hint(word, "own", "own", share * own)
        if key:
            yield Hint(word, "own", "key", share * own)
    if (case := spread.of("case", word)) and not spread.told_apart(word):
        yield Hint(word, "case", "case", share * case)


class _Spread:
    """How many of the figures hold a word in each field."""

    def __init__(self, among: Sequence[Figure]) -> None:
        self.fields: dict[Field, list[str]] = {
            "own": [f.own for f in among],
            "case": [f.case for f in among],
            "around": list(dict.fromkeys(f.context for f in among)),
        }

    def told_apart(self, word: str) -> bool:
        """Say whether a figure has a word in what it is about, the rates that it caps left out, and not in its case: the case of others says no more."""
        return any(word in own.partition("|")[0] and word not in case for own, case in zip(self.fields["own"], self.fields["case"], strict=True))

    def of(self, field: Field, word: str) -> float:
        """Return what a word says in a field: nothing where all or none hold it."""
        texts = self.fields[field]
        met = sum(word in text for text in texts)
        return math.log((len(texts) + 1) / (met + 0.5)) if 0 < met < len(texts) else 0.0


_YEAR = re.compile(r"\d{4}年")
# Names in letters and figures: 3A, VR, PCT.
_CODE = re.compile(r"(?<![A-Za-z0-9])(?:\d{1,2}[A-Z]|[A-Za-z]{2,8}|[A-Z]\d{1,3})(?![A-Za-z0-9])")
# The first so many: 前五, 前5.
_RANK = re.compile(r"前([一二三四五六七八九\d]+)")


def _unasked(folded: str) -> list[str]:
    """Return the words that only a question with them asks for, where it has none of them."""
    sides = [side for contrast in weights().contrasts if contrast.plain for side in contrast.sides]
    return [mark for side in sides if not any(mark in folded for mark in side) for mark in side]


def _contrasted(folded: str, among: Sequence[Figure]) -> list[Hint]:
    """Return the hints of contrasts: for the side that the question names, against the others."""
    found: dict[tuple[str, str], Hint] = {}
    folded = _SOME.sub("", folded)
    for contrast in weights().contrasts:
        named = [side for side in contrast.sides if any(mark in folded for mark in side)]
        wanted = [mark for side in named for mark in side]
        for side in contrast.sides:
            feature = "same" if side in named else "other" if named else "plain"
            if (not named and not contrast.plain) or len(named) == len(contrast.sides):
                continue
            for mark in side:
                # 中小型 is no 小型 where 中型 is asked.
                inside = feature == "other" and any(mark in one and mark != one and one in f.own for one in wanted for f in among)
                if not inside and any(mark in f.own for f in among):
                    found.setdefault((mark, feature), Hint(mark, "own", feature, 1.0))
    asked = {(form[: -len(unit)], unit) for unit in grades.CLASSES for form in grades.variants(folded) if form.endswith(unit)}
    units = {unit for _, unit in asked}
    for sign, unit in sorted({(m[1], m[2]) for f in among for m in grades.CLASS.finditer(f.own) if m[2] in units}):
        feature = "same" if (sign, unit) in asked else "other"
        found.setdefault((sign + unit, feature), Hint(sign + unit, "own", feature, 1.0))
    return list(found.values())


def of_another_case(folded: str, told: str) -> bool:
    """Say whether words of a text speak of other grades than a question names: A类 where E类 is asked, 国家级 where 省级 is."""
    told += "".join(f"{level}级" for run in grades.runs(told) for level in run.split("、"))
    for contrast in weights().contrasts:
        if not contrast.apart:
            continue
        named = [side for side in contrast.sides if any(mark in folded for mark in side)]
        # 省了多少钱 names no level, 省级 does.
        surely = any((mark if len(mark) > 1 else f"{mark}级") in folded for side in named for mark in side)
        met = [side for side in contrast.sides if any(mark in told for mark in side)]
        if surely and met and not any(side in met for side in named):
            return True
    for match in grades.CLASS.finditer(folded):
        strange = match[2] in grades.CLASSES and not any(form in told for form in grades.variants(match[0]))
        if strange and any(other[2] == match[2] for other in grades.CLASS.finditer(told)):
            return True
    return False


def _rivals(question: Question, among: Sequence[Figure], spread: _Spread) -> list[Hint]:
    """Return the words of the figures' places that the question lacks, the most telling first."""
    near = {*question.wider, *(other for word in question.topic for other in question.near.get(word, ()))}
    pairs = set(bigrams(question.folded))
    seen = dict.fromkeys(w for f in among for w in words.segment(nearest(f.own)) if len(w) > 1 and not _DIGIT.search(w))
    found = []
    for word in seen:
        share = 1 - _known(word, question.folded, near, pairs)
        if share > 0 and (value := spread.of("own", word)):
            found.append(Hint(word, "own", "rival", share * value))
    return sorted(found, key=lambda h: -h.value)[:RIVALS]


def nearest(own: str) -> str:
    """Return the parts of a figure's own words that stand next to it; a long lead says what others share."""
    return "，".join(_COMMA.split(own)[-PARTS:])


def _known(word: str, folded: str, near: Iterable[str], pairs: set[str]) -> float:
    """Return how much of a word the question holds: all of it or a synonym, some of its character pairs, a character."""
    if word in folded or word in near:
        return 1.0
    own = bigrams(word)
    if len(own) > 1:
        return 0.6 * sum(pair in pairs for pair in own) / len(own)
    return 0.3 * any(sign in folded for sign in word)


def fixed(question: Question, units: Sequence[str]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the features of a figure that follow from its bound, unit and purpose: column → value → features."""
    ceiling = question.kind == "ceiling"
    bounds: dict[str, tuple[str, ...]] = {"exact": ("open_exact",)}
    if ceiling:
        bounds = {"max": ("max",), "range": ("range",), "exact": ("capped_exact",)}
    if question.aspect == "threshold":
        bounds = {"min": ("least",), "range": ("least",)}
    first = question.units[0] if question.units else "CNY"
    plain = question.units or ("CNY", "percent")
    given = not ceiling and any(a.unit == "CNY" for a in question.amounts)
    told = {u: (*(("unit",) if u == first else ()), *(("strange",) if u not in plain else ()), *(("rate",) if given and u == "percent" else ())) for u in units}
    aims = {p: ((p,) if p != "other" else ()) + ((f"{p}_asked",) if p == question.aspect else ()) for p in PURPOSES}
    return {"bound": {b: bounds.get(b, ()) for b in ("max", "min", "range", "exact")}, "unit": told, "purpose": aims}


def baked(found: Iterable[Hint]) -> list[tuple[str, float, float, float]]:
    """Return each word with its weight in own words, case and sentence; words that weigh nothing are left out."""
    of = weights().of
    total: dict[str, dict[Field, float]] = {}
    for hint in found:
        fields = total.setdefault(hint.text, {"own": 0.0, "case": 0.0, "around": 0.0})
        fields[hint.field] += hint.value * of[hint.feature]
    rounded = [(text, round(f["own"], 3), round(f["case"], 3), round(f["around"], 3)) for text, f in total.items()]
    return [row for row in rounded if any(row[1:])]


def points(features: Iterable[str]) -> float:
    """Return what features that a figure has or has not are worth together."""
    return round(sum((weights().of[f] for f in features), 0.0), 3)
