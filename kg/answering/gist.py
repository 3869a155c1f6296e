"""What a clause says of a question: its sentences that hold most of it, as many as the room takes."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.answering.evidence import Evidence
from kg.question import how_many

_SENTENCE = re.compile(r"[^。；;]*[。；;]|[^。；;]+")
_PART = re.compile(r"[^。；;，,]*[。；;，,]|[^。；;，,]+")
# People count by 个 what texts count by other words.
_THINGS = "[个项家件名处座条]"


def sentences(text: str) -> list[str]:
    """Return the sentences of a text, joined they are the text."""
    return _SENTENCE.findall(text)


def condense(evidence: Evidence, text: str, room: int) -> str:
    """Return the sentences of a text that hold most of the question, in order, as many as the room takes; gaps are marked with …."""
    if len(text) <= room:
        return text
    return best(evidence, sentences(text), room) or best(evidence, _PART.findall(text), room) or text[: room - 1] + "…"


def best(evidence: Evidence, parts: Sequence[str], room: int) -> str:
    """Return the parts that hold most of the question, in order, as many as the room takes; nothing where the room is too small for the best one."""
    words = (*evidence.question.topic, *evidence.question.wider)
    worth = [sum(evidence.shelf.words.rarity(w) for w in words if w in part) for part in parts]
    if number := numbered(evidence):
        most = max(worth, default=0.0)
        worth = [w + most * bool(number.search(part)) if w > 0 else w for w, part in zip(worth, parts, strict=True)]
    order = sorted(range(len(parts)), key=lambda i: (-worth[i], i))
    if not order or len(parts[order[0]]) + 1 > room:
        return ""
    kept: set[int] = set()
    used = 0
    for i in order:
        if used + len(parts[i]) + 1 <= room:
            kept.add(i)
            used += len(parts[i]) + 1
    out = [("" if i == 0 or i - 1 in kept else "…") + parts[i] for i in sorted(kept)]
    return "".join(out) + ("" if len(parts) - 1 in kept else "…")


def numbered(evidence: Evidence) -> re.Pattern[str] | None:
    """Return how a number of the things that a question asks for is written: 几章 → 7章; None where no number is asked."""
    units = [_THINGS if unit == "个" else unit for unit in how_many(evidence.question.folded)]
    return re.compile(rf"[\d一二三四五六七八九十百千万亿](?:余|多)?(?:{'|'.join(units)})") if units else None
