"""The bulk load gives the graph that the store's own load gives, and a caller that fails leaves nothing running."""

from __future__ import annotations

import threading
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kg import loader
from kg.loader import Loader
from kg.store import Store, StoreError
from ontology import rdf
from ontology.terms import DCTERMS, PK, Iri, Triple
from tests.graphs import IRIS, graphs, reading

ODD: list[Triple] = [
    (IRIS.document("怪"), DCTERMS.title, '引号"反斜\\杠\n换行\r回车\t制表\x85\u2028'),
    (IRIS.document("怪"), PK.value, Decimal("-0.50")),
    (IRIS.document("怪"), PK.start, -3),
    (IRIS.document("怪"), PK.listed, True),
    (IRIS.document("怪"), PK.issued, date(2024, 2, 29)),
    (IRIS.clause("怪", "第一条/~2"), PK.document, IRIS.document("怪")),
    (IRIS.document("怪"), PK.order, 1),
]


def load(path: Path, *pieces: bytes) -> list[str]:
    with Loader(path) as loading:
        for piece in pieces:
            loading.feed(piece)
        return sorted(loading.finish().nquads())


def test_same_graph_as_the_stores_own_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [*((graph, list(triples)) for graph, triples in graphs("a.txt", "b.txt")), (IRIS.source("odd"), ODD)]
    own = sorted(Store.memory(wanted).nquads())
    pieces = [loader.trig(graph, rdf.grouped(triples)) for graph, triples in wanted]
    assert load(tmp_path / "one", b"".join(pieces)) == own
    monkeypatch.setattr(loader, "PORTION", 1)
    assert load(tmp_path / "many", *pieces) == own


def test_an_empty_graph_is_nothing(tmp_path: Path) -> None:
    assert load(tmp_path / "graph", loader.trig(IRIS.links, {})) == []
    assert load(tmp_path / "none") == []


def _fail_while_loading(folder: Path) -> None:
    with Loader(folder) as loading:
        loading.feed(loader.trig(IRIS.source("a.txt"), rdf.things(reading("a.txt"), IRIS)))
        raise KeyError("caller")


def test_a_caller_that_fails_leaves_nothing_running(tmp_path: Path) -> None:
    before = threading.active_count()
    with pytest.raises(KeyError):
        _fail_while_loading(tmp_path / "graph")
    assert threading.active_count() == before


def test_what_cannot_be_loaded_is_one_line(tmp_path: Path) -> None:
    bad = loader.trig(IRIS.links, {Iri("not an iri"): {PK.path: ("x",)}})
    with pytest.raises(StoreError, match="不接受") as failure:
        load(tmp_path / "graph", bad)
    assert "\n" not in str(failure.value)


def test_a_folder_that_holds_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x", "utf-8")
    with pytest.raises(StoreError, match="不是空的"):
        Loader(tmp_path)
