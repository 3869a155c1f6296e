"""Many texts to ids of words at a third of the tokenizer's cost: it is asked once for each stretch that no word of its vocabulary leaves or enters.

Nine in ten such islands are one word, and the same few come again and again. Tests hold the ids equal to the tokenizer's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import chain, pairwise

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer, models

# What this module knows how to cut: stretches of Han characters and of digits and letters, parted by all else.
_PARTED = (
    r'Sequence(pretokenizers=[Split(pattern=Regex("[^0-9a-z\x{3400}-\x{9fff}]+"), behavior=Removed, invert=False), '
    r'Split(pattern=Regex("[0-9a-z]+"), behavior=Isolated, invert=False)])'
)
_SPELLED = "0123456789abcdefghijklmnopqrstuvwxyz"
_HAN = range(0x3400, 0xA000)
# Islands that are remembered: the archive of laws (55 MB) has some 100,000, which take 15 MB.
KNOWN = 1 << 17


def fits(tokenizer: Tokenizer) -> bool:
    """Say whether a tokenizer cuts as this module does: its pieces lie between two signs that are neither Han, digit nor letter."""
    return isinstance(tokenizer.model, models.Unigram) and repr(tokenizer.pre_tokenizer) == _PARTED


class Islands:
    """Cuts texts between two characters that stand beside each other in no word, and remembers the ids of what lies between two cuts."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        """Learn from the vocabulary of a tokenizer that ``fits``."""
        # The cuts are made here, so that the model alone is asked.
        self._model = Tokenizer(tokenizer.model)
        vocabulary = tokenizer.get_vocab()
        # 0: between words; 1: digits and letters; 2: Han characters that no word has; then one each.
        self._kinds = np.zeros(0x10000, np.uint16)
        self._kinds[_HAN.start : _HAN.stop] = 2
        self._kinds[[ord(sign) for sign in _SPELLED]] = 1
        han = sorted({sign for word in vocabulary for sign in word if ord(sign) in _HAN})
        self._kinds[[ord(sign) for sign in han]] = np.arange(3, 3 + len(han))
        self._beside = np.zeros((3 + len(han), 3 + len(han)), bool)
        self._beside[1, 1] = True
        unknown = [2, *(kind for kind, sign in enumerate(han, 3) if sign not in vocabulary)]
        self._beside[np.ix_(unknown, unknown)] = True
        words = [word for word in vocabulary if len(word) > 1 and ord(word[0]) in _HAN]
        ahead = self._kinds_of("".join(word[:-1] for word in words))
        self._beside[ahead, self._kinds_of("".join(word[1:] for word in words))] = True
        self._known: dict[str, tuple[int, ...]] = {}

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the ids of the words of each text, which is folded."""
        whole = "\n".join(texts)
        if not whole:
            return [[] for _ in texts]
        kinds = self._kinds_of(whole)
        cuts = np.flatnonzero(~self._beside[kinds[:-1], kinds[1:]]) + 1
        islands = [whole[begin:end] for begin, end in pairwise([0, *cuts.tolist(), len(whole)])]
        found = [*map(self._known.get, islands)]
        if None in found:
            self._learn(islands)
            found = [*map(self._known.get, islands)]
        # A line break between two texts is an island of its own, before which a text ends.
        ends = np.cumsum([len(text) + 1 for text in texts])[:-1] - 1
        last = (np.searchsorted(cuts, ends) + 1).tolist()
        return [list(chain.from_iterable(found[begin:end])) for begin, end in pairwise([0, *last, len(islands)])]  # type: ignore[arg-type]

    def _learn(self, islands: Iterable[str]) -> None:
        new = set(islands) - self._known.keys()
        if len(self._known) + len(new) > KNOWN:
            self._known.clear()
            new = set(islands)
        asked = sorted(new)
        between = (self._kinds_of("".join(island[0] for island in asked)) == 0).tolist()
        for island, outside, found in zip(asked, between, self._model.encode_batch_fast(asked, add_special_tokens=False), strict=True):
            self._known[island] = () if outside else tuple(found.ids)

    def _kinds_of(self, text: str) -> NDArray[np.uint16]:
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        return self._kinds[np.minimum(codes, 0xFFFF)]
