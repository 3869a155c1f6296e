"""Words that law texts use seldom: their vectors from general text, mapped into the table's space.

The vectors are those of the package synonyms 3.10.2 (MIT licence; 125,796 words of the Chinese Wikipedia, 100 numbers each):
``pip download --no-deps synonyms==3.10.2``, then ``synonyms-3.10.2/synonyms/data/words.vector`` out of the archive.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]
# Uses of a word in the articles that weigh as much as what general text says of it: 10, 50, 200 and 1,000 give nDCG@10 .457, .456, .460 and .455,
# Recall@30 .685, .687, .688 and .684 before words are left out at random.
SELDOM = 50
# The map is fitted to words with so many uses, and pulled towards zero by so much.
FITTED = 50
RIDGE = 10.0


@dataclass(frozen=True, slots=True)
class WordVectors:
    """Words and their vectors, shape (words, 100)."""

    words: Sequence[str]
    rows: Rows


def read(path: Path) -> WordVectors:
    """Read a file in word2vec's binary form: a line with the two counts, then each word, a space and its little-endian floats."""
    content = path.read_bytes()
    end = content.index(b"\n")
    count, dim = map(int, content[:end].split())
    words, rows, at = [], np.empty((count, dim), np.float32), end + 1
    for number in range(count):
        space = content.index(b" ", at)
        words.append(content[at:space].decode("utf-8", "replace").strip())
        rows[number] = np.frombuffer(content, "<f4", dim, space + 1)
        at = space + 1 + 4 * dim
    return WordVectors(words, rows)


def blend(table: Rows, pieces: Sequence[str], uses: NDArray[np.int64], known: WordVectors) -> Rows:
    """Return the table with the direction of each known piece drawn towards its mapped vector, the more the fewer its uses; lengths stay.

    ``pieces``: the word of each row. ``uses``: how often each stands in the articles. The map is the ridge regression of the table's
    directions on the vectors, each word with the root of its uses (2,000 at most) as weight.
    """
    place = {word: number for number, word in enumerate(known.words)}
    rows = np.array([number for number, piece in enumerate(pieces) if piece in place])
    given = _unit(known.rows[[place[pieces[number]] for number in rows]])
    given = np.hstack([given, np.ones((len(given), 1), np.float32)])
    lengths = np.linalg.norm(table[rows], axis=1, keepdims=True)
    directions, seen = _unit(table[rows]), uses[rows]
    fitted = seen >= FITTED
    weighed = given[fitted] * np.sqrt(np.minimum(seen[fitted], 2000))[:, None]
    mapping = np.linalg.solve(weighed.T @ given[fitted] + RIDGE * np.eye(given.shape[1]), weighed.T @ directions[fitted])
    share = (SELDOM / (seen + SELDOM))[:, None]
    out = table.copy()
    out[rows] = _unit((1 - share) * directions + share * _unit(given @ mapping)) * lengths
    return out


def _unit(rows: NDArray[np.floating]) -> Rows:
    return np.asarray(rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9), np.float32)
