"""Sentences and their parts in the text of a flow."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

_ENDS = re.compile(r"[。!?\t\n]|;")
# What stands before the words of a unit or an item: 第三条, 一、, （一）, 1., ①, a list mark.
_LABEL = re.compile(
    r"(?:[-*·•]+)?(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、](?!(?!20\d\d年)\d)|[①-⑳]|第[一二三四五六七八九十百零\d]{1,6}条)"
)
_HARD = frozenset("。!?\t\n")


@dataclass(frozen=True, slots=True)
class Sentences:
    """The cuts of a text: ``tiers`` end at 。；！？ and at borders, ``whole`` sentences do not end at ；."""

    tiers: tuple[int, ...]  # where tiers begin, in order, the first is 0
    whole: tuple[int, ...]
    length: int

    @classmethod
    def of(cls, text: str) -> Sentences:
        """Cut a text in one pass."""
        return _cut(text)

    def tier(self, position: int) -> tuple[int, int]:
        """Return the bounds of the tier that holds the position, its end sign included."""
        return _around(self.tiers, position, self.length)

    def index(self, position: int) -> int:
        """Return the number of the tier that holds the position."""
        return bisect_right(self.tiers, position) - 1

    def end(self, index: int) -> int:
        """Return where a tier ends, its end sign included."""
        return self.tiers[index + 1] if index + 1 < len(self.tiers) else self.length

    def sentence(self, position: int) -> tuple[int, int]:
        """Return the bounds of the sentence up to 。 that holds the position, its end sign included."""
        return _around(self.whole, position, self.length)


# Several recognisers ask for the sentences of one flow.
@lru_cache(maxsize=64)
def _cut(text: str) -> Sentences:
    tiers, whole = [0], [0]
    for end in _ENDS.finditer(text):
        tiers.append(end.end())
        if end[0] in _HARD:
            whole.append(end.end())
    return Sentences(tuple(tiers), tuple(whole), len(text))


def _around(starts: tuple[int, ...], position: int, length: int) -> tuple[int, int]:
    """Return the start at or before the position and the next one."""
    i = bisect_right(starts, position)
    return starts[i - 1], starts[i] if i < len(starts) else length


def label_end(text: str, start: int, end: int) -> int:
    """Return where the words of text[start:end] begin behind its label; start where it has none."""
    label = _LABEL.match(text, start, end)
    return label.end() if label else start
