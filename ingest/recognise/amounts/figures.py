"""Figures of money, percent and times in a text, and how each binds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from ingest.flow import Flow
from ingest.numerals import multiplier, number, spoken, trim
from ingest.recognise.amounts.words import Cue, Patterns, patterns
from ontology.records import Bound

REACH = 16  # how far a cue reaches forward to its figure: 最高可分别让渡80%
REACH_RATE = 45  # the same where the base of a rate stands between: 最高上年实际管理在投财政资金数的1.5%
_SPEAKER = 14  # how far before a bare 万 the word may stand that makes it money
_LISTENER = 6  # the same behind it: 一个亿的营收
_STOPS = re.compile(r"[,:;。、\t\n]")
_BRACKETS = re.compile(r"\([^()]*\)|《[^《》]*》")
_NUMERAL_NEXT = re.compile(r"[\d一二两三四五六七八九十百千万](?!(?:个?月|年)期)")
_VERB = re.compile(r"给予|予以|奖|补|按|处|罚|资助")
# 最高额再增加10万元, 最高额按标准的80%执行: what is added to a limit is none.
_SHIFTED = re.compile(r"(?:限?额|金额|额度)(?:再|分别|相应|均|可){0,2}(?:增加|上浮|下浮|上调|下调|提高(?![到至为])|按)")
_LIST = re.compile(r"(?:[、和及与或]|以及|或者|,以及|、以及)\Z")
_JOIN = frozenset(["", "、", "至", "到", "且", "但", "-", "—", "并", "而"])
UNDER = frozenset(["不到", "不足", "不满", "低于", "小于", "未达到", "未达", "少于", "未满"])
_UNIT_TAIL = re.compile(r"[十百千万亿佰仟萬億]+\Z")
# The small part of a sum: 一元|五角.
_SMALL = re.compile(r"(?<=[元块])(?:([一二三四五六七八九\d])[角毛])?(?:([一二三四五六七八九\d])分)?(?<=[角毛分])(?![之钟])")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at text[start:end], with its cue at text[cue:tail]; ``own`` is the cue's row where it has one of its own."""

    start: int
    end: int
    cue: int
    tail: int
    value: Decimal
    high: Decimal | None
    unit: str
    bound: Bound = "exact"
    before: str = ""
    after: str = ""
    listed: bool = False  # stands in a list behind another figure: 50万元、30万元
    pending: bool = False  # 达到: binds only where the figure is a condition


def find(flow: Flow, starts: tuple[int, ...]) -> list[Figure]:
    """Return the figures in reading order; ``starts`` are the starts of the tiers, which no cue crosses."""
    text, words = flow.text, patterns()
    found: list[Figure] = []
    tier = 0
    for match in _matches(flow, words):
        for raw in _raw(match, words, flow):
            while tier + 1 < len(starts) and starts[tier + 1] <= raw.start:
                tier += 1
            previous = found[-1] if found and found[-1].start >= starts[tier] else None
            _add(text, found, previous, raw, starts[tier], words)
    return _back(text, found)


def _add(text: str, found: list[Figure], previous: Figure | None, raw: Figure, start: int, words: Patterns) -> None:
    """Bind a figure and append it, as a member of the previous one's list or as its upper end where it is that."""
    floor = previous.tail if previous else start
    if raw.start < floor:
        return
    figure = _bound(text, raw, floor, words)
    if previous:
        figure = _in_list(text, previous, figure)
        if merged := _merged(text, previous, figure):
            found[-1] = merged
            return
    found.append(figure)


def _matches(flow: Flow, words: Patterns) -> Iterator[re.Match[str]]:
    """Yield the matches of the figure's pattern, tried only where a run of numerals begins."""
    end = 0
    for start in words.start.finditer(flow.text) if words.hint.search(flow.text) else ():
        if start.start() < end or not (match := words.figure.match(flow.text, start.start())):
            continue
        if "," in match[0] and (comma := _listing(flow, match)) >= 0:
            match = words.figure.match(flow.text, comma + 1)
        if match:
            end = match.end()
            yield match


def _listing(flow: Flow, match: re.Match[str]) -> int:
    """Return where a full-width comma parts two figures that folding made look like one (10，300万元), -1 where none does."""
    return max((i for i in range(match.start(), match.end()) if flow.source[flow.at[i]] == "，"), default=-1)


