"""A graph store on another machine: SPARQL 1.1 query, update and Graph Store protocol over HTTP.

Queries, PUT and DELETE change nothing when they are done twice and are tried again where a connection breaks or a server is busy;
updates only where the caller says the same of them, or nothing of the request can have arrived.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any, cast
from urllib.parse import urljoin, urlsplit, urlunsplit

import httpx2 as httpx
import pyoxigraph as ox

from kg import sparql
from kg.errors import PolicyKGError, UsageError
from kg.remote.graph import IN_MEMORY, PIECE, Pieces
from kg.sparql import Rows
from ontology.terms import Iri

ATTEMPTS = 3
PAUSE_S = 0.2
# What servers say when they could not take a request up: too many, restarting, a proxy without one behind it.
BUSY = frozenset({429, 502, 503})
CONNECT_S = 5.0
# A result larger than this, in bytes, is no answer's.
LARGEST = 512 << 20
# The empty name asks Oxigraph for the union of graphs as default graph; other servers pass over it and must be set up so.
_UNION = "union-default-graph"
_ADVICE = {
    401: "请在 [graph] url 里写明用户名与密码",
    403: "这个用户没有写入的权限",
    404: "请核对 [graph] 的 query、update、store",
    405: "请核对 [graph] 的 query、update、store",
    503: "服务器正忙，请稍后再试",
}
_RESULTS = "application/sparql-results+json"
_LINES = "application/n-triples"


class GraphServerError(PolicyKGError):
    """The graph server refuses a request or does not answer."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a server takes queries, updates and graphs, and who asks; user and password never stand in what is printed."""

    query: str
    update: str
    store: str
    user: str = ""
    password: str = ""

    @classmethod
    def of(cls, url: str, query: str = "query", update: str = "update", store: str = "store") -> Address:
        """Return the addresses below a server's; UsageError for what is no http or https address."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageError("图谱服务器的地址应以 http:// 或 https:// 开头。")
        host = parts.netloc.rpartition("@")[2]
        top = urlunsplit((parts.scheme, host, parts.path.rstrip("/") + "/", "", ""))
        return cls(urljoin(top, query), urljoin(top, update), urljoin(top, store), parts.username or "", parts.password or "")


class _Known(httpx.Auth):
    """Shows user and password the way the server asks for, digest or basic, and only when it asks."""

    def __init__(self, user: str, password: str) -> None:
        self._digest = httpx.DigestAuth(user, password)
        self._basic = httpx.BasicAuth(user, password)

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Yield the request, and once more with what was asked for."""
        flow = self._digest.auth_flow(request)
        response = yield next(flow)
        if response.status_code != 401:
            return
        if response.headers.get("www-authenticate", "").lower().startswith("basic"):
            yield from self._basic.auth_flow(request)
            return
        with suppress(StopIteration):
            while True:
                response = yield flow.send(response)


class _Body:
    """A response's body as a file to read; GraphServerError past the deadline or where it grows too large."""

    def __init__(self, pieces: Iterator[bytes], deadline: float) -> None:
        self._pieces = pieces
        self._deadline = deadline
        self._left = b""
        self._size = 0

    def read(self, size: int = -1) -> bytes:
        """Return at most so many bytes, all that has arrived where none are named, b"" at the end."""
        if not self._left:
            self._left = next(self._pieces, b"")
            self._size += len(self._left)
            if time.monotonic() > self._deadline:
                raise GraphServerError("图谱服务器没有在时限内传完结果：请缩小查询，或放宽 [graph] timeout_s。")
            if self._size > LARGEST:
                raise GraphServerError(f"图谱服务器的结果超过 {LARGEST >> 20} MB：请缩小查询。")
        cut = len(self._left) if size < 0 else size
        out, self._left = self._left[:cut], self._left[cut:]
        return out


