"""What each figure of a list is about: 国家级、省级分别给予50万元、30万元."""

from __future__ import annotations

import re

from ingest.flow import Flow
from ingest.recognise.amounts.context import Said
from ingest.recognise.amounts.figures import Figure

_PART = re.compile(r"[,，](?!以及)")
_ITEM = re.compile(r"[,，、]?以及|[、和及与或]|[”\"][“\"]")
_COMMA_ITEM = re.compile(r"[,，、]?以及|、|[”\"][“\"]")
_BRACKETED = re.compile(r"[（(][^（）()]*[）)]")
_FOR = re.compile(r"(?:\A|[,，])对[^,，]*[,，]?\Z")
_QUOTES = "“”\"'"
_MARKS = "，,、;；。："
# A grade at the end of an item, and at the start of the last one: 国家|级, A|类, 一|等奖.
_GRADE_END = re.compile(r"(?:(?:国家|省|市|区|县|[A-Z一二三四五六七八九特甲乙丙丁\d])[级类等星]|[大中小微]型|[ⅠⅡⅢⅣ]期)\Z")
_GRADE = re.compile(r"(?:国家|省|市|区|县|[A-Z一二三四五六七八九特甲乙丙丁\d])[级类等星]|[大中小微]型|[ⅠⅡⅢⅣ]期")
# A tier that goes on with the words of the one before: 登记额达到|5000万元、1亿元的.
_FIGURE_END = re.compile(r"\d+(?:\.\d+)?[百千万亿]*[\u4e00-\u9fff%]{0,3}\Z")
_FIGURE = re.compile(r"\d+(?:\.\d+)?[百千万亿]*[\u4e00-\u9fff%]{0,3}(?:以上)?(?:的|时)?\Z")
# How words end that lead to each item of a list: 对, 新认定的, 制定, 首次突破.
_LEADS = "的对为得定设获评入于建办持破过满达到"
_ORDINALS = "一二三四五六七八九十特甲乙丙丁ABCDabcd"


def abouts(flow: Flow, group: list[Figure], said: Said) -> list[str]:
    """Return one `about` for each figure of the list; an enumeration of as many items before it is shared out."""
    parts = [flow.surface(a, b) for a, b in said.about]
    # 对甲给予最高200万元，对乙给予最高1000万元: what is said of 乙 leaves 甲 out.
    parts = [_FOR.sub("", part) if any(other.startswith("对") for other in parts[i + 1 :]) else part for i, part in enumerate(parts)]
    joined = _join(parts, said)
    if len(group) == 1:
        return [joined]
    count = len(group)
    for i in range(len(parts) - 1, -1, -1):
        for segment in reversed(_PART.split(parts[i])):
            if items := _items(segment, count):
                return [_join([*parts[:i], parts[i].replace(segment, item, 1), *parts[i + 1 :]], said) for item in items]
    return [joined] * count


def _join(parts: list[str], said: Said) -> str:
    """Join the parts; the last `tight` of them follow each other without a comma."""
    loose, tight = parts[: len(parts) - said.tight], parts[len(parts) - said.tight :]
    return "，".join(p for p in [*loose, "".join(tight)] if p).strip(_MARKS).removeprefix("的")


def _items(segment: str, count: int) -> list[str] | None:
    """Return the segment once for each of the last ``count`` items of its enumeration, None where it has fewer."""
    pieces = _split(_COMMA_ITEM, segment)
    if len(pieces) != count:
        pieces = _split(_ITEM, segment)
    if len(pieces) < count or (count < 3 and len(pieces) > count):
        return None
    chosen = pieces[-count:]
    if chosen[0][-1] in _ORDINALS and chosen[-1][0] in _ORDINALS and all(len(p) == 1 for p in chosen[1:-1]):
        ordinals = [chosen[0][-1], *chosen[1:-1], chosen[-1][0]]
        return [chosen[0][:-1] + ordinal + chosen[-1][1:] for ordinal in ordinals]
    before = segment[: segment.index(chosen[0])] if len(pieces) > count else ""
    lead, tail = _lead(chosen), _tail(chosen)
    chosen = [chosen[0] + tail, *(lead + piece + tail for piece in chosen[1:-1]), *([_led(lead, chosen[-1])] if count > 1 else [])]
    if count > 1 and chosen[1][0] in _ORDINALS and chosen[0].endswith(chosen[1][1:3]) and len(chosen[0]) > 3:
        before += chosen[0][:-3]
        chosen = [chosen[0][-3:], *chosen[1:]]
    return [before + piece.strip(_QUOTES).replace("“", "", piece.count("“") - piece.count("”")) for piece in chosen]


def _split(pattern: re.Pattern[str], segment: str) -> list[str]:
    """Split an enumeration, but not inside brackets: 市级财政、|县（市、区）财政."""
    blanked = _BRACKETED.sub(lambda m: "·" * len(m[0]), segment)
    cuts = [0, *(at for m in pattern.finditer(blanked) for at in m.span()), len(segment)]
    return [segment[a:b] for a, b in zip(cuts[::2], cuts[1::2], strict=True) if b > a]


def _lead(items: list[str]) -> str:
    """Return what the first item says for all of them: 对新认定的|国家级, 牵头制定|国际标准; nothing where the items are not alike."""
    if len(items) < 2:
        return ""
    first, second = items[:2]
    grade = _GRADE_END.search(first)
    if grade and all(_GRADE.match(item) for item in items[1:-1]) and _grade(items[-1]):
        return first[: grade.start()]
    if (told := _FIGURE_END.search(first)) and all(_FIGURE.match(item) for item in items[1:]):
        return first[: told.start()]
    lead = first[: len(first) - len(second)]
    return lead if lead and first[-2:] == second[-2:] and lead[-1] in _LEADS else ""


def _tail(items: list[str]) -> str:
    """Return what the last item says for all of them: 省级、市级|创新平台; nothing where they are no grades of one kind."""
    last = _grade(items[-1])
    alike = last is not None and all((end := _GRADE_END.search(item)) and end[0][-1] == last[0][-1] for item in items[:-1])
    return items[-1][last.end() :] if last and alike else ""


def _led(lead: str, last: str) -> str:
    """Return the last item with what the first says for all, but for one that says its own: 建设成效显著的|市级基地."""
    grade = _grade(last)
    return last if grade and grade.start() else lead + last


def _grade(item: str) -> re.Match[str] | None:
    """Return the grade that an item begins with, or that follows words of its own that end with 的."""
    return next((m for m in _GRADE.finditer(item) if m.start() == 0 or item[m.start() - 1] == "的"), None)
