"""Vectors in PostgreSQL: the hits of the embedded index, written and deleted a source at a time, narrowed, and through HNSW nearly all of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psycopg
import pytest

from kg import publish
from kg.build import quiet
from kg.errors import BuildBusy, PolicyKGError, UsageError
from kg.remote import release
from kg.remote.near import Only, Row
from kg.remote.pgvectors import PgVectors, VectorServerError
from kg.shelf import Shelf
from kg.vectors.index import Near, VectorIndex, Vectors
from tests import engines
from tests.policies import built, corpus, ingest, policy

__all__ = ["built", "corpus"]

pytestmark = pytest.mark.slow
DIM = 64


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with engines.postgres() as address:
        yield address


@pytest.fixture
def store(url: str) -> Iterator[PgVectors]:
    """Return a database that nothing was published to."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP TABLE IF EXISTS policykg_vectors, policykg_sources, policykg_release")
    made = PgVectors(url)
    yield made
    made.close()


def units(count: int, seed: int = 5) -> Vectors:
    """Return unit vectors that lie in clusters, as those of texts do."""
    draw = np.random.default_rng(seed)
    centres = draw.normal(size=(40, DIM))
    rows = centres[draw.integers(0, 40, count)] + draw.normal(scale=0.7, size=(count, DIM))
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


def filled(store: PgVectors, rows: Vectors, name: str = "r1") -> VectorIndex:
    """Write clauses of twenty sources, ten documents, two places and five years, and return the embedded index of the same."""
    keys = [f"urn:c{i:05}" for i in range(len(rows))]
    sources: dict[str, list[Row]] = {}
    for i, (key, row) in enumerate(zip(keys, rows, strict=True)):
        place = "山东省青岛市" if i % 3 else "湖北省武汉市"
        sources.setdefault(f"s{i % 20}", []).append(Row(key, f"urn:d{i % 10}", f"s{i % 20}", place, 2020 + i % 5, row))
    store.publish(name, rows.shape[1], dict.fromkeys(sources, name), sources.__getitem__, quiet)
    index = VectorIndex(rows.shape[1], "x")
    index.add(keys, rows)
    return index


def ids(found: list[Near]) -> list[str]:
    return [near.clause for near in found]


def test_exact_search_gives_the_hits_of_the_embedded_index(store: PgVectors) -> None:
    index = filled(store, units(3000))
    assert len(store) == 3000
    for asked in units(20, seed=6):
        ours, theirs = index.search(asked, 30), store.search(asked, 30)
        assert ids(theirs) == ids(ours)
        assert np.allclose([near.score for near in theirs], [near.score for near in ours], atol=1e-5)
        some = ids(ours)[:7]
        assert store.cosines(asked, [*some, "urn:none"]) == pytest.approx(index.cosines(asked, some), abs=1e-5)


def test_search_is_narrowed_by_clauses_documents_place_and_year(store: PgVectors) -> None:
    rows = units(2000)
    index = filled(store, rows)
    asked = units(1, seed=8)[0]
    ranked = [int(key[5:]) for key in ids(index.search(asked, 2000))]
    narrowed = {
        Only(documents=("urn:d3", "urn:d4")): lambda i: i % 10 in (3, 4),
        Only(place="山东省"): lambda i: i % 3,
        Only(place="湖北省", year=2022): lambda i: i % 3 == 0 and i % 5 == 2,
    }
    for only, fits in narrowed.items():
        assert ids(store.search(asked, 25, only=only)) == [f"urn:c{i:05}" for i in ranked if fits(i)][:25]
    few = [f"urn:c{i:05}" for i in (5, 900, 1500)]
    assert sorted(ids(store.search(asked, 25, clauses=few))) == few
    assert ids(store.search(asked, 25, clauses=few)) == ids(index.search(asked, 25, clauses=few))
    assert store.search(np.zeros(DIM, np.float32), 5) == []


def test_sources_are_written_and_deleted_by_themselves(store: PgVectors) -> None:
    row = units(3)
    rows = {name: [Row(f"urn:{name}", "urn:d", name, None, None, vector)] for name, vector in zip("abc", row, strict=True)}
    assert store.publish("r1", DIM, {"a": "1", "b": "1"}, rows.__getitem__, quiet) == (2, 0)
    assert store.publish("r2", DIM, {"a": "1", "b": "1"}, rows.__getitem__, quiet) == (0, 0)
    before = len(store)
    assert store.publish("r3", DIM, {"a": "2", "c": "1"}, rows.__getitem__, quiet) == (2, 1)
    assert (before, len(store), sorted(store.cosines(row[0], ["urn:a", "urn:b", "urn:c"]))) == (2, 2, ["urn:a", "urn:c"])


