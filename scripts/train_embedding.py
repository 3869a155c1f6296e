"""Train the shipped embedding: a table of word vectors, first on unlabelled law texts, then on the benchmark's questions and on ours.

    python -m scripts.train_embedding [--shared ../shared] [--work build/embedding] [--words words.vector] [--out kg/vectors/model] [--measure]

``--measure`` prints the two-fold cross-validation (the tuned half never sees the questions it is scored on) and writes no model.
``--words`` names the vectors of general text (see scripts/embedding_words.py); they are looked for in the work folder.
The first table is kept in the work folder and taken from there again where the settings are the same.
"""

from __future__ import annotations

import argparse
import hashlib
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from scripts import embedding_pairs, embedding_table, embedding_tokenizer, embedding_tuning, embedding_words, embedding_written, law_texts

WORDS = "words.vector"


@dataclass(frozen=True, slots=True)
class Settings:
    """Size of the table and how it is first trained."""

    pieces: int = 33_000
    dim: int = 256
    steps: int = 3000
    batch: int = 512
    rate: float = 0.05
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Base:
    """The table before it has seen a question, shape (pieces, dim), and its tokenizer."""

    tokenizer: Tokenizer
    weights: NDArray[np.float32]


def main() -> None:
    """Read the arguments, then measure or write the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, default=Path("../shared"))
    parser.add_argument("--work", type=Path, default=Path("build/embedding"))
    parser.add_argument("--words", type=Path)
    parser.add_argument("--out", type=Path, default=Path("kg/vectors/model"))
    parser.add_argument("--measure", action="store_true")
    arguments = parser.parse_args()
    words = arguments.words or arguments.work / WORDS
    if not words.is_file():
        parser.error(f"{words} is missing: scripts/embedding_words.py says where it comes from")
    base = prepared(arguments.shared, arguments.work, Settings())
    with tempfile.TemporaryDirectory() as folder:
        benchmark = benchmark_of(arguments.shared, base, Path(folder))
        weights = widened(base, benchmark, words)
        if arguments.measure:
            show(embedding_tuning.cross_validate(benchmark, weights, embedding_tuning.Tuning()))
            return
        table = embedding_table.thawed(weights)
        benchmark.tune(table, benchmark.questions, embedding_tuning.Tuning())
    embedding_table.store(arguments.out, base.tokenizer, table.weight.detach().numpy())
    print(f"wrote {arguments.out}")


def benchmark_of(shared: Path, base: Base, folder: Path) -> embedding_tuning.Benchmark:
    """Read the benchmark; its lexical index goes into the folder."""
    source = shared / "retrieval"
    asked = law_texts.questions(source)
    return embedding_tuning.Benchmark(law_texts.passages(source), asked, embedding_written.read(asked), base.tokenizer, folder)


def widened(base: Base, benchmark: embedding_tuning.Benchmark, words: Path) -> NDArray[np.float32]:
    """Return the table with what general text says of the words that the benchmark's articles use seldom."""
    vocabulary = base.tokenizer.get_vocab()
    pieces = sorted(vocabulary, key=vocabulary.__getitem__)
    uses = np.bincount(np.concatenate(benchmark.passage_tokens), minlength=len(pieces))
    return embedding_words.blend(base.weights, pieces, uses, embedding_words.read(words))


def prepared(shared: Path, work: Path, settings: Settings) -> Base:
    """Return the first table, from the work folder where it was made with the same settings and code."""
    weights = kept(work, settings)
    folder = weights.parent
    if not weights.is_file():
        folder.mkdir(parents=True, exist_ok=True)
        made = _first(shared, settings)
        made.tokenizer.save(str(folder / "tokenizer.json"))
        np.save(folder / "weights.new.npy", made.weights)
        (folder / "weights.new.npy").replace(weights)
    return Base(Tokenizer.from_file(str(folder / "tokenizer.json")), np.load(weights))


def kept(work: Path, settings: Settings) -> Path:
    """Return where the first table of these settings and this code lies once it is made."""
    code = b"".join(Path(module.__file__ or "").read_bytes() for module in (embedding_pairs, embedding_table, embedding_tokenizer, law_texts))
    return work / hashlib.sha256(repr(settings).encode() + code).hexdigest()[:12] / "weights.npy"


def _first(shared: Path, settings: Settings) -> Base:
    """Make the tokenizer and train the table on unlabelled texts."""
    torch.set_num_threads(1)
    begun = time.monotonic()
    passages = law_texts.passages(shared / "retrieval")
    articles = [*law_texts.articles(shared / "laws.tar.xz"), *law_texts.paragraphs(shared / "corpus")]
    articles += [law_texts.Article(passage.document, "", passage.text) for passage in passages]
    titles = dict.fromkeys(f"{article.title} {article.chapter}" for article in articles)
    counts = embedding_tokenizer.count_words([*(article.text for article in articles), *titles])
    tokenizer = embedding_tokenizer.make(counts, settings.pieces)
    corpus = embedding_pairs.tokenize(tokenizer, articles)
    seen = np.bincount(np.concatenate([tokens.body for tokens in corpus]), minlength=tokenizer.get_vocab_size())
    table = embedding_table.start(seen / seen.sum(), settings.dim, settings.seed)
    print(f"{len(corpus):,} articles, {len(seen):,} pieces, {time.monotonic() - begun:.0f} s", flush=True)
    drawn = embedding_pairs.batches(corpus, settings.batch, settings.steps, np.random.default_rng(settings.seed))
    embedding_table.train(table, drawn, settings.steps, settings.rate)
    print(f"trained in {time.monotonic() - begun:.0f} s", flush=True)
    return Base(tokenizer, table.weight.detach().numpy())


def show(found: dict[str, tuple[embedding_tuning.Figures, embedding_tuning.Figures]]) -> None:
    """Print the figures of each ranking over all questions and over those with unseen articles."""
    every, unseen = next(iter(found.values()))
    print(f"{'':14} {every.questions} questions, two folds     {unseen.questions} with unseen articles")
    print(f"{'':14} nDCG@10   R@30  R@100    nDCG@10   R@30  R@100")
    for name, pair in found.items():
        print(f"{name:14} " + "    ".join(f"{f.ndcg10:7.4f} {f.recall30:6.4f} {f.recall100:6.4f}" for f in pair))


if __name__ == "__main__":
    main()
