"""Networks count a policy once and say who stands in the middle."""

from __future__ import annotations

import pytest

from kg import network
from kg.store import Store
from ontology import rdf
from ontology.iris import document_id
from ontology.records import Agency, Clause, Document, Facts, Reading, Reference, Responsibility, Source, Span
from ontology.terms import Triple
from tests.graphs import IRIS

TEXT = "字" * 100


def source(name: str, cites: tuple[str, ...] = (), agencies: tuple[str, ...] = ()) -> Reading:
    """Return a document of one clause that cites these titles and gives these bodies a duty."""
    path = f"{name}.txt"
    document = Document(document_id(name, None, None, path), path, Span(0, 100), name)
    clause = Clause(document.id, ("第一条",), "第一条", "第一条", None, Span(0, 100), 1)
    references = tuple(Reference(Span(i, i + 1), "external", "refers" if i % 2 else "basis", title=title) for i, title in enumerate(cites))
    duties = tuple(Responsibility(Span(50 + i, 51 + i), one, one, "responsible" if not i else "cooperate") for i, one in enumerate(agencies))
    return Reading(Source(path, "0" * 64, TEXT), (document,), {document.id: ((clause, Facts(references=references, responsibilities=duties)),)})


READINGS = {
    "甲办法": source("甲办法", ("乙条例", "乙条例", "丙法"), ("财政局", "农业局")),
    "丁细则": source("丁细则", ("甲办法", "乙条例"), ("财政局", "农业局", "水利局")),
    "乙条例": source("乙条例"),
    "甲办法副本": source("甲办法副本", ("乙条例",), ("财政局",)),
}
ID = {name: reading.documents[0].id for name, reading in READINGS.items()}
NODE = {name: IRIS.document(id_) for name, id_ in ID.items()}


def store() -> Store:
    """Return the four documents, one of which is a copy that citations of 甲办法 were linked to."""
    links: list[Triple] = [*rdf.policy(ID["甲办法副本"], "甲", ID["甲办法"], IRIS)]
    found = {"乙条例": ID["乙条例"], "甲办法": ID["甲办法副本"] + "/第一条"}
    for reading in READINGS.values():
        document = reading.documents[0]
        for order, reference in enumerate(reading.clauses[document.id][0][1].references, 1):
            if reference.title in found:
                links.append(rdf.target(IRIS.fact(IRIS.clause(document.id, "第一条"), "reference", order), found[reference.title], IRIS))
    bodies = [t for name in ("财政局", "农业局", "水利局") for t in rdf.agency(Agency(name), IRIS)]
    sources = [(IRIS.source(reading.source.path), list(rdf.reading(reading, IRIS))) for reading in READINGS.values()]
    return Store.memory([(IRIS.registry, bodies), (IRIS.links, links), *sources])


STORE = store()


def test_citations() -> None:
    graph = network.citations(STORE)
    assert set(graph) == {NODE["甲办法"], NODE["丁细则"], NODE["乙条例"], "丙法"}
    assert graph[NODE["甲办法"]][NODE["乙条例"]] == {"weight": 2, "relations": "basis|refers", "basis": 1, "refers": 1}
    assert graph.has_edge(NODE["丁细则"], NODE["甲办法"]), "a citation of a clause of a copy is one of the original"
    assert graph.nodes["丙法"]["kind"] == "cited"
    assert graph.number_of_edges() == 4


def test_citations_of_some_documents() -> None:
    graph = network.citations(STORE, [NODE["丁细则"]])
    assert {source for source, _ in graph.edges} == {NODE["丁细则"]}


def test_clause_citations() -> None:
    graph = network.clause_citations(STORE)
    one = IRIS.clause(ID["丁细则"], "第一条")
    assert set(graph.successors(one)) == {IRIS.clause(ID["甲办法副本"], "第一条"), NODE["乙条例"]}
    assert graph.nodes[one] == {"label": "丁细则 第一条", "kind": "clause"}


def test_duties_and_partners() -> None:
    finance, farming, water = (IRIS.agency(name) for name in ("财政局", "农业局", "水利局"))
    both = network.duties(STORE)
    assert both.degree(finance) == 2, "the copy does not count"
    shared = network.partners(STORE)
    assert shared[finance][farming]["weight"] == 2
    assert shared[farming][water]["weight"] == 1
    assert not set(shared) - {finance, farming, water}


def test_ranks() -> None:
    ranks = network.ranks(network.citations(STORE), top=2)
    assert [(r.label, r.cited) for r in ranks] == [("乙条例", 3), ("甲办法", 1)]
    assert sum(r.pagerank for r in network.ranks(network.citations(STORE))) == pytest.approx(1, abs=1e-4)
    assert network.ranks(network.citations(Store.memory())) == ()


def test_around() -> None:
    graph = network.citations(STORE)
    assert set(network.around(graph, "丙法")) == {"丙法", NODE["甲办法"]}
    assert len(network.around(graph, "丙法", 2)) == 4
    assert len(network.around(graph, "x:none")) == 0
