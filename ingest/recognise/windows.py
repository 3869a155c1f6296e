"""Stretches of days in which something is to be done, told by their last day: 申报时间：6月1日至6月30日, 2026年7月6日9:00至7月31日18:00."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ingest import days

# 申报时间:6月1日至6月30日, behind its name; the end is the last day.
_NAMED = re.compile(
    r"(?:申报|受理|报名|征集|填报|提交|推荐|征求意见|公示)(?:起止)?(?:时间|期限|日期|期)(?:为|是|:|从|自)*"
    r"(?:(?P<y>20\d\d)年)?\d{1,2}月\d{1,2}日(?:\d{1,2}[:时]\d{0,2}分?)?(?:起|开始)?(?:至|到|-|—|——)(?:(?P<y2>20\d\d)年)?(?:(?P<m>\d{1,2})月)?(?P<d>\d{1,2})日"
)
_CLOCK = r"(?:[上下]午|早上?|晚上?)?(?:\d{1,2}(?::\d\d|[时点](?:\d\d分?|整)?))?"
_PLAIN = re.compile(
    rf"(?<!\d)(?P<m1>1[0-2]|0?[1-9])月\d{{1,2}}[日号]{_CLOCK}(?:起|开始)?,?(?:至|到|--?|——?|~)"
    rf"(?:(?P<y2>20\d\d)年|(?P<next>次年)|[当同]年)?(?:(?P<m>1[0-2]|0?[1-9])月)?(?P<d>\d{{1,2}})[日号]{_CLOCK}(?P<stop>截?止|结束)?(?P<not>期?间|之间|内?(?:有(?!关)|发生|实现|取得|签订|新增|产生|获得|获评|竣工|投产|购买|支付|开具))?"
)
_BEFORE = re.compile(r"(?:(?:[自从于在]|自?每年|自?(?P<y>20\d\d)年){1,3})\Z")
_YEARLY = re.compile(r"每年\Z")
# What lasts that long is no time to do something in.
_TERM = re.compile(r"(?:实施|执行|建设|有效|统计|所属|服务|考核|合同|计算|活动|评价)期?(?:限|间|周期|时间)?[为是在:]?\Z|[对凡将]\Z")
_DO = re.compile(r"(?:申报|报名|填报|提交|报送|受理|征集|登录|申请|公示|征求|反馈|推荐|缴费|登记(?!注册)|预约|办理|网报)(?!的)|第[一二三四五六\d]{1,2}批次?:?")
_NEAR, _FAR = 14, 30


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of days at text[start:end]: its last day, or what comes again each year."""

    start: int
    end: int
    due: date | None
    recurs: str | None = None


def find(text: str, default: int | None) -> Iterator[Window]:
    """Yield the stretches; ``default`` is the year of a day without one where the text names none before."""
    for match in _NAMED.finditer(text):
        year = match["y2"] or match["y"]
        month = match["m"] or re.findall(r"(\d{1,2})月", match[0])[0]
        if due := day_of(int(year) if year else default, month, match["d"]):
            yield Window(match.start(), match.end(), due)
    named: list[tuple[int, int]] | None = None
    for match in _PLAIN.finditer(text):
        before = _BEFORE.search(text, max(0, match.start() - 8), match.start())
        start = before.start() if before else match.start()
        if not _to_do(text, start, match):
            continue
        month = match["m"] or match["m1"]
        if _YEARLY.search(text, max(0, match.start() - 2), match.start()):
            yield Window(start, match.end(), None, f"每年{'次年' if match['next'] else ''}{month}月{match['d']}日")
            continue
        if named is None:
            named = [(m.start(), read[0].year) for m in days.find(text) if (read := days.read(m))]
        first = int(before["y"]) if before and before["y"] else next((year for at, year in reversed(named) if at < match.start()), default)
        later = match["next"] or int(month) < int(match["m1"])
        if due := day_of(int(match["y2"]) if match["y2"] else first + bool(later) if first else None, month, match["d"]):
            yield Window(start, match.end(), due)


def _to_do(text: str, start: int, match: re.Match[str]) -> bool:
    """Say whether a stretch of days tells when something is to be done: it says where it stops, or a word for it stands beside the days."""
    if match["not"] or _TERM.search(text, max(0, start - 8), start):
        return False
    if match["stop"]:
        return True
    left = max(start - _NEAR, *(text.rfind(sign, 0, start) + 1 for sign in "。;!\t\n"))
    right = min((i for sign in "。;!\t\n" if (i := text.find(sign, match.end(), match.end() + _FAR)) >= 0), default=match.end() + _FAR)
    return bool(_DO.search(text, left, start) or _DO.search(text, match.end(), right))


def day_of(year: int | None, month: str, day: str | None) -> date | None:
    """Return the day, the last one of the month without ``day``; None without a year or for 2月30日."""
    try:
        first = date(year, int(month), int(day or 1)) if year else None
    except ValueError:
        return None
    return days.last(first, "day" if day else "month") if first else None
