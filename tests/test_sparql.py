"""Binding never lets a term become syntax; a user's query harms nothing but itself."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import date
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import guard, sparql
from kg.errors import BuildDamaged, BuildMissing
from kg.refusals import QueryError
from kg.sparql import BindError
from kg.store import Store
from ontology.terms import PK, Iri
from tests.graphs import IRIS, graphs, reading

CAPS = """# 上限
PREFIX pk: <https://w3id.org/policykg/ns#>
SELECT ?clause ?value ?high ?quote ?listed WHERE {
  VALUES ?clause { }
  VALUES ?unit { "CNY" }
  ?amount pk:clause ?clause ; pk:unit ?unit ; pk:value ?value ; pk:quote ?quote .
  OPTIONAL { ?amount pk:high ?high }
}
ORDER BY DESC(?value)
"""
SECOND = IRIS.clause(reading("a.txt").documents[0].id, "第一章/第二条")


@pytest.fixture(scope="module")
def store() -> Store:
    return Store.memory(graphs("a.txt", "b.txt"))


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guard")
    paths = [f"{i}.txt" for i in range(20)]
    Store.create(folder / "graph", graphs(*paths)).backup(folder / "snap")
    return folder / "snap"


def test_rows(store: Store) -> None:
    rows = list(sparql.run(store, sparql.bind(CAPS, clause=SECOND)))
    assert [row.need("value", Decimal) for row in rows] == [Decimal(200000), Decimal(5000)]
    assert [row.get("high", Decimal) for row in rows] == [None, Decimal(8000)]
    assert rows[0].need("clause", Iri) == SECOND
    assert rows[0].need("quote", str) == "最高20万元"


def test_row_says_what_is_wrong(store: Store) -> None:
    row = next(iter(sparql.run(store, sparql.bind(CAPS, clause=SECOND))))
    with pytest.raises(KeyError):
        row.get("nothing", str)
    with pytest.raises(KeyError):
        row.need("listed", bool)
    with pytest.raises(TypeError, match=r"\?quote is str"):
        row.get("quote", Decimal)


def test_cells_have_python_types(store: Store) -> None:
    day = '"2030-01-02"^^<http://www.w3.org/2001/XMLSchema#date>'
    (row,) = sparql.run(store, f'SELECT (1 AS ?a) (1.5 AS ?b) (true AS ?c) ("文" AS ?d) ({day} AS ?e) (<x:y> AS ?f) ?g {{}}')
    assert row.cells == (1, Decimal("1.5"), True, "文", date(2030, 1, 2), Iri("x:y"), None)
    assert isinstance(row.cells[5], Iri)
    assert row.need("a", Decimal) == Decimal(1)


def test_changed_figure_changes_the_answer() -> None:
    quads = [(g, [(s, p, Decimal(7) if o == Decimal(200000) else o) for s, p, o in triples]) for g, triples in graphs("a.txt")]
    rows = sparql.run(Store.memory(quads), sparql.bind(CAPS, clause=SECOND))
    assert sorted(row.need("value", Decimal) for row in rows) == [Decimal(7), Decimal(5000)]


def test_bind_many_none_and_nothing(store: Store) -> None:
    def count(**terms: object) -> int:
        return len(sparql.run(store, sparql.bind(CAPS, **terms)))  # type: ignore[arg-type]

    other = IRIS.clause(reading("b.txt").documents[0].id, "第一章/第二条")
    assert count() == 0, "an empty VALUES has no solution"
    assert count(clause=[SECOND, other]) == 4
    assert count(clause=(c for c in [SECOND])) == 2
    assert count(clause=[]) == 0
    assert count(clause=None) == 4
    assert count(clause=None, unit="percent") == 2
    assert count(clause=None, unit=None) == 6


def test_bound_query_is_whole_and_can_be_bound_again(store: Store) -> None:
    nasty = 'a"} } # { ?x \\ \n VALUES ?clause { }'
    once = sparql.bind(CAPS, clause=SECOND, unit=nasty)
    assert len(sparql.run(store, once)) == 0
    again = sparql.bind(once, unit="CNY")
    assert len(sparql.run(store, again)) == 2
    assert again.startswith("# 上限\n")


def test_bind_unknown_name_or_bad_iri() -> None:
    with pytest.raises(BindError, match="topic"):
        sparql.bind(CAPS, topic="x")
    for bad in ("x:a> } DROP ALL", "第一条", "x:a b"):
        with pytest.raises(BindError):
            sparql.bind(CAPS, clause=Iri(bad))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_words_stay_one_literal(words: str) -> None:
    query = sparql.bind("SELECT ?x {\n VALUES ?x { }\n}", x=words)
    assert sparql.run(Store.memory(), query).cells == ((words,),)


@given(st.one_of(st.dates(), st.integers(-(10**9), 10**9), st.booleans(), st.decimals(-(10**9), 10**9, places=2)))
def test_any_value_comes_back(value: date | int | bool | Decimal) -> None:
    query = sparql.bind("SELECT ?x {\n VALUES ?x { }\n}", x=value)
    assert sparql.run(Store.memory(), query).cells == ((value,),)


def test_run_and_ask_want_their_own_form(store: Store) -> None:
    assert sparql.ask(store, f"ASK {{ ?s a <{PK.Amount}> }}")
    for wrong in (lambda: sparql.run(store, "ASK {}"), lambda: sparql.ask(store, "SELECT * {}")):
        with pytest.raises(SyntaxError):
            wrong()


def test_a_warm_bound_query_is_quick(store: Store) -> None:
    sparql.run(store, sparql.bind(CAPS, clause=SECOND))
    started = time.process_time()
    for _ in range(50):
        sparql.run(store, sparql.bind(CAPS, clause=SECOND))
    assert (time.process_time() - started) / 50 < 0.005


@pytest.mark.parametrize("name", sorted(guard.ROWS))
def test_formats_of_rows(snapshot: Path, name: str) -> None:
    result = sparql.evaluate_untrusted(snapshot, "SELECT ?name { ?a a pk:Agency ; pk:name ?name } ORDER BY ?name", name)
    assert "海州市农业局" in result.body.decode()
    if name == "json":
        assert len(json.loads(result.body)["results"]["bindings"]) == 2
    assert sparql.evaluate_untrusted(snapshot, "ASK { ?a a pk:Agency }", name).body.count(b"true") == 1


@pytest.mark.parametrize("name", sorted(guard.TRIPLES))
def test_formats_of_graphs_hold_each_triple_once(snapshot: Path, name: str) -> None:
    result = sparql.evaluate_untrusted(snapshot, "CONSTRUCT { ?a pk:name ?name } WHERE { ?a pk:name ?name . ?d a pk:Document }", name)
    found = [(q.subject, q.object) for q in ox.parse(result.body, format=guard.TRIPLES[name][0])]
    assert len(found) == len(set(found)) == 2


def test_from_names_its_own_graph(snapshot: Path) -> None:
    def count(clause: str) -> int:
        return sparql.evaluate_untrusted(snapshot, f"SELECT ?d {clause} {{ ?d a pk:Document }}", "csv").body.count(b"\n") - 1

    assert (count(""), count(f"FROM <{IRIS.source('3.txt')}>"), count(f"FROM <{IRIS.registry}>")) == (20, 1, 0)


REFUSED = {
    "empty": " \n",
    "update": "PREFIX x: <x:> INSERT DATA { x:a x:b 1 }",
    "service": "SELECT * { ?s ?p 'SERVICE' . SERVICE <http://127.0.0.1:1/> { ?a ?b ?c } }",
    "long": "SELECT * {} #" + "x" * (64 << 10),
    "deep": "SELECT * " + "{" * 65 + "}" * 65,
    "syntax": "SELECT * {\n ?s ?p }",
    "time": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "size": "SELECT * { ?a ?b ?c . ?d ?e ?f }",
    "complex": "SELECT (" + "1+" * 25000 + "1 AS ?x) {}",
}


@pytest.mark.parametrize("reason", sorted(REFUSED))
def test_refused_in_one_line(snapshot: Path, reason: str) -> None:
    with pytest.raises(QueryError) as caught:
        sparql.evaluate_untrusted(snapshot, REFUSED[reason], "csv", limit_s=1.0 if reason == "time" else 10.0, result_bytes=1 << 20)
    assert caught.value.reason == reason
    assert "\n" not in str(caught.value)
    if reason == "syntax":
        assert "第 2 行" in str(caught.value)


def test_memory_is_limited(snapshot: Path) -> None:
    greedy = "SELECT ?a ?d { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?i"
    started = time.process_time()
    with pytest.raises(QueryError) as caught:
        sparql.evaluate_untrusted(snapshot, greedy, "csv", memory_bytes=64 << 20, limit_s=20)
    assert caught.value.reason in ("memory", "complex"), "which of them depends on how soon it died"
    assert time.process_time() - started < 15


@pytest.mark.parametrize(("query", "format"), [("SELECT * { ?s ?p ?o }", "turtle"), ("CONSTRUCT WHERE { ?s a ?o }", "csv"), ("ASK {}", "table")])
def test_format_that_does_not_fit(snapshot: Path, query: str, format: str) -> None:
    with pytest.raises(QueryError, match="请用格式"):
        sparql.evaluate_untrusted(snapshot, query, format)


@pytest.mark.parametrize(
    "query", ["SELECT * {} # SERVICE INSERT", "SELECT ('INSERT { SERVICE' AS ?service) {}", "SELECT ?insert { ?insert a <x:SERVICE#delete> }"]
)
def test_words_in_strings_and_names_are_no_keywords(snapshot: Path, query: str) -> None:
    assert sparql.evaluate_untrusted(snapshot, query, "csv").media_type.startswith("text/csv")


def test_missing_and_damaged_snapshot(tmp_path: Path) -> None:
    with pytest.raises(BuildMissing):
        sparql.evaluate_untrusted(tmp_path, "ASK {}")
    (tmp_path / "CURRENT").write_text("rubbish")
    with pytest.raises(BuildDamaged):
        sparql.evaluate_untrusted(tmp_path, "ASK {}")


@pytest.mark.skipif(sys.platform != "linux", reason="seccomp is Linux's")
def test_the_child_has_given_up_network_files_and_programs(tmp_path: Path) -> None:
    code = f"""
import os, pathlib, socket
from kg import confine
assert confine.seal().seccomp
confine.limit(1 << 30)
for deed in (lambda: socket.socket(), lambda: os.execv("/bin/true", ["true"]), lambda: pathlib.Path({str(tmp_path / "new")!r}).write_text("x")):
    try:
        deed()
    except OSError:
        print("refused")
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["refused"] * 3, done.stderr
