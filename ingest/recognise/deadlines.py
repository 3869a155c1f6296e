"""Deadlines: 自收到决定书之日起15个工作日内, 每月25日前, 2024年6月30日前, 期限为两年."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from pydantic import BaseModel, ConfigDict

from ingest import days
from ingest.flow import Flow, fold
from ingest.numerals import DIGITS, UNITS, number
from ingest.recognise import windows
from ingest.sentences import Sentences, label_end
from ingest.wordlists import Words, all_words, either, load
from ontology.records import Deadline

WHAT = 60  # the longest words of what is due, on each side of the deadline
REACH = 60  # how far before a period the event stands from which it counts

LONGEST = 1000  # a longer period is a year of the calendar

# Begins with a set of signs and looks back from behind it, so that a search skips all others quickly.
_NUMERAL = rf"[\d{DIGITS}{UNITS}](?:(?<=\d)(?<![\d.].)(?>\d*(?:\.\d+)?)|(?<=[{DIGITS}{UNITS}])(?<![{DIGITS}{UNITS}].)(?>[{DIGITS}{UNITS}]*))"
_RECURS = re.compile(
    r"(?P<every>每个?(?:半年|年度?|季度|月|周)|次年|翌年|次月)(?:的|末|首|度|初|底)*(?:(?:\d{1,2}|[一二三四五六七八九十]{1,2})?月(?:份|的|底|末|中旬|上旬|下旬)*)?(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号])?(?:底|末)?(?:以|之)?前"
)
_CLOCK = r"(?:[上下]午|零|晚)?(?:\d{1,2}(?:[:时点](?:\d\d分?|整)?))?"
_UNTIL = re.compile(rf"(?P<half>上半年)?(?:年)?(?P<end>底|末)?{_CLOCK}(?:(?:以|之)?前|止|截止|结束|关闭)")
# 补办手续截至2031年5月31日。: the day ends the sentence; 截至5月31日，全市已有… counts what there was.
_AS_OF, _STOP = re.compile(r"(?<=[\u4e00-\u9fff])截至\Z"), re.compile(r"(?:底|末)?(?:[。;)\n]|\Z)")
# 2000年以前建成的小区: what is older than a year has nothing due.
_OLDER = re.compile(r"[^,。;]{1,10}的(?!话)")
_UNTIL_FRONT = re.compile(
    r"(?:有效期(?:限)?(?:延长|延续|延期|截)?至|截止(?:时间|日期)?(?:\([^()]{0,24}\))?(?:为|到|至|是|:)*|(?:时间|日期|期限|受理|申报|报名)截至|(?:系统|平台|通道|窗口|填报)[^,。;]{0,4}(?:开放|持续|延续)(?:至|到)|(?:完成|办结)(?:时限|时间|期限)(?:为|是|:)+|(?:延长|延期|顺延|推迟|延后)[至到]|施行至|执行至|不晚于|不迟于|最迟(?:于|至)?)\Z"
)
# 7月15日前: the year is that of the day named before it.
_YEARLESS = re.compile(
    r"(?<!\d)(?:(?<!年)|(?<=[当同今本]年))(?P<m>1[0-2]|0?[1-9])月(?:(?P<d>[12]\d|3[01]|0?[1-9])[日号]|底|末)(?:下班|[上下]午)?(?:\d{1,2}[:时点](?:\d\d分?)?)?(?:以|之)?前"
)
# 填报截止时间为8月31日17时
_YEARLESS_END = re.compile(
    r"(?<=截止)(?:时间|日期)(?:统一|最终)?(?:延长|延期|顺延|推迟|延后|延)?(?:为|是|:|至|到)*(?P<m>1[0-2]|0?[1-9])月(?:(?P<d>[12]\d|3[01]|0?[1-9])[日号]|底|末)(?:下班|[上下]午)?(?:\d{1,2}[:时点](?:\d\d分?)?)?(?!(?:以|之)?前|[至到—-])"
)
# 2022年出台的: the year of another text.
_PAST = re.compile(r"(?:出台|印发|发布|公布|制定|颁布|修订|以[来前]|起施行)")
_SAME_YEAR = ("当年", "同年")
_YEARLY = re.compile(r"(?:每(?:个)?年(?!度)|每(?:个)?季度?|按季度?)[^。!?\t\n]*\Z")
_LAST = re.compile(r"(?:以|之)?前\Z")
_CELL_END = re.compile(r"(?:底|末)?(?:以|之)?前?")
_START = re.compile(r"(?:(?<![来亲独各擅])自(?![然己治主行身律动愿有筹])|从(?!事|业))")
_EVENT_END = re.compile(r"(?:之日|之时|次日|当日|当天|下达日|后|(?P<since>(?=起)))(?P<rest>起?(?:的|计算|开始|,|算|至少|最迟|最长|不超过)*)\Z")
_MODAL = re.compile(r"应当|应|须|可以|必须|在|于|后,|需")
_DAY_NEXT = re.compile(r"\d{1,2}[日号]")
_VERBS = ("公示",)
_TRIM = "、,:;。!?的在于 "


class _Unit(Words):
    """Signs of one unit of time."""

    unit: str


class _Lexicon(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")
    unit: tuple[_Unit, ...]
    label: tuple[Words, ...]
    between: tuple[Words, ...]
    not_after: tuple[Words, ...]
    ahead: tuple[Words, ...]
    column: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The lexicon, compiled."""

    period: re.Pattern[str]
    units: dict[str, str]
    label: re.Pattern[str]
    not_after: tuple[str, ...]
    ahead: tuple[str, ...]
    column: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Found:
    """A deadline at text[start:end]."""

    start: int
    end: int
    due: date | None = None
    recurs: str | None = None
    lasts: Decimal | None = None
    unit: str | None = None
    event: tuple[int, int] | None = None