class HttpGraph:
    """A GraphStore over HTTP; one client is shared by all threads."""

    def __init__(self, address: Address, timeout_s: float = 30.0, transport: httpx.BaseTransport | None = None) -> None:
        """Make the client; nothing is sent yet. ``timeout_s``: how long a query may take, its result included."""
        self.address = address
        self._timeout_s = timeout_s
        auth = _Known(address.user, address.password) if address.user else None
        waits = httpx.Timeout(timeout_s, connect=CONNECT_S)
        # Neither proxies of the environment nor redirects: a graph goes to the address that was written down, or nowhere.
        self._client = httpx.Client(auth=auth, timeout=waits, trust_env=False, transport=transport)

    def close(self) -> None:
        """Let the connections go."""
        self._client.close()

    def select(self, query: str) -> Rows:
        """Return the solutions of a SELECT in its order, read as they arrive."""
        found = self._asked(query)
        if not isinstance(found, Rows):
            raise SyntaxError("not a SELECT")
        return found

    def ask(self, query: str) -> bool:
        """Return the verdict of an ASK; Virtuoso says it as a row of one cell, 1 or 0."""
        found = self._asked(query)
        return found if isinstance(found, bool) else any(cells == (1,) for cells in found.cells)

    def update(self, text: str, *, again: bool = False) -> None:
        """Run an update."""
        with self._sent("POST", self.address.update, again=again, data={"update": text}):
            pass

    def put(self, graph: Iri, lines: Iterable[bytes]) -> None:
        """Replace a graph by what pieces of N-Triples say; they are kept until they have arrived, and their length is said: Virtuoso loses them without it."""
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            for piece in lines:
                file.write(piece)
            headers = {"Content-Type": _LINES, "Content-Length": str(file.tell())}
            content = Pieces(lambda: _from_start(cast(IO[bytes], file)))
            with self._sent("PUT", self.address.store, again=True, params={"graph": graph}, content=content, headers=headers):
                pass

    def get(self, graph: Iri) -> Iterator[bytes]:
        """Yield a graph as pieces of N-Triples."""
        with self._sent("GET", self.address.store, again=True, params={"graph": graph}, headers={"Accept": _LINES}, absent=True) as response:
            if response.status_code != 404:
                yield from response.iter_bytes()

    def delete(self, graph: Iri) -> None:
        """Take a graph out; one that is not there is no error."""
        with self._sent("DELETE", self.address.store, again=True, params={"graph": graph}, absent=True):
            pass

    def graphs(self) -> tuple[Iri, ...]:
        """Return the named graphs that hold a triple, sorted."""
        found = self.select("SELECT DISTINCT ?graph WHERE { GRAPH ?graph { ?s ?p ?o } }")
        return tuple(sorted(row.need("graph", Iri) for row in found))

    def _asked(self, query: str) -> Rows | bool:
        deadline = time.monotonic() + self._timeout_s
        # A form, and not the query as the body: Virtuoso 7.2.5 waits for ever for the end of such a body.
        with self._sent("POST", self.address.query, again=True, params={_UNION: ""}, data={"query": query}, headers={"Accept": _RESULTS}) as response:
            try:
                found = ox.parse_query_results(cast(IO[bytes], _Body(response.iter_bytes(), deadline)), format=ox.QueryResultsFormat.JSON)
                return bool(found) if isinstance(found, ox.QueryBoolean) else sparql.solved(found)
            except (SyntaxError, ValueError) as error:
                raise GraphServerError(f"{self._name} 的回复不是查询结果（{_line(error)}）：请核对 [graph] 的地址。") from error

    @property
    def _name(self) -> str:
        return f"图谱服务器 {urlsplit(self.address.query).netloc}"

    @contextmanager
    def _sent(self, method: str, url: str, *, again: bool, absent: bool = False, **about: Any) -> Iterator[httpx.Response]:
        """Send a request and give its response, whose body is still to be read; GraphServerError for a refusal."""
        try:
            response = self._tried(self._client.build_request(method, url, **about), again)
            try:
                if response.status_code >= 300 and not (absent and response.status_code == 404):
                    raise self._refused(response)
                yield response
            finally:
                response.close()
        except httpx.TimeoutException as error:
            raise GraphServerError(f"{self._name} 没有在时限内回答：请缩小查询，或放宽 [graph] timeout_s。") from error
        except httpx.HTTPError as error:
            raise GraphServerError(f"{self._name} 没有回应（{_line(error)}）：请检查 [graph] url 与服务器。") from error

    def _tried(self, request: httpx.Request, again: bool) -> httpx.Response:
        """Send a request, up to ATTEMPTS times where it cannot have arrived, or where it may come twice and the server is busy or the connection breaks."""
        pauses = [PAUSE_S * 4**n for n in range(ATTEMPTS - 1)]
        while True:
            try:
                response = self._client.send(request, stream=True)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                if not pauses:
                    raise
            except (httpx.NetworkError, httpx.RemoteProtocolError):
                if not (again and pauses):
                    raise
            else:
                if response.status_code not in BUSY or not (again and pauses):
                    return response
                response.close()
            time.sleep(pauses.pop(0))

    def _refused(self, response: httpx.Response) -> GraphServerError:
        """Return the line on a refusal: the status, what to do about it, and the beginning of what the server says."""
        said = " ".join(next(response.iter_text(2000), "").split())[:200]
        advice = _ADVICE.get(response.status_code, "请核对 [graph] 的地址与服务器的日志")
        return GraphServerError(f"{self._name} 拒绝了请求（{response.status_code}{'：' if said else ''}{said}）：{advice}。")


def _from_start(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__
