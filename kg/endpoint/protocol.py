"""SPARQL 1.1 Protocol: from a request to a job, and from a verdict to a status."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request

from kg.endpoint import accept
from kg.endpoint.replies import Problem
from kg.guard import QUERY_BYTES, Job
from kg.refusals import QueryError

QUERY_TYPE = "application/sparql-query"
UPDATE_TYPE = "application/sparql-update"
FORM_TYPE = "application/x-www-form-urlencoded"
# A form spells a Chinese character of three bytes in nine.
_BODY_BYTES = 4 * QUERY_BYTES
_BODY_S = 10.0
_FIELDS = 100
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`\x00-\x20]*\Z")

_STATUS = {
    "syntax": 400,
    "empty": 400,
    "update": 403,
    "service": 400,
    "long": 413,
    "deep": 400,
    "format": 406,
    "graph": 406,
    "rows": 406,
    "absent": 404,
    "time": 503,
    "size": 413,
    "complex": 400,
    "memory": 503,
    "failed": 400,
    "busy": 503,
}
RETRY_AFTER = {"time": "60", "memory": "60", "busy": "5"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks: fields of query string and form in their order, and the query of a direct POST."""

    fields: tuple[tuple[str, str], ...]
    direct: str | None

    def all(self, name: str) -> tuple[str, ...]:
        """Return the values of a field."""
        return tuple(value for key, value in self.fields if key == name)


async def asked(request: Request) -> Asked:
    """Read a request to the endpoint; raises Problem 400, 403, 408, 413 or 415."""
    fields = _fields(request.scope["query_string"])
    if request.method != "POST":
        return Asked(fields, None)
    kind, charset = _content_type(request.headers.get("content-type", ""))
    if kind == UPDATE_TYPE:
        raise Problem(403, "这里只读，不接受更新（update）")
    if kind not in (QUERY_TYPE, FORM_TYPE):
        raise Problem(415, f"请求的 Content-Type 应为 {QUERY_TYPE} 或 {FORM_TYPE}", {"accept-post": f"{QUERY_TYPE}, {FORM_TYPE}"})
    if charset not in ("utf-8", "utf8", "us-ascii") or request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Problem(415, "请求正文应为未压缩的 UTF-8")
    try:
        body = await asyncio.wait_for(_body(request), _BODY_S)
    except TimeoutError:
        raise Problem(408, "请求正文没有及时到达") from None
    if kind == FORM_TYPE:
        return Asked(fields + _fields(body), None)
    try:
        return Asked(fields, body.decode("utf-8"))
    except UnicodeDecodeError:
        raise Problem(400, "请求正文不是 UTF-8") from None


def job(request: Request, found: Asked) -> Job:
    """Return the job of a request; raises Problem 400, 403, 406 or 413."""
    if found.all("update"):
        raise Problem(403, "这里只读，不接受更新（update）")
    queries = [*found.all("query"), *(() if found.direct is None else (found.direct,))]
    if len(queries) != 1:
        raise Problem(400, "没有查询（query）" if not queries else "一次只能有一个查询（query）")
    if not queries[0].strip():
        raise Problem(400, "查询是空的")
    if len(queries[0].encode("utf-8", "replace")) > QUERY_BYTES:
        raise Problem(413, f"查询超过 {QUERY_BYTES >> 10} KB")
    header = request.headers.get("accept")
    rows, triples = accept.choose(header, accept.ROWS), accept.choose(header, accept.GRAPHS)
    if not rows and not triples:
        raise Problem(406, f"可以提供：{accept.types(accept.ROWS)}；图为 {accept.types(accept.GRAPHS)}")
    default, named = _graphs(found, "default-graph-uri"), _graphs(found, "named-graph-uri")
    chosen = bool(default or named)
    base = str(request.url.replace(query="", fragment=""))
    return Job(queries[0], rows, triples, None, base, default if chosen else None, named if chosen else None)


def problem(error: QueryError) -> Problem:
    """Return the status and the words for a query that was not evaluated to its end."""
    headers = {"retry-after": RETRY_AFTER[error.reason]} if error.reason in RETRY_AFTER else {}
    place = "" if error.place is None else f"\nline {error.place[0]}, column {error.place[1]}"
    return Problem(_STATUS[error.reason], f"{error}{place}", headers)


def _fields(data: bytes) -> tuple[tuple[str, str], ...]:
    try:
        return tuple(parse_qsl(data.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_FIELDS))
    except UnicodeDecodeError:
        raise Problem(400, "参数不是百分号编码的 UTF-8") from None
    except ValueError:
        raise Problem(400, f"参数超过 {_FIELDS} 个") from None


def _content_type(header: str) -> tuple[str, str]:
    """Return media type and charset, utf-8 where none is said."""
    kind, *parameters = (part.strip() for part in header.split(";"))
    said = (part.partition("=") for part in parameters)
    return kind.lower(), next((value.strip('" ').lower() for key, _, value in said if key.strip().lower() == "charset"), "utf-8")


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _BODY_BYTES:
            raise Problem(413, f"请求正文超过 {_BODY_BYTES >> 10} KB")
    return bytes(body)


def _graphs(found: Asked, name: str) -> tuple[str, ...]:
    for iri in (graphs := found.all(name)):
        if not _ABSOLUTE.match(iri):
            raise Problem(400, f"{name} 不是绝对 IRI：{iri[:200]}")
    return graphs


def graph_job(request: Request) -> Job:
    """Return the job of a Graph Store request, ?graph=IRI or ?default; raises Problem 400 or 406."""
    found = Asked(_fields(request.scope["query_string"]), None)
    graphs, default = _graphs(found, "graph"), found.all("default")
    if len(graphs) + len(default) != 1:
        raise Problem(400, "请给出 ?graph=IRI 或 ?default，二者之一")
    triples = accept.choose(request.headers.get("accept"), accept.GRAPHS)
    if not triples:
        raise Problem(406, f"可以提供：{accept.types(accept.GRAPHS)}")
    return Job("", "", triples, graph=graphs[0] if graphs else "")
