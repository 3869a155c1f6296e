"""The pages for people: the query page, things of the graph, and the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox
from starlette.responses import HTMLResponse, Response

from kg import examples, linked, vocabulary
from kg.endpoint.markup import Node, link, quoted, rows, tag, text
from kg.endpoint.replies import COMMON, VARY
from kg.linked import Object, Statement, Thing
from kg.shelf import ClauseRow, Shelf
from ontology.terms import PK, RDF, Iri

__all__ = ["query_page", "quoted", "response", "thing_page", "vocabulary_page", "vocabulary_triples"]

# Scripts, styles and calls come from this site only; the editor writes styles and small pictures into the page.
_POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; object-src 'none'; base-uri 'none'"
_CLASSES = {PK.Document: "政策文件", PK.Clause: "条款", PK.Agency: "机构"}


def response(body: str) -> Response:
    """Return a page as a reply."""
    return HTMLResponse(body, headers={**COMMON, **VARY, "content-security-policy": _POLICY})


def query_page(shelf: Shelf) -> str:
    """Return the query page, with examples by task."""
    groups: dict[str, list[examples.Example]] = {}
    for example in examples.all_examples():
        groups.setdefault(example.task, []).append(example)
    listed = [
        tag("section", tag("h3", text(task)), *(tag("button", text(e.title), type="button", class_="example", data_query=e.query) for e in group))
        for task, group in groups.items()
    ]
    counts = shelf.manifest.counts
    about = f"文件 {counts.get('documents', 0)} 份，条款 {counts.get('clauses', 0)} 条；构建于 {shelf.manifest.built}"
    first = next(iter(examples.all_examples())).query
    body = (
        tag("p", text(about), " · ", link("/ns", text("词汇说明")), " · ", link("/healthz", text("服务状态"))),
        tag("div", tag("nav", tag("h2", text("示例")), *listed), tag("main", tag("div", id="yasgui")), class_="query"),
        tag("script", src="/static/yasgui.min.js"),
        tag("script", src="/static/page.js", id="page", data_first=first),
    )
    return _page("SPARQL 查询", *body, style="/static/yasgui.min.css")


def thing_page(shelf: Shelf, thing: Thing) -> str:
    """Return the page of a document, clause or body."""
    base = shelf.manifest.base
    path = linked.path_of(base, thing.iri) or ""
    formats = (("Turtle", "text/turtle"), ("JSON-LD", "application/ld+json"))
    machine = [tag("link", rel="alternate", type=media, href=f"/data/{quoted(path)}") for _, media in formats]
    kind = _CLASSES.get(Iri(thing.kind), vocabulary.label(thing.kind))
    body = [tag("p", text(kind), " · ", tag("code", text(thing.iri)), " · ", link(f"/data/{quoted(path)}", text("数据")), class_="about")]
    body.append(rows(_statements(base, (s for s in thing.says if s.predicate != RDF.type))))
    if clauses := shelf.clauses_of(thing.iri):
        body.append(tag("section", tag("h2", text(f"条款（{len(clauses)}）")), tag("ul", *(_clause(base, one) for one in clauses), class_="outline")))
    for fact in thing.facts:
        anchor = fact.iri.rpartition("#")[2]
        says = (s for s in fact.says if s.predicate not in (RDF.type, PK.clause, PK.document))
        body.append(tag("section", tag("h3", text(f"{vocabulary.label(fact.kind)}：{fact.label}")), rows(_statements(base, says)), id=anchor))
    if thing.pointed:
        body.append(tag("h2", text("指向这里的")))
        body.append(rows(_statements(base, thing.pointed)))
        if thing.more:
            body.append(tag("p", text(f"只列出前 {linked.INCOMING} 条，其余请用"), link("/", text("查询页"))))
    return _page(thing.label, *body, head="".join(machine))


def vocabulary_page() -> str:
    """Return the documentation of the vocabulary."""
    body: list[Node] = [tag("p", tag("code", text(vocabulary.ONTOLOGY)), text(f" 版本 {vocabulary.version()}"), " · ", link("/", text("查询页")))]
    for kind, name in vocabulary.KINDS.items():
        found = [word for word in vocabulary.words().values() if word.kind == kind]
        body.append(tag("h2", text(f"{name}（{len(found)}）")))
        body += [_term(word) for word in found]
    return _page("政策知识图谱词汇", *body)


def vocabulary_triples() -> tuple[ox.Triple, ...]:
    """Return the vocabulary for machines."""
    return vocabulary.triples()


def _clause(base: str, clause: ClauseRow) -> Node:
    """Return a clause as a line of its document's outline."""
    path = linked.path_of(base, clause.iri) or ""
    words = clause.heading or clause.text[:60] + ("…" if len(clause.text) > 60 else "")
    return tag("li", link(f"/page/{quoted(path)}", text("/".join(clause.path))), text(f" {words}"))


def _term(word: vocabulary.Word) -> Node:
    pairs = [(text("定义"), tag("span", text(word.definition_zh)) + tag("br") + tag("i", text(word.definition_en)))] if word.definition_zh else []
    for head, iris in (("上位", word.broader), ("定义域", word.domain), ("值域", word.range), ("对应", word.aligned)):
        if iris:
            pairs.append((text(head), " ".join(_term_link(iri) for iri in iris)))
    if word.notation:
        pairs.append((text("取值"), tag("code", text(word.notation))))
    return tag("section", tag("h3", text(f"{word.zh} {word.en} "), tag("code", text(word.name))), rows(pairs), id=word.name)


def _term_link(iri: str) -> Node:
    word = vocabulary.words().get(iri)
    return link(f"#{word.name}", text(word.zh)) if word else link(iri, text(iri))


def _statements(base: str, statements: Iterable[Statement]) -> Iterator[tuple[Node, Node]]:
    """Yield predicate and its values, a row a predicate."""
    grouped: dict[str, list[Object]] = {}
    for one in statements:
        grouped.setdefault(one.predicate, []).append(one.other)
    for predicate, others in sorted(grouped.items(), key=lambda one: vocabulary.place(one[0])):
        word = vocabulary.words().get(predicate)
        head = link(f"/ns#{word.name}", text(word.zh)) if word else text(vocabulary.label(predicate))
        cells = [_value(base, predicate, other) for other in others]
        yield head, cells[0] if len(cells) == 1 else tag("ul", *(tag("li", cell) for cell in cells))


def _value(base: str, predicate: str, other: Object) -> Node:
    if other.iri is None and (said := vocabulary.meaning(predicate, other.label)):
        return text(f"{said}（{other.label}）")
    if other.iri is None:
        return link(other.label, text(other.label)) if other.label.startswith(("http://", "https://")) else text(other.label)
    path = linked.path_of(base, other.iri)
    if path is None:
        return link(other.iri, text(vocabulary.label(other.iri) if other.iri in vocabulary.words() else other.label))
    local, mark, fragment = path.partition("#")
    return link(f"/page/{quoted(local)}{mark}{fragment}", text(other.label))


def _page(title: str, *body: Node, style: str = "", head: Node = "") -> str:
    styles = "".join(f'<link rel="stylesheet" href="{name}">' for name in (style, "/static/page.css") if name)
    top = f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><title>{text(title)}</title>{styles}{head}'
    inside = f"<header>{link('/', text('政策知识图谱'))}</header><h1>{text(title)}</h1>{''.join(body)}"
    return f'<!DOCTYPE html><html lang="zh-CN"><head>{top}</head><body>{inside}</body></html>'
