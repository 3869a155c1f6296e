"""The graph on disk: loads fast, changes whole graphs or nothing, and says in one line what is wrong."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.errors import BuildBusy, BuildDamaged, BuildMissing, PolicyKGError
from kg.store import Store, StoreError
from ontology import rdf
from ontology.terms import PK, Iri, Triple
from tests.graphs import IRIS, graphs, reading

A, B = IRIS.source("a.txt"), IRIS.source("b.txt")


def one(path: str) -> list[Triple]:
    """Return the triples of the reading at a path."""
    return list(rdf.reading(reading(path), IRIS))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "graph", graphs("a.txt", "b.txt"))


def test_create_and_count(store: Store) -> None:
    assert store.graphs() == tuple(sorted([IRIS.registry, A, B]))
    assert store.count(A) == len(one("a.txt"))
    assert store.count() == sum(store.count(graph) for graph in store.graphs())


def test_replace_leaves_nothing_behind(store: Store) -> None:
    triples = one("a.txt")[:5]
    others = store.count(B)
    store.replace({A: triples})
    assert (store.count(A), store.count(B)) == (5, others)
    store.replace({A: one("a.txt"), B: ()})
    assert store.graphs() == tuple(sorted([IRIS.registry, A]))


def test_replacing_with_the_same_changes_nothing(store: Store) -> None:
    before = sorted(store.nquads())
    store.replace({A: one("a.txt")})
    assert sorted(store.nquads()) == before


def test_replace_is_all_or_nothing(store: Store) -> None:
    before = sorted(store.nquads())
    with pytest.raises(StoreError, match="不接受"):
        store.replace({A: (), B: [*one("b.txt")[:3], (Iri("not an iri"), PK.path, "x")]})
    assert sorted(store.nquads()) == before


def test_any_words_come_back(store: Store) -> None:
    words = "引“号\"与'、\\u0041、{括}、\n\r\t\u2028、𠮷、\x00、> . }"
    store.replace({A: [(Iri("x:a"), PK.text, words)]})
    (quad,) = store.inner.quads_for_pattern(None, None, None, next(g for g in store.inner.named_graphs() if str(g) == f"<{A}>"))
    assert quad.object == ox.Literal(words)


def test_drop_of_a_missing_graph_is_no_error(store: Store) -> None:
    before = store.count()
    store.drop(IRIS.source("none.txt"))
    assert store.count() == before


def test_snapshot_stays_as_it_was(store: Store, tmp_path: Path) -> None:
    store.backup(tmp_path / "snap")
    before = store.count()
    store.drop(A)
    snapshot = Store.snapshot(tmp_path / "snap")
    assert snapshot.count() == before > store.count()
    with pytest.raises(PolicyKGError):
        snapshot.drop(B)
    with pytest.raises(StoreError, match="已经存在"):
        store.backup(tmp_path / "snap")


def test_create_wants_a_fresh_folder(store: Store) -> None:
    assert store.path is not None
    with pytest.raises(StoreError, match="不是空的"):
        Store.create(store.path, ())


@pytest.mark.parametrize("opening", [Store.open, Store.snapshot])
def test_missing(tmp_path: Path, opening: Callable[[Path], Store]) -> None:
    (tmp_path / "file").write_text("x")
    for name in ("none", "file", "."):
        with pytest.raises(BuildMissing, match="没有找到图谱"):
            opening(tmp_path / name)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["file"]


@pytest.mark.parametrize("opening", [Store.open, Store.snapshot])
def test_damaged(store: Store, tmp_path: Path, opening: Callable[[Path], Store]) -> None:
    target = tmp_path / "snap"
    store.backup(target)
    for file in target.iterdir():
        file.unlink()
        file.write_bytes(b"rubbish\n")
    with pytest.raises(BuildDamaged, match="已损坏") as caught:
        opening(target)
    assert "\n" not in str(caught.value)


def test_second_writer_is_told(store: Store) -> None:
    code = f"from pathlib import Path\nfrom kg.store import Store\nStore.open(Path({str(store.path)!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert BuildBusy.__name__ in done.stderr
    assert "另一个进程" in done.stderr


def test_killed_writer_leaves_whole_graphs(tmp_path: Path) -> None:
    code = (
        "import os\nfrom pathlib import Path\nfrom kg.store import Store\nfrom tests.graphs import *\n"
        f"store = Store.create(Path({str(tmp_path / 'g')!r}), graphs('a.txt'))\n"
        "store.replace({IRIS.source('b.txt'): rdf.reading(reading('b.txt'), IRIS)})\nos.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    store = Store.open(tmp_path / "g")
    assert store.count(B) == len(one("b.txt"))


def test_loads_a_hundred_thousand_triples_in_time(tmp_path: Path) -> None:
    paths = [f"{i}.txt" for i in range(100_000 // len(one("a.txt")) + 1)]
    started = time.process_time()
    store = Store.create(tmp_path / "g", ((IRIS.source(path), one(path)) for path in paths))
    elapsed = time.process_time() - started
    assert store.count() >= 100_000
    assert elapsed < 6, "the bar is 2 s on an idle machine"
