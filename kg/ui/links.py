"""关联: who cites whom and which clause charges which body, as a picture and as lists: the most cited, what rests on a lapsed document, what is not here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from itertools import pairwise

import networkx as nx
import streamlit as st

from kg import cite, network, sheet
from kg.library import Library
from kg.shelf import DocumentRow
from kg.ui import draw, graph, netting, parts, state
from kg.ui.graph import Network
from kg.ui.netting import DUTIES, owner, said
from kg.ui.nodes import El, Node, el, href, link

VIEWS = ["网络", "被引最多", "依托已失效文件", "库外文件"]
_LEGEND = {
    True: "深色：在库，红色：已失效，灰色：库外",
    False: "深色：部门，黄色：条款，红色：条款所在文件已失效",
}
# Nodes offered in a list to choose from; the others are reached by clicking and by links.
_OFFERED = 400
# Relations by which a document stands on another.
RESTS = {"basis", "implements"}


def page(library: Library) -> None:
    """Draw the page."""
    level_at, focus_at, stories_at, day = st.columns([2.4, 3.4, 1.4, 2.2], vertical_alignment="bottom")
    with day:
        on = state.day_asked()
    with level_at:
        level = st.segmented_control("看到", ["文件", "条款", DUTIES], default="文件", key="level", bind="query-params", required=True)
    told = any(d.edition == "news" for d in library.documents())
    stories = told and stories_at.toggle("含新闻报道", key="stories", bind="query-params")
    whole = netting.joined(library, library.generation, level or "文件", bool(stories))
    wanted = netting.narrow(library, level == DUTIES)
    whole = netting.narrowed(library, whole, wanted, on)
    cites = netting.narrowed(library, netting.joined(library, library.generation, "文件", True), wanted.by_document() if level == DUTIES else wanted, on)
    with focus_at:
        focus = _focus(library, whole)
    tabs = st.tabs([VIEWS[0], "职责最多" if level == DUTIES else VIEWS[1], *VIEWS[2:]], key="show", bind="query-params")
    drawn: tuple[Callable[[], None], ...] = (
        partial(_picture, library, whole, focus, on),
        partial(_cited, library, whole, on),
        partial(_resting, library, cites, on),
        partial(_absent, library, cites, on),
    )
    state.opened(tabs, drawn)


def _focus(library: Library, whole: Network) -> str | None:
    """Draw the choice of a node to look around and return it."""
    chosen = state.choice(st.container(), "只看与它相连的", "node", _offered(library, whole, "node"))
    return None if chosen is None else _node_of(library, whole, chosen)


def _offered(library: Library, whole: Network, name: str) -> dict[str, str]:
    """Return the most joined nodes to choose from, by what stands for them in the address, and the one that the address names."""
    degree = dict(whole.degree())
    most = sorted(degree, key=lambda n: (-degree[n], n))[:_OFFERED]
    asked = st.query_params.get(name)
    named = _node_of(library, whole, asked) if asked else None
    return {_slug(library, n): f"{whole.nodes[n]['label']}（{degree[n]}）" for n in [*most, *([named] if named else [])]}


def _node_of(library: Library, whole: Network, named: str) -> str | None:
    """Return the node that a name in an address stands for."""
    return next((n for n in (library.shelf.iris.base + named, named) if n in whole), None)


def _slug(library: Library, node: str) -> str:
    return node.removeprefix(library.shelf.iris.base)


def _picture(library: Library, whole: Network, focus: str | None, on: date) -> None:
    steps = 1
    if focus:
        steps = st.slider("相隔几步以内", 1, 4, 1, key="steps", bind="query-params", width=260)
    part = network.around(whole, focus, steps) if focus else whole
    if not part.number_of_edges():
        st.info("没有这样的联系：放宽筛选，或换一种看法。", icon=":material/hub:")
        return
    most = f"，画出最忙的 {graph.MOST} 个" if len(part) > graph.MOST else ""
    with state.bar(f"{len(part)} 个节点，{part.number_of_edges()} 条联系{most} · {_LEGEND[part.is_directed()]} · 点一个节点，只看它周围"):
        netting.buttons(part)
    look = graph.Look(_kinds(library, part, on), _leads(library, part, focus, on), said, focus or "")
    graph.show(part, look, key="links", said=f"{'引用网络' if part.is_directed() else '部门与条款网络'}，{len(part)} 个节点", height=620)
    if focus:
        _node(library, whole, focus, on)
        _path(library, whole, focus, on)


def _kinds(library: Library, part: Network, on: date) -> Callable[[str], str]:
    """Return how nodes are drawn: as their document stands on the day."""

    def kind(node: str) -> str:
        document = owner(library, node)
        if document is None:
            return "agency" if part.nodes[node]["kind"] == "agency" else "cited"
        if document.status(on) == "lapsed":
            return "lapsed"
        return "clause" if part.nodes[node]["kind"] == "clause" else "news" if document.edition == "news" else "document"

    return kind


def _leads(library: Library, part: Network, focus: str | None, on: date) -> Callable[[str], str]:
    """Return where a click on a node leads: to its surroundings, and from there to its text."""
    shown = {k: v for k, v in st.query_params.to_dict().items() if k in ("level", "steps", "year", "role", "status")}

    def address(node: str) -> str:
        document = owner(library, node)
        if node == focus and document:
            return _text(document, node, on)
        if node == focus and part.nodes[node]["kind"] == "agency":
            return _body(part, node, on)
        return href("links", **shown, node=_slug(library, node), on=on.isoformat())

    return address


def _text(document: DocumentRow, node: str, on: date) -> str:
    return parts.reader(document.iri, node if node != document.iri else None, on)


def _body(whole: Network, node: str, on: date) -> str:
    return href("agency", name=str(whole.nodes[node]["label"]), on=on.isoformat())


def _name(library: Library, whole: Network, node: str, on: date) -> Node:
    """Draw a node's name, as a link to its text where it is in the build, for a body to its duties."""
    label = str(whole.nodes[node]["label"])
    document = owner(library, node)
    if whole.nodes[node]["kind"] == "agency":
        return link("", _body(whole, node, on), label)
    return link("", _text(document, node, on), label) if document else label


