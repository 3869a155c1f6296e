"""The endpoint answers as pyoxigraph called directly and as rdflib: forty queries of every kind."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.query import Result
from rdflib.term import Identifier

from kg import guard
from tests import built
from tests.serving import Server, serving

pytestmark = [pytest.mark.filterwarnings("ignore::DeprecationWarning"), pytest.mark.slow]

Row = tuple[tuple[str, str], ...]
CASES = tomllib.loads((Path(__file__).parent / "cases" / "sparql_equal.toml").read_text(encoding="utf-8"))["case"]
PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in guard.PREFIXES.items())


@dataclass(frozen=True, slots=True)
class Three:
    """The same data three times."""

    server: Server
    store: ox.Store
    other: rdflib.Dataset


@pytest.fixture(scope="module")
def three() -> Iterator[Three]:
    with serving(built.sample()) as server:
        store = server.site.shelf.store.inner
        other = rdflib.Dataset(default_union=True)
        other.parse(data=store.dump(format=ox.RdfFormat.N_QUADS), format="nquads")
        yield Three(server, store, other)


def plain(node: Identifier) -> str:
    """Return a term of rdflib by its value: numbers as numbers, since 1.0 and 1 are the same value."""
    if isinstance(node, rdflib.Literal) and node.datatype in (rdflib.XSD.decimal, rdflib.XSD.integer):
        return f"{float(node):.6g}"
    return str(node)


def parsed(term: dict[str, str]) -> str:
    """Return a term of the JSON results the same way."""
    return f"{float(term['value']):.6g}" if term.get("datatype", "").endswith(("#decimal", "#integer")) else term["value"]


def of_json(data: bytes) -> Counter[Row] | bool:
    read = json.loads(data)
    if "boolean" in read:
        return bool(read["boolean"])
    return Counter(tuple(sorted((name, parsed(term)) for name, term in row.items())) for row in read["results"]["bindings"])


def of_rdflib(found: Result) -> Counter[Row] | bool:
    if found.type == "ASK":
        return bool(found.askAnswer)
    return Counter(tuple(sorted((str(name), plain(term)) for name, term in row.items())) for row in found.bindings)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_three_answers_are_one(three: Three, case: dict[str, str]) -> None:
    query = PROLOGUE + case["query"]
    if "CONSTRUCT" in query:
        got = {str(q.triple) for q in ox.parse(three.server.query(query, "application/n-triples").body, format=ox.RdfFormat.N_TRIPLES)}
        assert got == {str(triple) for triple in three.store.query(query, use_default_graph_as_union=True)}  # type: ignore[union-attr]
        nt = three.other.query(query).serialize(format="nt") or b""
        assert got == {str(q.triple) for q in ox.parse(nt, format=ox.RdfFormat.N_TRIPLES)}
        assert got
        return
    answer = of_json(three.server.query(query).body)
    direct = three.store.query(query, use_default_graph_as_union=True).serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[union-attr]
    assert answer == of_json(direct or b"")
    assert answer == of_rdflib(three.other.query(query))
    assert answer or case["what"] == "values with undef"


def test_forty_or_more() -> None:
    assert len(CASES) >= 40
