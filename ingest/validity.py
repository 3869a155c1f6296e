"""From when until when a text is in force: what it says itself, and its status on a day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.flow import fold
from ingest.labels import number
from ontology.records import Status, ValidityBasis

_DAY = r"(\d{4})年(\d{1,2})月(\d{1,2})日"
_INSTRUMENT = r"(?:法|条例|规定|办法|细则|措施|政策|方案|意见|计划|规划|规则|决定|解释|公告|通告|通知|文件|令|规程|标准|规范|纲要)"
# A sentence about the text itself: 本办法…, …起施行; not 证书有效期3年.
_SELF = re.compile(rf"本[\u4e00-\u9fff]{{0,8}}?{_INSTRUMENT}")
_OPENING = re.compile(r"^(?:[^,]{0,30}解释,)?(?:自|从|于)")
_ANNOUNCED = re.compile(r"现予[公发]布|予以[公发]布|印发给你们|遵照执行|贯彻执行")
_ITSELF = re.compile(rf"本[\u4e00-\u9fff]{{0,8}}?{_INSTRUMENT}|起?(?:施行|实施|执行|试行|生效)|(?:印发|发布|公布)之日")
_BEGINS = re.compile(rf"(?:自|从|于){_DAY}(?:之日)?起?(?:开始|正式|颁布|发布)?(?:施行|实施|执行|生效|试行|起施行)")
_BEGINS_NOW = re.compile(
    r"自(?:本[\u4e00-\u9fff]{0,6})?(?:印发|发布|公布|颁布|下发|公告|发文|签发|签署|通过)之日起?"
    r"(?:开始|正式)?(?:施行|实施|执行|生效|试行|,?有效期)"
)
_UNTIL = re.compile(rf"(?:有效期(?:限)?|执行期(?:限)?|施行期限|试行期(?:限)?|有效)[,，]?(?:自{_DAY}(?:起)?)?(?:截至|截止到|至|到|止于){_DAY}")
_FROM_TO = re.compile(rf"自?{_DAY}(?:起)?(?:施行|实施|执行)?(?:至|到){_DAY}(?:止|有效|期间(?:施行|有效))")
_LASTS = re.compile(
    r"(?:有效期(?:限)?|试行期(?:限)?|执行期(?:限)?|施行期(?:限)?)(?:为|是|暂定|暂定为)?"
    r"(?:自[^。;]{0,12}起)?,?(\d{1,2}|[一二三四五六七八九十两]{1,2})(年|个月)"
)
_LIKE = re.compile(r"(?:与|同|和)《([^《》]{4,80})》(?:[（(][^（）()]{2,30}[）)])?(?:的)?(?:同步|同时|一并|一致)(?:实施|施行|执行|生效)")
_LIKE_TERM = re.compile(r"(?:有效期|执行期限)(?:与|同)《([^《》]{4,80})》(?:[（(][^（）()]{2,30}[）)])?(?:一致|相同|同步)")


@dataclass(frozen=True, slots=True)
class Validity:
    """What a text says about its own validity; dates are None where it says nothing."""

    effective: date | None = None
    expires: date | None = None
    basis: ValidityBasis = "none"
    like: str | None = None


def read(text: str, issued: date | None) -> Validity:
    """Return the validity that a text states; 自发布之日起 counts from the day it was issued, 有效期3年 from the effective date."""
    flat = fold(text)
    effective, end_of_range = _begin(flat, issued)
    until = _last(_UNTIL, flat, _ITSELF)
    expires = _day(until, len(until.groups()) - 2) if until else end_of_range
    if expires:
        return Validity(effective, expires, "stated", None)
    lasts = _last(_LASTS, flat, _ITSELF)
    start = effective or issued
    if lasts and start:
        return Validity(effective, _after(start, number(lasts[1]), lasts[2]), "duration", None)
    like = _LIKE.search(flat) or _LIKE_TERM.search(flat)
    return Validity(effective, None, "none", like[1] if like else None)


def status(effective: date | None, issued: date | None, expires: date | None, on: date) -> Status:
    """Return the status of a text on a day, by its effective date (else its issue date) and its last day."""
    begun = effective or issued
    if expires is not None and expires < on:
        return "lapsed"
    if begun is None:
        return "unknown"
    return "in force" if begun <= on else "not yet"


def _begin(flat: str, issued: date | None) -> tuple[date | None, date | None]:
    """Return the first day, and the last one where both stand together (自…至…)."""
    if span := _last(_FROM_TO, flat, _ITSELF):
        return _day(span, 1), _day(span, 4)
    if match := _last(_BEGINS, flat, _SELF) or _last(_BEGINS, flat, _OPENING) or _last(_BEGINS, flat, _ANNOUNCED):
        return _day(match, 1), None
    return (issued if _last(_BEGINS_NOW, flat, _ITSELF) else None), None


def _last(pattern: re.Pattern[str], flat: str, sentence: re.Pattern[str]) -> re.Match[str] | None:
    """Return the last match in a sentence of the wanted kind: a text speaks of its own validity at its end."""
    found = None
    for match in pattern.finditer(flat):
        start = max(flat.rfind("。", max(0, match.start() - 200), match.start()), match.start() - 201) + 1
        stop = flat.find("。", match.end(), match.end() + 100)
        if sentence.search(flat[start : stop if stop >= 0 else match.end() + 100]):
            found = match
    return found


def _day(match: re.Match[str], group: int) -> date | None:
    """Return the day in three groups of a match, None for a day that does not exist (2月30日)."""
    try:
        return date(int(match[group]), int(match[group + 1]), int(match[group + 2]))
    except ValueError:
        return None


def _after(start: date, count: int, unit: str) -> date:
    """Return the last day of a period of years or months that begins on a day."""
    months = start.month - 1 + count * (12 if unit == "年" else 1)
    year, month = start.year + months // 12, months % 12 + 1
    day = min(start.day, _days_in(year, month))
    return date(year, month, day) - timedelta(days=1)


def _days_in(year: int, month: int) -> int:
    """Return the number of days of a month."""
    return (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
