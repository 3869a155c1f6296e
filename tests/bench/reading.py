"""``python -m tests.bench.reading``: what reading costs in processor time, without segmentation; a row is a figure, its unit and its bar.

Texts: every 55th law of the archive and the real policies, or the sample corpus where these are absent. The best of three rounds counts.
"""

from __future__ import annotations

import tarfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from ingest import clauses, documents, facts
from ingest.facts import Aliases, Around
from ingest.flow import Flow
from ingest.read import read, with_rows
from ontology.records import Clause, Document, Source
from tests.conftest import ROOT, SHARED
from tests.sizes import FULL, LONG, law

STEP = 55
ROUNDS = 3
Work = tuple[Document, Sequence[Clause], Sequence[Flow], Aliases, Sequence[Around]]


def main() -> None:
    """Measure and print a table."""
    texts = sample()
    size = sum(len(text.encode()) for text in texts) / 1e6
    sources = [Source(f"{i}.txt", "", text) for i, text in enumerate(texts)]
    row("sample", size, "MB", None)
    parted = [(source, document, clauses.split(source, document)) for source in sources for document in documents.split(source)]
    work = [prepared(*one) for one in parted]
    row("facts from clauses", size / seconds(lambda: [of(one) for one in work]), "MB/s", "at least 2")
    row("words and facts of clauses", size / seconds(lambda: [of(prepared(*one)) for one in parted]), "MB/s", None)
    row("reading, whole", size / seconds(lambda: [read(source) for source in sources]), "MB/s", None)
    large = Source("x.txt", "", law(1260))
    row("law of 1,260 articles", seconds(lambda: read(large)), "s", "below 2")
    for kind, number in FULL.items():
        part, whole = (seconds(lambda n=n, kind=kind: read(Source("x.txt", "", LONG[kind](n))), 1) for n in (number // 8, number))
        row(f"{kind}, {number:,}", whole, "s", f"{whole / part:.1f} times an eighth; linear 8")


def sample() -> list[str]:
    """Return the texts to read."""
    if not (SHARED / "laws.tar.xz").is_file():
        return [file.read_text("utf-8") for file in sorted((ROOT / "corpus").glob("*.txt"))]
    texts = []
    with tarfile.open(SHARED / "laws.tar.xz") as archive:
        for i, member in enumerate(m for m in archive if m.isfile()):
            content = archive.extractfile(member)
            if i % STEP == 0 and content is not None:
                texts.append(content.read().decode("utf-8"))
    return [*texts, *(file.read_text("utf-8") for file in sorted(Path(SHARED / "corpus").iterdir()))]


def prepared(source: Source, document: Document, tree: Sequence[Clause]) -> Work:
    """Return what the recognisers are given for the clauses of a document."""
    flows = [facts.flow_of(source, clause, inner) for clause, inner in with_rows(tree)]
    return document, tree, flows, facts.aliases_of(flows, document), facts.around(tree, flows)


def of(work: Work) -> int:
    """Run every recogniser over the clauses of a document; return the number of amounts."""
    document, tree, flows, aliases, above = work
    return sum(len(facts.of(flow, document, clause, aliases, one).amounts) for clause, flow, one in zip(tree, flows, above, strict=True))


def seconds(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the least processor time that a piece of work takes."""
    spent = []
    for _ in range(rounds):
        begun = time.process_time()
        work()
        spent.append(time.process_time() - begun)
    return min(spent)


def row(name: str, value: float, unit: str, bar: str | None) -> None:
    """Print a figure and its bar."""
    print(f"{name:34} {value:8.2f} {unit:5}{f'  ({bar})' if bar else ''}", flush=True)


if __name__ == "__main__":
    main()
