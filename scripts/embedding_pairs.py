"""Training pairs drawn from unlabelled articles: what a reader might type → the article."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from tokenizers import Tokenizer

from scripts.embedding_table import Batch, Ids
from scripts.law_texts import Article

_FIRST = re.compile(r"[，。；：,;:]")
# Shares of the kinds of pairs: title and chapter, first clause → rest, sampled words, a span of words.
SHARES = (0.25, 0.25, 0.25, 0.25)


@dataclass(frozen=True, slots=True)
class Tokens:
    """An article as token ids; ``first`` is the number of tokens of its first clause."""

    head: Ids
    body: Ids
    first: int


def tokenize(tokenizer: Tokenizer, articles: Sequence[Article]) -> list[Tokens]:
    """Return the token ids of each distinct article with at least six tokens."""
    distinct = list({article.text: article for article in articles}.values())
    cuts = [_FIRST.search(article.text) for article in distinct]
    first = encode(tokenizer, [a.text[: c.end()] if c else "" for a, c in zip(distinct, cuts, strict=True)])
    rest = encode(tokenizer, [a.text[c.end() :] if c else a.text for a, c in zip(distinct, cuts, strict=True)])
    heads = encode(tokenizer, [f"{a.title}，{a.chapter}" for a in distinct])
    joined = (Tokens(h, np.concatenate([f, r]), len(f)) for h, f, r in zip(heads, first, rest, strict=True))
    return [tokens for tokens in joined if len(tokens.body) >= 6]


def encode(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Ids]:
    """Return the token ids of each text."""
    return [np.array(e.ids, dtype=np.int64) for e in tokenizer.encode_batch(list(texts), add_special_tokens=False)]


def batches(corpus: Sequence[Tokens], size: int, count: int, rng: np.random.Generator) -> Iterator[Batch]:
    """Yield ``count`` batches of ``size`` pairs (what is typed, article), each article once before any comes again."""
    order = np.empty(0, dtype=np.int64)
    for _ in range(count):
        if len(order) < size:
            order = rng.permutation(len(corpus))
        taken, order = order[:size], order[size:]
        pairs = [_pair(corpus[i], rng) for i in taken]
        yield Batch([left for left, _ in pairs], [right for _, right in pairs])


def _pair(tokens: Tokens, rng: np.random.Generator) -> tuple[Ids, Ids]:
    """Draw one pair; a kind that the article cannot give becomes a span."""
    body = tokens.body
    kind = rng.choice(4, p=SHARES)
    if kind == 0 and len(tokens.head):
        return tokens.head, body
    if kind == 1 and tokens.first and len(body) - tokens.first >= 4:
        return body[: tokens.first], body[tokens.first :]
    if kind == 2:
        return rng.choice(body, size=min(len(body), int(rng.integers(3, 9))), replace=False), body
    length = min(len(body) // 2, int(rng.integers(4, 16)))
    start = int(rng.integers(0, len(body) - length + 1))
    rest = np.concatenate([body[:start], body[start + length :]])
    return body[start : start + length], rest