def _raw(match: re.Match[str], words: Patterns, flow: Flow) -> list[Figure]:
    """Return the figure of a match without its cues, or the figures of a list with one unit; none where it is none after all."""
    if match["shared"]:
        return _sharing(match, words, flow.text)
    unit, values = _values(match, words)
    if not values or match[0].startswith("00") or (match["one"] and not (match["sign"] or _spoken_money(match, flow.text, words))):
        return []
    start, end = match.span()
    low, high = min(values), max(values)  # 百分之九十至百分之六十 runs down
    if low == high:
        if unit == "CNY" and (small := _SMALL.match(flow.text, end)):
            low += sum((number(sign) or Decimal(0)) * part for sign, part in zip(small.groups(), (Decimal("0.1"), Decimal("0.01")), strict=True) if sign)
            end = small.end()
        return [Figure(start, end, start, end, low, None, unit)]
    return [Figure(start, end, start, end, low, high, unit, "range")]


def _sharing(match: re.Match[str], words: Patterns, text: str) -> list[Figure]:
    """Return the figures of a list with one unit (奖励100、50万元), only the last one where nothing says that it is such a list (附件1、50万元)."""
    row = words.units[match["lastsign"].removesuffix("人民币")]
    begin = match.start("last")
    last = number(match["last"])
    if last is None:
        return []
    figures = [Figure(begin, match.end(), begin, match.end(), trim(last * row.factor), None, row.unit)]
    if not words.sharing.search(text, max(0, match.start() - REACH), match.start()):
        return figures
    tail = _UNIT_TAIL.search(match["last"])
    scale = row.factor * multiplier(tail[0] if tail else "")
    for part in reversed(list(re.finditer("[^、]+", match["shared"]))):
        start = match.start() + part.start()
        value = number(part[0])
        figures += [Figure(start, start + len(part[0]), start, start + len(part[0]), trim(value * scale), None, row.unit)] if value is not None else []
    return figures[::-1]


def _values(match: re.Match[str], words: Patterns) -> tuple[str, list[Decimal]]:
    """Return the unit and the one or two values of a match; no value where a numeral cannot be read."""
    if match["fraction"]:
        factor = words.fractions[match["fraction"]].factor
        read = [number(part) for part in (match["part"], match["upto"]) if part]
        return "percent", [trim(v * factor) for v in read if v is not None] if None not in read else []
    sign = (match["sign"] or match["highsign"] or "元").removesuffix("人民币")
    row = words.units[sign]
    if match["one"]:
        ends = _ends(match["one"])
        return row.unit, [trim(v * row.factor) for v in ends] if _real(match["one"]) else []
    low, high = _ends(match["low"]), _ends(match["high"])
    if len(low) != 1 or len(high) != 1:
        return row.unit, []
    lowsign = words.units[match["lowsign"].removesuffix("人民币")] if match["lowsign"] else row
    if lowsign.unit != row.unit:
        return row.unit, []
    first = low[0] if match["lowsign"] else _shared(low[0], match["low"], high[0], match["high"])
    return row.unit, [trim(first * lowsign.factor), trim(high[0] * row.factor)]


def _shared(low: Decimal, low_text: str, high: Decimal, high_text: str) -> Decimal:
    """Return the low end of a range with the units of the high one: 10-20万, 五到八千万, 五至十万."""
    tail = _UNIT_TAIL.search(high_text)
    if not tail or _UNIT_TAIL.search(low_text):
        return low
    wider = low * multiplier(tail[0])
    large = low * multiplier(tail[0].lstrip("十百千佰仟"))
    return wider if wider < high else large if large < high else low


def _ends(text: str) -> list[Decimal]:
    """Return the value of a numeral, or the two ends of a spoken range."""
    if pair := spoken(text):
        return list(pair)
    value = number(text)
    return [] if value is None else [value]


def _real(text: str) -> bool:
    """Say whether a numeral counts: a bare 百 or 万 does not (百元, 万元GDP)."""
    return len(text) > 1 or text not in "百千万亿佰仟萬億"


def _spoken_money(match: re.Match[str], text: str, words: Patterns) -> bool:
    """Say whether a bare 万 or 亿 is money: the whole text, or behind a word such as 投入."""
    rest = words.after.match(text, match.end())
    if match.start() == 0 and len(text) == (rest.end() if rest else match.end()):
        return True
    window = text[max(0, match.start() - _SPEAKER) : match.start()]
    front = window[max(window.rfind(sign) for sign in "。;\n\t") + 1 :]
    return bool(words.money.search(front) or words.money.match(text[match.end() : match.end() + _LISTENER].lstrip("块的")))


