"""Scores of words and vectors made one: scaled, added, and lifted by the document they stand in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

# Two-fold cross-validation on the retrieval benchmark (tests/bench/retrieval.py): weights .3, .6, .7, .8 and 1 give nDCG@10 .446, .470, .477, .482
# and .491, Recall@30 .663, .699, .705, .709 and .713 and, on questions whose articles the other fold never names, nDCG@10 .522, .524, .523, .518 and
# .512. On our sets of questions over policies .6, .7 and .8 cite the right clause first in as many (tune2 92, 92, 93 %). The prior after fusion was
# chosen on an earlier table: .2 and .4 gave nDCG@10 .451 and .453.
WEIGHT = 1.6
PRIOR = 0.4
PRIOR_DEPTH = 5
# Clauses that each side proposes.
POOL = 200


def fuse(
    words: Mapping[str, float],
    nearest: Mapping[str, float],
    cosines: Mapping[str, float],
    owner: Mapping[str, str],
    *,
    weight: float = WEIGHT,
    prior: float = PRIOR,
) -> dict[str, float]:
    """Return the fused score of every clause that words or vectors propose, best first.

    ``words``: BM25 of the clauses that words propose, without a document prior. ``nearest``: cosines of those that vectors propose.
    ``cosines``: those of the clauses that words alone propose (missing ones count as the least of ``nearest``). ``owner``: the document of each clause.
    """
    by_words = _scaled(words, words)
    by_vectors = _scaled({**cosines, **nearest}, nearest)
    fused = {clause: by_words.get(clause, 0.0) + weight * by_vectors.get(clause, 0.0) for clause in {**words, **nearest}}
    return lifted(fused, owner, prior)


def lifted(scores: Mapping[str, float], owner: Mapping[str, str], prior: float) -> dict[str, float]:
    """Return the scores with ``prior`` times the mean of their document's five best added (missing ones count as zero), best first."""
    best: defaultdict[str, list[float]] = defaultdict(list)
    for clause in sorted(scores, key=lambda clause: -scores[clause]):
        if len(best[owner[clause]]) < PRIOR_DEPTH:
            best[owner[clause]].append(scores[clause])
    share = {document: prior * sum(found) / PRIOR_DEPTH for document, found in best.items()}
    out = {clause: score + share[owner[clause]] for clause, score in scores.items()}
    return dict(sorted(out.items(), key=lambda item: (-item[1], item[0])))


def _scaled(scores: Mapping[str, float], among: Mapping[str, float]) -> dict[str, float]:
    """Return the scores with the range of ``among`` scaled to 0–1, lower ones cut to 0; a single value becomes 1."""
    if not among:
        return {}
    low, high = min(among.values()), max(among.values())
    if high == low:
        return {clause: float(score >= low) for clause, score in scores.items()}
    return {clause: max(0.0, (score - low) / (high - low)) for clause, score in scores.items()}
