"""Networks over the graph: who cites whom, which body does what, who does it together; and what stands in the middle of them.

Copies of one policy are one node, the original. Built from rows of whole queries in kg/queries/network_*.rq.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import combinations

import networkx as nx

from kg import sparql
from kg.store import Store
from ontology.terms import Iri


@dataclass(frozen=True, slots=True)
class Rank:
    """A node with its label and the measures of its place: citations to it, from it, and PageRank (weighted)."""

    node: str
    label: str
    cited: int
    citing: int
    pagerank: float


def citations(store: Store, documents: Iterable[Iri] | None = None) -> nx.DiGraph[str]:
    """Return documents and the documents they cite; edges have ``weight`` (number of references), ``relations`` ("|"-joined, sorted)
    and for each of these the number of references under its name.

    Nodes have ``label`` and ``kind``: document, or cited for one that is named but not in the build (the node is then its title).
    ``documents`` narrows the citing ones.
    """
    graph: nx.DiGraph[str] = nx.DiGraph()
    for row in _rows(store, "network_documents"):
        about = {name: row.get(name, str) or "" for name in ("number", "genre")}
        graph.add_node(row.need("document", Iri), label=row.need("title", str), kind="document", **about)
    for row in _ordered(_rows(store, "network_citations", document=documents), "reference"):
        source, title = row.need("document", Iri), row.get("title", str)
        target = row.get("target", Iri) or title
        if target is None or target == source:
            continue
        if target not in graph:
            graph.add_node(target, label=title or target, kind="cited", number=row.get("number", str) or "", genre="")
        _count(graph, source, target, row.need("relation", str))
    return graph


def clause_citations(store: Store, documents: Iterable[Iri] | None = None) -> nx.DiGraph[str]:
    """Return clauses and the clauses or documents of the build that they cite; edges as in ``citations``, nodes have ``label`` and ``kind``."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    titles, originals = _titles(store)
    for row in _ordered(_rows(store, "network_clauses", document=documents), "reference"):
        source, target, document = row.need("clause", Iri), row.need("target", Iri), row.need("document", Iri)
        named = titles.get(row.get("whole", Iri) or target)
        if document in originals and named is not None:
            graph.add_node(source, label=f"{titles[document]} {row.need('path', str)}", kind="clause")
            where = row.get("targetPath", str)
            graph.add_node(target, label=f"{named} {where or ''}".strip(), kind="clause" if where else "document")
            _count(graph, source, target, row.need("relation", str))
    return graph


def duties(store: Store, documents: Iterable[Iri] | None = None) -> nx.Graph[str]:
    """Return bodies and the clauses that give them a duty; edges have ``weight`` and ``relations`` (roles), nodes ``label`` and ``kind``."""
    graph: nx.Graph[str] = nx.Graph()
    titles, originals = _titles(store)
    names = {row.need("agency", Iri): row.need("name", str) for row in _rows(store, "network_agencies")}
    for row in _ordered(_rows(store, "network_duties", document=documents), "duty"):
        agency, clause, document = row.need("agency", Iri), row.need("clause", Iri), row.need("document", Iri)
        if document in originals and agency in names:
            graph.add_node(agency, label=names[agency], kind="agency")
            graph.add_node(clause, label=f"{titles[document]} {row.need('path', str)}", kind="clause")
            _count(graph, agency, clause, row.need("role", str))
    return graph


def partners(store: Store, documents: Iterable[Iri] | None = None) -> nx.Graph[str]:
    """Return bodies and those they share clauses with; the edges' ``weight`` is the number of clauses that give both a duty."""
    shared: nx.Graph[str] = nx.Graph()
    both = duties(store, documents)
    for node, label, kind in _labelled(both):
        if kind == "agency":
            shared.add_node(node, label=label, kind=kind)
    for node, _, kind in _labelled(both):
        if kind == "clause":
            for one, other in combinations(sorted(both.neighbors(node)), 2):
                _count(shared, one, other, "")
    return shared


def ranks(graph: nx.DiGraph[str], top: int | None = None) -> tuple[Rank, ...]:
    """Return the nodes of a directed network, most cited first, then by PageRank and name; in- and out-degree count references."""
    if not graph:
        return ()
    importance = nx.pagerank(graph, weight="weight")
    cited, citing = dict(graph.in_degree(weight="weight")), dict(graph.out_degree(weight="weight"))
    found = [Rank(node, label, cited[node], citing[node], round(importance[node], 6)) for node, label, _ in _labelled(graph)]
    return tuple(sorted(found, key=lambda r: (-r.cited, -r.pagerank, r.label, r.node))[:top])


def around(graph: nx.DiGraph[str] | nx.Graph[str], node: str, steps: int = 1) -> nx.DiGraph[str] | nx.Graph[str]:
    """Return what lies within so many edges of a node, whichever way they point; an empty network where the node is not in it."""
    if node not in graph:
        return type(graph)()
    return nx.ego_graph(graph, node, radius=steps, undirected=True)


def _labelled(graph: nx.DiGraph[str] | nx.Graph[str]) -> list[tuple[str, str, str]]:
    return [(node, str(data["label"]), str(data["kind"])) for node, data in graph.nodes(data=True)]


def _count(graph: nx.DiGraph[str] | nx.Graph[str], source: str, target: str, relation: str) -> None:
    """Add one to the weight of an edge and to its relation."""
    before = graph.get_edge_data(source, target, default={})
    relations = {*str(before.get("relations", "")).split("|"), relation} - {""}
    one = {relation: int(before.get(relation, 0)) + 1} if relation else {}
    graph.add_edge(source, target, weight=int(before.get("weight", 0)) + 1, relations="|".join(sorted(relations)), **one)


def _titles(store: Store) -> tuple[dict[Iri, str], set[Iri]]:
    """Return the titles of all documents, and those of them that are no copy of another."""
    rows = list(_rows(store, "network_titles"))
    titles = {row.need("document", Iri): row.need("title", str) for row in rows}
    return titles, titles.keys() - {row.need("document", Iri) for row in rows if row.get("original", Iri)}


def _ordered(rows: sparql.Rows, name: str) -> list[sparql.Row]:
    """Return rows by the names of what they tell of: a store that sorts them looks every name up again for each comparison."""
    return sorted(rows, key=lambda row: row.need(name, Iri))


def _rows(store: Store, name: str, **terms: Iterable[Iri] | None) -> sparql.Rows:
    return sparql.run(store, sparql.bind(_query(name), **terms))


@cache
def _query(name: str) -> str:
    return files("kg").joinpath("queries", f"{name}.rq").read_text(encoding="utf-8")
