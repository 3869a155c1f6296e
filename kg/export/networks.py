"""One network of documents, clauses and bodies, as GraphML, GEXF, or two tables of nodes and edges.

Edges: ``cites`` (document or clause to what it cites), ``issues jointly`` (two bodies), ``duty`` (body to clause). Copies of one policy are
one node, the original.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import date
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import networkx as nx

from kg import network
from kg.export import whole
from kg.export.whole import Stamp
from kg.shelf import Shelf
from ontology.terms import Iri

NODES = {
    "label": "string",
    "kind": "string",
    "number": "string",
    "genre": "string",
    "place": "string",
    "issued": "date",
    "effective": "date",
    "expires": "date",
    "status": "string",
    "source": "string",
}
EDGES = {"kind": "string", "weight": "integer", "relations": "string", "first": "date", "last": "date"}
# Characters that XML 1.0 cannot hold.
_NOT_XML = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_GEXF = "http://www.gexf.net/1.2draft"


def combined(shelf: Shelf, on: date) -> nx.DiGraph[str]:
    """Return the network of a build with its status on a day: every document and body, and the clauses that an edge touches."""
    graph: nx.DiGraph[str] = nx.DiGraph(**_about(Stamp.of(shelf.manifest, on)))
    issued = {iri: d.issued.isoformat() if d.issued else "" for iri, d in shelf.documents.items()}
    for part in (network.citations(shelf.store), network.clause_citations(shelf.store)):
        _add(graph, part)
        for one, other, data in part.edges(data=True):
            _edge(graph, one, other, "cites", int(data["weight"]), data["relations"], _day_of(one, issued))
    for row in shelf.select("SELECT agency, name, place FROM agencies ORDER BY agency"):
        graph.add_node(str(row[0]), label=_clean(str(row[1])), kind="agency", place=_clean(str(row[2] or "")))
    duties = network.duties(shelf.store)
    _add(graph, duties)
    for one, other, data in duties.edges(data=True):
        body, clause = (one, other) if duties.nodes[one]["kind"] == "agency" else (other, one)
        _edge(graph, body, clause, "duty", int(data["weight"]), data["relations"], _day_of(clause, issued))
    _join(graph, shelf)
    _describe(graph, shelf, on)
    return _ordered(graph)


def write_graphml(shelf: Shelf, path: Path, on: date) -> tuple[int, int]:
    """Write GraphML and return the numbers of nodes and edges."""
    graph = combined(shelf, on)
    with whole.file(path) as fresh:
        fresh.write_text("\n".join(nx.generate_graphml(graph)) + "\n", "utf-8")
    return len(graph), graph.size()


def write_gexf(shelf: Shelf, path: Path, on: date) -> tuple[int, int]:
    """Write GEXF, in which a document begins on its issue date, and return the numbers of nodes and edges."""
    graph = combined(shelf, on)
    for _, data in graph.nodes(data=True):
        if data.get("issued"):
            data["start"] = data["issued"]
    ElementTree.register_namespace("", _GEXF)
    ElementTree.register_namespace("viz", _GEXF + "/viz")
    tree = ElementTree.fromstring("\n".join(nx.generate_gexf(graph)))
    stamp = Stamp.of(shelf.manifest, on)
    meta = tree.find(f"{{{_GEXF}}}meta")
    if meta is not None:
        meta.set("lastmodifieddate", stamp.built[:10])
        ElementTree.SubElement(meta, f"{{{_GEXF}}}description").text = str(stamp)
    with whole.file(path) as fresh:
        fresh.write_bytes(ElementTree.tostring(tree, "utf-8", xml_declaration=True) + b"\n")
    return len(graph), graph.size()


def write_tables(shelf: Shelf, folder: Path, on: date) -> tuple[int, int]:
    """Write nodes.csv, edges.csv and their data package into a folder and return the numbers of rows."""
    graph = combined(shelf, on)
    with whole.folder(folder) as fresh:
        _csv(fresh / "nodes.csv", ("id", *NODES), ([node, *(data.get(name, "") for name in NODES)] for node, data in graph.nodes(data=True)))
        rows = ([one, other, *(data.get(name, "") for name in EDGES)] for one, other, data in graph.edges(data=True))
        _csv(fresh / "edges.csv", ("source", "target", *EDGES), rows)
        package = json.dumps(_package(Stamp.of(shelf.manifest, on)), ensure_ascii=False, indent=1)
        (fresh / "datapackage.json").write_text(package + "\n", "utf-8")
    return len(graph), graph.size()


def _about(stamp: Stamp) -> dict[str, str]:
    return {"build": stamp.build, "built": stamp.built, "on": stamp.on.isoformat(), "base": stamp.base}


def _add(graph: nx.DiGraph[str], part: nx.DiGraph[str] | nx.Graph[str]) -> None:
    for node, data in part.nodes(data=True):
        if node not in graph:
            graph.add_node(node, label=_clean(str(data["label"])), kind=data["kind"], number=_clean(str(data.get("number", ""))))


def _edge(graph: nx.DiGraph[str], one: str, other: str, kind: str, weight: int, relations: str, day: str) -> None:
    """Add an edge between two nodes of the network; ``day`` is when it came to be, "" where no date is known."""
    graph.add_edge(one, other, kind=kind, weight=weight, relations=relations, first=day, last=day)


def _join(graph: nx.DiGraph[str], shelf: Shelf) -> None:
    """Add an edge between bodies that issue a document together, from the first of the two by IRI; its weight counts the documents."""
    for document in shelf.documents.values():
        if document.copy_of is not None:
            continue
        day = document.issued.isoformat() if document.issued else ""
        for one, other in combinations(sorted(str(shelf.iris.agency(name)) for name in set(document.issuers)), 2):
            before = graph.get_edge_data(one, other) or {"weight": 0, "first": "", "last": ""}
            days = sorted(filter(None, (before["first"], before["last"], day)))
            spanned = {"first": days[0], "last": days[-1]} if days else {"first": "", "last": ""}
            graph.add_edge(one, other, kind="issues jointly", weight=before["weight"] + 1, relations="", **spanned)


def _describe(graph: nx.DiGraph[str], shelf: Shelf, on: date) -> None:
    """Give documents their dates and status, and every node every attribute."""
    for iri, document in shelf.documents.items():
        if iri in graph:
            days = {"issued": document.issued, "effective": document.effective or document.effective_derived, "expires": document.ends}
            known = {"number": document.number, "genre": document.genre, "place": document.place, "source": document.source, "status": document.status(on)}
            said = {name: day.isoformat() for name, day in days.items() if day} | {name: _clean(value) for name, value in known.items() if value}
            graph.nodes[iri].update(said)
    for _, data in graph.nodes(data=True):
        for name in NODES:
            data.setdefault(name, "")


def _ordered(graph: nx.DiGraph[str]) -> nx.DiGraph[str]:
    """Return the network with nodes and edges in the order of their names, attributes in that of the tables."""
    fresh: nx.DiGraph[str] = nx.DiGraph(**graph.graph)
    for node in sorted(graph):
        fresh.add_node(node, **{name: graph.nodes[node][name] for name in NODES})
    for one, other, data in sorted(graph.edges(data=True), key=lambda edge: edge[:2]):
        fresh.add_edge(one, other, **{name: data[name] for name in EDGES})
    return fresh


def _day_of(iri: str, issued: dict[str, str]) -> str:
    """Return the issue date of the document that an IRI belongs to, "" where it has none: a clause's IRI begins with its document's."""
    head = Iri(iri)
    while head not in issued and "/" in head:
        head = Iri(head.rpartition("/")[0])
    return issued.get(head, "")


def _clean(words: str) -> str:
    return _NOT_XML.sub("", words)


def _csv(path: Path, columns: tuple[str, ...], rows: Iterator[list[object]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def _package(stamp: Stamp) -> dict[str, object]:
    """Return the Frictionless description of the two tables."""
    keys = [{"fields": [end], "reference": {"resource": "nodes", "fields": ["id"]}} for end in ("source", "target")]
    nodes = {"fields": _fields({"id": "string"} | NODES), "missingValues": [""], "primaryKey": ["id"]}
    edges = {"fields": _fields({"source": "string", "target": "string"} | EDGES), "missingValues": [""], "foreignKeys": keys}
    resources = [
        {"name": name, "path": f"{name}.csv", "profile": "tabular-data-resource", "encoding": "utf-8", "schema": schema}
        for name, schema in (("nodes", nodes), ("edges", edges))
    ]
    return {"name": "policykg-network", "profile": "tabular-data-package", **_about(stamp), "resources": resources}


def _fields(types: dict[str, str]) -> list[dict[str, str]]:
    return [{"name": name, "type": type_} for name, type_ in types.items()]