def test_vectors_of_another_length_take_the_place_of_all(store: PgVectors) -> None:
    filled(store, units(50))
    short = np.eye(8, dtype=np.float32)
    filled(store, short, "r2")
    assert len(store) == 8
    assert ids(store.search(short[3], 1)) == ["urn:c00003"]


def test_hnsw_finds_nearly_all_and_an_exact_database_does_without_it(url: str, store: PgVectors) -> None:
    rows = units(6000)
    near = PgVectors(url, index="hnsw")
    index = filled(near, rows, "hnsw")
    # Among so few the planner would rather read all.
    near._rows("SELECT set_config('enable_seqscan', 'off', false)", {})
    plan = " ".join(str(r[0]) for r in near._rows("EXPLAIN SELECT clause FROM policykg_vectors ORDER BY embedding <#> %(v)s LIMIT 10", {"v": rows[0]}))
    assert "hnsw" in plan
    asked = units(50, seed=9)
    met = sum(len({*ids(near.search(one, 10))} & {*ids(index.search(one, 10))}) for one in asked)
    assert met / 500 >= 0.95
    only = Only(place="湖北省", year=2022)
    assert all(len(near.search(one, 10, only=only)) == 10 for one in asked[:5])
    filled(store, rows, "exact")
    assert ids(store.search(asked[0], 10)) == ids(index.search(asked[0], 10))
    near.close()


def test_a_publication_that_fails_leaves_what_was_there(store: PgVectors) -> None:
    filled(store, units(100))

    def torn(source: str) -> Iterator[Row]:
        yield Row("urn:new", "urn:d", source, None, None, units(1)[0])
        raise PolicyKGError("cut")

    with pytest.raises(PolicyKGError, match="cut"):
        store.publish("r9", DIM, {"new": "1"}, torn, quiet)
    assert len(store) == 100


def test_readers_are_bound_to_their_build(url: str, store: PgVectors, built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    shelf = Shelf.open(built)
    assert publish.vectors(shelf, store, quiet).written == 2
    name = release.name(shelf.manifest)
    reader = PgVectors(url, release=name)
    asked = shelf.encoder.encode(["孵化器补助"])[0]
    assert ids(reader.search(asked, 5)) == ids(shelf.vectors.search(asked, 5))
    (corpus / "孵化.txt").write_text(policy("孵化器", 1, 250), "utf-8")
    ingest(built, corpus)
    done = publish.vectors(Shelf.open(built), store, quiet)
    assert (done.written, done.gone, done.kept) == (1, 0, 1)
    with pytest.raises(BuildBusy):
        reader.search(asked, 5)
    with pytest.raises(BuildBusy):
        PgVectors(url, release=name)


def test_threads_share_a_connection_and_a_broken_one_is_made_anew(store: PgVectors) -> None:
    index = filled(store, units(500))
    asked = units(8, seed=7)
    out: list[bool] = []
    work = [threading.Thread(target=lambda one=one: out.append(ids(store.search(one, 9)) == ids(index.search(one, 9)))) for one in asked]
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    assert out == [True] * 8
    with pytest.raises(VectorServerError):
        store._rows("SELECT pg_terminate_backend(pg_backend_pid())", {})
    assert ids(store.search(asked[0], 9)) == ids(index.search(asked[0], 9))


def test_failures_are_one_line_without_the_password(url: str, store: PgVectors) -> None:
    with pytest.raises(VectorServerError, match=r"127\.0\.0\.1:1 没有") as failed:
        PgVectors("postgresql://reader:secret@127.0.0.1:1/x")
    assert "secret" not in str(failed.value)
    assert "\n" not in str(failed.value)
    with pytest.raises(UsageError):
        PgVectors("mysql://127.0.0.1/x")
    with pytest.raises(VectorServerError, match="没有完成"):
        PgVectors(url, timeout_s=0.2)._rows("SELECT pg_sleep(5)", {})
