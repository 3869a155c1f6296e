"""The words around a figure: its part of the sentence, the parts before it, what stands behind it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from ingest.recognise.amounts.figures import Figure
from ingest.sentences import Sentences, label_end

LOOK_BACK = 220  # how far before a figure its sentence is read
PARTS = 10  # so many parts of a sentence before the figure's own one are read
LOOK_AHEAD = 40  # how far behind it

Bounds = tuple[int, int]

_COMMA = re.compile(r"(?:,|(?<!\d):|:(?!\d))(?!以及|或者|和)")
_BRACKETED = re.compile(r"\([^()]*\)")
_HOLE = "·"
_STOPS = frozenset(",;。:!?\t\n)")


@dataclass(frozen=True, slots=True)
class Scene:
    """Bounds in the text and the words they hold; what stands in brackets is blanked in the words, so lengths agree."""

    parts: tuple[Bounds, ...]  # earlier parts of the tier, in order
    words: tuple[str, ...]  # of each part
    part: int  # start of the part of the sentence that holds the list
    part_left: str  # words from there to the cue
    own: int  # start of the part of the sentence that holds the list, behind any earlier figure
    fresh: bool  # own is the start of a part, no figure stands before the list in it
    left: str  # words from own to the cue
    cue: int
    tail: int
    stop: int  # end of the part, or the next figure
    behind: str  # words from tail to stop
    end: int  # end of the tier
    opens: int  # start of the tier behind its label
    sentence: int  # start of the sentence up to 。 that holds the tier


def of(text: str, sentences: Sentences, group: list[Figure], floor: int, ceiling: int) -> Scene:
    """Return the scene of a list of figures; floor is the end of the figure before it, ceiling the start of the next one."""
    cue, tail = group[0].cue, group[-1].tail
    start, end = sentences.tier(group[0].start)
    low = max(start, cue - LOOK_BACK)
    low = label_end(text, low, cue) if low == start else low
    head = blank(text[low:cue])
    cuts = [low, *(label_end(text, low + m.end(), cue) for m in _COMMA.finditer(head))]
    if (bracket := head.rfind("(")) >= 0:
        cuts = [c for c in cuts if c <= low + bracket] + [low + bracket + 1]
    parts = tuple((a, b - 1) for a, b in pairwise(cuts[-PARTS - 1 :]) if b - 1 > a)
    own = max(cuts[-1], min(floor, cue))
    stop, behind = _behind(text, tail, min(end, tail + LOOK_AHEAD), ceiling)
    words = tuple(head[a - low : b - low] for a, b in parts)
    return Scene(
        parts,
        words,
        cuts[-1],
        head[cuts[-1] - low :],
        own,
        own == cuts[-1],
        head[own - low :],
        cue,
        tail,
        stop,
        behind,
        end,
        low,
        sentences.sentence(group[0].start)[0],
    )


def blank(text: str) -> str:
    """Return the text with what stands in brackets blanked, in the same length."""
    return _BRACKETED.sub(lambda m: _HOLE * len(m[0]), text) if "(" in text else text


def _behind(text: str, tail: int, limit: int, ceiling: int) -> tuple[int, str]:
    """Return where the words behind a figure end, and those words: up to a comma, or to the next figure outside brackets."""
    words = blank(text[tail:limit])
    size = next((i for i, sign in enumerate(words) if sign in _STOPS), len(words))
    reach = ceiling - tail
    if reach < size and words[reach] != _HOLE:
        size = reach
        joint = max(words.rfind(sign, 0, size) for sign in "、并且")
        size = joint if joint >= 0 else size
    return tail + size, words[:size]
