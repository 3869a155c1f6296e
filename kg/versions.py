"""Two documents beside each other: which clauses answer each other, and the words that differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rapidfuzz import fuzz, process

from ingest.words import segment
from kg.shelf import ClauseRow

# Clauses less alike than this (0–100, by their words in order) do not answer each other.
ALIKE = 55
# A clause shorter than this is a heading: it is paired by its words alone when they are nearly the same.
SHORT = 14
_FIGURE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words that stand in both texts (same), or in one of them only (gone from the left, new on the right)."""

    text: str
    kind: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two clauses that answer each other, None where one has no partner; ``left`` and ``right`` are their words."""

    one: ClauseRow | None
    other: ClauseRow | None
    left: tuple[Stretch, ...]
    right: tuple[Stretch, ...]

    @property
    def same(self) -> bool:
        """Say whether the words are the same."""
        return all(s.kind == "same" for s in (*self.left, *self.right))

    @property
    def figures(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The words with figures that differ, of the left and of the right."""
        left, right = (tuple(s.text for s in side if s.kind != "same" and _FIGURE.search(s.text)) for side in (self.left, self.right))
        return left, right


def pairs(ones: Sequence[ClauseRow], others: Sequence[ClauseRow]) -> list[Pair]:
    """Return the clauses of two documents beside each other, in the order of the first, each without partner where it stands."""
    left = [c for c in ones if c.kind != "row"]
    right = [c for c in others if c.kind != "row"]
    partner = _partners(left, right)
    taken = set(partner.values())
    out: list[Pair] = []
    after = 0
    for i, clause in enumerate(left):
        j = partner.get(i)
        if j is not None:
            out += [pair(None, right[k]) for k in range(after, j) if k not in taken]
            after = max(after, j + 1)
        out.append(pair(clause, None if j is None else right[j]))
    return out + [pair(None, right[k]) for k in range(after, len(right)) if k not in taken]


def _partners(left: Sequence[ClauseRow], right: Sequence[ClauseRow]) -> dict[int, int]:
    """Return the place of each left clause's partner: the most alike pairs first, each clause once."""
    if not left or not right:
        return {}
    scores = process.cdist([c.text for c in left], [c.text for c in right], scorer=fuzz.ratio, score_cutoff=ALIKE)
    found = sorted((-float(scores[i, j]), i, j) for i in range(len(left)) for j in range(len(right)) if scores[i, j] >= ALIKE)
    out: dict[int, int] = {}
    used: set[int] = set()
    for score, i, j in found:
        short = min(len(left[i].text), len(right[j].text)) < SHORT
        if i not in out and j not in used and (not short or -score > 85):
            out[i] = j
            used.add(j)
    return out


def pair(one: ClauseRow | None, other: ClauseRow | None) -> Pair:
    """Return two clauses with their words compared."""
    if one is None or other is None:
        return Pair(one, other, (Stretch(one.text, "gone"),) if one else (), (Stretch(other.text, "new"),) if other else ())
    left, right = segment(one.text), segment(other.text)
    gone: list[Stretch] = []
    new: list[Stretch] = []
    for tag, a, b, c, d in SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if b > a:
            gone.append(Stretch("".join(left[a:b]), "same" if tag == "equal" else "gone"))
        if d > c:
            new.append(Stretch("".join(right[c:d]), "same" if tag == "equal" else "new"))
    return Pair(one, other, tuple(gone), tuple(new))
