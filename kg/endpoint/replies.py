"""What goes back over HTTP: headers that every reply has, problems in plain words, and bodies that wait for slow readers."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

READING = "GET, HEAD, OPTIONS"
ASKING = "GET, HEAD, POST, OPTIONS"
COMMON = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": "Allow, Link, Retry-After",
    "x-content-type-options": "nosniff",
}
VARY = {"vary": "Accept"}

_CHUNK = 64 << 10
# A reader that takes no piece of 64 KiB for so long is given up.
_STALLED_S = 30.0


class Problem(Exception):
    """A request that is answered with a status other than 2xx: one line for a person, and headers."""

    def __init__(self, status: int, line: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(line)
        self.status = status
        self.headers = dict(headers or {})


@dataclass(slots=True)
class Budget:
    """Bytes of results that may be on their way to readers at the same time."""

    left: int = field(default=256 << 20)


class Paced(Response):
    """A body sent in pieces, each when the reader has taken the one before; its bytes count against the budget until then."""

    def __init__(self, body: bytes, media: str, budget: Budget, headers: Mapping[str, str]) -> None:
        super().__init__(body, media_type=None, headers={**headers, "content-type": media})
        self.budget = budget

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the reply, without its body for HEAD."""
        body = memoryview(b"" if scope["method"] == "HEAD" else self.body)
        self.budget.left -= len(body)
        try:
            await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
            for at in range(0, max(1, len(body)), _CHUNK):
                more = at + _CHUNK < len(body)
                await asyncio.wait_for(send({"type": "http.response.body", "body": bytes(body[at : at + _CHUNK]), "more_body": more}), _STALLED_S)
        except TimeoutError:
            return
        finally:
            self.budget.left += len(body)


def plain(problem: Problem) -> Response:
    """Return a problem as plain text."""
    return Response(f"{problem}\n", problem.status, headers={**COMMON, **VARY, **problem.headers}, media_type="text/plain")


def options(allow: str) -> Response:
    """Return the answer to OPTIONS: what may be done, and that any page may do it."""
    asked = {"access-control-allow-methods": allow, "access-control-allow-headers": "Accept, Content-Type", "access-control-max-age": "86400"}
    return Response(status_code=204, headers={**COMMON, **asked, "allow": allow})


def not_allowed(allow: str) -> Problem:
    """Return the problem of a method that is not offered."""
    return Problem(405, f"这里只能用 {allow}（只读）", {"allow": allow})
