"""Words of Chinese text: jieba's dictionary and our own list, in a tokenizer of this module alone."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import cache
from importlib import resources
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from operator import add
from typing import TYPE_CHECKING, Protocol

from ingest.flow import fold

if TYPE_CHECKING:
    import rjieba

_USEFUL = re.compile(r"[0-9a-z\u3400-\u9fff]")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]{2,}")
# Words of which it is remembered whether they are worth indexing.
REMEMBERED = 1 << 17


class Cutter(Protocol):
    """Something that cuts a text into words whose concatenation is the text."""

    def cut(self, text: str) -> list[str]:
        """Return the words in order."""
        ...

    def tags(self, text: str) -> list[tuple[str, str]]:
        """Return the words in order, each with its part of speech by jieba's signs: n for a noun."""
        ...


def segment(text: str) -> list[str]:
    """Return the words of a text in order, joined they are the text; no new words are guessed."""
    return _cutter().cut(text)


def terms(text: str) -> list[str]:
    """Return what the lexical index counts: folded words without stop words, then the character bigrams of each run of Han characters."""
    folded = fold(text).lower()
    stop = stop_words()
    found = useful(folded)
    for run in _HAN_RUN.findall(folded):
        found += [pair for pair in map(add, run, run[1:]) if pair not in stop]
    return found


def useful(folded: str) -> list[str]:
    """Return the words of a folded text in lower case that are worth indexing."""
    return list(filter(_known().__getitem__, segment(folded)))


def bigrams(text: str) -> list[str]:
    """Return every pair of neighbouring Han characters in order."""
    return [pair for run in _HAN_RUN.findall(text) for pair in map(add, run, run[1:])]


@cache
def stop_words() -> frozenset[str]:
    """Return the words that are not indexed."""
    return frozenset(line for line in _listed("stopwords.txt") if line)


def user_words() -> Iterator[tuple[str, int, str]]:
    """Yield word, frequency and tag of our own list; a malformed row raises ValueError."""
    for number, line in enumerate(_listed("userdict.txt"), 1):
        if not line:
            continue
        parts = line.split(" ")
        if len(parts) != 3 or not parts[1].isdigit():
            raise ValueError(f"userdict.txt, line {number}: expected word, frequency, tag")
        yield parts[0], int(parts[1]), parts[2]


def _listed(name: str) -> list[str]:
    """Return the lines of a word list, comments emptied."""
    text = resources.files("ingest").joinpath("lexicon", name).read_text("utf-8")
    return ["" if line.startswith("#") else line for line in text.splitlines()]


class _Known(dict[str, bool]):
    """Whether a word is worth indexing, remembered: the words of a text are few, most of them again and again."""

    def __missing__(self, word: str) -> bool:
        if len(self) >= REMEMBERED:
            self.clear()
        found = self[word] = word not in stop_words() and _USEFUL.search(word) is not None
        return found


@cache
def _known() -> _Known:
    return _Known()


def noun(word: str) -> bool:
    """Say whether the dictionary has a word as a common noun, no name of a person, place or body."""
    found = _cutter().tags(word)
    return len(found) == 1 and found[0][1].startswith("n") and not found[0][1].startswith(("nr", "ns", "nt"))


@cache
def _cutter() -> Cutter:
    """Return the tokenizer: rjieba where installed, else jieba; both cut alike."""
    return _fast() if find_spec("rjieba") else _plain()


def _fast() -> Cutter:
    tokenizer = _rust()()
    for word, frequency, tag in user_words():
        tokenizer.add_word(word, frequency, tag)
    return _Fast(tokenizer)


def _rust() -> type[rjieba.Jieba]:
    """Return rjieba's tokenizer without its package, which reads the dictionary once more for one of its own: 0.1 s."""
    package = find_spec("rjieba")
    found = PathFinder.find_spec("rjieba.rjieba", package.submodule_search_locations) if package else None
    if found is None or found.loader is None:
        raise ImportError("rjieba")
    module = module_from_spec(found)
    found.loader.exec_module(module)
    tokenizer: type[rjieba.Jieba] = module.Jieba
    return tokenizer


def _plain() -> Cutter:
    import jieba

    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    tokenizer.initialize()
    for word, frequency, tag in user_words():
        tokenizer.add_word(word, frequency, tag)
    return _Plain(tokenizer)


class _Fast:
    def __init__(self, tokenizer: object) -> None:
        self._tokenizer = tokenizer

    def cut(self, text: str) -> list[str]:
        words: list[str] = self._tokenizer.cut(text, hmm=False)  # type: ignore[attr-defined]
        return words

    def tags(self, text: str) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = self._tokenizer.tag(text, hmm=False)  # type: ignore[attr-defined]
        return found


class _Plain:
    def __init__(self, tokenizer: object) -> None:
        self._tokenizer = tokenizer

    def cut(self, text: str) -> list[str]:
        return list(self._tokenizer.cut(text, HMM=False))  # type: ignore[attr-defined]

    def tags(self, text: str) -> list[tuple[str, str]]:
        from jieba import posseg

        return [(pair.word, pair.flag) for pair in posseg.POSTokenizer(self._tokenizer).cut(text, HMM=False)]
