"""Fitting the table to the benchmark's questions, and measuring it by two-fold cross-validation beside BM25."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from kg import fusion, lexical
from scripts import embedding_table as tables
from scripts.embedding_pairs import encode
from scripts.law_texts import AskedQuestion, Passage

DEPTH = 30  # wrong hits of BM25 that negatives are drawn from
Ranking = Mapping[str, Sequence[str]]  # question id → passage ids, best first


@dataclass(frozen=True, slots=True)
class Tuning:
    """How the table is fitted to the questions; ``negatives`` are drawn for each pair from the first ``depth`` wrong hits of BM25.

    ``dropped`` is the share of words left out at random each time, so that no question is learned by heart: without it nDCG@10 is .008 lower.
    The benchmark's own questions are seen ``times`` as often as those written for the project.
    """

    times: int = 2
    epochs: int = 6
    rate: float = 0.03
    batch: int = 128
    negatives: int = 8
    dropped: float = 0.4
    depth: int = DEPTH
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Figures:
    """Measures over some questions."""

    questions: int
    ndcg10: float
    recall30: float
    recall100: float


class Benchmark:
    """The questions and passages with their tokens and BM25's hits, everything that tuning and measuring need."""

    def __init__(
        self, passages: Sequence[Passage], questions: Sequence[AskedQuestion], written: Sequence[AskedQuestion], tokenizer: Tokenizer, folder: Path
    ) -> None:
        """Tokenize all and build the lexical index in an empty folder; ``written`` are questions to learn from that nothing is measured on."""
        self.passages, self.questions, self.written = passages, questions, written
        self.row = {passage.id: i for i, passage in enumerate(passages)}
        self.owner = {passage.id: passage.document for passage in passages}
        self.passage_tokens = encode(tokenizer, [f"{p.document}，{p.text}" for p in passages])
        every = [*questions, *written]
        self.question_tokens = {q.id: ids for q, ids in zip(every, encode(tokenizer, [q.text for q in every]), strict=True)}
        lexical.build(folder, (lexical.Entry(p.id, p.document, p.document, p.name, "", p.text) for p in passages))
        index = lexical.LexicalIndex.open(folder)
        depths = [(questions, fusion.POOL), (written, DEPTH + 1)]
        self.words = {q.id: {h.clause: h.score for h in index.search(q.text, depth, prior=0.0)} for some, depth in depths for q in some}

    def tune(self, table: torch.nn.EmbeddingBag, questions: Sequence[AskedQuestion], how: Tuning) -> None:
        """Fit the table, in place, to questions of the benchmark and to those written, and their articles."""
        pairs = [(question, gold) for question in (*questions, *self.written) for gold in question.gold]
        pairs += [(question, gold) for question in questions for gold in question.gold] * (how.times - 1)
        steps = how.epochs * len(range(0, len(pairs) - how.batch // 2, how.batch))
        tables.train(table, self._batches(pairs, how), steps, how.rate)

    def ranked(self, table: NDArray[np.float32], asked: NDArray[np.float32], questions: Sequence[AskedQuestion]) -> dict[str, dict[str, list[str]]]:
        """Return the rankings of words, words with prior, vectors, and both fused; ``table`` and ``asked`` hold unit rows of passages and questions."""
        out: dict[str, dict[str, list[str]]] = {"words": {}, "words + prior": {}, "vectors": {}, "fused": {}}
        for vector, question in zip(asked, questions, strict=True):
            words = self.words[question.id]
            cosines = table @ vector
            top = np.argpartition(-cosines, fusion.POOL)[: fusion.POOL]
            nearest = {self.passages[i].id: float(cosines[i]) for i in top[np.argsort(-cosines[top])]}
            others = {one: float(cosines[self.row[one]]) for one in words}
            out["words"][question.id] = list(words)
            out["words + prior"][question.id] = list(fusion.lifted(words, self.owner, lexical.PRIOR))
            out["vectors"][question.id] = list(nearest)
            out["fused"][question.id] = list(fusion.fuse(words, nearest, others, self.owner))
        return out

    def _batches(self, pairs: Sequence[tuple[AskedQuestion, str]], how: Tuning) -> Iterator[tables.Batch]:
        """Yield batches of pairs with their mined negatives; an article that also answers a question is masked, not pushed away."""
        rng = np.random.default_rng(how.seed)
        wrong = {q.id: [one for one in list(self.words[q.id])[: how.depth] if one not in q.gold] for q, _ in pairs}
        for _ in range(how.epochs):
            order = rng.permutation(len(pairs))
            for begin in range(0, len(order) - how.batch // 2, how.batch):
                chosen = [pairs[i] for i in order[begin : begin + how.batch]]
                right = [gold for _, gold in chosen]
                right += [str(rng.choice(wrong[q.id])) for q, _ in chosen for _ in range(how.negatives)]
                also = np.array([[one in q.gold and j != i for j, one in enumerate(right)] for i, (q, _) in enumerate(chosen)])
                left = [thinned(self.question_tokens[q.id], how.dropped, rng) for q, _ in chosen]
                yield tables.Batch(left, [thinned(self._tokens(one), how.dropped, rng) for one in right], also)

    def _tokens(self, passage: str) -> tables.Ids:
        return self.passage_tokens[self.row[passage]]


def thinned(tokens: tables.Ids, dropped: float, rng: np.random.Generator) -> tables.Ids:
    """Return the tokens without a random share of them; all of them where fewer than two would stay."""
    kept = tokens[rng.random(len(tokens)) >= dropped]
    return kept if len(kept) > 1 else tokens


def cross_validate(benchmark: Benchmark, base: NDArray[np.float32], how: Tuning) -> dict[str, tuple[Figures, Figures]]:
    """Tune on each half of the questions and rank the other; return for each ranking its figures over all questions and over those with unseen articles."""
    merged: defaultdict[str, dict[str, list[str]]] = defaultdict(dict)
    unseen: list[AskedQuestion] = []
    for fold in (0, 1):
        train = [q for q in benchmark.questions if q.fold != fold]
        test = [q for q in benchmark.questions if q.fold == fold]
        table = tables.thawed(base)
        benchmark.tune(table, train, how)
        rows = tables.embed(table, benchmark.passage_tokens)
        asked = tables.embed(table, [benchmark.question_tokens[q.id] for q in test])
        for name, ranking in benchmark.ranked(rows, asked, test).items():
            merged[name].update(ranking)
        named = {gold for q in train for gold in q.gold}
        unseen += [q for q in test if not named.intersection(q.gold)]
    return {name: (measure(ranking, benchmark.questions), measure(ranking, unseen)) for name, ranking in merged.items()}


def measure(ranking: Ranking, questions: Sequence[AskedQuestion]) -> Figures:
    """Return nDCG@10, Recall@30 and Recall@100, each the mean over the questions."""
    ndcg, recall = 0.0, {30: 0.0, 100: 0.0}
    for question in questions:
        found, gold = ranking.get(question.id, ()), set(question.gold)
        gain = sum(1 / math.log2(rank + 1) for rank, one in enumerate(found[:10], 1) if one in gold)
        ndcg += gain / sum(1 / math.log2(rank + 1) for rank in range(1, min(10, len(gold)) + 1))
        for depth in recall:
            recall[depth] += len(gold.intersection(found[:depth])) / len(gold)
    count = max(1, len(questions))
    return Figures(len(questions), ndcg / count, recall[30] / count, recall[100] / count)
