"""What the page of links does to a network: narrow it by year, relation or role, and status; measure it; write it as files."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date

import networkx as nx
import streamlit as st

from kg import cite, network, sheet
from kg.library import Library
from kg.network import Rank
from kg.shelf import DocumentRow
from kg.store import Store
from kg.ui import parts, state
from kg.ui.graph import Network

DUTIES = "部门与条款"
_LEVELS: dict[str, Callable[[Store], Network]] = {"条款": network.clause_citations, DUTIES: network.duties}
_SAID = parts.RELATION_ZH | parts.ROLE_ZH
_MEASURES = {True: ("被引", "引用", "PageRank"), False: ("职责数", "相连数", "PageRank")}
_EDGES = ("起点", "起点名称", "终点", "终点名称", "关系", "次数")


@dataclass(frozen=True, slots=True)
class Narrow:
    """What edges are narrowed to; None leaves open: year of issue and status of the document that cites or charges, and the relation or role."""

    year: int | None = None
    role: str | None = None
    status: str | None = None

    def by_document(self) -> Narrow:
        """Return the same without the relation."""
        return replace(self, role=None)


def narrow(library: Library, duties: bool) -> Narrow:
    """Draw the filters and return what is chosen."""
    years = sorted({d.issued.year for d in library.documents() if d.issued}, reverse=True)
    roles = parts.ROLE_ZH if duties else parts.RELATION_ZH
    columns = st.columns(3)
    year = state.choice(columns[0], "印发年份（安排职责的文件）" if duties else "印发年份（引用它的文件）", "year", {str(y): f"{y} 年" for y in years})
    role = state.choice(columns[1], "角色" if duties else "关系", "role", roles)
    status = state.choice(columns[2], "效力（同一份文件）", "status", dict(cite.STATUS_ZH))
    return Narrow(int(year) if year else None, role, status)


@st.cache_resource(max_entries=8, show_spinner="正在汇总关联…")
def joined(_library: Library, generation: str, level: str, stories: bool) -> Network:
    """Return the nodes of a level that are joined with others, without what only news stories tell unless they are wanted."""
    if stories:
        whole = _LEVELS.get(level, network.citations)(_library.shelf.store)
        return whole.subgraph([n for n in whole if whole.degree(n)]).copy()
    told = joined(_library, generation, level, True)
    part = told.subgraph([n for n in told if not _is_news(_library, told, n)])
    return part.subgraph([n for n in part if part.degree(n)]).copy()


def _is_news(library: Library, whole: Network, node: str) -> bool:
    """Say whether a node is a news story or is named by news stories alone."""

    def story(one: str) -> bool:
        document = owner(library, one)
        return document is not None and document.edition == "news"

    return story(node) or (owner(library, node) is None and all(map(story, nx.all_neighbors(whole, node))))


def owner(library: Library, node: str) -> DocumentRow | None:
    """Return the document that a node is or lies in, None for one that is not in the build."""
    base = library.shelf.iris.base
    return library.document(base + node[len(base) :].partition("/")[0]) if node.startswith(base) else None


def narrowed(library: Library, whole: Network, wanted: Narrow, on: date) -> Network:
    """Return the edges that are wanted with their nodes, the network itself where nothing is asked for."""
    if wanted == Narrow():
        return whole

    def fits(one: str, other: str, relations: str) -> bool:
        document = owner(library, one) or owner(library, other)
        return (
            (wanted.role is None or wanted.role in relations.split("|"))
            and (wanted.year is None or (document is not None and document.issued is not None and document.issued.year == wanted.year))
            and (wanted.status is None or (document is not None and document.status(on) == wanted.status))
        )

    part = whole.edge_subgraph([(a, b) for a, b, d in whole.edges(data=True) if fits(a, b, str(d["relations"]))]).copy()
    if wanted.role is not None:
        for _, _, d in part.edges(data=True):
            d.update(weight=int(d[wanted.role]), relations=wanted.role)
    return part


def said(relations: str) -> str:
    """Write the relations or roles of an edge for people."""
    return "、".join(_SAID.get(r, r) for r in relations.split("|") if r) or "引用"


def ranks(part: Network, top: int | None = None) -> tuple[Rank, ...]:
    """Return the nodes with their measures; where edges have no direction, the number of duties and of neighbours stand for the two ways of citing."""
    if part.is_directed():
        return network.ranks(part, top)
    if not part:
        return ()
    importance = nx.pagerank(part, weight="weight")
    weight, near = dict(part.degree(weight="weight")), dict(part.degree())
    found = [Rank(n, str(d["label"]), weight[n], near[n], round(importance[n], 6)) for n, d in part.nodes(data=True)]
    return tuple(sorted(found, key=lambda r: (-r.cited, -r.pagerank, r.label, r.node))[:top])


def measures(part: Network) -> tuple[str, ...]:
    """Return the names of the measures of ``ranks``."""
    return _MEASURES[part.is_directed()]


def buttons(part: Network, weight: str = "") -> None:
    """Offer a network as files; ``weight`` names what a node's first measure counts."""
    offer("节点 CSV", lambda: nodes_csv(part, weight), "nodes.csv")
    offer("边 CSV", lambda: edges_csv(part), "edges.csv")
    offer("GraphML", lambda: "\n".join(nx.generate_graphml(part)).encode(), "links.graphml")


def offer(label: str, made: Callable[[], bytes], name: str) -> None:
    """Draw a button that makes a file when it is asked for."""
    media = "text/csv" if name.endswith(".csv") else "application/xml"
    st.download_button(label, made, name, media, icon=":material/download:", on_click="ignore")


def nodes_csv(part: Network, weight: str = "") -> bytes:
    """Return the nodes with their measures as a CSV file; ``weight`` is another name for the first measure."""
    kinds = {n: str(d["kind"]) for n, d in part.nodes(data=True)}
    first, *others = measures(part)
    columns = ("节点", "名称", "类别", weight or first, *others)
    return sheet.csv_bytes(columns, ((r.node, r.label, kinds[r.node], r.cited, r.citing, r.pagerank) for r in ranks(part)))


def edges_csv(part: Network) -> bytes:
    """Return the edges as a CSV file."""
    return sheet.csv_bytes(_EDGES, _edges(part))


def _edges(part: Network) -> Iterable[tuple[sheet.Cell, ...]]:
    for a, b, d in part.edges(data=True):
        yield a, str(part.nodes[a]["label"]), b, str(part.nodes[b]["label"]), said(str(d["relations"])), int(d["weight"])
