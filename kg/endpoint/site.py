"""The site: which path answers what, over the build that is current at the moment of the request."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph as ox
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from kg import guard, linked, logs, manifest
from kg.endpoint import accept, description, pages, protocol, replies
from kg.endpoint.logged import Logged
from kg.endpoint.replies import ASKING, COMMON, READING, VARY, Paced, Problem
from kg.errors import PolicyKGError
from kg.export import jsonld
from kg.guard import Job
from kg.pool import Limits, Pool
from kg.refusals import refusal
from kg.shelf import Shelf

T = TypeVar("T")
Answer = Callable[[Request], Awaitable[Response]]

GRAPH_STORE = "/store"
# Other names under which clients look for a graph store.
_GRAPH_STORES = (GRAPH_STORE, "/rdf-graph-store", "/graphs")
_METHODS = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"]
_GONE = Response(status_code=499)


class Site:
    """The application over one build; it follows the build when a newer generation is switched to."""

    def __init__(self, build: Path, limits: Limits | None = None) -> None:
        self.build = build
        self.shelf = Shelf.open(build)
        self.pool = Pool(self._graph, limits)
        self.budget = replies.Budget()
        self.trouble: Exception | None = None
        self._stamp = self._now()
        self._counted = (self.shelf.manifest.generation, self.shelf.store.count())
        self._described: tuple[tuple[str, str], tuple[ox.Triple, ...]] | None = None
        handlers = {404: _missing, 405: _missing}
        self.app = Starlette(routes=self._routes(), middleware=[Middleware(Logged)], exception_handlers=handlers, lifespan=self._lifespan)
        self._opened()

    def _routes(self) -> list[BaseRoute]:
        """Return which path answers what; every path answers every method, with 405 where it does not offer it."""
        return [
            self._route("/", self.front),
            *(self._route(path, self.sparql, ASKING) for path in ("/sparql", "/sparql/")),
            *(self._route(path, self.graph_store) for path in _GRAPH_STORES),
            self._route("/healthz", self.health),
            self._route("/ns", self.vocabulary),
            self._route("/page/{path:path}", self.page),
            self._route("/data/{path:path}", self.data),
            Mount("/static", StaticFiles(packages=[("kg.endpoint", "static")])),
            Route("/{path:path}", self.elsewhere, methods=_METHODS),
        ]

    def _route(self, path: str, answer: Answer, allow: str = READING) -> Route:
        return Route(path, self._guarded(answer, allow), methods=_METHODS)

    @property
    def _graph(self) -> Path:
        return self.shelf.folder / "graph"

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        await self.pool.start()
        try:
            yield
        finally:
            await self.pool.close()

    @property
    def triples(self) -> int:
        """How many triples the build holds, counted once a generation."""
        if self._counted[0] != self.shelf.manifest.generation:
            self._counted = (self.shelf.manifest.generation, self.shelf.store.count())
        return self._counted[1]

    def _now(self) -> int:
        return (self.build / manifest.NAME).stat().st_mtime_ns

    def _follow(self) -> None:
        """Open the newer generation where the manifest was replaced; a build that cannot be read leaves the old one in service."""
        try:
            if (stamp := self._now()) == self._stamp:
                return
            self._stamp = stamp
            self.shelf = Shelf.open(self.build)
        except (OSError, PolicyKGError) as error:
            if isinstance(error, OSError):
                # A manifest that comes back is looked at again, whatever its time.
                self._stamp = 0
            if type(error) is not type(self.trouble):
                logs.event("not_opened", level=logging.ERROR, error=type(error).__name__, serving=self.shelf.manifest.generation)
            self.trouble = error
        else:
            self.pool.switch(self._graph)
            self._opened()

    def _opened(self) -> None:
        """Note that a build has been opened."""
        self.trouble = None
        self.since = datetime.now(UTC).isoformat(timespec="seconds")
        manifest_ = self.shelf.manifest
        logs.event("opened", generation=manifest_.generation, built=manifest_.built, documents=manifest_.counts.get("documents", 0))

    def _guarded(self, answer: Answer, allow: str) -> Answer:
        """Return the answer for the allowed methods with problems turned into replies, over the current build."""

        async def guarded(request: Request) -> Response:
            if request.method == "OPTIONS":
                return replies.options(allow)
            self._follow()
            try:
                if request.method not in allow.split(", "):
                    raise replies.not_allowed(allow)
                return await answer(request)
            except Problem as problem:
                return replies.plain(problem)
            except ClientDisconnect:
                return _GONE
            except PolicyKGError as error:
                return replies.plain(Problem(500, str(error)))

        return guarded

    async def sparql(self, request: Request) -> Response:
        """Answer a query, or describe the service where nothing is asked."""
        asked = await protocol.asked(request)
        if request.method != "POST" and not asked.fields:
            return self._describe(request)
        if request.method != "POST" and not asked.all("query") and (asked.all("graph") or asked.all("default")):
            return await self.graph_store(request)
        return await self._evaluated(request, protocol.job(request, asked))

    async def graph_store(self, request: Request) -> Response:
        """Read a graph by the Graph Store Protocol: ?graph=IRI or ?default."""
        return await self._evaluated(request, protocol.graph_job(request))

    async def _evaluated(self, request: Request, job: Job) -> Response:
        client = request.client.host if request.client else ""
        reply = await until_gone(request, self.pool.evaluate(job, client))
        if reply is None:
            return _GONE
        if reply.verdict != "ok":
            raise protocol.problem(refusal(reply.verdict, reply.detail))
        if len(reply.body) > self.budget.left:
            raise Problem(503, "正在发送的结果太多，请稍后再试", {"retry-after": protocol.RETRY_AFTER["busy"]})
        return Paced(reply.body, reply.media, self.budget, {**COMMON, **VARY})

    def _describe(self, request: Request) -> Response:
        header = request.headers.get("accept")
        if accept.choose(header, (*accept.GRAPHS, accept.HTML)) == "html":
            return RedirectResponse("/", 303, headers={**COMMON, **VARY})
        site = str(request.base_url)
        return self._triples(request, self._description(site), description.PREFIXES, "turtle")

    def _description(self, site: str) -> tuple[ox.Triple, ...]:
        """Return the service description, made once a generation for each address the server is called by."""
        key = (self.shelf.manifest.generation, site)
        if self._described is None or self._described[0] != key:
            self._described = (key, description.triples(self.shelf, site + "sparql", site))
        return self._described[1]

    def _triples(self, request: Request, triples: tuple[ox.Triple, ...], prefixes: dict[str, str], otherwise: str = "", *, named: bool = False) -> Response:
        """Return triples in the format wanted; ``named``: JSON-LD with the names of the vocabulary."""
        name = accept.choose(request.headers.get("accept"), accept.GRAPHS) or otherwise
        if not name:
            raise Problem(406, f"可以提供：{accept.types(accept.GRAPHS)}")
        form, media = guard.TRIPLES[name]
        if named and name == "jsonld":
            body = "".join(jsonld.lines(triples, {"build": self.shelf.manifest.generation})).encode()
        else:
            body = ox.serialize(triples, format=form, prefixes=prefixes) or b""
        return Paced(body, media, self.budget, {**COMMON, **VARY})

    async def front(self, request: Request) -> Response:
        """Show the query page."""
        return pages.response(pages.query_page(self.shelf))

    async def vocabulary(self, request: Request) -> Response:
        """Show the vocabulary to people, give it to machines."""
        if accept.choose(request.headers.get("accept"), (*accept.GRAPHS, accept.HTML)) == "html":
            return pages.response(pages.vocabulary_page())
        return self._triples(request, pages.vocabulary_triples(), guard.PREFIXES)

    async def elsewhere(self, request: Request) -> Response:
        """Answer for the things of the graph below the path of its base, which another build may change; 404 for all else."""
        self._follow()
        below = linked.local_path(self.shelf.manifest.base).strip("/")
        if below and not request.path_params["path"].startswith(below + "/"):
            return replies.plain(Problem(404, "没有这个网址"))
        return await self._guarded(self.thing, READING)(request)

    async def thing(self, request: Request) -> Response:
        """Send on from the name of a thing to a page or to data about it; 404 where the graph says nothing of it."""
        below = linked.local_path(self.shelf.manifest.base).strip("/")
        path = request.path_params["path"].removeprefix(below + "/" if below else "")
        iri = linked.iri_at(self.shelf.manifest.base, path)
        if path.startswith("graph/"):
            return RedirectResponse(f"{GRAPH_STORE}?graph={pages.quoted(iri)}", 303, headers={**COMMON, **VARY})
        if not linked.known(self.shelf.store, iri):
            raise Problem(404, f"图谱里没有：{iri}")
        chosen = accept.choose(request.headers.get("accept"), (accept.HTML, *accept.GRAPHS))
        if not chosen:
            raise Problem(406, f"可以提供：{accept.types((accept.HTML, *accept.GRAPHS))}")
        return RedirectResponse(f"/{'page' if chosen == 'html' else 'data'}/{pages.quoted(path)}", 303, headers={**COMMON, **VARY})

    async def page(self, request: Request) -> Response:
        """Show a thing to people."""
        found = linked.read(self.shelf.store, linked.iri_at(self.shelf.manifest.base, request.path_params["path"]))
        if found is None:
            raise Problem(404, "图谱里没有这一页")
        return pages.response(pages.thing_page(self.shelf, found))

    async def data(self, request: Request) -> Response:
        """Give what the graph says about a thing to machines."""
        iri = linked.iri_at(self.shelf.manifest.base, request.path_params["path"])
        found = linked.triples(self.shelf.store, iri)
        if not found:
            raise Problem(404, f"图谱里没有：{iri}")
        return self._triples(request, tuple(found), guard.PREFIXES, named=True)

    async def health(self, request: Request) -> Response:
        """Say how the service is: ``ok``; ``stale`` where a newer build does not open and the one before is served; 503 where that is gone too."""
        state = self.pool.state()
        manifest_ = self.shelf.manifest
        gone = not (self._graph / "CURRENT").is_file()
        status = "unavailable" if gone else "stale" if self.trouble else "ok"
        about = {"status": status, "build": manifest_.built, "generation": manifest_.generation, "open_since": self.since}
        walls = {"seccomp": state.seccomp, "network_namespace": state.network}
        busy = {"workers": state.workers, "running": state.running, "waiting": state.waiting}
        why = {"trouble": type(self.trouble).__name__} if self.trouble else {}
        return JSONResponse({**about, "triples": self.triples, **why, "sandbox": walls, **busy}, 503 if gone else 200, headers=COMMON)


async def until_gone(request: Request, work: Coroutine[Any, Any, T]) -> T | None:
    """Return the result of work, None where the client went away first; the work is then cancelled."""
    task = asyncio.ensure_future(work)
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait({task, gone}, return_when=asyncio.FIRST_COMPLETED)
        return await task if task.done() else None
    finally:
        for one in (task, gone):
            if not one.done():
                one.cancel()
                with suppress(asyncio.CancelledError):
                    await one


async def _disconnected(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


async def _missing(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    return replies.plain(replies.not_allowed(READING) if status == 405 else Problem(404, "没有这个网址"))
