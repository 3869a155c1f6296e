"""``make eval``: print the dev scores and fail below the floors; ``--against REV`` lists the facts gained and lost since a revision."""

from __future__ import annotations

import argparse
import csv
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.evaluate import own, questions, scores, unlike

# What makes a fact the same fact in two builds.
KEYS = {
    "clauses": ("document", "path"),
    "amounts": ("document", "path", "quote", "value", "high", "unit", "bound", "purpose"),
    "responsibilities": ("document", "path", "agency", "role"),
    "references": ("document", "path", "target_title", "target_number", "target_clause", "relation"),
    "definitions": ("document", "path", "term"),
    "deadlines": ("document", "path", "quote", "due", "lasts", "unit"),
}


def main() -> int:
    """Score, print, compare with the floors; 0 where all hold, 1 otherwise."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--against", metavar="REV", help="list facts gained and lost since this revision")
    parser.add_argument("--errors", action="store_true", help="print what the scorers found wrong")
    arguments = parser.parse_args()
    if not (scores.SHARED / "eval").is_dir():
        print("evaluation skipped: no ../shared with the gold labels")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        tables = export(work, scores.ROOT)
        if arguments.against:
            return compare(work, tables, arguments.against)
        found = dict(every(work, tables))
    missed = 0
    floor = scores.load_floor()
    for name, score in found.items():
        if arguments.errors:
            print(score.printed)
        for figure, value in score.figures.items():
            least = floor.get(name, {}).get(figure, 0.0)
            low = value < least
            missed += low
            print(f"{name:16} {figure:16} {value:6.1f}   floor {least:6.1f}{'   BELOW' if low else ''}")
    print(f"{sum(len(s.figures) for s in found.values()) - missed} passed, {missed} failed")
    return 1 if missed else 0


def export(work: Path, tree: Path) -> Path:
    """Ingest the real texts with a checkout's program and return the folder of its tables."""
    name = "now" if tree == scores.ROOT else "then"
    build, tables = work / f"build-{name}", work / f"tables-{name}"
    scores.policykg(build, "ingest", str(scores.SHARED / "corpus"), tree=tree)
    scores.policykg(build, "export", "tables", str(tables), "--on", scores.ON, tree=tree)
    return tables


def every(work: Path, tables: Path) -> Iterator[tuple[str, scores.Scores]]:
    """Yield each set of gold with its scores."""
    yield "dev documents", scores.extraction(tables, scores.SHARED / "eval" / "gold")
    yield "own documents", own.score(work, tables)
    yield "unlike", unlike.score(work)
    dev = scores.SHARED / "eval" / "gold" / "dev.questions.jsonl"
    yield "dev questions", scores.questions(work / "build-now", dev, work / "answers.jsonl", scores.SHARED / "corpus")
    for half in questions.REAL:
        yield f"own {half}", questions.score(half, work / "build-now")
    for half in questions.INVENTED:
        scores.policykg(work / f"build-{half}", "ingest", str(questions.texts(half)))
        yield f"own {half}", questions.score(half, work / f"build-{half}")


def compare(work: Path, tables: Path, revision: str) -> int:
    """Print the facts that the working tree finds and a revision does not, and the other way round."""
    tree = work / "tree"
    subprocess.run(["git", "worktree", "add", "--detach", "--quiet", str(tree), revision], cwd=scores.ROOT, check=True)
    try:
        before = export(work, tree)
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", str(tree)], cwd=scores.ROOT, check=True)
    for table, keys in KEYS.items():
        now, then = rows(tables, table, keys), rows(before, table, keys)
        gained, lost = now - then, then - now
        print(f"{table}: {sum(gained.values())} gained, {sum(lost.values())} lost")
        for sign, facts in (("+", gained), ("-", lost)):
            for fact in sorted(facts.elements()):
                print(f"  {sign} {' | '.join(fact)}")
    return 0


def rows(folder: Path, table: str, keys: tuple[str, ...]) -> Counter[tuple[str, ...]]:
    """Return the facts of a table, each as often as it stands there."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return Counter(tuple(row[k] for k in keys) for row in csv.DictReader(file))


if __name__ == "__main__":
    sys.exit(main())
