"""The embedding's tokenizer: the most frequent words with jieba's frequencies, cut by the likeliest path (a Unigram model)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable

import jieba
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

from ingest.flow import fold
from ingest.words import segment, user_words

UNKNOWN = "[UNK]"
_WORD = re.compile(r"[0-9a-z]+|[\u3400-\u9fff]+")
# Numbers beyond this length are cut into shorter ones: their digits mean nothing by themselves.
LONGEST_NUMBER = 4


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Count the words of the texts, folded and in lower case."""
    counts: Counter[str] = Counter()
    for text in texts:
        counts.update(word for word in segment(fold(text).lower()) if _WORD.fullmatch(word))
    return counts


def make(counts: Counter[str], size: int) -> Tokenizer:
    """Return a tokenizer of at most ``size`` pieces: every frequent character, letter and digit, then the most frequent words."""
    characters = Counter[str]()
    for word, count in counts.items():
        for character in word:
            characters[character] += count
    kept = [character for character, count in characters.most_common() if count >= 20]
    known = set(kept)
    for word, _ in counts.most_common():
        if len(kept) >= size - 1:
            break
        if word not in known and not (word.isdigit() and len(word) > LONGEST_NUMBER):
            known.add(word)
            kept.append(word)
    tokenizer = Tokenizer(models.Unigram([(UNKNOWN, 0.0), *_scores(kept)], 0, False))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.Replace(Regex(r"(?<![0-9a-z])\s+|\s+(?![0-9a-z])"), ""),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(r"[^0-9a-z\x{3400}-\x{9fff}]+"), "removed"),
            pre_tokenizers.Split(Regex(r"[0-9a-z]+"), "isolated"),
        ]
    )
    return tokenizer


def _scores(words: list[str]) -> list[tuple[str, float]]:
    """Return the words with their log probabilities in jieba's dictionary and our list; unlisted ones count as seen once."""
    dictionary = jieba.Tokenizer()
    dictionary.initialize()
    for word, frequency, tag in user_words():
        dictionary.add_word(word, frequency, tag)
    total = math.log(dictionary.total)
    return [(word, math.log(dictionary.FREQ.get(word) or 1) - total) for word in words]
