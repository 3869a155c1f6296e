"""问答: a question, its answer, the clauses that carry it, and the query that found it."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib import resources

import streamlit as st

from kg import followup, present
from kg.library import Library
from kg.ui import basket, batch, draw, parts, state
from kg.ui.nodes import El, el, href, link
from ontology.answers import Answer, Citation, TextFact

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~:])")
# A first sentence up to this length is set large.
LEAD = 90


def page(library: Library) -> None:
    """Draw the page."""
    question = st.session_state.get("q") or st.query_params.get("q", "")
    if not question:
        st.title("问政策，答有据")
        st.caption("每个回答都给出原文、出处、效力和得出它的查询；答不了的，说明原因。")
    words, day, go = st.columns([6, 2.2, 1.1], vertical_alignment="bottom")
    with words:
        asked = st.text_input(
            "问题", key="q", bind="query-params", placeholder="例如：科技保险费用补贴最高多少？由哪个部门负责？", max_chars=500, on_change=_asked_anew
        )
    with day:
        on = state.day_asked()
    with go:
        st.button("提问", type="primary", width="stretch")
    if asked and asked.strip():
        with st.spinner("正在查找…", show_time=False):
            answer = _asked(library, asked.strip(), on)
        show(library, answer, *_besides(library, asked.strip(), answer))
        _more(library, answer)
    else:
        _examples(library)
    basket.show(library, on)
    batch.show(library, on)


def _asked(library: Library, question: str, on: date) -> Answer:
    """Answer a question, by itself or as one that goes on from the question that the address names."""
    about, after = st.query_params.get("about"), st.query_params.get("after")
    document = library.document(f"{library.shelf.iris.base}{about}") if about else None
    if document is None or not after:
        return library.ask(question, on)
    whole = followup.whole(library, question, followup.Before(document.iri, after), library.ask(after, on))
    said, drop = st.columns([6, 1.4], vertical_alignment="center")
    with said:
        draw.nodes(el("p", "small dim", f"接着“{after}”问，沿用《{document.title}》，按“{whole}”回答"), key="goes-on")
    drop.button("不沿用", icon=":material/close:", type="tertiary", on_click=_drop)
    return library.ask(whole, on)


def _besides(library: Library, question: str, answer: Answer) -> list[Answer]:
    """Answer what the text asks besides, each by itself, where that can be answered."""
    others = (library.ask(one, answer.on) for one in followup.left_open(library, question, answer))
    return [other for other in others if other.answered]


def _drop() -> None:
    """Forget the question before."""
    st.query_params.pop("about", None)
    st.query_params.pop("after", None)


def _asked_anew() -> None:
    """A question typed into the main field goes on from the last one only where its words say so."""
    last = st.session_state.get("last")
    if last and followup.goes_on(st.session_state["q"] or ""):
        st.query_params["about"], st.query_params["after"] = last
    else:
        _drop()


def _more(library: Library, answer: Answer) -> None:
    """Remember the document of the answer and offer to go on from it."""
    clauses = library.shelf.clauses(f.clause for f in answer.facts)
    owner = next((c.document for c in clauses.values()), None)
    if not answer.answered or owner is None:
        return
    before = st.query_params.get("after") or answer.question
    st.session_state["last"] = (parts.slug(owner), before)
    st.text_input("接着问", key="more", placeholder="例如：那再次购买的呢？", on_change=_go_on, max_chars=200, icon=":material/subdirectory_arrow_right:")


def _go_on() -> None:
    """Ask the further question of the document that the last answer came from."""
    if further := st.session_state["more"]:
        st.query_params["about"], st.query_params["after"] = st.session_state["last"]
        st.session_state["q"] = further
        st.session_state["more"] = ""


def _examples(library: Library) -> None:
    """Offer questions that this build can answer."""
    st.subheader("试着问", anchor=False)
    with st.container(gap=None, key="examples"):
        for number, question in enumerate(examples(library)):
            st.button(label(question), key=f"example{number}", on_click=_ask, args=(question,), icon=":material/arrow_forward:", type="tertiary")


def label(text: str) -> str:
    """Escape the signs of Markdown: a button's label is read as such, and a title may stand in it."""
    return _MARKDOWN.sub(r"\\\1", text)


def _ask(question: str) -> None:
    _drop()
    st.session_state["q"] = question


