"""Scores of words and vectors made one: scaled, added, and lifted by the document they stand in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

# Two-fold cross-validation on the retrieval benchmark (tests/bench/retrieval.py): weights 1.2, 1.4, 1.6, 1.8 and 2 with prior .4 give nDCG@10 .495,
# .497, .498, .498 and .497, Recall@30 .728, .731, .730, .728 and .727 and, on questions whose articles the other fold never names, .759, .762, .759,
# .755 and .752. Priors .2, .3 and .5 are up to .006 below .4. Answers from policies use another weight: kg/answering/evidence.py.
WEIGHT = 1.4
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
