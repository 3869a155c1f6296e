"""A DCAT entry for a catalogue of data sets: what the build holds, of when and where, and in which forms it is to be had."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from kg import vocabulary
from kg.errors import UsageError
from kg.export import graph, whole
from kg.export.whole import Stamp
from kg.shelf import Shelf
from ontology.terms import RDF, XSD, XSD_NS

_DCAT = "http://www.w3.org/ns/dcat#"
_DC = "http://purl.org/dc/terms/"
_MEDIA = "https://www.iana.org/assignments/media-types/"
_CHINESE = "http://publications.europa.eu/resource/authority/language/ZHO"
PREFIXES = {"dcat": _DCAT, "dcterms": _DC, "prov": "http://www.w3.org/ns/prov#", "xsd": XSD_NS}
FORMATS = {ending: form for ending, form in graph.FORMATS.items() if ending not in (".nq", ".trig")}

# The forms of the data, by the command that writes them: local name, title, media type.
_FORMS = (
    ("tables", "数据表（CSV，附 datapackage.json）", "text/csv"),
    ("graph.trig", "图谱（TriG，含命名图）", "application/trig"),
    ("graph.ttl", "图谱（Turtle）", "text/turtle"),
    ("graph.jsonld", "图谱（JSON-LD）", "application/ld+json"),
    ("network.graphml", "引用与职责网络（GraphML）", "application/graphml+xml"),
    ("network.gexf", "引用与职责网络（GEXF）", "application/gexf+xml"),
    ("tables.xlsx", "工作簿（XLSX）", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
)

Term = ox.NamedNode | ox.Literal | ox.BlankNode


def write_dcat(shelf: Shelf, path: Path, on: date) -> int:
    """Write the entry in the format of the file's ending and return the number of triples; UsageError for another ending."""
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise UsageError(f"不认识的扩展名 {path.suffix or '（无）'}，可用：{' '.join(FORMATS)}。")
    triples = tuple(entry(shelf, on))
    with whole.file(path) as fresh:
        fresh.write_bytes(ox.serialize(triples, format=form, prefixes=PREFIXES) or b"")
    return len(triples)


def entry(shelf: Shelf, on: date) -> Iterator[ox.Triple]:
    """Yield the triples of the catalogue entry."""
    stamp = Stamp.of(shelf.manifest, on)
    site = stamp.base.removesuffix("id/")
    data, service = ox.NamedNode(stamp.base + "dataset"), ox.NamedNode(stamp.base + "service")
    yield from _all(data, _described(shelf, stamp))
    yield from _covered(shelf, data)
    for name, title, media in _FORMS:
        form = ox.NamedNode(f"{stamp.base}dataset/{name}")
        yield ox.Triple(data, ox.NamedNode(_DCAT + "distribution"), form)
        yield from _all(
            form,
            (
                (RDF.type, _iri(_DCAT + "Distribution")),
                (_DC + "title", _zh(title)),
                (_DCAT + "mediaType", _iri(_MEDIA + media)),
                (_DCAT + "accessURL", _iri(site)),
                (_DC + "conformsTo", _iri(vocabulary.ONTOLOGY)),
            ),
        )
    yield from _all(
        service,
        (
            (RDF.type, _iri(_DCAT + "DataService")),
            (_DC + "title", _zh("SPARQL 端点")),
            (_DCAT + "endpointURL", _iri(site + "sparql")),
            (_DCAT + "endpointDescription", _iri(site + "sparql")),
            (_DCAT + "servesDataset", data),
            (_DC + "conformsTo", _iri("https://www.w3.org/TR/sparql11-protocol/")),
        ),
    )


def _described(shelf: Shelf, stamp: Stamp) -> Iterator[tuple[str, Term]]:
    """Yield what is said of the data set as a whole."""
    counts = shelf.manifest.counts
    told = f"政策文件 {counts.get('documents', 0)} 份、条款 {counts.get('clauses', 0)} 条及从中读出的数额、职责、引用、定义、期限与规范语句。{stamp}。"
    yield RDF.type, _iri(_DCAT + "Dataset")
    yield _DC + "title", _zh("中文政策知识图谱")
    yield _DC + "title", ox.Literal("Knowledge graph of Chinese policy texts", language="en")
    yield _DC + "description", _zh(told)
    yield _DC + "identifier", ox.Literal(f"{stamp.base}{stamp.build}")
    yield _DC + "language", _iri(_CHINESE)
    yield _DC + "modified", _typed(stamp.built, XSD_NS + "dateTime")
    yield _DC + "valid", _typed(stamp.on.isoformat(), XSD.date)
    yield _DC + "conformsTo", _iri(vocabulary.ONTOLOGY)
    yield _DCAT + "version", ox.Literal(stamp.build)
    yield _DCAT + "landingPage", _iri(stamp.base.removesuffix("id/"))
    for word in ("政策", "法规", "知识图谱"):
        yield _DCAT + "keyword", _zh(word)


def _covered(shelf: Shelf, data: ox.NamedNode) -> Iterator[ox.Triple]:
    """Yield the places and the span of issue dates that the documents cover, and their issuers."""
    days = sorted(d.issued for d in shelf.documents.values() if d.issued)
    if days:
        period = ox.BlankNode("period")
        yield ox.Triple(data, ox.NamedNode(_DC + "temporal"), period)
        ends = ((_DCAT + "startDate", days[0]), (_DCAT + "endDate", days[-1]))
        yield from _all(period, ((RDF.type, _iri(_DC + "PeriodOfTime")), *((name, _typed(day.isoformat(), XSD.date)) for name, day in ends)))
    for order, place in enumerate(sorted({d.place for d in shelf.documents.values() if d.place})):
        node = ox.BlankNode(f"place{order}")
        yield ox.Triple(data, ox.NamedNode(_DC + "spatial"), node)
        yield from _all(node, ((RDF.type, _iri(_DC + "Location")), ("http://www.w3.org/2004/02/skos/core#prefLabel", _zh(place))))
    for name in sorted({name for d in shelf.documents.values() for name in d.issuers}):
        yield ox.Triple(data, ox.NamedNode(_DC + "contributor"), ox.NamedNode(shelf.iris.agency(name)))


def _all(subject: ox.NamedNode | ox.BlankNode, pairs: Iterator[tuple[str, Term]] | tuple[tuple[str, Term], ...]) -> Iterator[ox.Triple]:
    return (ox.Triple(subject, ox.NamedNode(predicate), value) for predicate, value in pairs)


def _iri(value: str) -> ox.NamedNode:
    return ox.NamedNode(value)


def _zh(words: str) -> ox.Literal:
    return ox.Literal(words, language="zh")


def _typed(value: str, datatype: str) -> ox.Literal:
    return ox.Literal(value, datatype=ox.NamedNode(datatype))
