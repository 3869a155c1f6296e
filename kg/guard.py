"""The child process that evaluates users' queries, one at a time: it opens a snapshot for reading and holds nothing else.

Frames on stdin and stdout are four bytes of length (big-endian) and as many bytes: a Job as JSON comes in, a JSON line and the bytes of
the result go out. Before it opens the snapshot it has given up network and programs, before it sees a query files and memory.
"""

from __future__ import annotations

import json
import os
import re
import signal
import struct
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import BinaryIO, NoReturn

import pyoxigraph as ox

from kg import confine

PREFIXES = {
    "pk": "https://w3id.org/policykg/ns#",
    "dcterms": "http://purl.org/dc/terms/",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
ROWS = {
    "csv": (ox.QueryResultsFormat.CSV, "text/csv; charset=utf-8"),
    "tsv": (ox.QueryResultsFormat.TSV, "text/tab-separated-values; charset=utf-8"),
    "json": (ox.QueryResultsFormat.JSON, "application/sparql-results+json"),
    "xml": (ox.QueryResultsFormat.XML, "application/sparql-results+xml"),
}
TRIPLES = {
    "turtle": (ox.RdfFormat.TURTLE, "text/turtle; charset=utf-8"),
    "ntriples": (ox.RdfFormat.N_TRIPLES, "application/n-triples; charset=utf-8"),
    "rdfxml": (ox.RdfFormat.RDF_XML, "application/rdf+xml"),
    "jsonld": (ox.RdfFormat.JSON_LD, "application/ld+json"),
}
QUERY_BYTES = 64 << 10
NESTING = 64
FRAME = struct.Struct(">I")
# A child that grew beyond this keeps memory that the next query would miss: it is replaced.
_GROWN_BYTES = 512 << 20

# Strings, IRIs and comments are stepped over, so that a word or brace inside them does not count. A string that nothing closes reaches to
# the end of its line or text, lest each escaped quotation mark in it be tried as the beginning of another; \' in a name begins none.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*(?:""")?'
    r"|'''(?:[^'\\]|\\.|'(?!''))*(?:''')?"
    r'|"(?:[^"\\\n\r]|\\.)*"?'
    r"|'(?:[^'\\\n\r]|\\.)*'?"
    r'|<[^<>"{}|^`\\\x00-\x20]*>'
    r"|#[^\n\r]*|[?$@]\w+|\w[\w\-]*(?::[\w.\-%:]*)?|:[\w.\-%:]*|[({\[]|[)}\]]|\\.",
    re.S,
)
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})


class RefusedError(Exception):
    """The query is not evaluated or not to its end: a verdict and its detail."""

    def __init__(self, verdict: str, detail: str = "") -> None:
        super().__init__(verdict)
        self.verdict = verdict
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Job:
    """What a child is asked: a query, or a whole graph where ``graph`` is its IRI ("" for the union of all).

    ``rows`` and ``triples`` are the formats wanted for each kind of result, "" where none fits. ``default_graphs`` and ``named_graphs``
    together replace what the query says (None: the query's own FROM, else all). ``prefixes``: whether ours are known without being declared.
    """

    query: str
    rows: str = "json"
    triples: str = "turtle"
    graph: str | None = None
    base: str | None = None
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    prefixes: bool = False
    result_bytes: int = 16 << 20
    limit_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Head:
    """What a child says before the bytes of a result; ``spent``: it should be replaced."""

    verdict: str
    detail: str = ""
    media: str = ""
    spent: bool = False
    seccomp: bool = False
    network: bool = False