def _status(library: Library, whole: Network, node: str, on: date) -> Node:
    document = owner(library, node)
    if whole.nodes[node]["kind"] == "agency":
        return el("span", "badge plain", "部门")
    return parts.status(document.status(on), document) if document else el("span", "badge plain", "库外")


def _node(library: Library, whole: Network, focus: str, on: date) -> None:
    """List what the chosen node cites and what cites it, or what it is joined with."""

    def row(other: str, relations: str) -> list[Node]:
        return [_name(library, whole, other, on), said(relations), _status(library, whole, other, on)]

    if whole.is_directed():
        cites = [row(t, str(d["relations"])) for _, t, d in whole.out_edges(focus, data=True)]
        cited = [row(s, str(d["relations"])) for s, _, d in whole.in_edges(focus, data=True)]
        groups = [("它引用", cites), ("引用它", cited)]
    else:
        groups = [("相连", [row(t, str(d["relations"])) for _, t, d in whole.edges(focus, data=True)])]
    drawn: list[El] = [el("h3", "", _name(library, whole, focus, on), " ", _status(library, whole, focus, on))]
    for heading, rows in groups:
        if rows:
            drawn += [el("h4", "", f"{heading}（{len(rows)}）"), parts.table(("名称", "关系", "效力"), rows)]
    draw.nodes(el("section", "stack", *drawn), key="node")


def _path(library: Library, whole: Network, focus: str, on: date) -> None:
    """Draw the shortest way from the chosen node to another, whichever way the edges point."""
    others = {name: label for name, label in _offered(library, whole, "to").items() if name != _slug(library, focus)}
    chosen = state.choice(st.container(), "到另一个节点的路径", "to", others)
    target = None if chosen is None else _node_of(library, whole, chosen)
    if target is None:
        return
    try:
        way = nx.shortest_path(whole.to_undirected(as_view=True), focus, target)
    except nx.NetworkXNoPath:
        st.info("两者之间没有路径。", icon=":material/link_off:")
        return
    steps: list[Node] = []
    for one, other in pairwise(way):
        forward = whole.has_edge(one, other)
        relation = said(str(whole.edges[(one, other) if forward else (other, one)]["relations"]))
        steps += [
            el("div", "dim small", f"{'↓' if forward and whole.is_directed() else '↑' if whole.is_directed() else '—'} {relation}"),
            el("div", "", _name(library, whole, other, on)),
        ]
    draw.nodes(el("div", "card", el("div", "", _name(library, whole, focus, on)), *steps), key="path")


