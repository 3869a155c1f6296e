"""Publishing: servers hold what the build holds, get only what changed, and readers see a whole build or are told to wait."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kg import publish
from kg.build import quiet
from kg.errors import BuildBusy, PolicyKGError
from kg.remote import release
from kg.remote.graph import Embedded, GraphStore
from kg.remote.release import STATE, Fenced
from kg.remote.web import Address, HttpGraph
from kg.shelf import Shelf
from kg.sparql import Rows
from kg.store import Store
from ontology.terms import Iri
from tests import engines
from tests.policies import built, corpus, ingest, policy

__all__ = ["built", "corpus"]


@pytest.fixture(scope="module")
def server() -> Iterator[HttpGraph]:
    with engines.oxigraph() as url:
        yield HttpGraph(Address.of(url))


@pytest.fixture(params=["embedded", "oxigraph"])
def store(request: pytest.FixtureRequest) -> Iterator[GraphStore]:
    """Return an empty store to publish to."""
    made = Embedded(Store.memory()) if request.param == "embedded" else request.getfixturevalue("server")
    yield made
    for graph in made.graphs():
        made.delete(graph)


@pytest.fixture(params=["in one update", "graph by graph"], autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish in each of the two ways."""
    if request.param == "graph by graph":
        monkeypatch.setattr(publish, "SMALL", 0)
        monkeypatch.setattr(publish, "STEP", 2)


def held(store: GraphStore) -> dict[Iri, list[str]]:
    return {graph: sorted(b"".join(store.get(graph)).decode().splitlines()) for graph in store.graphs() if graph != STATE}


def same(store: GraphStore, build: Path) -> bool:
    shelf = Shelf.open(build)
    return held(store) == held(Embedded(shelf.store)) and release.published(store) == release.name(shelf.manifest)


def published(build: Path, store: GraphStore) -> publish.Published:
    return publish.graph(Shelf.open(build), store, quiet)


def test_a_server_holds_what_the_build_holds_and_a_second_time_nothing_is_sent(
    built: Path, corpus: Path, store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Borders of pieces fall inside of lines and of characters.
    monkeypatch.setattr("kg.remote.graph.PIECE", 7)
    ingest(built, corpus)
    assert published(built, store) == publish.Published(4, 0, 0)
    assert same(store, built)
    assert published(built, store) == publish.Published(0, 0, 4)


def test_only_what_changed_is_sent_and_what_is_gone_goes(built: Path, corpus: Path, store: GraphStore) -> None:
    store.put(Iri("urn:of-others"), [b"<urn:s> <urn:p> <urn:o> .\n"])
    (corpus / "三.txt").write_text(policy("桥梁", 9), "utf-8")
    ingest(built, corpus)
    published(built, store)
    (corpus / "三.txt").unlink()
    (corpus / "孵化.txt").write_text(policy("孵化器", 1, 250), "utf-8")
    ingest(built, corpus)
    done = published(built, store)
    assert (done.gone, done.kept) == (1, 2)
    assert Iri("urn:of-others") in store.graphs()
    store.delete(Iri("urn:of-others"))
    assert same(store, built)


class Breaking(Embedded):
    """A store that takes so many requests and then breaks."""

    def __init__(self, store: Store, left: int) -> None:
        super().__init__(store)
        self.left = left

    def update(self, text: str, *, again: bool = False) -> None:
        if self.left == 0:
            raise PolicyKGError("cut")
        self.left -= 1
        super().update(text, again=again)


@pytest.mark.parametrize("after", range(5))
def test_what_was_cut_short_is_no_build_and_goes_on_to_a_whole_one(built: Path, corpus: Path, after: int) -> None:
    ingest(built, corpus)
    shelf, inner = Shelf.open(built), Store.memory()
    with pytest.raises(PolicyKGError, match="cut"):
        publish.graph(shelf, Breaking(inner, min(after, 0 if publish.SMALL else 4)), quiet)
    with pytest.raises(BuildBusy):
        Fenced(Embedded(inner), release.name(shelf.manifest))
    publish.graph(shelf, Embedded(inner), quiet)
    assert same(Embedded(inner), built)


class Forgetful(Embedded):
    """A store that says yes and keeps half of a graph."""

    def put(self, graph: Iri, lines: object) -> None:
        super().put(graph, [b"<urn:s> <urn:p> <urn:o> .\n"])

    def update(self, text: str, *, again: bool = False) -> None:
        super().update("\n".join(line for line in text.splitlines() if "#quote" not in line), again=again)


def test_a_server_that_keeps_less_than_it_was_given_is_found_out(built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    with pytest.raises(PolicyKGError, match="只收下了"):
        publish.graph(Shelf.open(built), Forgetful(Store.memory()), quiet)


def test_a_reader_of_another_build_is_told_to_wait(built: Path, corpus: Path, store: GraphStore) -> None:
    ingest(built, corpus)
    old = Shelf.open(built)
    with pytest.raises(BuildBusy, match="没有"):
        Fenced(store, release.name(old.manifest))
    publish.graph(old, store, quiet)
    reader = Fenced(store, release.name(old.manifest))
    query = "SELECT ?s WHERE { ?s a <https://w3id.org/policykg/ns#Clause> }"
    assert len(reader.select(query)) == len(Embedded(old.store).select(query))
    (corpus / "三.txt").write_text(policy("桥梁", 9), "utf-8")
    ingest(built, corpus)
    published(built, store)
    with pytest.raises(BuildBusy):
        reader.select(query)


class Switching:
    """A store in which another build begins to come in while a query runs."""

    def __init__(self, store: Embedded) -> None:
        self.store = store

    def select(self, query: str) -> Rows:
        found = self.store.select(query)
        if "Clause" in query:
            self.store.update(f"DELETE WHERE {{ GRAPH <{STATE}> {{ <{release.BUILD}> <{release.RELEASE}> ?name }} }}")
        return found


def test_rows_of_a_store_that_changes_meanwhile_are_not_given_out(built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    shelf, inner = Shelf.open(built), Embedded(Store.memory())
    publish.graph(shelf, inner, quiet)
    reader = Fenced(Switching(inner), release.name(shelf.manifest))
    with pytest.raises(BuildBusy):
        reader.select("SELECT ?s WHERE { ?s a <https://w3id.org/policykg/ns#Clause> }")


def test_the_name_of_a_build_follows_what_it_was_made_from(built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    manifest = Shelf.open(built).manifest
    others = [replace(manifest, base="http://b.test/"), replace(manifest, rules="x"), replace(manifest, model="x"), replace(manifest, sources=())]
    assert len({release.name(one) for one in (manifest, *others)}) == 5
