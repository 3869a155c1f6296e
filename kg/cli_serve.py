"""The commands that serve a build to other programs: ``serve`` over HTTP, ``mcp`` over standard input and output."""

from __future__ import annotations

from typing import Annotated

import typer

from kg.config import settings
from kg.options import BuildOption, build_dir

app = typer.Typer()


@app.command(help="启动 SPARQL 端点、查询页与永久网址的页面。")
def serve(
    host: Annotated[str | None, typer.Option(help="地址（默认 127.0.0.1，或设置 serve.host）")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="端口（默认 8502，或设置 serve.port）")] = None,
    build: BuildOption = None,
) -> None:
    """Serve SPARQL at /sparql, the query page at /, and pages of linked data."""
    from kg import endpoint

    own = settings().serve
    endpoint.serve(build_dir(build), host or own.host, port or own.port)


@app.command(help="经标准输入输出为智能助手提供问答、检索、条款与查询（Model Context Protocol）。")
def mcp(build: BuildOption = None) -> None:
    """Serve ask, search, get_clause and query to assistants over the Model Context Protocol, on standard input and output."""
    from kg import mcp as server

    server.serve(build_dir(build))
