"""Characters that a question has wrong, too few or too many in a name that the build knows: 家证服务 → 家政服务.

Only what no text of the build writes is mended, and only where one name alone fits the characters around it; what is mended is said in the
answer. sounds.csv holds the main reading without tone of the 6,763 characters of GB 2312, as in Unihan, made with pypinyin 0.55.
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from ingest import words

_HAN = re.compile(r"[\u4e00-\u9fff]")
_RUN = re.compile(r"[\u4e00-\u9fff]{4,}")
# Sounds that many speakers do not tell apart are written alike.
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"), ("ng", "n"), ("l", "n"))
# A mistake is looked for between so many characters of a name before and behind it.
BESIDE = 2
EDGE = 3
# What stands behind a verb, which is no slip in a name: 奖励办挂|在哪个部门.
_BEHIND_VERBS = frozenset("在到给于成为出")
MOST = 3  # mistakes mended in one question


@dataclass(frozen=True, slots=True)
class Mended:
    """What was written, and the characters of a name that it was taken for."""

    written: str
    meant: str


class Spelling:
    """The names of a build, to look mistakes up in."""

    def __init__(self, names: Callable[[], Iterable[str]], rarity: Callable[[str], float]) -> None:
        """``names`` gives titles, terms and bodies, called at the first mistake; ``rarity`` that of a term of the index."""
        self._source, self._rarity, self._kept = names, rarity, kept()
        self._text: str | None = None

    @property
    def text(self) -> str:
        """Every name on a line of its own."""
        if self._text is None:
            self._text = "\n" + "\n".join(dict.fromkeys(run for name in self._source() for run in _RUN.findall(name))) + "\n"
        return self._text

    def mend(self, text: str, fixed: Iterable[str] = ()) -> tuple[str, tuple[Mended, ...]]:
        """Return a text with the mistakes in names mended, and what was mended; words that are ``fixed``, such as places, stay as they are."""
        found: list[Mended] = []
        sure = set(_spots(text, fixed))
        alone = _alone(text)
        i = 0
        while i < len(text) and len(found) < MOST:
            hit = self._at(text, i, alone) if i not in sure else None
            if hit is not None:
                written, meant, text, i = hit
                found.append(Mended(written, meant))
                sure, alone = set(_spots(text, fixed)), _alone(text)
            i += 1
        return text, tuple(found)

    def _at(self, text: str, i: int, alone: frozenset[int]) -> tuple[str, str, str, int] | None:
        """Return what is written and meant around a place, the mended text and where to go on; None where nothing is to be mended."""
        if not _HAN.match(text, i):
            return None
        if self._strange(text[max(0, i - 1) : i + 2]) and text[i] not in self._kept:
            meant = [c for c in self._instead(text, i) if c not in self._kept]
            if text[i] in meant:
                return None
            fits = [c for c in meant if sound(c) == sound(text[i])] or (meant if i in alone and text[i + 1 : i + 2] not in _BEHIND_VERBS else [])
            if len(fits) == 1:
                mended = text[:i] + fits[0] + text[i + 1 :]
                return around(text, i, i + 1), around(mended, i, i + 1), mended, i
            if i in alone and self._joined(text, i):
                mended = text[:i] + text[i + 1 :]
                return around(text, i, i + 1), around(mended, i, i), mended, i
        if ({i, i - 1} & alone) and self._strange(text[max(0, i - 1) : i + 1]):
            missing = [c for c in self._between(text[max(0, i - BESIDE) : i], text[i : i + BESIDE]) if c not in self._kept]
            if len(missing) == 1:
                mended = text[:i] + missing[0] + text[i:]
                return around(text, i, i), around(mended, i, i + 1), mended, i + 1
        return None

    def _strange(self, part: str) -> bool:
        """Say whether no text of the build writes any of the pairs of neighbouring characters of a part, of which there is one at least."""
        pairs = words.bigrams(part)
        return bool(pairs) and all(self._rarity(pair) >= self._rarity("") for pair in pairs)

    def _instead(self, text: str, i: int) -> list[str]:
        """Return the characters that stand in names where the text has another, with the same four characters beside them, three at a name's edge."""
        before, behind = text[max(0, i - EDGE) : i], text[i + 1 : i + 1 + EDGE]
        inner = ((before[-2:], behind[:2]), (before[-1:], behind), (before, behind[:1]))
        edges = (("\n" + before[-1:], behind[:2]), (before[-2:], behind[:1] + "\n"), ("\n", behind), (before, "\n"))
        wide = [(left, right) for left, right in (*inner, *edges) if len(left) + len(right) == 2 * BESIDE]
        return list(dict.fromkeys(c for left, right in wide for c in self._between(left, right)))

    def _between(self, left: str, right: str) -> list[str]:
        """Return the characters that stand between two strings in names."""
        if len(left) + len(right) < 4:
            return []
        out: dict[str, None] = {}
        # The longer side is looked for: names that begin or end with a line are many.
        sought, shift = (left, len(left)) if len(left) >= len(right) else (right, -1)
        at = self.text.find(sought)
        while at >= 0:
            place = at + shift
            if place > 0 and _HAN.match(self.text, place) and self.text.startswith(right, place + 1) and self.text.endswith(left, 0, place):
                out[self.text[place]] = None
            at = self.text.find(sought, at + 1)
        return list(out)

    def _joined(self, text: str, i: int) -> bool:
        """Say whether a name goes on without the character of a place."""
        left, right = text[max(0, i - BESIDE) : i], text[i + 1 : i + 1 + BESIDE]
        return len(left) + len(right) == 2 * BESIDE and left + right in self.text


def around(text: str, start: int, end: int) -> str:
    """Return a span with the two characters on either side, to show it by."""
    return re.sub(r"[^\u4e00-\u9fff]", "", text[max(0, start - BESIDE) : end + BESIDE])


def _spots(text: str, fixed: Iterable[str]) -> Iterator[int]:
    """Yield the places of a text that fixed words take."""
    for word in fixed:
        for match in re.finditer(re.escape(word), text):
            yield from range(match.start(), match.end())


def _alone(text: str) -> frozenset[int]:
    """Return the places of characters that are no part of a longer word."""
    at, out = 0, set()
    for word in words.segment(text):
        if len(word) == 1 and word not in words.stop_words():
            out.add(at)
        at += len(word)
    return frozenset(out)


def sound(character: str) -> str:
    """Return how a character sounds, those alike that are often mixed up; the character where it has no reading here."""
    spoken = _sounds().get(character, character)
    for written, same in _ALIKE:
        spoken = spoken.replace(written, same)
    return spoken


@cache
def kept() -> frozenset[str]:
    """Return the characters that are never taken for a mistake, nor put in for one: they count, order or compare."""
    return frozenset(tomllib.loads(resources.files("kg").joinpath("questions.toml").read_text("utf-8"))["spelling"]["kept"])


@cache
def _sounds() -> dict[str, str]:
    rows = csv.DictReader(resources.files("kg").joinpath("sounds.csv").read_text("utf-8").splitlines())
    return {character: row["sound"] for row in rows for character in row["characters"]}
