"""Whether each answer follows from its query: ``python -m tests.evaluate.queries`` runs the stored query of every answered question by itself.

The rows must hold the facts shown; with a figure changed in a copy of the graph the same query must return the changed figure; and an answer
that rests on a document lapsed on the day asked says so and no other does, on both sides of each expiry.
"""

from __future__ import annotations

import json
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

from kg import build, sparql
from kg.answering import ask
from kg.config import BASE
from kg.shelf import Shelf
from kg.store import Store
from ontology.answers import AgencyFact, AmountFact, Answer, DateFact, DurationFact, ReferenceFact
from ontology.terms import PK
from tests.evaluate import questions, scores

CHANGED = 987654321


def unsupported(shelf: Shelf, answer: Answer) -> list[str]:
    """Return the facts of an answer that no row of its query holds."""
    rows = list(sparql.run(shelf.store, answer.sparql))
    cells = {cell for row in rows for cell in row.cells}
    missing = []
    for fact in answer.facts:
        if isinstance(fact, AgencyFact):
            held = fact.agency in cells
        elif isinstance(fact, AmountFact | DateFact | DurationFact):
            held = fact.value in cells
        elif isinstance(fact, ReferenceFact):
            held = not fact.title or fact.title in cells or any(fact.resolved == cell for cell in cells) or fact.resolved in {str(c) for c in cells}
        else:
            held = fact.kind == "count" or fact.value in cells
        if not held:
            missing.append(f"{fact.kind} {getattr(fact, 'value', getattr(fact, 'agency', getattr(fact, 'title', '')))}")
    return missing


def changed(shelf: Shelf, copy: Store, answer: Answer) -> bool | None:
    """Say whether the query returns a figure changed in the graph, None where the answer has none with a fact in its rows."""
    first = next((f for f in answer.facts if isinstance(f, AmountFact)), None)
    if first is None:
        return None
    rows = [r for r in sparql.run(shelf.store, answer.sparql) if r.get("value", object) == first.value and r.get("clause", object) == first.clause]
    fact = rows[0].need("fact", str)
    swap = "DELETE {{ GRAPH ?g {{ <{0}> <{1}> ?v }} }} INSERT {{ GRAPH ?g {{ <{0}> <{1}> {2} }} }} WHERE {{ GRAPH ?g {{ <{0}> <{1}> ?v }} }}"
    copy.inner.update(swap.format(fact, PK.value, f"{CHANGED}.0"))
    found = any(r.get("value", object) == CHANGED and r.get("fact", object) == fact for r in sparql.run(copy, answer.sparql))
    copy.inner.update(swap.format(fact, PK.value, f"{first.value:f}" + ("" if "." in f"{first.value:f}" else ".0")))
    return found


def silent(shelf: Shelf, answer: Answer) -> bool:
    """Say whether an answer keeps still about a lapsed document it rests on, or calls one lapsed that is not."""
    documents = {shelf.clauses([f.clause])[f.clause].document for f in answer.facts if f.clause in shelf.clauses([f.clause])}
    lapsed = any(shelf.documents[d].status(answer.on) == "lapsed" for d in documents)
    return lapsed != ("已失效" in answer.answer or "已到期" in answer.answer)


def check(texts: Path, asked: list[str]) -> tuple[list[str], int, int]:
    """Ask a build of a folder of texts; return the faults, and how many answers and changed figures were checked."""
    faults = []
    with tempfile.TemporaryDirectory() as folder:
        build.ingest(Path(folder) / "build", [texts], base=BASE)
        shelf = Shelf.open(Path(folder) / "build")
        copy = Store.memory()
        copy.inner.extend(shelf.store.inner)
        ends = sorted({d.ends for d in shelf.documents.values() if d.ends})
        days = [date.fromisoformat(scores.ON), *(day + timedelta(days=n) for day in ends for n in (0, 1))]
        checked = figures = 0
        for question in asked:
            answer = ask(shelf, question, days[0])
            if not answer.answered:
                continue
            checked += 1
            faults += [f"{question}: no row holds {what}" for what in unsupported(shelf, answer)]
            if (verdict := changed(shelf, copy, answer)) is not None:
                figures += 1
                faults += [] if verdict else [f"{question}: the changed figure does not come back"]
        for question in asked[::6]:
            for day in days:
                faults += [f"{question} on {day}: lapse not said, or said wrongly"] if silent(shelf, ask(shelf, question, day)) else []
    return faults, checked, figures


def main() -> int:
    """Check every question of the dev set and the project's own, over the real texts and the invented ones; print what fails."""
    if not (scores.SHARED / "corpus").is_dir():
        print("no ../shared with the real texts")
        return 0
    lines = (scores.SHARED / "eval" / "gold" / "dev.questions.jsonl").read_text("utf-8").splitlines()
    asked: dict[Path, list[str]] = {scores.SHARED / "corpus": [json.loads(line)["question"] for line in lines if line.strip()]}
    for half in get_args(questions.Half):
        asked.setdefault(questions.texts(half), []).extend(label.question for label in questions.labelled(questions.gold(half)))
    found = [check(texts, every) for texts, every in asked.items()]
    faults = [fault for some, _, _ in found for fault in some]
    for fault in faults:
        print(fault)
    print(f"{sum(n for _, n, _ in found)} answers, {sum(n for _, _, n in found)} figures changed: {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
