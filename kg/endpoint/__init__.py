"""The SPARQL endpoint with its query page, linked-data pages and health: ``serve`` runs it."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path

import uvicorn

from kg.endpoint.site import Site
from kg.endpoint.walls import stand
from kg.errors import PolicyKGError, UsageError

# A query in the address: 64 KiB of Chinese are three times as long when percent-encoded.
_HEADER_BYTES = 512 << 10
_CONNECTIONS = 1000


def serve(build: Path, host: str, port: int) -> None:
    """Serve a build until interrupted; on another host than loopback only where the kernel seals the children."""
    walls = stand()
    if not walls.seccomp:
        line = "此系统不能隔离查询进程（seccomp 不可用）"
        if not loopback(host):
            raise UsageError(f"{line}：只能在本机地址上提供服务，请用 --host 127.0.0.1。")
        print(f"policykg: 注意：{line}；仅供本机使用。")
    site = Site(build)
    print(f"policykg: http://{host}:{port}/  SPARQL 端点 http://{host}:{port}/sparql（Ctrl+C 结束）")
    config = uvicorn.Config(
        site.app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        limit_concurrency=_CONNECTIONS,
        h11_max_incomplete_event_size=_HEADER_BYTES,
        timeout_graceful_shutdown=3,
    )
    server = uvicorn.Server(config)
    server.run()
    if not server.started:
        raise PolicyKGError(f"{host}:{port} 不能监听（可能已被占用）：请换 --port。")


def loopback(host: str) -> bool:
    """Say whether a host name or address is this machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
