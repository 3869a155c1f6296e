"""Assistants get the same answers, citations and limits as everybody."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from mcp import Client, StdioServerParameters

from kg import mcp
from tests import built

Call = Callable[..., Awaitable[object]]


@pytest.fixture(scope="module")
def server() -> object:
    return mcp.server(built.sample())


def called(server: object, tool: str, **arguments: object) -> tuple[bool, str, dict[str, object]]:
    """Return whether a call failed, its text, and its structured content."""

    async def call() -> tuple[bool, str, dict[str, object]]:
        async with Client(server) as client:  # type: ignore[arg-type]
            result = await client.call_tool(tool, arguments)
            text = "".join(getattr(part, "text", "") for part in result.content)
            return bool(result.is_error), text, dict(result.structured_content or {})

    # In a thread of its own: a browser test of the same process may have left a running loop in this one.
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(asyncio.run, call()).result()


def test_tools_are_the_four_and_only_read(server: object) -> None:
    async def listed() -> list[object]:
        async with Client(server) as client:  # type: ignore[arg-type]
            return list((await client.list_tools()).tools)

    tools = asyncio.run(listed())
    assert [tool.name for tool in tools] == ["ask", "search", "get_clause", "query"]  # type: ignore[attr-defined]
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)  # type: ignore[attr-defined]


def test_ask_cites_as_the_command_line_does(server: object) -> None:
    failed, _, answer = called(server, "ask", question="科技创新贷款贴息的最高比例是多少？", on="2026-11-20")
    assert not failed
    assert answer["answered"] is True
    assert "50%" in str(answer["answer"])
    citation = answer["citations"][0]  # type: ignore[index]
    text = built.library().shelf.text(citation["source"]) or ""
    quote = "".join(text[citation["start"] : citation["end"]].split())
    assert quote == "".join(citation["quote"].split())


def test_search_then_clause(server: object) -> None:
    _, _, found = called(server, "search", query="贴息", top=3)
    hits = found["hits"]
    assert len(hits) == 3  # type: ignore[arg-type]
    failed, _, clause = called(server, "get_clause", iri=hits[0]["clause"])  # type: ignore[index]
    assert not failed
    assert clause["document"] == hits[0]["document"]  # type: ignore[index]
    assert clause["text"]


def test_query_and_its_limits(server: object) -> None:
    failed, text, _ = called(server, "query", query="SELECT (COUNT(?d) AS ?n) { ?d a pk:Document }")
    assert not failed
    assert json.loads(text)["results"]["bindings"][0]["n"]["value"] == "12"
    for rude in ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "INSERT DATA { <x:a> <x:b> 1 }", "SELECT * " + "{" * 100 + "}" * 100):
        assert called(server, "query", query=rude)[0]


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_clause", {"iri": "http://example.org/none"}),
        ("ask", {"question": ""}),
        ("ask", {"question": "问" * 3000}),
        ("ask", {"question": "问", "on": "soon"}),
    ],
)
def test_wrong_use_is_said_in_one_line(server: object, tool: str, arguments: dict[str, object]) -> None:
    failed, text, _ = called(server, tool, **arguments)
    assert failed
    assert "Traceback" not in text


@pytest.mark.slow
def test_over_standard_input_and_output() -> None:
    import sys

    started = StdioServerParameters(command=sys.executable, args=["-m", "kg", "mcp", "--build", str(built.sample())])
    failed, text, _ = called(started, "query", query="ASK { ?d a pk:Document }", format="csv")
    assert not failed
    assert text.strip() == "true"
