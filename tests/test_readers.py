"""Readers beside a writer: each opening is one build, the one before a switch or the one after it, never parts of both."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kg import build, manifest, sparql
from kg.config import BASE
from kg.library import Library
from kg.search import Filters
from kg.shelf import Shelf
from tests.policies import DAY, built, corpus, ingest, policy

__all__ = ["built", "corpus"]

# Generation, clauses of the graph, of the tables, of the words and of the vectors, and what was counted when it was written.
Seen = tuple[str, int, int, int, int, int]


def look(where: Path) -> Seen:
    """Open the current build and count the clauses of each part."""
    shelf = Shelf.open(where)
    query = "PREFIX pk: <https://w3id.org/policykg/ns#> SELECT (COUNT(?x) AS ?n) WHERE { ?x a pk:Clause }"
    graph = next(iter(sparql.run(shelf.store, query))).need("n", int)
    rows = int(str(shelf.select("SELECT count(*) FROM clauses")[0][0]))
    return shelf.manifest.generation, graph, rows, len(shelf.words), len(shelf.vectors), shelf.manifest.counts["clauses"]


@pytest.mark.parametrize("amended", [False, True])
def test_a_reader_sees_one_build_or_the_next(built: Path, corpus: Path, amended: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if amended:
        monkeypatch.setattr(build, "LARGE", 0)
        monkeypatch.setattr(build, "SHARE", 0)
    ingest(built, corpus)
    ended = threading.Event()

    def read() -> list[Seen]:
        seen = [look(built)]
        while not ended.is_set():
            seen.append(look(built))
        return seen

    written = {manifest.load(built).generation}
    with ThreadPoolExecutor(1) as pool:
        reader = pool.submit(read)
        try:
            for i in range(5):
                (corpus / f"桥{i}.txt").write_text(policy(f"第{i}类桥梁", 30 + i), "utf-8")
                ingest(built, corpus)
                written.add(manifest.load(built).generation)
        finally:
            ended.set()
        seen = reader.result()
    assert len({one[0] for one in seen}) > 1
    for generation, *counts in set(seen):
        assert generation in written
        assert len(set(counts)) == 1, (generation, counts)


def test_who_has_opened_a_build_keeps_it_through_later_ones(built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    library = Library.open(built)
    before = library.search("孵化器 最高 补助", DAY, Filters())
    assert any("100万元" in hit.quote for hit in before.hits)
    for i in range(3):
        (corpus / "孵化.txt").write_text(policy("孵化器", 1, 500 + i), "utf-8")
        ingest(built, corpus)
    assert library.search("孵化器 最高 补助", DAY, Filters()) == before
    assert library.stale()
    after = Library.open(built).search("孵化器 最高 补助", DAY, Filters())
    assert any("502万元" in hit.quote for hit in after.hits)


def test_a_new_build_is_told_at_once(built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    library = Library.open(built)
    (corpus / "桥.txt").write_text(policy("桥梁", 7), "utf-8")
    build.ingest(built, [corpus], base=BASE)
    switched = time.monotonic()
    while not library.stale():
        assert time.monotonic() - switched < 5
    assert Library.open(built).generation == manifest.load(built).generation
