"""A server over a build in this process, on a port of its own, for the tests of the endpoint."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pyoxigraph as ox
import uvicorn

from kg.endpoint.site import Site
from kg.pool import Limits

RDF_TYPES = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
}


@dataclass(frozen=True, slots=True)
class Got:
    """A response: status, headers by lower-case name, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def media(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


@dataclass(frozen=True, slots=True)
class Server:
    """Where a server listens, and the site behind it."""

    port: int
    site: Site

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None, *, timeout: float = 30) -> Got:
        """Send one request over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Got(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def get(self, path: str, accept: str | None = None, **headers: str) -> Got:
        return self.ask("GET", path, None, headers | ({"Accept": accept} if accept else {}))

    def query(self, query: str, accept: str = "application/sparql-results+json", **fields: str) -> Got:
        return self.get("/sparql?" + urlencode({"query": query, **fields}), accept)

    def form(self, body: str, accept: str = "application/sparql-results+json", kind: str = "application/x-www-form-urlencoded") -> Got:
        return self.ask("POST", "/sparql", body.encode(), {"Content-Type": kind, "Accept": accept})


@contextmanager
def serving(build: Path, limits: Limits | None = None) -> Iterator[Server]:
    """Serve a build from a thread until the block ends."""
    site = Site(build, limits)
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server = uvicorn.Server(uvicorn.Config(site.app, log_level="critical", h11_max_incomplete_event_size=512 << 10, timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    deadline = time.monotonic() + 20
    while not server.started and time.monotonic() < deadline:
        time.sleep(0.01)
    try:
        yield Server(listener.getsockname()[1], site)
    finally:
        server.should_exit = True
        thread.join(15)
        listener.close()
