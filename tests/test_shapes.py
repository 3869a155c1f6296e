"""Each kind of broken fact is caught by our SELECTs exactly as pySHACL catches it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import Graph, URIRef

import ontology
from kg import shapes
from kg.store import Store
from ontology import rdf
from ontology.terms import DCTERMS, PK, RDF, Iri, Triple, Value
from tests.graphs import IRIS, graphs, reading

SH = "http://www.w3.org/ns/shacl#"
Edit = Callable[[list[Triple]], list[Triple]]
Found = set[tuple[str, str, str | None]]

NOWHERE = Iri("http://127.0.0.1:8502/id/nowhere")
SOUND = list(rdf.reading(reading("sound"), IRIS))
KINDS = (PK.Document, PK.Clause, PK.Amount, PK.Duty, PK.Reference, PK.Definition, PK.Deadline, PK.Norm, PK.Mention)


def copy(kind: Iri, name: str) -> list[Triple]:
    """Return the triples of the last thing of a kind, under a name of its own."""
    subject = [s for s, p, o in SOUND if p == RDF.type and o == kind][-1]
    return [(Iri(f"{NOWHERE}#{name}"), p, o) for s, p, o in SOUND if s == subject]


def put(predicate: Iri, *values: Value) -> Edit:
    """Return the edit that gives a thing these values and no other."""
    return lambda triples: [t for t in triples if t[1] != predicate] + [(triples[0][0], predicate, value) for value in values]


BROKEN: list[tuple[str, Iri, Edit, str]] = [
    ("amount without value", PK.Amount, put(PK.value), "minCount"),
    ("amount with two values", PK.Amount, put(PK.value, Decimal(1), Decimal(2)), "maxCount"),
    ("value is a word", PK.Amount, put(PK.value, "十万"), "datatype"),
    ("negative value", PK.Amount, put(PK.value, Decimal(-1)), "minInclusive"),
    ("high below value", PK.Amount, put(PK.high, Decimal(1)), "lessThan"),
    ("range without high", PK.Amount, put(PK.high), "sparql"),
    ("high without range", PK.Amount, put(PK.bound, "max"), "sparql"),
    ("unknown bound", PK.Amount, put(PK.bound, "about"), "in"),
    ("unknown unit", PK.Amount, put(PK.unit, "元"), "pattern"),
    ("no unit", PK.Amount, put(PK.unit), "minCount"),
    ("unknown purpose", PK.Amount, put(PK.purpose, "gift"), "in"),
    ("cap is not there", PK.Amount, put(PK.cappedBy, NOWHERE), "class"),
    ("span ends before it starts", PK.Amount, put(PK.end, 0), "lessThan"),
    ("no start", PK.Norm, put(PK.start), "minCount"),
    ("start is a word", PK.Norm, put(PK.start, "3"), "datatype"),
    ("span outside its clause", PK.Definition, put(PK.start, 1), "sparql"),
    ("span outside its document", PK.Duty, put(PK.end, 100000), "sparql"),
    ("empty quote", PK.Norm, put(PK.quote, ""), "minLength"),
    ("dangling clause", PK.Deadline, put(PK.clause, NOWHERE), "class"),
    ("clause is a word", PK.Deadline, put(PK.clause, "第一条"), "nodeKind"),
    ("no clause", PK.Reference, put(PK.clause), "minCount"),
    ("no document", PK.Reference, put(PK.document), "minCount"),
    ("no order", PK.Clause, put(PK.order), "minCount"),
    ("amount without its sentence", PK.Amount, put(PK.context), "minCount"),
    ("duty without agency", PK.Duty, put(PK.agency), "minCount"),
    ("agency not in the registry", PK.Duty, put(PK.agency, NOWHERE), "class"),
    ("duty without role", PK.Duty, put(PK.role), "minCount"),
    ("unknown role", PK.Duty, put(PK.role, "lead"), "in"),
    ("listed is a word", PK.Duty, put(PK.listed, "true"), "datatype"),
    ("unknown relation", PK.Reference, put(PK.relation, "cites"), "in"),
    ("reference to nothing", PK.Reference, put(PK.targetTitle), "sparql"),
    ("target not in the build", PK.Reference, put(PK.target, NOWHERE), "sparql"),
    ("definition without meaning", PK.Definition, put(PK.meaning), "minCount"),
    ("definition with an empty term", PK.Definition, put(PK.term, ""), "minLength"),
    ("deadline without day or period", PK.Deadline, put(PK.due), "sparql"),
    ("period without unit", PK.Deadline, put(PK.lasts, Decimal(3)), "sparql"),
    ("period of no length", PK.Deadline, put(PK.lasts, Decimal(0)), "minExclusive"),
    ("unknown norm", PK.Norm, put(PK.normKind, "shall"), "in"),
    ("document without title", PK.Document, put(DCTERMS.title), "minCount"),
    ("expires before it takes effect", PK.Document, put(PK.expires, date(2000, 1, 1)), "lessThanOrEquals"),
    ("a date as a word", PK.Document, put(PK.issued, "2030年"), "datatype"),
    ("issuer not in the registry", PK.Document, put(PK.issuer, NOWHERE), "class"),
    ("unknown edition", PK.Document, put(PK.edition, "draft"), "in"),
    ("clause of no document", PK.Clause, put(PK.document, NOWHERE), "class"),
    ("clause without text", PK.Clause, put(PK.text, ""), "minLength"),
    ("clause above itself", PK.Clause, put(PK.parent, NOWHERE), "class"),
    ("unknown clause kind", PK.Clause, put(PK.kind, "article"), "in"),
    ("clause before its parent", PK.Clause, put(PK.order, 1), "sparql"),
    ("clause outside its document", PK.Clause, put(PK.end, 100000), "sparql"),
    ("clause and fact of two documents", PK.Norm, put(PK.document, Iri(f"{NOWHERE}#0")), "sparql"),
    ("amount that caps itself", PK.Amount, lambda t: put(PK.cappedBy, t[0][0])(t), "sparql"),
    ("amount that stands in two clauses", PK.Amount, put(PK.clause, NOWHERE, Iri(NOWHERE + "2")), "maxCount"),
]


def broken_graphs() -> list[tuple[Iri, list[Triple]]]:
    """Return a sound reading, the registry, and one graph a broken kind with one broken thing."""
    return [*graphs("sound"), *((IRIS.source(name), edit(copy(kind, str(i)))) for i, (name, kind, edit, _) in enumerate(BROKEN))]


def ours(store: Store) -> Found:
    """Return our verdict as (focus, component, path)."""
    return {(v.focus, v.component, v.path) for v in shapes.violations(store, limit=1000)}


def judge(store: Store) -> Found:
    """Return the verdict of pySHACL as (focus, component, path)."""
    data = Graph().parse(data="\n".join(str(ox.Triple(q.subject, q.predicate, q.object)) + " ." for q in store.inner), format="nt")
    _, report, _ = pyshacl.validate(data, shacl_graph=_shapes_graph(), inference="none", advanced=False)
    assert isinstance(report, Graph)
    found: Found = set()
    for result in report.subjects(URIRef(SH + "focusNode")):
        component = str(next(report.objects(result, URIRef(SH + "sourceConstraintComponent")))).removeprefix(SH).removesuffix("ConstraintComponent")
        path = next((str(p) for p in report.objects(result, URIRef(SH + "resultPath"))), None)
        focus = str(next(report.objects(result, URIRef(SH + "focusNode"))))
        found.add((focus, "sparql" if component == "SPARQL" else component[0].lower() + component[1:], path))
    return found


@cache
def _shapes_graph() -> Graph:
    return Graph().parse(Path(ontology.__file__).parent / "shapes.ttl")


@pytest.fixture(scope="module")
def broken() -> Store:
    return Store.memory(broken_graphs())


def test_a_sound_graph_conforms() -> None:
    store = Store.memory(graphs("a.txt", "b.txt"))
    assert ours(store) == judge(store) == set()


def test_same_verdict_as_pyshacl_on_every_broken_kind(broken: Store) -> None:
    assert ours(broken) == judge(broken)


@pytest.mark.parametrize(("name", "component"), [(name, component) for name, _, _, component in BROKEN])
def test_each_kind_is_caught_in_its_own_graph(broken: Store, name: str, component: str) -> None:
    found = shapes.violations(broken, [IRIS.source(name)])
    assert component in {v.component for v in found}
    assert all(v.message and "\n" not in str(v) and v.focus in str(v) for v in found)


def test_every_rule_written_as_a_query_is_broken_by_some_kind(broken: Store) -> None:
    rules = {check.message for check in shapes.checks() if check.component == "sparql"}
    assert {v.message for v in shapes.violations(broken) if v.component == "sparql"} == rules


def test_same_verdict_with_any_one_triple_left_out() -> None:
    whole = [copy(kind, f"{i}-{n}") for i, kind in enumerate(KINDS) for n in range(len(copy(kind, "")))]
    parts: list[tuple[Iri, Iterable[Triple]]] = []
    for triples in whole:
        name = triples[0][0].rpartition("#")[2]
        parts.append((IRIS.source(name), [t for i, t in enumerate(triples) if i != int(name.partition("-")[2])]))
    store = Store.memory([*graphs("sound"), *parts])
    verdict = ours(store)
    assert verdict == judge(store)
    assert len({focus for focus, _, _ in verdict}) > 60


def test_limit_holds_for_each_constraint(broken: Store) -> None:
    assert len(shapes.violations(broken, limit=1)) <= len(shapes.checks())