def examples(library: Library) -> list[str]:
    """Return the questions to click: those that need documents of this build, else questions about its first documents."""
    data = _written()
    titles = [d.title for d in library.documents() if d.edition != "news"]
    fitting = [str(e["question"]) for e in data["example"] if any(str(e["needs"]) in t for t in titles)]
    return fitting or [str(t["question"]).format(title=title) for t, title in zip(data["template"], titles, strict=False)]


@cache
def _written() -> dict[str, list[dict[str, str]]]:
    return tomllib.loads(resources.files("kg.ui").joinpath("examples.toml").read_text("utf-8"))


def show(library: Library, answer: Answer, *besides: Answer) -> None:
    """Draw an answer, what else was asked and answered, and then for each its facts, the clauses that carry it, related ones, and the query."""
    draw.nodes(_said(answer), key="answer")
    for n, other in enumerate(besides, 2):
        draw.nodes(el("div", "stack", el("p", "small dim", f"还问了：{other.question}"), _said(other)), key=f"answer-{n}")
    _support(library, answer, "")
    for n, other in enumerate(besides, 2):
        draw.nodes(el("h2", "part", other.question), key=f"besides-{n}")
        _support(library, other, f"-{n}")


def _support(library: Library, answer: Answer, mark: str) -> None:
    """Draw what carries an answer; ``mark`` tells it from another on the page."""
    supporting = {f.clause for f in answer.facts}
    cited = [c for c in answer.citations if c.clause in supporting or not supporting]
    related = [c for c in answer.citations if c.clause not in supporting and supporting]
    if answer.answered and not supporting:
        cited, related = cited[:1], cited[1:]
    said_already = len(answer.facts) == 1 and isinstance(answer.facts[0], TextFact)
    tables = [] if said_already else parts.facts(library, answer.facts, answer.on)
    if tables:
        st.subheader("事实", anchor=False)
        draw.nodes(el("div", "stack", *tables), key=f"facts{mark}")
    if cited:
        st.subheader("依据" if answer.answered else "最接近的条款（不是答案）", anchor=False)
        basket.keep(draw.nodes(_cards(library, cited, 1, answer.on), key=f"citations{mark}"))
    if related:
        with st.expander(f"相关条款（{len(related)}）", icon=":material/format_quote:"):
            basket.keep(draw.nodes(_cards(library, related, len(cited) + 1, answer.on), key=f"related{mark}"))
    _query(answer, mark)


def _cards(library: Library, cited: Sequence[Citation], first: int, on: date) -> El:
    return el("div", "stack", *(parts.citation(library, c, n, on, basket.button(c.clause)) for n, c in enumerate(cited, first)))


def _said(answer: Answer) -> El:
    """Draw what is answered, its first sentence large."""
    kicker = f"{parts.KIND_ZH[answer.type]} · 按 {answer.on.isoformat()} 判断效力" + ("" if answer.answered else " · 未能回答")
    lead, rest = split(answer.answer)
    frame = "answer" if answer.answered else "answer refused"
    return el("section", frame, el("div", "kicker", kicker), el("p", "lead", lead), el("p", "rest", rest) if rest else None)


def split(text: str) -> tuple[str, str]:
    """Cut an answer after its first sentence, or after the first clause of a long one; a full stop inside quotation marks ends nothing."""
    depth = 0
    for at, character in enumerate(text):
        depth += (character in "“《（") - (character in "”》）")
        if depth <= 0 and character in ("。；：" if at > LEAD // 3 else "。"):
            return text[: at + 1], text[at + 1 :]
        if at >= LEAD and character in "，；、：”":
            return text[: at + 1], text[at + 1 :]
    return text, ""


def _query(answer: Answer, mark: str) -> None:
    if answer.sparql:
        box = st.expander("得出这个回答的查询", icon=":material/database:", key=f"query-open{mark}", on_change="rerun")
        if box.open:
            with box:
                # Above the query: the block grows as its highlighting loads and would slip the link from under a click.
                draw.nodes(link("small", href("sparql", query=answer.sparql, on=answer.on.isoformat()), "在 SPARQL 页打开 ›"), key=f"open-query{mark}")
                st.code(answer.sparql, language="sparql", wrap_lines=True)
    data = json.dumps(present.as_json(answer), ensure_ascii=False, indent=1)
    st.download_button("下载回答（JSON）", data, "answer.json", "application/json", icon=":material/download:", key=f"json{mark}", on_click="ignore")