def find(flow: Flow, *, year: int | None = None, header: Sequence[str] = ()) -> Iterator[Deadline]:
    """Yield every deadline in reading order; ``what`` is the rest of its sentence, ``counts_from`` the event as written.

    ``year`` is what a day without one means where the text names none before. ``header`` holds the column names of a table row: days in a
    column 完成时限 are last days.
    """
    text = flow.text
    sentences = flow.sentences
    # Most texts name no month and nothing that comes again: looking for one sign is cheaper than a pattern.
    dated = [*_yearless(text, year), *_windows(text, year)] if "月" in text else []
    again = list(_recurring(text)) if any(sign in text for sign in "每次翌") else []
    found = sorted([*_periods(text, sentences), *again, *_days(text), *dated, *_cells(text, header)], key=lambda f: (f.start, -f.end))
    last = -1
    for one in found:
        if one.start < last:
            continue
        last = one.end
        start, end = sentences.tier(one.start)
        yield Deadline(
            span=flow.span(one.start, one.end),
            what=_what(flow, start, end, one),
            due=one.due,
            recurs=one.recurs,
            lasts=one.lasts,
            unit=one.unit,
            counts_from=flow.surface(*one.event) if one.event else None,
        )


def _periods(text: str, sentences: Sentences) -> Iterator[_Found]:
    """Yield the periods: N日内, 期限为N年, 提前N日, 届满N日前."""
    words = _patterns()
    for match in words.period.finditer(text):
        value = number(match["high"] or match["low"])
        # 延长至10月15日 is a day.
        if value is None or value > LONGEST or (match["unit"].endswith("月") and _DAY_NEXT.match(text, match.end())):
            continue
        low = max(sentences.tier(match.start())[0], match.start() - REACH)
        before = text[low : match.start()]
        unit = words.units[match["unit"]]
        if event := _event(before):
            yield _Found(low + event[0], match.end(), lasts=value, unit=unit, event=(low + event[1], low + event[2]))
        elif label := words.label.search(before, max(0, len(before) - 24)):
            yield _Found(low + label.start(), match.end(), lasts=value, unit=unit)
        elif match["inside"] and not before.endswith(words.not_after):
            yield _Found(match.start(), match.end(), lasts=value, unit=unit)
        elif ahead := _ahead(before, match, words):
            yield _Found(low + ahead[0], match.end(), lasts=value, unit=unit, event=(low + ahead[1], low + ahead[2]) if ahead[2] > ahead[1] else None)


def _event(before: str) -> tuple[int, int, int] | None:
    """Return where the phrase begins and the bounds of the event that a period counts from: 自|收到决定书之日|起."""
    if not (match := _EVENT_END.search(before, max(0, len(before) - 16))):
        return None
    end = match.start("rest")
    begin = max(before.rfind(sign, 0, end) for sign in ",;:。") + 1
    begin = label_end(before, begin, end)
    event = before[begin:end]
    if start := _START.search(event):
        return begin + start.start(), begin + start.end(), end
    if match["since"] is not None:
        return None
    first = begin + max((m.end() for m in _MODAL.finditer(event, 0, max(0, len(event) - 2))), default=0)
    if event.endswith("后") and (end - first < 2 or _is_then(event)):
        return None
    return first, first, end


def _is_then(event: str) -> bool:
    """Say whether 后 is part of another word (今后, 以后, 先后)."""
    return event.endswith(("今后", "以后", "先后", "前后", "落后", "此后"))


def _ahead(before: str, match: re.Match[str], words: _Patterns) -> tuple[int, int, int] | None:
    """Return the bounds of 提前30日, 届满三十日前, 届满前六个月, or None."""
    size = len(before)
    for cue in ("提前至少", "至少提前", "提前不少于", "提前"):
        if before.endswith(cue):
            return size - len(cue), size, size
    stem = before[:-1] if before.endswith("前") and not match["ahead"] else before
    if not (match["ahead"] or stem != before) or not stem.endswith(words.ahead):
        return None
    begin = max((m.end() for m in _MODAL.finditer(stem, 0, max(0, len(stem) - 2))), default=0)
    begin = label_end(stem, max(begin, stem.rfind(",") + 1), len(stem))
    return begin, begin, size


