"""Which engines hold graph and vectors and which processes read, as the settings say: those of this machine unless an address is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from kg.config import settings
from kg.errors import UsageError
from kg.remote import release
from kg.remote.release import Fenced
from kg.shelf import Shelf

if TYPE_CHECKING:
    from kg import sections
    from kg.harvest import Crew
    from kg.remote.pgvectors import PgVectors
    from kg.remote.web import HttpGraph

# done, total, what is being done
Progress = Callable[[int, int, str], None]


def attach(shelf: Shelf) -> None:
    """Have an opened build ask the servers that the settings name; BuildBusy where one of them holds another build."""
    chosen = settings()
    if chosen.graph.url or chosen.vectors.url:
        name = release.name(shelf.manifest)
        if chosen.graph.url:
            shelf.graph = Fenced(_graph(chosen.graph, chosen.graph.url), name)
        if chosen.vectors.url:
            shelf.nearest = _vectors(chosen.vectors, chosen.vectors.url, name)


def crew() -> Crew | None:
    """Return what reads in place of processes of this machine, None where no scheduler is set."""
    address = settings().extract.scheduler
    if not address:
        return None
    with _installed("extract"):
        from kg import cluster
    return partial(cluster.gather, address)


def publish(build: Path, progress: Progress) -> list[str]:
    """Bring the servers that the settings name in step with a build and return a line on each; none where none is named."""
    from kg import build as builds
    from kg import publish as publishing

    chosen = settings()
    out = []
    with builds.writer(build):
        shelf = Shelf.open(build)
        if chosen.graph.url:
            done = publishing.graph(shelf, _graph(chosen.graph, chosen.graph.url), progress)
            out.append(f"图谱服务器：写入 {done.written} 个图，移除 {done.gone}，未变 {done.kept}")
        if chosen.vectors.url:
            done = publishing.vectors(shelf, _vectors(chosen.vectors, chosen.vectors.url, None), progress)
            out.append(f"向量数据库：写入 {done.written} 个来源，移除 {done.gone}，未变 {done.kept}")
    return out


def _graph(chosen: sections.Graph, url: str) -> HttpGraph:
    from kg.remote.web import Address, HttpGraph

    return HttpGraph(Address.of(url, chosen.query, chosen.update, chosen.store), chosen.timeout_s)


def _vectors(chosen: sections.Vectors, url: str, name: str | None) -> PgVectors:
    with _installed("vectors"):
        from kg.remote.pgvectors import PgVectors
    return PgVectors(url, index=chosen.index, timeout_s=chosen.timeout_s, release=name)


@contextmanager
def _installed(section: str) -> Iterator[None]:
    """Turn a package that is missing into the line that says how to install it."""
    try:
        yield
    except ImportError as error:
        raise UsageError(f"设置了 [{section}]，但没有安装 {error.name}：请运行 pip install 'policykg[wide]'。") from None
