"""``python -m tests.bench.retrieval``: BM25, the embedding and both fused on the retrieval benchmark, by two-fold cross-validation.

The folds tune the table that has seen no question; where the work folder (build/embedding) does not hold the shipped one's, a smaller one is trained first.
"""

from __future__ import annotations

import dataclasses
import tempfile
import time
from pathlib import Path

import torch

from kg import lexical
from kg.lexical import Entry, LexicalIndex
from kg.vectors import encoder
from kg.vectors.index import VectorIndex
from scripts import embedding_tuning, law_texts, train_embedding
from tests.conftest import ROOT, SHARED

# Steps of the first training where the kept table is missing: two minutes of one core, and about .01 below the shipped model.
SHORT = 700


def main() -> None:
    """Print the seconds of the search's parts and, where the benchmark is present, the figures."""
    if not (SHARED / "retrieval" / "passages.jsonl.gz").is_file():
        print("retrieval: skipped, no ../shared/retrieval")
        return
    torch.set_num_threads(1)
    passages, questions = law_texts.passages(SHARED / "retrieval"), law_texts.questions(SHARED / "retrieval")
    with tempfile.TemporaryDirectory() as folder:
        speeds(Path(folder), passages[:2000], [question.text for question in questions[:300]])
        figures(Path(folder) / "benchmark")


def speeds(folder: Path, passages: list[law_texts.Passage], asked: list[str]) -> None:
    """Print what indexing, opening and asking 2,000 clauses take."""
    begun = time.perf_counter()
    model = encoder.load()
    model.encode([asked[0]])
    line("model read", time.perf_counter() - begun, 0.2)
    begun = time.perf_counter()
    lexical.build(folder / "words", (Entry(p.id, p.document, p.document, p.name, "", p.text) for p in passages))
    made = VectorIndex(model.dim, model.fingerprint)
    made.add([p.id for p in passages], model.encode([p.text for p in passages]))
    made.save(folder / "vectors")
    line("2,000 clauses indexed", time.perf_counter() - begun, 2.0)
    begun = time.perf_counter()
    words, vectors = LexicalIndex.open(folder / "words"), VectorIndex.open(folder / "vectors")
    line("both indexes opened", time.perf_counter() - begun, 0.05)
    for name, work, bar in (
        ("a question encoded", lambda text: model.encode([text]), 0.001),
        ("a question by words", lambda text: words.search(text, 30), 0.003),
        ("a question by vectors", lambda text: vectors.search(model.encode([text])[0], 30), 0.002),
    ):
        begun = time.perf_counter()
        for text in asked:
            work(text)
        line(name, (time.perf_counter() - begun) / len(asked), bar)


def figures(folder: Path) -> None:
    """Print the cross-validation."""
    work, settings = ROOT / "build" / "embedding", train_embedding.Settings()
    if not train_embedding.kept(work, settings).is_file():
        settings = dataclasses.replace(settings, steps=SHORT)
        print(f"the first table of the shipped model is not in build/embedding: one of {SHORT} steps stands in for it")
    base = train_embedding.prepared(SHARED, work, settings)
    benchmark = train_embedding.benchmark_of(SHARED, base, folder)
    weights, words = base.weights, work / train_embedding.WORDS
    if words.is_file():
        weights = train_embedding.widened(base, benchmark, words)
    else:
        print("the word vectors of general text are not in build/embedding: measured without them, about .01 below the shipped model")
    train_embedding.show(embedding_tuning.cross_validate(benchmark, weights, embedding_tuning.Tuning()))
    print("bars: fused nDCG@10 .445, R@30 .68")


def line(what: str, took: float, bar: float) -> None:
    """Print one figure and its bar."""
    print(f"{what:36} {took * 1000:9.2f} ms   bar {bar * 1000:7.1f} ms", flush=True)


if __name__ == "__main__":
    main()
