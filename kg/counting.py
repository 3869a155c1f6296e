"""The terms of many clauses at once, as ``lexical.count`` tells them one by one: pairs of characters are told for all texts in one go."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ingest import words
from ingest.flow import fold
from kg.lexical import Counted, Entry, spaced

_FIRST, _COUNT = 0x3400, 0x9FFF - 0x3400 + 1
# Characters of the texts that are told at once.
PORTION = 200_000


def counted(entries: Sequence[Entry]) -> Iterator[Counted]:
    """Yield the terms of each clause: those of its title, its headings and its own words."""
    for part in _portions(entries):
        folded = [fold(entry.text).lower() for entry in part]
        for entry, text, pairs in zip(part, folded, _pairs(folded), strict=True):
            own = " ".join([*words.useful(text), pairs] if pairs else words.useful(text))
            head = spaced(entry.heading)
            yield Counted(entry.clause, entry.document, entry.source, " ".join(filter(None, (spaced(entry.title), head, own))), head)


def _portions(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    part: list[Entry] = []
    size = 0
    for entry in entries:
        part.append(entry)
        size += len(entry.text)
        if size >= PORTION:
            yield part
            part, size = [], 0
    if part:
        yield part


def _pairs(texts: Sequence[str]) -> list[str]:
    """Return for each text without white space every pair of neighbouring Han characters but stop words, separated by spaces."""
    signs = np.frombuffer("\n".join(texts).encode("utf-16-le", "surrogatepass"), np.uint16)
    han = signs - np.uint16(_FIRST) < _COUNT
    at = np.flatnonzero(han[:-1] & han[1:])
    first, stops = _stops()
    perhaps = np.flatnonzero(first[signs[at]])
    keys = signs[at[perhaps]].astype(np.uint32) << 16 | signs[at[perhaps] + 1]
    at = np.delete(at, perhaps[np.isin(keys, stops)])
    spelled = np.full((len(at), 3), ord(" "), np.uint16)
    spelled[:, 0], spelled[:, 1] = signs[at], signs[at + 1]
    whole = spelled.tobytes().decode("utf-16-le")
    ends = [0, *np.searchsorted(at, np.flatnonzero(signs == ord("\n"))).tolist(), len(at)]
    return [whole[3 * begin : 3 * end - 1] if end > begin else "" for begin, end in pairwise(ends)]


@cache
def _stops() -> tuple[NDArray[np.bool_], NDArray[np.uint32]]:
    """Return which characters begin a stop word of two, and these words as numbers."""
    two = [word for word in words.stop_words() if len(word) == 2]
    first = np.zeros(0x10000, bool)
    first[[ord(word[0]) for word in two]] = True
    return first, np.array([ord(word[0]) << 16 | ord(word[1]) for word in two], np.uint32)
