"""Parts that pages share: badges, facts as tables, citations with their quote marked in its clause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple, TypeVar

from kg import browse, cite
from kg.answering import reply
from kg.browse import Mark, Passage
from kg.library import Library
from kg.shelf import ClauseRow, DocumentRow
from kg.standards import Standard
from kg.ui.nodes import El, Node, copier, el, href, link
from ontology.answers import AgencyFact, AmountFact, Citation, DateFact, DurationFact, Fact, ReferenceFact, TextFact
from ontology.records import Edition, Status

T = TypeVar("T")
ROLE_ZH = {"responsible": "负责", "cooperate": "配合", "interpret": "解释"}
RELATION_ZH = {"basis": "依据", "implements": "实施", "amends": "修改", "repeals": "废止", "supersedes": "取代", "refers": "提及"}
MEANING_ZH = {"effective": "施行", "expires": "到期", "issued": "印发", "due": "截止"}
PURPOSE_ZH = {"benefit": "扶持", "threshold": "门槛", "target": "目标", "award": "奖励", "fine": "罚款", "share": "比例", "other": "其他"}
TEXT_ZH = {"text": "内容", "definition": "含义", "item": "事项", "step": "步骤", "condition": "条件", "count": "数量"}
# Rows of a table drawn at once.
DRAWN = 400
KIND_ZH = {
    "agency": "找部门", "ceiling": "问上限", "amount": "问数额", "deadline": "问日期、期限", "definition": "问定义", "reference": "问引用",
    "eligibility": "问条件", "procedure": "问程序",
    "list": "列清单", "compare": "作比较", "count": "数数量", "match": "按条件匹配", "passage": "找原文", "none": "未识别问法",
}  # fmt: skip


def status(value: Status, document: DocumentRow | None = None) -> El:
    """Return a status badge: words and colour; the document's last day is said where it is known."""
    ends = f" · 至{document.ends.isoformat()}" if document and document.ends and value in ("in force", "lapsed") else ""
    hint = "推算所得" if document and document.ends and not document.expires else ""
    return el("span", f"badge {value.replace(' ', '-')}", cite.STATUS_ZH[value] + ends, hint=hint)


def edition(value: Edition) -> El | None:
    """Return a badge for what is not the official text."""
    return None if value == "official" else el("span", f"badge {value}", cite.EDITION_ZH[value], hint="非官方文本，以官方发布为准")


def place(path: Sequence[str]) -> str:
    """Write a clause's path for people: 第二章 › 第九条, 二、（三）."""
    return "".join(label if not n or label.startswith("（") or path[n - 1].endswith("、") else f" › {label}" for n, label in enumerate(path))


def reader(document: str, clause: str | None, on: date) -> str:
    """Return the reader's address of a document, at a clause; it holds their names in the build, not the base of its IRIs."""
    return href("file", doc=slug(document), at=clause[len(document) + 1 :] if clause else None, on=on.isoformat())


def slug(document: str) -> str:
    """Return the last part of a document's IRI, which holds no border of its own."""
    return document.replace("#", "/").rpartition("/")[2]


def words(passage: Passage) -> El:
    """Draw a clause's words, its marks and what stands around it."""
    before = el("span", "around", f"{passage.before}\n") if passage.before else None
    after = el("span", "around", f"\n{passage.after}") if passage.after else None
    return el("div", "words", before, *(piece(p) for p in passage.pieces), after)


def piece(one: browse.Piece) -> Node:
    """Draw a piece of text, marked or not; a mark with a target is a link."""
    if one.mark is None:
        return one.text
    marked = el("mark", one.mark.kind, one.text, hint=one.mark.hint)
    return link("", one.mark.target, marked) if one.mark.target else marked


def citation(library: Library, cited: Citation, number: int, on: date, *buttons: El) -> El:
    """Draw a citation: document, number, dates, validity, the quote marked in its clause, and forms to copy."""
    clause = library.clause(cited.clause)
    document = library.document(clause.document) if clause else None
    if clause is None or document is None:
        return el("article", "card", el("h3", "", cited.document), el("div", "words", cited.quote))
    quote = Mark(cited.start, cited.end, "quote")
    return el(
        "article",
        "card",
        heading(document, clause, cited.status, on, el("span", "number", str(number))),
        words(browse.passage(library.shelf, clause, [quote])),
        _foot(cited, document, on, buttons),
    )


def heading(document: DocumentRow, clause: ClauseRow, value: Status, on: date, *first: Node) -> El:
    """Draw the head of a citation or hit: title, badges, number, day of issue, place in the document."""
    facts = [document.number, f"{document.issued.isoformat()} 印发" if document.issued else None, place(clause.path)]
    return el(
        "div",
        "",
        el("h3", "", *first, link("", reader(document.iri, clause.iri, on), f"《{document.title}》")),
        el("div", "row", status(value, document), edition(document.edition), el("span", "meta", *(el("span", "", f) for f in facts if f))),
    )


