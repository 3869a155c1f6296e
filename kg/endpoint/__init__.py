"""The SPARQL endpoint with its query page, linked-data pages and health: ``serve`` runs it."""

from __future__ import annotations

import logging
import socket
import sys
from ipaddress import ip_address
from pathlib import Path

import uvicorn
from uvicorn.config import LOGGING_CONFIG

from kg.endpoint.site import Site
from kg.endpoint.walls import stand
from kg.errors import PolicyKGError, UsageError

# A query in the address: 64 KiB of Chinese are three times as long when percent-encoded.
_HEADER_BYTES = 512 << 10
_CONNECTIONS = 1000
_BACKLOG = 1024
# A reader that takes nothing for so long loses its connection; accepted sockets inherit it.
_STALLED_MS = 60_000


def serve(build: Path, host: str, port: int) -> None:
    """Serve a build until interrupted; on another host than loopback only where the kernel seals the children."""
    walls = stand()
    if not walls.seccomp:
        line = "此系统不能隔离查询进程（seccomp 不可用）"
        if not loopback(host):
            raise UsageError(f"{line}：只能在本机地址上提供服务，请用 --host 127.0.0.1。")
        print(f"policykg: 注意：{line}；仅供本机使用。", file=sys.stderr)
    site = Site(build)
    listener = _listener(host, port)
    print(f"policykg: http://{host}:{port}/  SPARQL 端点 http://{host}:{port}/sparql（Ctrl+C 结束）", flush=True)
    config = uvicorn.Config(
        site.app,
        log_level="warning",
        log_config=None if logging.getLogger().handlers else LOGGING_CONFIG,
        access_log=False,
        limit_concurrency=_CONNECTIONS,
        h11_max_incomplete_event_size=_HEADER_BYTES,
        timeout_graceful_shutdown=3,
    )
    uvicorn.Server(config).run([listener])


def _listener(host: str, port: int) -> socket.socket:
    """Return a socket that listens; raises PolicyKGError where the address cannot be had."""
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server((str(address[0]), int(address[1])), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise PolicyKGError(f"{host}:{port} 不能监听（{error.strerror or error}）：请换 --host 或 --port。") from error
    # Else a reply of two writes waits 40 ms for the reader's acknowledgement of the first.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _STALLED_MS)
    return listener


def loopback(host: str) -> bool:
    """Say whether a host name or address is this machine only."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
