"""The experiment behind the weights by which a figure is picked (kg/figures.toml).

``python -m tests.evaluate.figures [--write]``: over the dev questions and the project's own but for those only measured, the figures of the clauses
proposed are told apart by a softmax over their features. Each eighth of the documents is answered with weights learned on all others; the table
says how often the first figure is right. ``--write`` learns on all and writes the weights.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg import build
from kg.answering import amount, weigh
from kg.answering.evidence import Candidate, Evidence, gather
from kg.answering.figure import Figure
from kg.answering.weigh import FEATURES
from kg.config import BASE
from kg.question import parse
from kg.shelf import Shelf
from tests.evaluate import questions, scores

RIDGES = (0.03, 0.1, 0.3, 1.0, 3.0)
FOLDS = 8
STEPS = 300
RATE = 0.05
DATA = scores.ROOT / "kg" / "figures.toml"
# What speaks for a figure by what it is, and what speaks against it: few cases must not turn that round.
FOR = [FEATURES.index(name) for name in ("own", "key", "pair", "same", "tier", "per", "case", "around", "max", "fit", "unit")]
AGAINST = [FEATURES.index(name) for name in ("other", "plain", "miss", "rival", "changed", "capped_exact")]
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Case:
    """A question with the features of each figure that may answer it, and which of them are right."""

    id: str
    half: str
    document: str
    features: Array
    right: NDArray[np.bool_]


def cases(shelf: Shelf, half: str, gold: Sequence[dict[str, Any]]) -> Iterator[Case]:
    """Yield the questions that ask for a figure and have one right among those proposed."""
    on = date.fromisoformat(scores.ON)
    for label in gold:
        if label["type"] not in ("ceiling", "amount") or not isinstance(label.get("value"), int | float):
            continue
        evidence = gather(shelf, parse(label["question"], on, shelf.known))
        holders = amount.having(evidence)
        if not holders:
            continue
        found = [f for f in weigh.figures(evidence, holders) if f.unit in amount.units_in(evidence.question)]
        right = np.array([_right(f, label, shelf) for f in found], dtype=bool)
        if right.any():
            yield Case(label["id"], half, label["document"][0], _features(evidence, holders, found), right)


def _right(figure: Figure, label: dict[str, Any], shelf: Shelf) -> bool:
    clause = shelf.clauses([figure.clause])[figure.clause]
    titles = [re.sub(r"\s", "", title) for title in label["document"]]
    values = [float(v) for v in (figure.value, figure.high) if v]
    same = any(abs(v - label["value"]) < 1e-6 for v in values) and figure.unit == label.get("unit", figure.unit)
    return same and re.sub(r"\s", "", shelf.documents[clause.document].title) in titles


def _features(evidence: Evidence, holders: Sequence[Candidate], found: Sequence[Figure]) -> Array:
    """Return a row of feature values for each figure."""
    part = amount.parts_of(evidence.question)[0]
    column = {name: i for i, name in enumerate(FEATURES)}
    out = np.zeros((len(found), len(FEATURES)))
    said = weigh.hints(evidence, part, found)
    told = weigh.fixed(part, sorted({f.unit for f in found}))
    fit = amount.fits(evidence, holders)
    for row, figure in zip(out, found, strict=True):
        for hint in said:
            row[column[hint.feature]] += hint.value * (hint.text in figure.held(hint.field))
        for name in (*told["bound"][figure.bound], *told["unit"][figure.unit], *told["purpose"][figure.purpose]):
            row[column[name]] += 1
        row[column["fit"]] = fit[figure.clause]
    return out


def learn(given: Sequence[Case], ridge: float) -> Array:
    """Return the weights under which the right figures are likeliest; ``ridge`` holds them small."""
    features, right, there = padded(given)
    weights = np.zeros(len(FEATURES))
    first = np.zeros_like(weights)
    second = np.zeros_like(weights)
    for step in range(1, STEPS + 1):
        points = np.where(there, features @ weights, -np.inf)
        share = np.exp(points - points.max(axis=1, keepdims=True))
        held = share * right
        over = share / share.sum(axis=1, keepdims=True) - held / held.sum(axis=1, keepdims=True)
        slope = ridge * weights + np.einsum("ijk,ij->k", features, over)
        first = 0.9 * first + 0.1 * slope
        second = 0.99 * second + 0.01 * slope * slope
        weights -= RATE * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
        weights[FOR] = np.maximum(weights[FOR], 0)
        weights[AGAINST] = np.minimum(weights[AGAINST], 0)
    return weights


def padded(given: Sequence[Case]) -> tuple[Array, NDArray[np.bool_], NDArray[np.bool_]]:
    """Return features (cases x figures x features), which figures are right and which there are; cases with fewer figures than the longest are filled up."""
    most = max(len(case.right) for case in given)
    features = np.zeros((len(given), most, len(FEATURES)))
    right, there = np.zeros((len(given), most), dtype=bool), np.zeros((len(given), most), dtype=bool)
    for i, case in enumerate(given):
        features[i, : len(case.right)], right[i, : len(case.right)], there[i, : len(case.right)] = case.features, case.right, True
    return features, right, there


def fold(document: str) -> int:
    """Return the part that a document's questions are in."""
    return zlib.crc32(document.encode()) % FOLDS


def hit(case: Case, weights: Array) -> bool:
    """Say whether the figure with most points is right."""
    return bool(case.right[int(np.argmax(np.round(case.features @ weights, 6)))])


def sets(work: Path) -> Iterator[Case]:
    """Yield the cases of all questions that may be looked at."""
    corpus = scores.SHARED / "corpus"
    build.ingest(work / "real", [corpus], base=BASE)
    shelf = Shelf.open(work / "real")
    dev = scores.SHARED / "eval" / "gold" / "dev.questions.jsonl"
    yield from cases(shelf, "dev", [json.loads(line) for line in dev.read_text("utf-8").splitlines() if line.strip()])
    for half in (half for half in questions.REAL if half not in questions.HELD):
        yield from cases(shelf, half, questions.expand(questions.gold(half), corpus))
    for half in (half for half in questions.INVENTED if half not in questions.HELD):
        build.ingest(work / half, [questions.texts(half)], base=BASE)
        yield from cases(Shelf.open(work / half), half, questions.expand(questions.gold(half), questions.texts(half)))


def main() -> int:
    """Print the table, and the questions that fail; write the weights where asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the weights learned on all questions")
    parser.add_argument("--ridge", type=float, default=1.0)
    parser.add_argument("--errors", action="store_true", help="print what is picked wrong when the document is left out")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        given = list(sets(Path(folder)))
    sizes = Counter(case.half for case in given)
    for ridge in RIDGES:
        hits: Counter[str] = Counter()
        wrong = []
        for part in range(FOLDS):
            weights = learn([case for case in given if fold(case.document) != part], ridge)
            for case in given:
                if fold(case.document) == part:
                    hits[case.half] += hit(case, weights)
                    wrong += [] if hit(case, weights) else [case.id]
        print(f"ridge {ridge}: {sum(hits.values())} of {len(given)}", {half: f"{hits[half]}/{n}" for half, n in sizes.items()})
        if arguments.errors and ridge == arguments.ridge:
            print(" ".join(wrong))
    weights = learn(given, arguments.ridge)
    lines = [f"{name} = {value:.2f}" for name, value in zip(FEATURES, weights, strict=True)]
    print("\n".join(lines))
    if arguments.write:
        head = DATA.read_text("utf-8").split("[weights]")[0]
        DATA.write_text(f"{head}[weights]\n" + "\n".join(lines) + "\n", "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