def _foot(cited: Citation, document: DocumentRow, on: date, buttons: Sequence[El]) -> El:
    forms = cite.every(cited, cite.Source(document.issuers, on))
    source = el("span", "dim num", " · ".join(filter(None, (cited.source, cited.place, f"{cited.start}–{cited.end}"))), hint="来源文件、页或段与字符位置")
    online = link("", cited.url, "原文网页") if cited.url else None
    return el("div", "foot", source, online, el("span", "", "复制引文"), *(copier(name, text) for name, text in forms), *buttons)


class Columns(NamedTuple):
    """How facts of one kind become a table: column names, and a fact's cells."""

    names: tuple[str, ...]
    cells: Callable[[Fact], tuple[Node, ...]]


def table(names: Sequence[str], rows: Sequence[Sequence[Node]]) -> El:
    """Draw a table of nodes."""
    head = el("thead", "", el("tr", "", *(el("th", "", n) for n in names)))
    body = el("tbody", "", *(el("tr", "", *(_cell(c, n) for c, n in zip(row, names, strict=True))) for row in rows))
    return el("div", "scroll", el("table", "", head, body))


def cut(rows: Sequence[T]) -> tuple[Sequence[T], str]:
    """Return the rows that a page draws, and what to say where there are more: the files hold all of them."""
    return (rows, "") if len(rows) <= DRAWN else (rows[:DRAWN], f"，画出前 {DRAWN} 行，全部在下载的文件里")


def _cell(node: Node, name: str) -> El:
    """Return a table's cell, with the column's name for narrow screens."""
    if isinstance(node, El) and node.tag == "td":
        return replace(node, label=name)
    return El("td", "", () if node == "" else (node,), label=name)


def facts(library: Library, shown: Sequence[Fact], on: date) -> list[El]:
    """Draw facts as one table a kind, each row with a link to its clause."""
    clauses = library.shelf.clauses(f.clause for f in shown)
    out = []
    for kind in dict.fromkeys(type(f) for f in shown):
        columns = _COLUMNS[kind]
        rows = [(*columns.cells(f), _where(library, clauses.get(f.clause), on)) for f in shown if type(f) is kind]
        filled = [i for i in range(len(columns.names)) if any(_has_words(r[i]) for r in rows)]
        names = [columns.names[i] for i in filled]
        out.append(table([*names, "依据"], [[*(r[i] for i in filled), r[-1]] for r in rows]))
    return out


def _has_words(node: Node) -> bool:
    return bool(node) if isinstance(node, str) else any(map(_has_words, node.kids))


def _where(library: Library, clause: ClauseRow | None, on: date) -> Node:
    document = library.document(clause.document) if clause else None
    if clause is None or document is None:
        return ""
    return link("", reader(document.iri, clause.iri, on), f"《{document.title}》{place(clause.path)}")


def figure(text: str) -> El:
    """Return a cell with a figure that stands out."""
    return el("td", "figure", text)


def bounded(one: Standard) -> str:
    """Write a figure of a policy with its bound."""
    low = reply.figure(one.value, one.unit)
    if one.high is not None:
        return f"{low}–{reply.figure(one.high, one.unit)}"
    return {"max": "最高", "min": "不低于"}.get(one.bound, "") + low


def _agency(fact: Fact) -> tuple[Node, ...]:
    assert isinstance(fact, AgencyFact)
    written = fact.surface if fact.surface != fact.agency else ""
    return (figure(fact.agency), written, ROLE_ZH[fact.role])


def _amount(fact: Fact) -> tuple[Node, ...]:
    assert isinstance(fact, AmountFact)
    cap = reply.bounded(fact.capped_by) if fact.capped_by else ""
    return (figure(reply.bounded(fact)), PURPOSE_ZH.get(fact.purpose, fact.purpose), fact.about, fact.condition or "", cap)


def _date(fact: Fact) -> tuple[Node, ...]:
    assert isinstance(fact, DateFact)
    return (figure(fact.value.isoformat()), MEANING_ZH[fact.meaning], "推算所得" if fact.derived else "原文载明")


def _duration(fact: Fact) -> tuple[Node, ...]:
    assert isinstance(fact, DurationFact)
    return (figure(f"{fact.value:f}{fact.unit}"), fact.counts_from or "")


def _reference(fact: Fact) -> tuple[Node, ...]:
    assert isinstance(fact, ReferenceFact)
    within = "在库中" if fact.resolved else "不在库中"
    title = f"《{fact.title}》" if fact.title else ""
    return (figure(title), fact.number or "", fact.target_clause or "", RELATION_ZH.get(fact.relation, fact.relation), within)


def _text(fact: Fact) -> tuple[Node, ...]:
    assert isinstance(fact, TextFact)
    return (TEXT_ZH[fact.kind], str(fact.value))


_COLUMNS: dict[type[Fact], Columns] = {
    AgencyFact: Columns(("机构", "文中写作", "角色"), _agency),
    AmountFact: Columns(("数额", "性质", "针对", "条件", "上限"), _amount),
    DateFact: Columns(("日期", "含义", "来历"), _date),
    DurationFact: Columns(("期限", "起算"), _duration),
    ReferenceFact: Columns(("文件", "文号", "条款", "关系", "库内"), _reference),
    TextFact: Columns(("类别", "内容"), _text),
}
