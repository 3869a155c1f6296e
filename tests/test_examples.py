"""Each worked query runs as a user would run it, and finds something in the sample corpus."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import build, examples, guard, sparql
from kg.config import BASE
from kg.shelf import Shelf
from kg.store import Store
from ontology.terms import own_terms
from tests import built, clock

EXAMPLES = examples.all_examples()


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_example_finds_something(example: examples.Example) -> None:
    shelf = Shelf.open(built.sample())
    form = "turtle" if "CONSTRUCT" in example.query else "json"
    result = sparql.evaluate_untrusted(shelf.folder / "graph", example.query, form).body
    if form == "turtle":
        assert len(list(ox.parse(result, format=ox.RdfFormat.TURTLE))) > 100
    elif "results" in (data := json.loads(result)):
        rows = data["results"]["bindings"]
        assert rows
        for name in data["head"]["vars"]:
            assert any(name in row for row in rows), f"?{name} is never bound"
    else:
        assert data["boolean"] in (True, False)


@pytest.mark.slow
def test_no_example_takes_long_over_the_real_texts(shared: Path, tmp_path: Path) -> None:
    build.ingest(tmp_path, [shared / "corpus"], base=BASE)
    folder = Shelf.open(tmp_path).folder / "graph"
    for example in EXAMPLES:

        def solve(query: str = example.query) -> bool:
            solved = Store.snapshot(folder).inner.query(query, use_default_graph_as_union=True)
            return isinstance(solved, ox.QueryBoolean) or sum(1 for _ in solved) > 0

        assert solve(), example.name
        assert clock.within(1, solve), example.name


def test_there_are_twenty_by_task_in_order() -> None:
    assert len(EXAMPLES) >= 20
    assert [e.name for e in EXAMPLES] == sorted(e.name for e in EXAMPLES)
    assert len({e.title for e in EXAMPLES}) == len(EXAMPLES)
    tasks = [e.task for e in EXAMPLES]
    assert len(set(tasks)) == sum(one != before for one, before in zip(tasks, ["", *tasks], strict=False)), "a task's examples stand together"


def test_examples_reach_from_simple_to_paths_and_aggregates() -> None:
    every = " ".join(e.query for e in EXAMPLES)
    for feature in ("OPTIONAL", "GROUP BY", "HAVING", "COUNT(DISTINCT", "parent+", "parent*", "^pk:", "GRAPH ?", "CONSTRUCT", "ASK", "NOT EXISTS", "VALUES"):
        assert feature in every, feature


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_example_declares_its_prefixes_and_uses_known_terms(example: examples.Example) -> None:
    ox.Store().query(example.query)
    guard.check(example.query)
    lines = [line for line in example.query.splitlines() if not line.startswith("#")]
    used = set(re.findall(r"\bpk:(\w+)", "\n".join(lines)))
    assert used <= set(own_terms())
