"""部门: what each body must do, in which role, by document; with whom it works and issues documents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import partial
from itertools import groupby

import networkx as nx
import streamlit as st

from kg import cite, notes, partners, sheet
from kg.library import Library
from kg.partners import Duty
from kg.ui import draw, graph, netting, parts, state
from kg.ui.nodes import El, Node, el, href, link

_COLUMNS = ("机构", "角色", "事项", "文中写作", "文件", "文号", "位置", "效力", "条款 IRI", *notes.ON_CLAUSE)
# Signs shown of a clause where no task is named.
_BEGUN = 80


@st.cache_resource(max_entries=2, show_spinner=False)
def _duties(_library: Library, generation: str) -> dict[str, list[Duty]]:
    return partners.duties(_library.shelf)


def page(library: Library) -> None:
    """Draw the page: one body where the address names it, else all of them."""
    every = _duties(library, library.generation)
    name = st.query_params.get("name")
    if name and (name in every or any(name in d.issuers for d in library.documents())):
        _one(library, name, every)
        return
    if name:
        st.warning("当前语料里没有这个机构的职责。", icon=":material/help:")
    _all(library, every)


def _all(library: Library, every: dict[str, list[Duty]]) -> None:
    words, status, issued, day = st.columns([3.4, 1.6, 1.6, 2.2], vertical_alignment="bottom")
    with words:
        wanted = st.text_input("找部门", key="find", bind="query-params", placeholder="例如：科技局")
    with day:
        on = state.day_asked()
    chosen = state.choice(status, "效力", "status", dict(cite.STATUS_ZH))
    years = sorted({d.issued.year for d in library.documents() if d.issued}, reverse=True)
    named = state.choice(issued, "印发年份", "year", {str(y): f"{y} 年" for y in years})
    year = int(named) if named else None

    def fits(duty: Duty) -> bool:
        return (chosen is None or duty.document.status(on) == chosen) and (year is None or partners.issued_in(duty.document, year))

    kept = {n: [d for d in own if fits(d)] for n, own in every.items()}
    bodies = [b for b in partners.bodies(library.shelf, kept) if all(w in b.name for w in (wanted or "").split()) and (b.total or b.issued)]
    names = {b.name for b in bodies}

    def co_working() -> None:
        st.caption("两个机构之间有连线：同一条款给它们都安排了职责；线越粗，条款越多。点一个机构看它的职责。")
        picked = st.pills("角色", [parts.ROLE_ZH[r] for r in partners.ROLES], selection_mode="multi", key="as", bind="query-params")
        roles = [r for r in partners.ROLES if not picked or parts.ROLE_ZH[r] in picked]
        _network(partners.together(kept, roles, None, on), names, "co-working", on)

    def issuing() -> None:
        st.caption("两个机构之间有连线：它们联合印发过文件。")
        _network(partners.jointly(library.shelf, chosen, on, year), names, "joint-issuing", on)

    tabs = st.tabs(["名单", "协作网络", "联合发文网络"], key="net", bind="query-params")
    state.opened(tabs, (partial(_list, library, bodies, kept, on), co_working, issuing))


def _list(library: Library, bodies: Sequence[partners.Body], kept: dict[str, list[Duty]], on: date) -> None:
    shown = {b.name for b in bodies}
    drawn, more = parts.cut(bodies)
    with state.bar(f"{len(bodies)} 个机构 · {sum(b.total for b in bodies)} 项职责 · 按 {on.isoformat()} 判断效力{more}"):

        def rows() -> list[tuple[sheet.Cell, ...]]:
            return [row for name, own in kept.items() if name in shown for row in cells(library, name, own, on)]

        st.download_button(
            "下载职责（CSV）", lambda: sheet.csv_bytes(_COLUMNS, rows()), "duties.csv", "text/csv", icon=":material/download:", on_click="ignore"
        )
    table = [
        [
            link("", href("agency", name=b.name, on=on.isoformat()), b.name),
            *(_number(b.duties[r]) for r in partners.ROLES),
            _number(b.documents),
            _number(b.issued),
        ]
        for b in drawn
    ]
    draw.nodes(parts.table(("机构", "负责", "配合", "解释", "涉及文件", "发文"), table), key="bodies")


def _number(value: int) -> El:
    return el("td", "num", str(value) if value else "")


def _network(found: nx.Graph[str], names: set[str], key: str, on: date) -> None:
    part = found.subgraph([n for n in found if n in names and found.degree(n)]).copy()
    if not part.number_of_edges():
        st.info("没有这样的联系。", icon=":material/hub:")
        return
    said = f"{len(part)} 个机构，{part.number_of_edges()} 条联系"
    most = f"，画出最忙的 {graph.MOST} 个" if len(part) > graph.MOST else ""
    with state.bar(f"{said}{most}"):
        netting.buttons(part, "共同条款数" if key == "co-working" else "联合发文数")
    graph.show(part, _look(on), key=key, said=said)


def _look(on: date, focus: str = "") -> graph.Look:
    """Return how bodies are drawn: a click on one leads to its duties."""
    return graph.Look(lambda _: "agency", lambda n: href("agency", name=n, on=on.isoformat()), lambda _: "共同出现", focus)


def _one(library: Library, name: str, every: dict[str, list[Duty]]) -> None:
    back, roles, day = st.columns([2, 3, 2.2], vertical_alignment="bottom")
    with day:
        on = state.day_asked()
    with roles:
        chosen = st.pills("角色", [parts.ROLE_ZH[r] for r in partners.ROLES], selection_mode="multi", key="role", bind="query-params")
    with back:
        draw.nodes(link("small", href("agency", on=on.isoformat()), "‹ 全部部门"), key="back")
    own = [d for d in every.get(name, []) if not chosen or parts.ROLE_ZH[d.role] in chosen]
    issued = [d for d in partners.originals(library.shelf) if name in d.issuers]
    draw.nodes(el("h2", "title", name), key="name")
    drawn, more = parts.cut(_ordered(own, on))
    with state.bar(f"{len(own)} 项职责，见于 {len({d.document.iri for d in own})} 份文件；发文 {len(issued)} 份{more}"):
        file = partial(_file, library, name, own, on)
        st.download_button("下载职责（CSV）", file, "duties.csv", "text/csv", icon=":material/download:", on_click="ignore")
    draw.nodes(el("div", "stack", *_by_document(library, drawn, on)), key="duties")
    near = partners.together(every, partners.ROLES, None, on)
    if name in near and near.degree(name):
        st.subheader("与谁共事", anchor=False)
        _partners(near, name, on)
    if issued:
        st.subheader("发文", anchor=False)
        table: list[list[Node]] = [
            [
                link("", parts.reader(d.iri, None, on), f"《{d.title}》"),
                d.number or "",
                "、".join(n for n in d.issuers if n != name),
                parts.status(d.status(on), d),
            ]
            for d in issued
        ]
        draw.nodes(parts.table(("文件", "文号", "联合发文", "效力"), table), key="issued")


def _partners(near: nx.Graph[str], name: str, on: date) -> None:
    around = nx.ego_graph(near, name)
    said = f"与{name}共事的 {len(around) - 1} 个机构"
    graph.show(around, _look(on, name), key="partners", said=said, height=460)


def _ordered(own: Sequence[Duty], on: date) -> list[Duty]:
    """Return duties document by document, those in force first."""
    return sorted(own, key=lambda d: (d.document.status(on) != "in force", -(d.document.issued or date.min).toordinal(), d.document.iri, d.start))


def _file(library: Library, name: str, own: Sequence[Duty], on: date) -> bytes:
    return sheet.csv_bytes(_COLUMNS, cells(library, name, own, on))


def _by_document(library: Library, own: Sequence[Duty], on: date) -> list[El]:
    """Draw the duties under their documents."""
    clauses = library.shelf.clauses(d.clause for d in own)
    out = []
    for _, group in groupby(own, key=lambda d: d.document.iri):
        duties = list(group)
        document = duties[0].document
        head = el(
            "div",
            "row",
            el("h3", "", link("", parts.reader(document.iri, None, on), f"《{document.title}》")),
            parts.status(document.status(on), document),
            parts.edition(document.edition),
        )
        rows: list[list[Node]] = [
            [
                parts.ROLE_ZH[d.role],
                d.task or _begun(clauses[d.clause].text),
                link("", parts.reader(document.iri, d.clause, on), parts.place(clauses[d.clause].path)),
            ]
            for d in duties
        ]
        out.append(el("article", "card", head, parts.table(("角色", "事项", "条款"), rows)))
    return out


def _begun(text: str) -> str:
    """Return the beginning of a clause that gives a duty without naming its task."""
    return text if len(text) <= _BEGUN else f"{text[:_BEGUN]}……"


def cells(library: Library, name: str, own: Sequence[Duty], on: date) -> list[tuple[sheet.Cell, ...]]:
    """Return the rows of a file of duties."""
    clauses = library.shelf.clauses(d.clause for d in own)
    noted = notes.load(library.shelf.build)
    return [
        (
            name,
            parts.ROLE_ZH[d.role],
            d.task,
            d.surface,
            d.document.title,
            d.document.number,
            "/".join(clauses[d.clause].path),
            cite.STATUS_ZH[d.document.status(on)],
            d.clause,
            *noted.clause_cells(d.clause),
        )
        for d in own
    ]
