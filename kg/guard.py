"""The child process that evaluates one query of a user: run as a script, it imports nothing of ours.

Reads a job as JSON on stdin; writes one JSON line (``verdict``, ``detail``, ``media``) and then the bytes of the result to stdout.
Before it sees the query it has given up the network, new files, new processes and all memory beyond a limit.
"""

from __future__ import annotations

import ctypes
import json
import os
import platform
import re
import resource
import signal
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

import pyoxigraph as ox

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
    "jsonld": (ox.RdfFormat.JSON_LD, "application/ld+json"),
}
QUERY_BYTES = 64 << 10
NESTING = 64

# Strings, IRIs and comments are stepped over, so that a word or brace inside them does not count.
_TOKEN = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"""'
    r"|'''(?:[^'\\]|\\.|'(?!''))*'''"
    r'|"(?:[^"\\\n\r]|\\.)*"'
    r"|'(?:[^'\\\n\r]|\\.)*'"
    r'|<[^<>"{}|^`\\\x00-\x20]*>'
    r"|#[^\n\r]*|[?$@]\w+|\w[\w\-]*(?::[\w.\-%:]*)?|:[\w.\-%:]*|[({\[]|[)}\]]",
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
    """A query over a snapshot: name of the format, bytes that the result may have, bytes of memory beyond what the store needs."""

    store: str
    query: str
    format: str
    result_bytes: int
    memory_bytes: int


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


def evaluate(store: ox.Store, job: Job, union: bool) -> tuple[str, bytes]:
    """Return media type and bytes of the result, over the union of all graphs where wanted; raises RefusedError."""
    try:
        found = store.query(job.query, prefixes=PREFIXES, use_default_graph_as_union=union)
        out = _Capped(job.result_bytes)
        if isinstance(found, ox.QueryTriples):
            if job.format not in TRIPLES:
                raise RefusedError("format", "graph")
            rdf, media = TRIPLES[job.format]
            ox.serialize(_once(found, job.result_bytes), out, format=rdf, prefixes=PREFIXES)  # type: ignore[arg-type]
        else:
            if job.format not in ROWS:
                raise RefusedError("format", "rows")
            rows, media = ROWS[job.format]
            found.serialize(out, format=rows)  # type: ignore[arg-type]
        return media, b"".join(out.parts)
    except SyntaxError as error:
        raise RefusedError("syntax", str(error)) from error
    except MemoryError as error:
        raise RefusedError("memory") from error
    except (ValueError, OSError, RuntimeError) as error:
        raise RefusedError("failed", str(error).partition("\n")[0][:200]) from error


def confine(memory_bytes: int) -> None:
    """Give up network, files, processes and memory beyond what is in use now plus the limit."""
    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC):
        resource.setrlimit(limit, (0, 0))
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as file:
            used = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + memory_bytes, used + memory_bytes))
        _seal()
    os.nice(5)


def _once(triples: ox.QueryTriples, limit: int) -> Iterator[ox.Triple]:
    """Yield each triple once: a CONSTRUCT over several solutions repeats itself; raises RefusedError where they could not fit the result."""
    seen: set[ox.Triple] = set()
    for triple in triples:
        if triple not in seen:
            seen.add(triple)
            if len(seen) * 16 > limit:
                raise RefusedError("size")
            yield triple


def _seal() -> None:
    """Die with the parent, and let the kernel refuse sockets and new programs (seccomp, where the machine is known)."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(1, signal.SIGKILL, 0, 0, 0)
    numbers = {"x86_64": (0xC000003E, (41, 42, 53, 59, 322)), "aarch64": (0xC00000B7, (198, 199, 203, 221, 281))}.get(platform.machine())
    if numbers is None:
        return
    arch, calls = numbers  # socket, connect, socketpair, execve, execveat in the order of each machine's numbers
    load, equal, give = 0x20, 0x15, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | 13
    steps = [(load, 0, 0, 4), (equal, 0, len(calls) + 2, arch), (load, 0, 0, 0)]
    steps += [(equal, len(calls) - i, 0, number) for i, number in enumerate(calls)]
    steps += [(give, 0, 0, allow), (give, 0, 0, refuse)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))

    program = Program(len(steps), ctypes.cast(code, ctypes.c_void_p))
    if libc.prctl(38, 1, 0, 0, 0) == 0:
        libc.prctl(22, 2, ctypes.byref(program), 0, 0)


def main() -> NoReturn:
    """Evaluate the job on stdin and leave without clean-up."""
    job = Job(**json.load(sys.stdin))
    out = sys.stdout.buffer
    try:
        named = check(job.query)
        store = ox.Store.read_only(job.store)
        confine(job.memory_bytes)
        media, body = evaluate(store, job, union=not named)
        head = {"verdict": "ok", "detail": "", "media": media}
    except RefusedError as refused:
        head, body = {"verdict": refused.verdict, "detail": refused.detail, "media": ""}, b""
    except (OSError, RuntimeError) as error:
        head, body = {"verdict": "store", "detail": str(error).partition("\n")[0], "media": ""}, b""
    out.write(json.dumps(head).encode() + b"\n" + body)
    out.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