def _recurring(text: str) -> Iterator[_Found]:
    """Yield the days that come again: 每月25日前, 每年3月底前."""
    for match in _RECURS.finditer(text):
        yield _Found(match.start(), match.end(), recurs=match[0].removesuffix("前").removesuffix("以").removesuffix("之"))


def _days(text: str) -> Iterator[_Found]:
    """Yield the last days: 2024年6月30日前, 有效期至2025年9月18日, 2025年底前."""
    for match in days.find(text):
        read = days.read(match)
        if read is None:
            continue
        front = _UNTIL_FRONT.search(text, max(0, match.start() - 36), match.start())
        behind = _UNTIL.match(text, match.end())
        if front is None and _STOP.match(text, match.end()):
            front = _AS_OF.search(text, max(0, match.start() - 3), match.start())
        if behind and read[1] == "year" and not behind["end"] and _OLDER.match(text, behind.end()):
            continue
        if front or behind:
            start = front.start() if front else match.start()
            end = behind.end() if behind else match.end() + text.startswith(("底", "末"), match.end())
            yield _Found(start, end, due=days.last(*read))


def _yearless(text: str, default: int | None) -> Iterator[_Found]:
    """Yield days without a year: 7月15日前, 9月底前; the year is that of the last day named before; 每年 or 每季度 in the same sentence makes them recur."""
    matches = [*_YEARLESS.finditer(text), *(_YEARLESS_END.finditer(text) if "截止" in text else ())]
    matches.sort(key=re.Match.start)
    named = [(m.start(), read[0].year) for m in days.find(text) if (read := days.read(m)) and not _PAST.match(text, m.end())] if matches else []
    last = 0
    for match in matches:
        while last < len(named) and named[last][0] < match.start():
            last += 1
        year = named[last - 1][1] if last else default
        if day := windows.day_of(year, match["m"], match["d"]):
            yield _Found(match.start(), match.end(), due=day)
        elif year is None and text.endswith(_SAME_YEAR, 0, match.start()):
            yield _Found(match.start() - 2, match.end(), recurs=_LAST.sub("", text[match.start() - 2 : match.end()]))
        elif year is None and _YEARLY.search(text, max(0, match.start() - REACH), match.start()):
            yield _Found(match.start(), match.end(), recurs="每年" + _LAST.sub("", match[0]))


def _cells(text: str, header: Sequence[str]) -> Iterator[_Found]:
    """Yield the days in the cells of a column 完成时限 or the like."""
    position = 0
    for column, cell in enumerate(text.split("\t") if header else ()):
        if column < len(header) and _patterns().column.search(fold(header[column])) and (match := days.DATE.match(cell)) and (read := days.read(match)):
            end = match.end() + len(_CELL_END.match(cell, match.end())[0])  # type: ignore[index]
            yield _Found(position, position + end, due=days.last(*read))
        position += len(cell) + 1


def _windows(text: str, default: int | None) -> Iterator[_Found]:
    """Yield the last day of a time to apply or to be heard: 申报时间:2024年6月1日至6月30日."""
    for one in windows.find(text, default):
        yield _Found(one.start, one.end, due=one.due, recurs=one.recurs)


def _what(flow: Flow, start: int, end: int, one: _Found) -> str | None:
    """Return the words of the sentence around a deadline, without it."""
    before = flow.text[max(start, one.start - WHAT) : one.start].strip(_TRIM)
    after = flow.text[one.end : min(end, one.end + WHAT)].strip(_TRIM)
    words = "，".join(part for part in (before, after) if part)
    return words.replace(",", "，") or None


@cache
def _patterns() -> _Patterns:
    """Return the compiled lexicon; ValidationError where a row of the file is wrong."""
    lexicon = load("deadlines", _Lexicon)
    units = {word: row.unit for row in lexicon.unit for word in row.words}
    unit = either(units)
    names = all_words(lexicon.label)
    # What stands right before 公示期 is part of the name, before the verb 公示 it is not: 在网站|公示5日.
    nouns, verbs = either(w for w in names if w not in _VERBS), either(_VERBS)
    between = either(all_words(lexicon.between))
    return _Patterns(
        period=re.compile(
            rf"(?P<low>{_NUMERAL})(?:(?:至|到|-|—)(?P<high>{_NUMERAL}))?个?(?P<unit>{unit})(?![度级龄薪限份月])(?:(?P<inside>以内|之内|内)|(?P<ahead>(?:以|之)?前))?"
        ),
        units=units,
        label=re.compile(rf"(?:[^,;。、:()\s条章的并后且]{{0,4}}(?:{nouns})|{verbs})(?:{between}){{0,6}}\Z"),
        not_after=all_words(lexicon.not_after),
        ahead=all_words(lexicon.ahead),
        column=re.compile(either(all_words(lexicon.column))),
    )
