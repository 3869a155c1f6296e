"""Sums that a question tells without 元: 投了500万, 破一个亿, 研发费用六千万, 涨16个点."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from ingest.flow import Flow
from ingest.numerals import DIGITS, NUMERAL, SPOKEN, UNITS, number, spoken
from ontology.records import Amount

# What is counted, not paid.
_COUNTED = (
    r"平方|平米|平|立方|公里|里|吨|亩|户|人|名|家|件|辆|台|架|项|次|条|套|千瓦|度|头|只|株|羽|标|字|张|篇|个(?!亿|点)|年|天|日|月|号|斤|升|米|千米|公顷"
    r"|美元|欧元|港元|港币|日元"
)
_SUM = re.compile(rf"(?<![\d.{DIGITS}{UNITS}第])(?=[\d{DIGITS}])({SPOKEN}|{NUMERAL})(?![\d.{DIGITS}{UNITS}])(?!{_COUNTED})")
# 三成五 is 35 %.
_TENTHS = re.compile(r"(?<![\d一二三四五六七八九十])([一二三四五六七八九])成([一二三四五六七八九半])(?![十百千万年月个])")
_TENTH = {sign: value for value, sign in enumerate("一二三四五六七八九", 1)} | {"半": 5}
# 零点八 is 0.8, 三点十分 an hour.
_DECIMAL = re.compile(r"(?<![一二三四五六七八九十百千万午晚晨早])([零〇一二三四五六七八九])点([零〇一二三四五六七八九]{1,3})(?![十分刻点钟滴])")
_SIGNS = str.maketrans("零〇一二三四五六七八九", "00123456789")
_POINTS = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?)个(?:百分)?点")


def decimals(text: str) -> str:
    """Return a text with decimals in figures: 零点八 → 0.8; hours stay words (三点半)."""
    return _DECIMAL.sub(lambda m: f"{m[1].translate(_SIGNS)}.{m[2].translate(_SIGNS)}", text)


def sums(flow: Flow, known: Iterable[Amount]) -> Iterator[Amount]:
    """Yield the figures of money and percent that the amounts ``known`` leave out, exact or a spoken range, in reading order."""
    taken = [(a.span.start, a.span.end) for a in known]
    for match in _SUM.finditer(flow.text):
        ends = spoken(match[1]) or ((value, value) if (value := number(match[1])) is not None else None)
        span = flow.span(*match.span(1))
        if ends is None or not re.search(r"[万亿wW]", match[1]) or any(a < span.end and span.start < b for a, b in taken):
            continue
        low, high = ends
        yield Amount(span, "exact" if low == high else "range", low, "CNY", high=None if low == high else high)
    for match in _POINTS.finditer(flow.text):
        span = flow.span(*match.span(1))
        if not any(a < span.end and span.start < b for a, b in taken):
            yield Amount(span, "exact", Decimal(match[1]), "percent")


def tenths(flow: Flow) -> Iterator[Amount]:
    """Yield shares told in tenths and hundredths (三成五 is 35 %), in reading order; 三成 alone is read as any amount is."""
    for match in _TENTHS.finditer(flow.text):
        yield Amount(flow.span(*match.span()), "exact", Decimal(10 * _TENTH[match[1]] + _TENTH[match[2]]), "percent")
