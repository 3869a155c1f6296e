"""What a document demands of all who apply, against what a question tells of a company: place, age, standing and figures."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from ingest import places
from ingest.numerals import number
from ingest.places import Place
from kg.answering.evidence import Evidence
from kg.cues import Dimension, cues
from kg.sparql import Row
from ontology.answers import Question

Dimensions = Callable[[Row], Dimension | None]
Holds = Callable[[Row, Decimal], bool]
AGE = "成立年限"
_YEARS = r"(\d+|[一二两三四五六七八九十]+)个?(?:整)?(?:会计|自然)?(?:年|周年)"
_OLDER = re.compile(rf"(?:成立|注册|设立|登记|经营)[^，；。]{{0,8}}?(?:(?<![不未])(?:满|超过|达到)|不少于|不低于){_YEARS}|(?:成立|注册|设立){_YEARS}以上")
_YOUNGER = re.compile(rf"(?:成立|注册|设立)[^，；。]{{0,8}}?(?:不超过|未满|不满|不足){_YEARS}|(?:成立|注册|设立){_YEARS}(?:以内|以下)")
_HERE = re.compile(
    r"(?:在|于)[^，；。]{0,8}?(?:本[省市县区]|境内|行政区域|[省市县区])[^，；。]{0,8}?(?:注册|登记|设立)|(?:注册|登记)(?:地|住所)?(?:在|于)[^，；。]{2,12}"
)
_ITEM = re.compile(r"[^；。]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """The conditions of a document as judged: what holds, what fails, what is not told; ``clauses`` are where they stand, with their texts."""

    met: int
    failed: tuple[str, ...]
    open: tuple[str, ...]
    clauses: dict[str, str]


def judge(evidence: Evidence, rows: Sequence[Row], told: dict[str, Decimal], dimension_of: Dimensions, holds: Holds) -> dict[str, Entry]:
    """Return the conditions of each document judged."""
    out = {}
    for document, group in groupby(rows, key=lambda r: r.need("document", str)):
        same = list(group)
        clauses = {r.need("clause", str): r.need("text", str) for r in same}
        found: list[tuple[str, str]] = []
        for text in clauses.values():
            for item in _ITEM.findall(text):
                found += [*_placed(evidence, document, item), *_aged(item, told), *_standing(evidence, item)]
        found += _figures([r for r in same if r.get("threshold", str)], told, dimension_of, holds)
        kinds = {kind: tuple(dict.fromkeys(said for k, said in found if k == kind)) for kind in ("met", "failed", "open")}
        out[document] = Entry(len(kinds["met"]), kinds["failed"], kinds["open"], clauses)
    return out


def _placed(evidence: Evidence, document: str, item: str) -> list[tuple[str, str]]:
    """Judge where the company must be registered."""
    if not _HERE.search(item):
        return []
    own = places.parse(evidence.shelf.documents[document].place)
    asked = home(evidence.question)
    if own is None or not asked:
        return [("open", "注册地")] if own else []
    return [("met", "注册地")] if any(places.related(own, p) for p in asked) else [("failed", f"注册地须在{own.full}")]


def home(question: Question) -> list[Place]:
    """Return the places where the company is registered, all that the question names where it does not say so of one."""
    asked = [p for p in map(places.parse, question.places) if p]
    said = [p for p in asked if re.search(rf"{p.short}[省市县区]?的?(?:注册|登记|公司|企业)|(?:注册|登记)地?(?:在|于)?{p.short}", question.folded)]
    return said or asked


def _aged(item: str, told: dict[str, Decimal]) -> list[tuple[str, str]]:
    """Judge how old the company must be."""
    younger = _YOUNGER.search(item)
    older = None if younger else _OLDER.search(item)
    match = older or younger
    if match is None:
        return []
    years = number(next(filter(None, match.groups())))
    if years is None:
        return []
    if AGE not in told:
        return [("open", match[0])]
    fits = told[AGE] >= years if older else told[AGE] <= years
    return [("met", match[0])] if fits else [("failed", f"要求{match[0]}")]


def _standing(evidence: Evidence, item: str) -> list[tuple[str, str]]:
    """Judge what standing the company must have; one of several that an item names is enough."""
    wanted = [w for w in cues().standings if w in item]
    if not wanted or re.search(r"不予|不得|除外|未被|不属于", item):
        return []
    return [("met", "、".join(wanted))] if any(w in evidence.question.folded for w in wanted) else [("open", f"是否为{'或'.join(wanted)}")]


def _figures(rows: Sequence[Row], told: dict[str, Decimal], dimension_of: Dimensions, holds: Holds) -> list[tuple[str, str]]:
    """Judge the figures that are demanded."""
    out = []
    for row in rows:
        dimension = dimension_of(row)
        if dimension is None:
            continue
        said = f"{dimension.name}要求{row.need('thresholdQuote', str)}"
        value = told.get(dimension.name)
        out.append(("open", said) if value is None else ("met" if holds(row, value) else "failed", said))
    return out
