"""Days, months and years as Chinese texts write them: one pattern, one reader."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Literal

from ingest import anchored
from ingest.numerals import number

Precision = Literal["day", "month", "year"]

_YEAR = r"(?:(?<!\d)(?:19|20)\d\d|(?<![〇零一二三四五六七八九])[一二][九〇零○Oo0][〇零○Oo0一二三四五六七八九]{2})"
_MONTH = r"(?:1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])"
_DAY = r"(?:[12]\d|3[01]|0?[1-9]|三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])"

# Groups y, m, d (年月日) and y2, m2, d2 (2024-12-12, 2024.1.15, 2024/1/15).
DATE = re.compile(
    rf"(?:(?P<y>{_YEAR})年(?:度|(?P<m>{_MONTH})月(?!度)(?:份|(?P<d>{_DAY})日|(?={_DAY}号)(?P<d3>{_DAY})号)?)?"
    rf"|(?<![\d.])(?P<y2>(?:19|20)\d\d)(?P<sep>[-./])(?P<m2>1[0-2]|0?[1-9])(?P=sep)(?P<d2>[12]\d|3[01]|0?[1-9])(?![\d%]|[.]\d))"
)

# Where a match of DATE can begin.
_FIRST = re.compile("[12一二](?:(?<=1)(?=9)|(?<=2)(?=0)|(?<=[一二])(?=[九〇零○Oo0]))")
_ZERO = str.maketrans(dict.fromkeys("○Oo0", "〇"))


def find(text: str) -> Iterator[re.Match[str]]:
    """Yield the matches of DATE in reading order."""
    return anchored.finditer(DATE, _FIRST, text)


def read(match: re.Match[str]) -> tuple[date, Precision] | None:
    """Return the day a match of DATE names (the first day of a month or year) and how precise it is; None for 2月30日."""
    year = _year(match["y"] or match["y2"])
    month, day = match["m"] or match["m2"], match["d"] or match["d3"] or match["d2"]
    try:
        value = date(year, _small(month), _small(day))
    except ValueError:
        return None
    return value, "day" if day else "month" if month else "year"


def last(value: date, precision: Precision) -> date:
    """Return the last day of the day, month or year that begins with the value."""
    if precision == "year":
        return date(value.year, 12, 31)
    if precision == "month":
        return date(value.year, value.month, monthrange(value.year, value.month)[1])
    return value


def _year(text: str) -> int:
    """Return a year of four signs, 0 (no year of the calendar) where they are no numeral."""
    value = number(text if text[0].isascii() else text.translate(_ZERO))
    return int(value) if value is not None else 0


def _small(text: str | None) -> int:
    """Return a month or day, 1 where none is written."""
    value = number(text) if text else None
    return int(value) if value is not None else 1