def _bound(text: str, figure: Figure, floor: int, words: Patterns) -> Figure:
    """Return the figure with the cue behind it, else the nearest one before it."""
    tail, behind = figure.tail, ""
    if after := words.after.match(text, figure.end):
        tail, behind = after.end(), after["cue"]
    elif figure.bound == "range" and text.startswith("之间", tail):
        tail += 2
    elif note := words.note.match(text, figure.end):
        tail = note.end()
    begin, cue = _cue_before(text, figure, floor, words)
    bound = figure.bound
    row: Cue | None = words.after_rows.get(behind) or words.before_rows.get(cue)
    if row is not None and bound != "range":
        bound = row.bound
    front = words.before_rows.get(cue)
    pending = bool(front and front.if_condition and not behind and bound != "range")
    return replace(figure, cue=begin, tail=tail, bound="exact" if pending else bound, before=cue, after=behind, pending=pending)


def _cue_before(text: str, figure: Figure, floor: int, words: Patterns) -> tuple[int, str]:
    """Return where the nearest cue before the figure begins, and the cue; the figure's own start and "" without one."""
    low = max(floor, figure.start - REACH_RATE)
    window = text[low : figure.start]
    if ")" in window or "》" in window:
        window = _BRACKETS.sub(lambda m: "·" * len(m[0]), window)
    cut = max(window.rfind(sign) for sign in ",:、(")
    best = None
    for match in words.before.finditer(window, cut + 1):
        row = words.before_rows[match[0]]
        if not (row.if_condition and best) and _reaches(window, match, figure.unit, row):
            best = match
    return (low + best.start(), best[0]) if best else (figure.start, "")


def _reaches(window: str, match: re.Match[str], unit: str, row: Cue) -> bool:
    """Say whether a cue in the window belongs to the figure at its end, not to another number or to the words between."""
    gap = window[match.end() :]
    if not gap:
        return True
    if row.if_condition or _NUMERAL_NEXT.match(gap):
        return False
    if _SHIFTED.match(gap) or (not row.verbs and _VERB.search(gap)):
        return False
    return len(gap) <= REACH or (unit != "CNY" and (gap.endswith("的") or "的" in gap))


def _in_list(text: str, previous: Figure, figure: Figure) -> Figure:
    """Return the figure as a member of the previous one's list, where it is one: it takes over the cue in front of the list."""
    gap = text[previous.tail : figure.cue] if figure.cue - previous.tail <= REACH else "·"
    if figure.unit != previous.unit or figure.before or not _LIST.match(_BRACKETS.sub("", gap) if "(" in gap else gap):
        return figure
    if figure.after or previous.after or figure.bound == "range" or previous.bound == "range":
        return replace(figure, listed=True)
    return replace(figure, listed=True, bound=previous.bound, before=previous.before, pending=previous.pending)


def _merged(text: str, low: Figure, high: Figure) -> Figure | None:
    """Return one range for 一万元以上五万元以下 or 超过1%不到2%, None where the two figures stand for themselves."""
    reached = low.pending and high.before in UNDER  # 增幅达到15%不足30%的
    if low.unit != high.unit or not (low.bound == "min" or reached) or high.bound != "max" or low.value >= high.value:
        return None
    gap = text[low.tail : high.cue]
    closed = bool(low.after and high.after) or high.before in UNDER
    if gap not in _JOIN and not (gap == "," and closed):
        return None
    return replace(low, end=high.end, tail=high.tail, high=high.value, bound="range", after=high.after, pending=False)


def _back(text: str, found: list[Figure]) -> list[Figure]:
    """Let a cue behind the last of a 分别 list bind the whole list: 分别给予50万元、30万元以内."""
    out = list(found)
    for i in range(len(out) - 1, 0, -1):
        last, before = out[i], out[i - 1]
        open_end = last.listed and last.after and last.bound == "max" and before.bound == "exact" and not before.after
        if open_end and "分别" in text[max(0, before.cue - REACH) : before.start]:
            out[i - 1] = replace(before, bound=last.bound, after=last.after)
    return out


def groups(found: list[Figure]) -> Iterator[list[Figure]]:
    """Yield the figures list by list; a figure that stands alone is a list of one."""
    group: list[Figure] = []
    for figure in found:
        if group and not figure.listed:
            yield group
            group = []
        group.append(figure)
    if group:
        yield group
