"""Tiers: which phrases such as 2万平方米（含）以上不足5万平方米 hold for what a question gives (一个3万平方米的展览)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from ingest.numerals import number
from ontology.answers import Question

_SCALE = {"百": 100, "千": 1000, "万": 10_000, "百万": 1_000_000, "千万": 10_000_000, "亿": 100_000_000}
_WRITTEN = {"CNY": "元", "percent": "%", "USD": "美元"}
_SAME = {"平米": "平方米", "平": "平方米", "方": "立方米", "块": "元", "员工": "人", "名": "人", "位": "人", "天": "日", "个百分点": "%"}
_UNIT = (
    r"美元|马力|平方米|平米|立方米|平方公里|架次|人次|公里|公顷|标准煤|个百分点|标准箱|千瓦|元|块|%|户|人|名|家|吨|亩|台|辆|件|项"
    r"|天|方|平|次|头|只|羽|张|床|匹|座|公斤|场|纳米|毫米|厘米|套|株|箱|艘|架|班|棵|枚|间|口|款|篇|周岁|岁|层|小时|学时|课时|兆瓦|个端口|个月|年"
)
_NUMBER = rf"(?P<number>\d+(?:\.\d+)?)(?P<scale>百万|千万|[百千万亿])?(?:多|余|来)?(?:匹(?=马力))?(?P<unit>{_UNIT})?"
_GIVEN = re.compile(_NUMBER)
_HIGH_BEFORE = re.compile(r"(?:不足|不到|不超过|低于|未满|小于|少于|[-—–~至]|(?<!达)到)\Z")
_HIGH_AFTER = re.compile(r"(?:[（(]不?含[）)])?[及或]?(?:以下|以内|之内)")
_LOW = re.compile(r"(?:[（(]不?含[）)])?(?:[及或])?(?:以上|起)?")
_BEFORE = re.compile(r"(?:超过|达到|突破|不低于|不少于|高于|大于|不足|不到|不超过|低于|未满|小于|少于|满|达)\Z")
# A column whose head names a unit in brackets, and its cell: an end, or both.
_CELL = r"(?:\d+(?:\.\d+)?[百千万亿]?(?:[（(]不?含[）)])?(?:以上|以下|起)?(?:不足|[-—–~至])?){1,2}"
_HEADER = re.compile(rf"[（(]([百千万亿]*)({_UNIT})[）)]({_CELL})(?!{_UNIT})")
_PLAIN = re.compile(r"(\d+(?:\.\d+)?)([百千万亿]?)")
CENTURY = 100  # 2025年 is no number of years
GAP = 6  # so many characters may stand between the two ends of a tier
_JOINT = re.compile(r"[、，,且并]?(?:不足|不到|不超过|低于|未满|小于|少于|[-—–~至到])?\Z")
# A number in Chinese signs before a unit: 六名, 两百多匹马力. 一家 and the like only count.
_CHINESE = re.compile(rf"(?<![第\d])([二两三四五六七八九十]|[一二两三四五六七八九十][一二两三四五六七八九十百千万]{{1,7}})(?=(?:多|余|来)?匹?(?:{_UNIT}))")


# Persons counted one by one: 三百多|个|游客.
_PERSONS = re.compile(r"(?<=[\d十百千万多余来])个(?=人|游客|旅客|员工|职工|工人|学生|农民|老人|孩子)")


@dataclass(frozen=True, slots=True)
class Tier:
    """A phrase and the values it holds for; None where it is open."""

    phrase: str
    unit: str
    low: Decimal | None
    high: Decimal | None

    def holds(self, value: Decimal) -> bool:
        """Say whether a value lies in the tier, its ends counted in."""
        return (self.low is None or self.low <= value) and (self.high is None or value <= self.high)


def told(question: Question, texts: Iterable[str]) -> dict[str, bool]:
    """Return the tiers of texts that speak in a unit of the question: phrase → whether it is the one that holds for what the question gives.

    Of tiers without an upper end the highest that is reached holds; where none of several holds, nothing is said.
    """
    folded = _PERSONS.sub("人", question.folded)
    given = {**dict(_counted(_CHINESE.sub(_arabic, folded))), **dict(_given(question)), **dict(_counted(folded))}
    found = {t.phrase: t for text in texts for t in of(text) if t.unit in given}
    out: dict[str, bool] = {}
    for unit, value in given.items():
        mine = [t for t in found.values() if t.unit == unit]
        fits = [t for t in mine if t.holds(value)]
        if not mine or (not fits and len(mine) > 1):
            continue
        best = max((t.low if t.low is not None else Decimal(-1) for t in fits), default=None)
        out |= {t.phrase: t in fits and (t.low if t.low is not None else Decimal(-1)) == best for t in mine}
    return out


def _given(question: Question) -> Iterator[tuple[str, Decimal]]:
    """Yield unit and value of the figures that a question gives: the middle of a spoken one (六七千万) and of a range."""
    for amount in question.amounts:
        if amount.unit in _WRITTEN:
            yield _WRITTEN[amount.unit], amount.value if amount.high is None else (amount.value + amount.high) / 2


def _counted(folded: str) -> Iterator[tuple[str, Decimal]]:
    """Yield unit and value of what a question counts: the middle of a range, ranges last, since the last one of a unit holds."""
    for tier in sorted(of(folded), key=lambda t: t.low is not None and t.high is not None):
        ends = [end for end in (tier.low, tier.high) if end is not None]
        yield tier.unit, sum(ends, Decimal(0)) / len(ends)


def _arabic(match: re.Match[str]) -> str:
    value = number(match[1])
    return match[1] if value is None else str(value)


def of(text: str) -> Iterator[Tier]:
    """Yield the tiers of a text in order; a column of a table names the unit of its cells: 存栏规模（头）1000以上3000以下."""
    for header in _HEADER.finditer(text):
        yield from _bare(header[3], _SAME.get(header[2], header[2]), _SCALE.get(header[1], 1))
    matches = [m for m in _GIVEN.finditer(text) if m["unit"] and text[m.start() - 1 : m.start()] != "第" and not (m["unit"] == "年" and _value(m) > CENTURY)]
    i = 0
    while i < len(matches):
        first = matches[i]
        start, end = _edges(text, first)
        unit = _SAME.get(first["unit"], first["unit"])
        if _is_high(text, first):
            yield Tier(text[start:end], unit, None, _value(first))
        elif i + 1 < len(matches) and _pair(text, end, matches[i + 1], unit):
            i += 1
            yield Tier(text[start : _edges(text, matches[i])[1]], unit, _value(first), _value(matches[i]))
        else:
            yield Tier(text[start:end], unit, _value(first), None)
        i += 1


def _bare(cell: str, unit: str, scale: int) -> Iterator[Tier]:
    """Yield the one tier of a cell that leaves its unit out."""
    ends = [Decimal(number) * _SCALE.get(of_it, 1) * scale for number, of_it in _PLAIN.findall(cell)]
    low = ends[0] if re.search(r"以上|[-—–~至]", cell) else None
    high = ends[-1] if re.search(r"以下|不足|[-—–~至]", cell) else None
    if ends and (low is not None or high is not None):
        yield Tier(cell, unit, low, high)


def _pair(text: str, end: int, second: re.Match[str], unit: str) -> bool:
    """Say whether a second number is the upper end of the tier that the first one begins."""
    between = text[end : second.start()]
    return len(between) <= GAP and bool(_JOINT.match(between)) and _SAME.get(second["unit"], second["unit"]) == unit and _is_high(text, second)


def _is_high(text: str, match: re.Match[str]) -> bool:
    return bool(_HIGH_BEFORE.search(text[: match.start()][-4:])) or bool(_HIGH_AFTER.match(text, match.end()))


def _edges(text: str, match: re.Match[str]) -> tuple[int, int]:
    """Return where the phrase of a number begins and ends with its cues: 超过|500户|以上."""
    before = _BEFORE.search(text[max(0, match.start() - 4) : match.start()])
    after = _HIGH_AFTER.match(text, match.end()) or _LOW.match(text, match.end())
    return match.start() - (len(before[0]) if before else 0), after.end() if after else match.end()


def _value(match: re.Match[str]) -> Decimal:
    return Decimal(match["number"]) * _SCALE.get(match["scale"] or "", 1)