class _Capped:
    """Collects bytes up to a limit."""

    def __init__(self, limit: int) -> None:
        self.parts: list[bytes] = []
        self.left = limit

    def write(self, data: bytes, /) -> int:
        """Take bytes; raises RefusedError beyond the limit."""
        self.left -= len(data)
        if self.left < 0:
            raise RefusedError("size")
        self.parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Do nothing: all is kept in memory."""


def check(query: str) -> bool:
    """Refuse what need not reach the parser: too long, nested too deep, asking other servers, changing the graph.

    Says whether the query names its own graphs (FROM).
    """
    if not query.strip():
        raise RefusedError("empty")
    if len(query.encode("utf-8", "replace")) > QUERY_BYTES:
        raise RefusedError("long")
    depth = 0
    named = False
    for word in (match[0] for match in _TOKEN.finditer(query)):
        if word in ("(", "{", "["):
            depth += 1
            if depth > NESTING:
                raise RefusedError("deep")
        elif word in (")", "}", "]"):
            depth -= 1
        elif word.upper() == "SERVICE":
            raise RefusedError("service")
        elif depth == 0 and word.upper() in _UPDATES:
            raise RefusedError("update")
        elif depth == 0 and word.upper() == "FROM":
            named = True
    return named


def evaluate(store: ox.Store, job: Job) -> tuple[str, bytes]:
    """Return media type and bytes of the result; raises RefusedError."""
    try:
        return _graph(store, job) if job.graph is not None else _query(store, job, union=not check(job.query))
    except SyntaxError as error:
        raise RefusedError("syntax", str(error)) from error
    except MemoryError as error:
        raise RefusedError("memory") from error
    except (ValueError, OSError, RuntimeError) as error:
        raise RefusedError("failed", str(error).partition("\n")[0][:200]) from error


def _query(store: ox.Store, job: Job, *, union: bool) -> tuple[str, bytes]:
    prefixes = PREFIXES if job.prefixes else None
    if job.default_graphs is None and job.named_graphs is None:
        found = store.query(job.query, base_iri=job.base, prefixes=prefixes, use_default_graph_as_union=union)
    else:
        default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [ox.NamedNode(iri) for iri in job.default_graphs or ()]
        named: list[ox.NamedNode | ox.BlankNode] = [ox.NamedNode(iri) for iri in job.named_graphs or ()]
        found = store.query(job.query, base_iri=job.base, prefixes=prefixes, default_graph=default, named_graphs=named)
    if isinstance(found, ox.QueryTriples):
        return _triples(_once(found, job.result_bytes), job)
    if job.rows not in ROWS:
        raise RefusedError("format", "rows")
    form, media = ROWS[job.rows]
    out = _Capped(job.result_bytes)
    found.serialize(out, format=form)  # type: ignore[arg-type]
    return media, b"".join(out.parts)


def _graph(store: ox.Store, job: Job) -> tuple[str, bytes]:
    """Return a whole graph, the union of all for the graph without a name."""
    if not job.graph:
        return _triples((quad.triple for quad in store), job)
    graph = ox.NamedNode(job.graph)
    if not store.contains_named_graph(graph):
        raise RefusedError("absent", job.graph)
    return _triples((quad.triple for quad in store.quads_for_pattern(None, None, None, graph)), job)


def _triples(triples: Iterable[ox.Triple], job: Job) -> tuple[str, bytes]:
    if job.triples not in TRIPLES:
        raise RefusedError("format", "graph")
    form, media = TRIPLES[job.triples]
    out = _Capped(job.result_bytes)
    ox.serialize(triples, out, format=form, prefixes=PREFIXES)  # type: ignore[arg-type]
    return media, b"".join(out.parts)


def _once(triples: ox.QueryTriples, limit: int) -> Iterator[ox.Triple]:
    """Yield each triple once: a CONSTRUCT over several solutions repeats itself; raises RefusedError where they could not fit the result."""
    seen: set[ox.Triple] = set()
    for triple in triples:
        if triple not in seen:
            seen.add(triple)
            if len(seen) * 16 > limit:
                raise RefusedError("size")
            yield triple


def serve(store: ox.Store, inward: BinaryIO, outward: BinaryIO) -> None:
    """Evaluate jobs until the input ends; a job that overruns its time by two seconds ends the process, should nobody else."""
    while len(length := inward.read(FRAME.size)) == FRAME.size:
        job = Job(**json.loads(inward.read(FRAME.unpack(length)[0])))
        signal.setitimer(signal.ITIMER_REAL, job.limit_s + 2)
        try:
            media, body = evaluate(store, job)
            head = Head("ok", media=media, spent=confine.resident() > _GROWN_BYTES)
        except RefusedError as refused:
            head, body = Head(refused.verdict, refused.detail, spent=refused.verdict in ("memory", "size", "failed")), b""
        signal.setitimer(signal.ITIMER_REAL, 0)
        _send(outward, head, body)


def _send(outward: BinaryIO, head: Head, body: bytes = b"") -> None:
    line = json.dumps(asdict(head)).encode() + b"\n"
    outward.write(FRAME.pack(len(line) + len(body)) + line + body)
    outward.flush()


def main(snapshot: str, memory_bytes: int) -> NoReturn:
    """Seal the process, open the snapshot, say so, serve, and leave without clean-up."""
    inward, outward = sys.stdin.buffer, sys.stdout.buffer
    try:
        sealed = confine.seal()
        store = ox.Store.read_only(snapshot)
        next(iter(store), None)
        confine.limit(memory_bytes)
        _send(outward, Head("ok", seccomp=sealed.seccomp, network=sealed.network))
        serve(store, inward, outward)
    except (OSError, RuntimeError) as error:
        _send(outward, Head("store", str(error).partition("\n")[0]))
    os._exit(0)