def _cited(library: Library, whole: Network, on: date) -> None:
    ranks = [r for r in netting.ranks(whole, 100) if r.cited]
    if not ranks:
        st.info("没有引用关系。", icon=":material/hub:")
        return
    rows: list[list[Node]] = [
        [_name(library, whole, r.node, on), _figure(r.cited), _figure(r.citing), f"{r.pagerank:.4f}", _status(library, whole, r.node, on)] for r in ranks
    ]
    with state.bar(f"最多的 {len(rows)} 个 · 次数按原文处计"):
        netting.offer("下载 CSV", lambda: netting.nodes_csv(whole), "cited.csv")
    draw.nodes(parts.table(("名称", *netting.measures(whole), "效力"), rows), key="ranks")


def _figure(value: int) -> El:
    return el("td", "figure", str(value))


def resting(library: Library, whole: Network, on: date) -> list[tuple[DocumentRow, DocumentRow, str]]:
    """Return documents, the lapsed document that each stands on, and by what relation; those in force first."""
    out = []
    for source, target, d in whole.edges(data=True):
        one, other = owner(library, source), owner(library, target)
        relations = set(str(d["relations"]).split("|")) & RESTS
        if one and other and relations and other.status(on) == "lapsed":
            out.append((one, other, "|".join(sorted(relations))))
    return sorted(out, key=lambda r: (r[0].status(on) == "lapsed", r[1].title, r[0].title))


def _resting(library: Library, cites: Network, on: date) -> None:
    found = resting(library, cites, on)
    if not found:
        st.info(f"按 {on.isoformat()} 判断，没有文件以已失效的文件为依据或为其配套。", icon=":material/check_circle:")
        return
    rows: list[list[Node]] = [
        [
            link("", parts.reader(o.iri, None, on), f"《{o.title}》"),
            parts.status(o.status(on), o),
            said(r),
            link("", parts.reader(t.iri, None, on), f"《{t.title}》"),
            parts.status(t.status(on), t),
        ]
        for o, t, r in found
    ]
    living = sum(o.status(on) != "lapsed" for o, _, _ in found)
    with state.bar(f"{len(rows)} 处：它的依据或所配套的文件已失效，其中 {living} 处文件自身仍未失效"):
        cells = [(o.title, cite.STATUS_ZH[o.status(on)], said(r), t.title, cite.STATUS_ZH[t.status(on)], str(t.ends or "")) for o, t, r in found]
        columns = ("文件", "效力", "关系", "所依托的文件", "其效力", "到期")
        netting.offer("下载 CSV", lambda: sheet.csv_bytes(columns, cells), "resting.csv")
    draw.nodes(parts.table(("文件", "效力", "关系", "所依托的文件", "其效力"), rows), key="resting")


def _absent(library: Library, whole: Network, on: date) -> None:
    absent = sorted((n for n, d in whole.nodes(data=True) if d["kind"] == "cited"), key=lambda n: (-whole.in_degree(n, weight="weight"), n))
    if not absent:
        st.info("引用到的文件都在库中。", icon=":material/check_circle:")
        return
    rows: list[list[Node]] = [
        [
            f"《{whole.nodes[n]['label']}》",
            str(whole.nodes[n].get("number") or ""),
            _figure(whole.in_degree(n, weight="weight")),
            _citing(library, whole, n, on),
        ]
        for n in absent[:300]
    ]
    with state.bar(f"{len(absent)} 份文件被引用但不在库中：补入它们，引用就能连上"):
        cells = [(str(whole.nodes[n]["label"]), str(whole.nodes[n].get("number") or ""), int(whole.in_degree(n, weight="weight"))) for n in absent]
        netting.offer("下载 CSV", lambda: sheet.csv_bytes(("文件", "文号", "被引"), cells), "absent.csv")
    draw.nodes(parts.table(("文件", "文号", "被引", "引用者"), rows), key="absent")


def _citing(library: Library, whole: Network, node: str, on: date) -> El:
    names = [_name(library, whole, n, on) for n in sorted(whole.predecessors(node))]
    return el("span", "", *(part for i, n in enumerate(names[:6]) for part in (["、", n] if i else [n])), "…" if len(names) > 6 else None)
