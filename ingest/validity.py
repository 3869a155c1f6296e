"""From when until when a text is in force: what it says itself, and its status on a day."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ingest import anchored, days
from ingest.flow import fold
from ingest.labels import number
from ontology.records import Status, ValidityBasis

_DAY = r"(\d{4})年(\d{1,2})月(\d{1,2})日"
_MONTH = r"(\d{4})年(\d{1,2})月()"
# A last day may be told by its month or year: 2026年底, 2026年12月.
_END = r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})日)?)?(?:底|末)?"
_TO = r"(?:至|到|—{1,2}|-|~|～)"
_COUNT = r"\d{1,2}|[一二三四五六七八九十两]{1,2}"
_RUNS = r"(?:施行|实施|执行|生效|试行|实行)"
_TERM = r"(?:有效期|试行期|执行期|施行期|实施期)(?:限)?"
_MADE_PUBLIC = r"(?:印发|发布|公布|颁布|下发|公告|发文|签发|签署|通过)"
_INSTRUMENT = r"(?:法|条例|规定|办法|细则|措施|政策|方案|意见|计划|规划|规则|决定|解释|公告|通告|通知|文件|令|规程|标准|规范|纲要|指南|程序|政策措施|清单|目录)"
_NUMBER = r"(?:[\u4e00-\u9fff]{1,10}[〔\[(]\d{4}[〕\])]第?\d{1,4}号)"
# A sentence about the text itself: 本办法…, …起施行; not 证书有效期3年.
_SELF = re.compile(rf"本[\u4e00-\u9fff]{{0,8}}?{_INSTRUMENT}")
_LABEL = r"(?:第[一二三四五六七八九十百]{1,5}条|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.、])"
_OPENING = re.compile(
    rf"^(?:\*\*)?{_LABEL}?(?:(?:附则|其他|有效期限?|(?:施行|实施|执行|生效|政策)(?:时间|日期|期限))[:：]?)?(?:\*\*)?(?:[^,]{{0,30}}解释,)?(?:自|从|于|(?:施行|实施|执行|生效)(?:日期|时间)(?:为|是|:)\d)"
)
_ANNOUNCED = re.compile(r"现予[公发]布|予以[公发]布|印发给你们|遵照执行|贯彻执行")
_ITSELF = re.compile(rf"本[\u4e00-\u9fff]{{0,8}}?{_INSTRUMENT}|起?(?:施行|实施|执行|试行|生效)|(?:印发|发布|公布)之日")
# The same for words that also stand for projects and plans: 实施期限, 执行至.
_OWN = re.compile(
    rf"本[\u4e00-\u9fff]{{0,8}}?{_INSTRUMENT}|^(?:第[一二三四五六七八九十百]{{1,5}}条|[一二三四五六七八九十]{{1,3}}、)?(?:[^,]{{0,30}}解释,)?(?:自|从|于|政策(?:有效|执行)|有效期|施行期)"
)
# What stands before the term of the text itself in its sentence; 护士执业注册有效期为5年 is the term of another thing.
_BEFORE_TERM = re.compile(
    rf"本[\u4e00-\u9fff]{{0,8}}?{_INSTRUMENT}(?=自|的?有效|的?[执试施]行|的?实施|由|,|经|于|从|暂|为|以|与《|$)[^;]{{0,80}}\Z"
    r"|^(?:附则)?(?:第[一二三四五六七八九十百]{1,5}条|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|\d{1,2}\.)?(?:(?:[^,;]{0,40}解释,)?(?:自|从|于)[^;]{0,80})?(?:政策|文件)?\Z"
    r"|(?:印发给你们|遵照执行|贯彻执行|组织实施|认真落实)[,;][^;]{0,30}\Z|印发之日[^;]{0,40}\Z"
)
_BEGINS = (
    re.compile(rf"(?:自|从|于)(?:{_MADE_PUBLIC}之日\(?)?{_DAY}\)?(?:零时|之日)?起?(?:开始|正式|颁布|发布)?(?:{_RUNS}|起施行|计算|起算)"),
    re.compile(rf"{_RUNS}(?:日期|时间)(?:为|是|:){_DAY}"),
    re.compile(rf"(?:自|从|于){_MONTH}(?:份)?起?(?:开始|正式)?{_RUNS}"),
)
_BEGINS_NOW = re.compile(rf"自(?:本[\u4e00-\u9fff]{{0,6}})?{_MADE_PUBLIC}之日起?(?:开始|正式)?(?:施行|实施|执行|生效|试行|实行|,?有效期)")
_BEGINS_AFTER = re.compile(rf"自{_MADE_PUBLIC}之日起?(?:满)?(\d{{1,3}}|[一二三四五六七八九十]{{1,3}})个?(日|天|月)(?:后|之后)?起?(?:开始)?{_RUNS}")
# Where a term, and a day with 自 or without, can begin.
_TERMED = re.compile("有效|试行期|执行期|施行期|实施期|,试行|,暂行|,暂定")
_DATED = re.compile(r"[自\d](?:(?<=自)\d{4}年|(?<=\d)\d{3}年)")
_FROM_TO = (
    (re.compile(rf"自?{_DAY}(?:起)?(?:施行|实施|执行)?(?:至|到){_DAY}(?:止|有效|期间(?:施行|有效))"), _DATED, _ITSELF),
    (re.compile(rf"{_TERM}[^。;《》\d]{{0,6}}(?:\d{{1,2}}年)?[^。;《》\d]{{0,4}}{_DAY}(?:起)?{_TO}{_DAY}"), _TERMED, _OWN),
)
_UNTIL = (
    (re.compile(rf"(?:{_TERM}|施行期限|有效)[,，]?(?:自{_DAY}(?:起)?)?(?:截至|截止到|延长至|至|到|止于){_END}"), None),
    (re.compile(rf"{_RUNS},?(?:截至|至|到){_END}"), _OWN),
    (re.compile(rf",(?:至|到)?{_END}起?(?:自动|自行|同时)?(?:失效|废止|终止|止)"), _OWN),
)
_LASTS = re.compile(
    rf"(?:{_TERM}|,试行|,暂行|,暂定(?:执行|施行|实施))(?:为|是|暂定|暂定为|:)?(?:自[^。;]{{0,12}}起)?,?({_COUNT})(年|个月)(?:零?({_COUNT})个月)?"
)
_LIKE = re.compile(
    rf"(?:与|同|和){_NUMBER}?(?:文件)?《([^《》]{{4,80}})》(?:[（(][^（）()]{{2,30}}[）)])?(?:的)?(?:同步|同时|一并|一致)(?:实施|施行|执行|生效)"
)
_LIKE_TERM = re.compile(rf"(?:有效期|执行期限)(?:与|同){_NUMBER}?《([^《》]{{4,80}})》(?:[（(][^（）()]{{2,30}}[）)])?(?:一致|相同|同步)")
# 有效期与市政策一致, where the text calls 《…》 so: 以下简称市政策.
_LIKE_SHORT = re.compile(r"(?:有效期|执行期限|有效期限)(?:与|同)([\u4e00-\u9fff]{2,10}?)(?:的有效期限?)?(?:一致|相同|同步)")
# 2026年1月1日至当年12月31日
_TO_SAME_YEAR = re.compile(rf"日{_TO}(?:[当同]年)?\d")
_SAME_YEAR = re.compile(rf"(\d{{4}})(年\d{{1,2}}月\d{{1,2}}日{_TO})(?:[当同]年)?(?=\d{{1,2}}月\d{{1,2}}日)")


@dataclass(frozen=True, slots=True)
class Validity:
    """What a text says about its own validity; dates are None where it says nothing."""

    effective: date | None = None
    expires: date | None = None
    basis: ValidityBasis = "none"
    like: str | None = None


def read(text: str, issued: date | None) -> Validity:
    """Return the validity that a text states; 自发布之日起 counts from the day it was issued, 有效期3年 from the effective date."""
    flat = _whole_days(fold(text))
    effective, expires = _range(flat)
    effective = effective or _begin(flat, issued)
    expires = _until(flat) or expires
    if expires:
        return Validity(effective, expires, "stated", None)
    lasts = _term(_LASTS, flat)
    start = effective or issued
    if lasts and start:
        months = number(lasts[1]) * (12 if lasts[2] == "年" else 1) + (number(lasts[3]) if lasts[3] else 0)
        return Validity(effective, _after(start, months), "duration", None)
    # Few texts speak of a term at all.
    termed = "有效期" in flat or "执行期限" in flat
    like = _LIKE.search(flat) or (_LIKE_TERM.search(flat) if termed else None)
    return Validity(effective, None, "none", like[1] if like else _short_of(flat) if termed else None)


def _short_of(flat: str) -> str | None:
    """Return the title of the text whose term a text shares by a short title that it gives it, None without one."""
    if not (match := _LIKE_SHORT.search(flat)):
        return None
    named = re.search(rf"《([^《》]{{4,80}})》\([^()]{{0,40}}(?:简称|称)[“\"]?{match[1]}[”\"]?\)", flat)
    return named[1] if named else None


def status(effective: date | None, issued: date | None, expires: date | None, on: date) -> Status:
    """Return the status of a text on a day, by its effective date (else its issue date) and its last day."""
    begun = effective or issued
    if expires is not None and expires < on:
        return "lapsed"
    if begun is None:
        return "unknown"
    return "in force" if begun <= on else "not yet"


def _whole_days(flat: str) -> str:
    """Return the text with whole days written alike."""
    pieces, end = [], 0
    for match in days.find(flat):
        pieces += [flat[end : match.start()], _plain(match)]
        end = match.end()
    whole = "".join((*pieces, flat[end:]))
    return _SAME_YEAR.sub(r"\1\2\1年", whole) if _TO_SAME_YEAR.search(whole) else whole


def _plain(match: re.Match[str]) -> str:
    """Write a whole day with Chinese numerals or signs (二〇二四年三月一日, 2024.3.1) as 2024年3月1日; leave the rest."""
    read_ = days.read(match)
    if read_ is None or read_[1] != "day":
        return match[0]
    return f"{read_[0].year}年{read_[0].month}月{read_[0].day}日"


def _range(flat: str) -> tuple[date | None, date | None]:
    """Return first and last day where both stand together (自…至…)."""
    for pattern, first, sentence in _FROM_TO:
        if span := _last_of(list(anchored.finditer(pattern, first, flat)), flat, sentence):
            return _day(span, 1), _day(span, 4)
    return None, None


def _begin(flat: str, issued: date | None) -> date | None:
    """Return the first day: one that stands there, the day of issue, or so many days behind it."""
    for pattern in _BEGINS:
        found = list(pattern.finditer(flat))
        if match := _last_of(found, flat, _SELF) or _last_of(found, flat, _OPENING) or _last_of(found, flat, _ANNOUNCED):
            return _day(match, 1)
    if issued and (later := _last(_BEGINS_AFTER, flat, _ITSELF)):
        count = number(later[1])
        return _after(issued, count) + timedelta(days=1) if later[2] == "月" else issued + timedelta(days=count)
    return issued if _last(_BEGINS_NOW, flat, _ITSELF) else None


def _until(flat: str) -> date | None:
    """Return the last day that stands there, by day, month or year."""
    for pattern, sentence in _UNTIL:
        if match := _last(pattern, flat, sentence) if sentence else _term(pattern, flat):
            return _day(match, len(match.groups()) - 2)
    return None


def _last(pattern: re.Pattern[str], flat: str, sentence: re.Pattern[str]) -> re.Match[str] | None:
    """Return the last match in a sentence of the wanted kind: a text speaks of its own validity at its end."""
    return _last_of(list(pattern.finditer(flat)), flat, sentence)


def _last_of(found: Sequence[re.Match[str]], flat: str, sentence: re.Pattern[str]) -> re.Match[str] | None:
    """Return the last of some matches that stands in a sentence of the wanted kind."""
    for match in reversed(found):
        start = max(flat.rfind("。", max(0, match.start() - 200), match.start()), match.start() - 201) + 1
        stop = flat.find("。", match.end(), match.end() + 100)
        if sentence.search(flat[start : stop if stop >= 0 else match.end() + 100]):
            return match
    return None


def _term(pattern: re.Pattern[str], flat: str) -> re.Match[str] | None:
    """Return the last match that tells the term of the text itself, by what stands before it in its sentence."""
    for match in reversed(list(anchored.finditer(pattern, _TERMED, flat))):
        start = max(flat.rfind("。", max(0, match.start() - 200), match.start()), match.start() - 201) + 1
        if _BEFORE_TERM.search(flat[start : match.start()]):
            return match
    return None


def _day(match: re.Match[str], group: int) -> date | None:
    """Return the day in three groups of a match, the last one of a month or year; None for a day that does not exist (2月30日)."""
    year, month, day = match[group], match[group + 1], match[group + 2]
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    return first if day or match.re in _BEGINS else days.last(first, "month" if month else "year")


def _after(start: date, months: int) -> date:
    """Return the last day of a period of months that begins on a day."""
    total = start.month - 1 + months
    year, month = start.year + total // 12, total % 12 + 1
    day = min(start.day, _days_in(year, month))
    return date(year, month, day) - timedelta(days=1)


def _days_in(year: int, month: int) -> int:
    """Return the number of days of a month."""
    return (date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)).day
