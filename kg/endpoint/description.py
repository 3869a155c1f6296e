"""What the service says of itself to machines: SPARQL Service Description with VoID, made from the build."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pyoxigraph as ox

from kg import vocabulary
from kg.shelf import Shelf
from ontology.terms import PK_NS, RDF, XSD

_SD = "http://www.w3.org/ns/sparql-service-description#"
_VOID = "http://rdfs.org/ns/void#"
_DC = "http://purl.org/dc/terms/"
_FORMATS = "http://www.w3.org/ns/formats/"
RESULTS = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV", "Turtle", "N-Triples", "RDF_XML", "JSON-LD")
PREFIXES = {"sd": _SD, "void": _VOID, "dcterms": _DC, "pk": PK_NS}
# A build of many sources has many graphs: the description names the first of them and counts all.
_NAMED = 500

Node = ox.NamedNode | ox.BlankNode


def triples(shelf: Shelf, endpoint: str, site: str) -> tuple[ox.Triple, ...]:
    """Return the description of the service at ``endpoint``; ``site`` is the address of the server, ending in "/"."""
    return tuple(_service(shelf, endpoint, site))


def _service(shelf: Shelf, endpoint: str, site: str) -> Iterator[ox.Triple]:
    service, data, default = ox.NamedNode(endpoint), ox.BlankNode("dataset"), ox.BlankNode("union")
    yield _link(service, RDF.type, _SD + "Service")
    yield _link(service, _SD + "endpoint", endpoint)
    yield _link(service, _SD + "supportedLanguage", _SD + "SPARQL11Query")
    yield _link(service, _SD + "feature", _SD + "UnionDefaultGraph")
    for name in RESULTS:
        yield _link(service, _SD + "resultFormat", _FORMATS + name)
    for predicate in ("defaultDataset", "availableGraphs"):
        yield ox.Triple(service, ox.NamedNode(_SD + predicate), data)
    for kind in (_SD + "Dataset", _SD + "GraphCollection", _VOID + "Dataset"):
        yield _link(data, RDF.type, kind)
    yield from _statistics(shelf, data, endpoint, site)
    yield ox.Triple(data, ox.NamedNode(_SD + "defaultGraph"), default)
    yield _link(default, RDF.type, _SD + "Graph")
    yield _number(default, "triples", shelf.store.count())
    for order, graph in enumerate(shelf.store.graphs()[:_NAMED]):
        named = ox.BlankNode(f"g{order}")
        yield ox.Triple(data, ox.NamedNode(_SD + "namedGraph"), named)
        yield _link(named, RDF.type, _SD + "NamedGraph")
        yield _link(named, _SD + "name", graph)


def _statistics(shelf: Shelf, data: Node, endpoint: str, site: str) -> Iterator[ox.Triple]:
    """Yield the VoID of the build: counts, vocabulary, examples and where to look."""
    yield ox.Triple(data, ox.NamedNode(_DC + "title"), ox.Literal("中文政策知识图谱", language="zh"))
    yield ox.Triple(data, ox.NamedNode(_DC + "modified"), ox.Literal(shelf.manifest.built[:10], datatype=ox.NamedNode(XSD.date)))
    yield _link(data, _VOID + "sparqlEndpoint", endpoint)
    yield ox.Triple(data, ox.NamedNode(_VOID + "uriSpace"), ox.Literal(shelf.manifest.base))
    yield _link(data, _VOID + "vocabulary", vocabulary.ONTOLOGY)
    yield _link(data, _VOID + "feature", _FORMATS + "Turtle")
    yield _link(data, _DC + "conformsTo", vocabulary.ONTOLOGY)
    yield _link(data, "http://www.w3.org/ns/dcat#landingPage", site)
    for iri in tuple(shelf.documents)[:1]:
        yield _link(data, _VOID + "exampleResource", iri)
    yield _number(data, "triples", shelf.store.count())
    yield _number(data, "documents", len(shelf.documents))
    classes = Counter(q.object.value for q in shelf.store.inner.quads_for_pattern(None, ox.NamedNode(RDF.type), None) if isinstance(q.object, ox.NamedNode))
    yield _number(data, "entities", classes.total())
    yield _number(data, "classes", len(classes))
    for order, (kind, count) in enumerate(sorted(classes.items())):
        part = ox.BlankNode(f"c{order}")
        yield ox.Triple(data, ox.NamedNode(_VOID + "classPartition"), part)
        yield _link(part, _VOID + "class", kind)
        yield _number(part, "entities", count)


def _link(subject: Node, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(predicate), ox.NamedNode(value))


def _number(subject: Node, name: str, value: int) -> ox.Triple:
    return ox.Triple(subject, ox.NamedNode(_VOID + name), ox.Literal(str(value), datatype=ox.NamedNode(XSD.integer)))
