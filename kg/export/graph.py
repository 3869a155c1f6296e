"""The graph as RDF by file ending; named graphs stay named in .trig and .nq."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kg.config import today
from kg.errors import UsageError
from kg.export import jsonld, whole
from kg.export.whole import Stamp
from kg.shelf import Shelf

FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
}
_NAMED = frozenset({ox.RdfFormat.N_QUADS, ox.RdfFormat.TRIG})
PREFIXES = {"pk": "https://w3id.org/policykg/ns#", "dcterms": "http://purl.org/dc/terms/", "xsd": "http://www.w3.org/2001/XMLSchema#"}


def write_rdf(shelf: Shelf, path: Path, on: date | None = None) -> int:
    """Write the graph in the format of the file's ending and return the number of triples; UsageError for another ending."""
    form = FORMATS.get(path.suffix.lower())
    if form is None:
        raise UsageError(f"不认识的扩展名 {path.suffix or '（无）'}，可用：{' '.join(FORMATS)}。")
    stamp = Stamp.of(shelf.manifest, on or today())
    counted = _Counted(quads(shelf))
    with whole.file(path) as fresh, fresh.open("wb") as out:
        if form == ox.RdfFormat.JSON_LD:
            about = {"build": stamp.build, "built": stamp.built, "on": stamp.on.isoformat()}
            out.writelines(line.encode() for line in jsonld.lines((q.triple for q in counted), about))
        elif form == ox.RdfFormat.RDF_XML:
            _after_first_line(out, f"<!-- {stamp} -->\n", ox.serialize((q.triple for q in counted), format=form, prefixes=PREFIXES) or b"")
        else:
            out.write(f"# {stamp}\n".encode())
            ox.serialize(counted if form in _NAMED else (q.triple for q in counted), out, form, prefixes=PREFIXES)
    return counted.count


def quads(shelf: Shelf) -> Iterator[ox.Quad]:
    """Yield every quad, graph by graph, sorted within each, so that equal graphs give equal files."""
    for graph in shelf.store.graphs():
        yield from sorted(shelf.store.inner.quads_for_pattern(None, None, None, ox.NamedNode(graph)), key=str)


class _Counted:
    """Quads that are counted as they go by."""

    def __init__(self, inner: Iterator[ox.Quad]) -> None:
        self._inner = inner
        self.count = 0

    def __iter__(self) -> Iterator[ox.Quad]:
        for quad in self._inner:
            self.count += 1
            yield quad


def _after_first_line(out: IO[bytes], comment: str, data: bytes) -> None:
    """Write a comment behind the XML declaration, where XML wants it."""
    head, mark, rest = data.partition(b"?>")
    out.write(head + mark + b"\n" + comment.encode() + rest.lstrip() if mark else comment.encode() + data)
