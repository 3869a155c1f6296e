"""A line in the log for each request: id, route, method, status, bytes and duration; and the id in the reply."""

from __future__ import annotations

import logging
import re
import time
import uuid

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg import logs

# What a proxy may send along as the id of a request.
_ID = re.compile(rb"[A-Za-z0-9_-]{8,64}")
# First parts of paths that name what is asked; what comes behind them may hold the title of a document.
_ROUTES = frozenset({"sparql", "store", "rdf-graph-store", "graphs", "healthz", "ns", "page", "data", "static"})
# Asked again and again by those who watch.
_QUIET = frozenset({"healthz", "static"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"})


class Logged:
    """The application with a line in the log for each of its replies."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request and log it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = next((value for name, value in scope["headers"] if name == b"x-request-id" and _ID.fullmatch(value)), None)
        name = (given or uuid.uuid4().hex[:16].encode()).decode()
        begun = time.perf_counter()
        status, size = 0, 0

        async def counted(message: Message) -> None:
            nonlocal status, size
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": [*message.get("headers", ()), (b"x-request-id", name.encode())]}
            size += len(message.get("body", b""))
            await send(message)

        try:
            await self.app(scope, receive, counted)
        finally:
            route = route_of(scope["path"])
            level = logging.DEBUG if route in _QUIET else logging.WARNING if status >= 500 or not status else logging.INFO
            method = scope["method"] if scope["method"] in _METHODS else "other"
            logs.event("request", level=level, id=name, route=route, method=method, status=status or 500, bytes=size, ms=logs.milliseconds(begun))


def route_of(path: str) -> str:
    """Return what a path asks for, without names of documents: front, one of the routes, or thing."""
    first = path.strip("/").partition("/")[0]
    return first if first in _ROUTES else "thing" if first else "front"
