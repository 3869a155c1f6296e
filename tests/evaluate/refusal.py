"""The experiment behind the trust below which a clause is near but no answer (kg/answering/evidence.py).

``python -m tests.evaluate.refusal``: over the dev questions and the project's own but for those only measured, every question is answered
without a threshold; for each threshold the table says how many unanswerable questions would be answered and how many right answers lost,
apart for questions that name a document. Then the threshold is chosen on one fold (CRC32 of the id mod 2) and counted on the other: a wrong
answer costs COST right ones.
"""

from __future__ import annotations

import json
import sys
import tempfile
import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kg import build, present
from kg.answering import ask, evidence
from kg.config import BASE
from kg.question import parse
from kg.shelf import Shelf
from tests.evaluate import questions, scores

COST = 3
STEPS = tuple(round(0.6 + 0.05 * i, 2) for i in range(20))


@dataclass(frozen=True, slots=True)
class Asked:
    """A question answered without a threshold: its fold, whether it names a document, whether it has an answer, whether the answer is right."""

    fold: int
    named: bool
    none: bool
    right: bool
    trust: float


def asked(shelf: Shelf, gold: list[dict[str, Any]]) -> list[Asked]:
    """Answer every question without a threshold; those refused for another reason are left out."""
    scorer = scores.module(scores.SHARED / "eval" / "score_questions.py")
    on = date.fromisoformat(scores.ON)
    kept = evidence.SURE, evidence.SURE_NAMED
    evidence.SURE = evidence.SURE_NAMED = float("-inf")
    out = []
    try:
        for label in gold:
            answer = ask(shelf, label["question"], on)
            found = evidence.gather(shelf, parse(label["question"], on, shelf.known))
            chosen = next((c for c in found.candidates if answer.citations and c.clause.iri == answer.citations[0].clause), None)
            if answer.answered and chosen:
                right = bool(scorer.answer_correct(label, present.as_json(answer)))
                out.append(Asked(zlib.crc32(label["id"].encode()) % 2, bool(found.named), label["type"] == "none", right, chosen.trust))
    finally:
        evidence.SURE, evidence.SURE_NAMED = kept
    return out


def gain(rows: list[Asked], threshold: float) -> int:
    """Return right answers given less COST times the unanswerable questions answered."""
    return sum(r.right for r in rows if r.trust >= threshold) - COST * sum(r.none for r in rows if r.trust >= threshold)


def main() -> int:
    """Print the tables."""
    corpus = scores.SHARED / "corpus"
    if not corpus.is_dir():
        print("no ../shared with the real texts")
        return 0
    dev = [json.loads(line) for line in (scores.SHARED / "eval" / "gold" / "dev.questions.jsonl").read_text("utf-8").splitlines() if line.strip()]
    gold = [*dev, *(q for half in questions.REAL if half not in questions.HELD for q in questions.expand(questions.gold(half), corpus))]
    with tempfile.TemporaryDirectory() as folder:
        build.ingest(Path(folder) / "build", [corpus], base=BASE)
        rows = asked(Shelf.open(Path(folder) / "build"), gold)
        for half in (half for half in questions.INVENTED if half not in questions.HELD):
            build.ingest(Path(folder) / half, [questions.texts(half)], base=BASE)
            rows += asked(Shelf.open(Path(folder) / half), questions.expand(questions.gold(half), questions.texts(half)))
    for named in (False, True):
        mine = [r for r in rows if r.named == named]
        print(f"\n{'a document is named' if named else 'no document is named'}: {len(mine)} answered without a threshold")
        for step in STEPS:
            answered = sum(r.none for r in mine if r.trust >= step)
            lost = sum(r.right for r in mine if r.trust < step)
            print(f"  trust >= {step:4.2f}: unanswerable answered {answered:3}, right answers lost {lost:3}")
        for fold in (0, 1):
            best = max(STEPS, key=lambda step: gain([r for r in mine if r.fold == fold], step))
            other = [r for r in mine if r.fold != fold]
            print(f"  chosen on fold {fold}: {best:4.2f}; on the other fold it gains {gain(other, best)}, the best there {max(gain(other, s) for s in STEPS)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
