"""The graph for assistants, over the Model Context Protocol: ask, search, get_clause, query, with citations and limits as everywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import TypeVar

from anyio import to_thread
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp_types import ToolAnnotations

from kg import __version__, present, sparql
from kg.config import today
from kg.errors import PolicyKGError
from kg.library import Library
from kg.search import Filters
from kg.shelf import ClauseRow

T = TypeVar("T")
Data = dict[str, object]

TOP = 50
CHARACTERS = 2000

_ABOUT = (
    "中文政策知识图谱：回答带引文，引文是原文、条款 IRI 与在来源文本中的位置。回答时请照录引文与效力（现行、已失效）；"
    "answered 为 false 时说明未找到，不要自行补充。query 执行只读 SPARQL 1.1，前缀 pk: 为 <https://w3id.org/policykg/ns#>。"
)
_READS = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)


class Desk:
    """The tools over one build; a newer generation is opened when there is one."""

    def __init__(self, build: Path) -> None:
        self._build = build
        self._library = Library.open(build)

    @property
    def library(self) -> Library:
        """The build as it is now."""
        if self._library.stale():
            self._library = Library.open(self._build)
        return self._library

    async def ask(self, question: str, on: str | None = None) -> Data:
        """Answer a Chinese question about the policies, with facts, citations and the query behind them; `on` (YYYY-MM-DD) is the day whose validity counts."""
        answer = await _run(partial(self.library.ask, _short(question), _day(on)))
        return _data(present.as_json(answer))

    async def search(
        self,
        query: str,
        top: int = 10,
        agency: str | None = None,
        issuer: str | None = None,
        place: str | None = None,
        year: int | None = None,
        on: str | None = None,
    ) -> Data:
        """Rank clauses for words, a sentence or an amount, with the reasons of each hit; at most 50."""
        filters = Filters(agency, None, issuer, place, year, None, None)
        found = await _run(partial(self.library.search, _short(query), _day(on), filters, max(1, min(TOP, top))))
        return _data(present.as_json(found))

    async def get_clause(self, iri: str) -> Data:
        """Return a clause by its IRI: its words, its document with dates and validity, and its place in the source."""
        library = self.library
        clause = await _run(partial(library.clause, iri))
        if clause is None:
            raise ToolError(f"图谱里没有这个条款：{iri[:200]}")
        return _clause(library, clause)

    async def query(self, query: str, format: str = "json") -> str:
        """Run read-only SPARQL 1.1 (10 s, 16 MiB); json, csv, tsv, xml for rows, turtle, ntriples, rdfxml, jsonld for graphs."""
        result = await _run(partial(sparql.evaluate_untrusted, self.library.shelf.folder / "graph", query, format))
        return result.body.decode()


def server(build: Path) -> MCPServer:
    """Return the server of a build; raises BuildMissing or BuildDamaged."""
    desk = Desk(build)
    made = MCPServer("policykg", title="政策知识图谱", instructions=_ABOUT, version=__version__, log_level="WARNING")
    for tool in (desk.ask, desk.search, desk.get_clause, desk.query):
        made.add_tool(tool, annotations=_READS)
    return made


def serve(build: Path) -> None:
    """Serve over standard input and output until they close."""
    server(build).run("stdio")


def _clause(library: Library, clause: ClauseRow) -> Data:
    document = library.document(clause.document)
    found: Data = {"clause": clause.iri, "path": list(clause.path), "heading": clause.heading, "text": clause.text, "parent": clause.parent}
    found |= {"source": clause.source, "start": clause.start, "end": clause.end}
    if place := library.shelf.spot(clause.source, clause.start):
        found["place"] = place
    if document is not None:
        status = document.status(today())
        days = {"issued": document.issued, "effective": document.effective or document.effective_derived, "expires": document.ends}
        found |= {"document": document.title, "number": document.number, "issuers": list(document.issuers), "edition": document.edition, "status": status}
        found |= {"url": document.url, **{name: day.isoformat() if day else None for name, day in days.items()}}
    return found


async def _run(work: Callable[[], T]) -> T:
    """Do blocking work in a thread; what a person can mend becomes the tool's answer."""
    try:
        return await to_thread.run_sync(work)
    except PolicyKGError as error:
        raise ToolError(str(error)) from error


def _day(on: str | None) -> date:
    try:
        return today() if on is None else date.fromisoformat(on)
    except ValueError:
        raise ToolError(f"on 不是日期：{on}，请写成 2026-11-20 的样子") from None


def _short(text: str) -> str:
    if not text.strip() or len(text) > CHARACTERS:
        raise ToolError(f"文字应为 1 到 {CHARACTERS} 个字符")
    return text


def _data(value: object) -> Data:
    """Return an answer as plain JSON data."""
    return dict(json.loads(json.dumps(value, ensure_ascii=False, default=str)))
