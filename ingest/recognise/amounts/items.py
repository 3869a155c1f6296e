"""What each figure of a list is about: 国家级、省级分别给予50万元、30万元."""

from __future__ import annotations

import re

from ingest.flow import Flow
from ingest.recognise.amounts.context import Said
from ingest.recognise.amounts.figures import Figure

_PART = re.compile(r"[,，](?!以及)")
_ITEM = re.compile(r"[,，、]?以及|[、和及与或]|[”\"][“\"]")
_COMMA_ITEM = re.compile(r"[,，、]?以及|、|[”\"][“\"]")
_QUOTES = "“”\"'"
_MARKS = "，,、;；。："
_ORDINALS = "一二三四五六七八九十特ABCDabcd"


def abouts(flow: Flow, group: list[Figure], said: Said) -> list[str]:
    """Return one `about` for each figure of the list; an enumeration of as many items before it is shared out."""
    parts = [flow.surface(a, b) for a, b in said.about]
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
    pieces = [p for p in _COMMA_ITEM.split(segment) if p]
    if len(pieces) != count:
        pieces = [p for p in _ITEM.split(segment) if p]
    if len(pieces) < count or (count < 3 and len(pieces) > count):
        return None
    chosen = pieces[-count:]
    if chosen[0][-1] in _ORDINALS and chosen[-1][0] in _ORDINALS and all(len(p) == 1 for p in chosen[1:-1]):
        ordinals = [chosen[0][-1], *chosen[1:-1], chosen[-1][0]]
        return [chosen[0][:-1] + ordinal + chosen[-1][1:] for ordinal in ordinals]
    before = segment[: segment.index(chosen[0])] if len(pieces) > count else ""
    if count > 1 and chosen[1][0] in _ORDINALS and chosen[0].endswith(chosen[1][1:3]) and len(chosen[0]) > 3:
        before += chosen[0][:-3]
        chosen = [chosen[0][-3:], *chosen[1:]]
    return [before + piece.strip(_QUOTES).replace("“", "", piece.count("“") - piece.count("”")) for piece in chosen]
