"""What the reader shows of a document: its head, outline, and text with marked facts."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kg import browse, dossier
from kg.answering import reply
from kg.browse import Mark
from kg.dossier import Fact, Mention
from kg.library import Library
from kg.notes import Notes
from kg.shelf import ClauseRow, DocumentRow
from kg.ui import parts
from kg.ui.nodes import El, Node, el, href, link, sender

# Clauses drawn at once.
DRAWN = 1500
# What can be marked, by the word of the legend.
MARKS = {"数额": "amount", "部门": "agency", "引用": "reference", "定义": "definition", "期限": "deadline", "规范": "norm"}
_NORM_ZH = {"must": "应当", "must_not": "不得", "may": "可以", "encouraged": "鼓励", "beneficiary": "适用对象", "condition": "条件", "precedence": "优先次序"}
Cells = tuple[str | None, ...]
_BOUND_ZH = {"max": "最高", "min": "不低于", "exact": "", "range": ""}


@dataclass(frozen=True, slots=True)
class Here:
    """What links need: the base of the build's IRIs, and the day asked about."""

    base: str
    on: date


@dataclass(frozen=True, slots=True)
class Noted:
    """What readers noted, and whether each clause offers to be noted on."""

    notes: Notes = field(default_factory=lambda: Notes({}))
    offered: bool = False


def head(library: Library, document: DocumentRow, on: date, cited_by: Mapping[str, Sequence[Mention]]) -> El:
    """Draw the title, badges, what is known about the document, its editions and who refers to it."""
    status = document.status(on)
    badges = el("div", "row", parts.status(status, document), parts.edition(document.edition), el("span", "dim small", f"按 {on.isoformat()} 判断"))
    return el("section", "stack", el("h2", "title", document.title), badges, _known(document), *_related(library, document, on, cited_by))


def _known(document: DocumentRow) -> El:
    """Draw the metadata as names and values; a day that was worked out is said to be so."""
    rows: list[tuple[str, Node | None]] = [
        ("通知标题", document.notice_title if document.notice_title != document.title else None),
        ("文号", document.number),
        ("索引号", document.index_number),
        ("发文机关", "、".join(document.issuers)),
        ("印发", _day(document.issued)),
        ("公布", _day(document.published)),
        ("施行", _day(document.effective) or _day(document.effective_derived, "（推算）")),
        ("到期", _day(document.expires) or _day(document.expires_derived, "（推算）") or "未载明"),
        ("文种", document.genre),
        ("地域", document.place or "全国"),
        ("来源", f"{document.source} · {document.start}–{document.end}"),
        ("原文网页", link("", document.url, document.url) if document.url else None),
    ]
    return el("div", "facts", *(part for name, value in rows if value for part in (el("span", "name", name), el("span", "value", value))))


def _day(value: date | None, note: str = "") -> str | None:
    return f"{value.isoformat()}{note}" if value else None


def _related(library: Library, document: DocumentRow, on: date, cited_by: Mapping[str, Sequence[Mention]]) -> list[El]:
    out = []
    if others := dossier.editions(library.shelf, document):
        links = [link("", parts.reader(d.iri, None, on), d.source) for d in others]
        out.append(el("p", "small", "同一政策的其他文本：", *_joined(links)))
    if whole := cited_by.get(document.iri):
        out.append(_citing(library, whole, on))
    if rules := _precedence(library, document):
        out.append(el("p", "small", "优先与叠加规则：", *_joined(rules)))
    return out


def _citing(library: Library, mentions: Sequence[Mention], on: date) -> El:
    """Draw which documents refer to this one as a whole, each with its status, how it stands to this one and where it says so."""
    by_document: dict[str, list[Mention]] = {}
    for m in mentions:
        by_document.setdefault(m.document, []).append(m)
    clauses = library.shelf.clauses(m.clause for m in mentions)
    lines: list[Node] = [el("b", "", f"引用本文件的文件（{len(by_document)}）")]
    for iri, own in by_document.items():
        document = library.shelf.documents[iri]
        said = "、".join(dict.fromkeys(parts.RELATION_ZH[m.relation] for m in own))
        where = [link("", parts.reader(iri, c, on), parts.place(clauses[c].path)) for c in dict.fromkeys(m.clause for m in own) if c in clauses]
        title = link("", parts.reader(iri, None, on), f"《{document.title}》")
        lines.append(el("div", "row", title, parts.status(document.status(on), document), el("span", "dim", f"{said}本文件，见于 "), *_joined(where)))
    return el("div", "small", *lines)


def _precedence(library: Library, document: DocumentRow) -> list[Node]:
    """Return what the document says of which text prevails and what may not be had twice."""
    text = library.shelf.text(document.source) or ""
    found = [f for f in dossier.facts(library.shelf, document.iri, ["norm"]) if f.cells[0] == "precedence"]
    return [f"“{browse.shown(text, f.start, f.end)}”" for f in found]


def _mentions(library: Library, mentions: Sequence[Mention], on: date) -> list[Node]:
    clauses = library.shelf.clauses(m.clause for m in mentions)
    out: list[Node] = []
    for m in mentions:
        document, clause = library.document(m.document), clauses.get(m.clause)
        if document and clause:
            relation = f"（{parts.RELATION_ZH[m.relation]}）" if m.relation != "refers" else ""
            out.append(link("", parts.reader(document.iri, clause.iri, on), f"《{document.title}》{parts.place(clause.path)}{relation}"))
    return out


def _joined(links: Sequence[Node]) -> list[Node]:
    return [part for n, one in enumerate(links) for part in (["、", one] if n else [one])]


def outline(document: DocumentRow, clauses: Sequence[ClauseRow], on: date) -> El:
    """Draw the headings and labels of a document as links into its text."""
    units = [c for c in clauses if c.kind != "row"]
    deepest = min(2, max((len(c.path) for c in units), default=1)) if len(units) > 60 else 9
    entries = [link(f"l{min(len(c.path), 6)}", parts.reader(document.iri, c.iri, on), _entry(c)) for c in units if len(c.path) <= deepest]
    more = el("span", "dim small", f"……共 {len(entries)} 条") if len(entries) > DRAWN else None
    return el("nav", "outline", el("b", "", "目录"), *entries[:DRAWN], more)


def _entry(clause: ClauseRow) -> str:
    name = clause.heading or clause.text.removeprefix(clause.label)[:14]
    return f"{clause.label} {name}".strip()


def body(
    library: Library,
    document: DocumentRow,
    clauses: Sequence[ClauseRow],
    chosen: Sequence[str],
    at: str,
    on: date,
    cited_by: Mapping[str, Sequence[Mention]],
    noted: Noted = Noted(),
) -> El:
    """Draw the text of a document, clause by clause, with the chosen kinds of fact marked and the clause ``at`` in focus."""
    text = library.shelf.text(document.source) or ""
    facts = dossier.facts(library.shelf, document.iri, (MARKS[name] for name in chosen))
    marks = [_mark(fact, Here(library.shelf.iris.base, on), noted.notes) for fact in facts]
    rows = {c.iri: c for c in clauses if c.kind == "row"}
    if at in rows:
        marks.append(Mark(rows[at].start, rows[at].end, "quote"))
    marks.sort(key=lambda m: m.start)
    starts = [m.start for m in marks]
    units = sorted((c for c in clauses if c.kind != "row"), key=lambda c: c.start)
    first, last = window(units, at)
    earlier, later = (_turn(document, units, n, on) for n in (first - DRAWN, last))
    drawn: list[Node] = [earlier] if earlier else []
    here = units[first].start if first else document.start
    for clause in units[first:last]:
        if between := browse.beside(text, here, clause.start):
            drawn.append(el("div", "clause", el("div", "words dim", between)))
        inside = [m for m in marks[bisect_left(starts, clause.start) : bisect_left(starts, clause.end)] if m.end <= clause.end]
        mentions = _mentions(library, cited_by.get(clause.iri, ()), on)
        spot = library.shelf.spot(clause.source, clause.start)
        drawn.append(_clause(text, clause, inside, "focus" if clause.iri == at else "", mentions, _noted(clause, noted), spot))
        here = max(here, clause.end)
    if later:
        drawn.append(later)
    elif rest := browse.beside(text, here, document.end):
        drawn.append(el("div", "clause", el("div", "words dim", rest)))
    return el("div", "", *drawn)


def window(units: Sequence[ClauseRow], at: str) -> tuple[int, int]:
    """Return the first clause drawn and the one behind the last: those that stand together with the clause ``at``, half-open."""
    place = next((n for n, c in enumerate(units) if c.iri == at), 0)
    first = place // DRAWN * DRAWN
    return first, min(first + DRAWN, len(units))


def _turn(document: DocumentRow, units: Sequence[ClauseRow], first: int, on: date) -> El | None:
    """Return the link to other clauses of a document that is too long to be drawn at once."""
    if not 0 <= first < len(units):
        return None
    some = units[first : first + DRAWN]
    return el("div", "clause", link("", parts.reader(document.iri, some[0].iri, on), f"{parts.place(some[0].path)} 至 {parts.place(some[-1].path)} ›"))


def _clause(text: str, clause: ClauseRow, marks: Sequence[Mark], focus: str, mentions: Sequence[Node], noted: El | None, spot: str | None) -> El:
    pieces = browse.words(text, clause, marks)
    bare = "heading" if browse.bare(clause) else ""
    classes = " ".join(filter(None, ("clause", f"l{min(len(clause.path), 6)}", bare, focus)))
    cited = el("div", "links dim", "引用本条：", *_joined(mentions)) if mentions else None
    words = el("div", "words", *map(parts.piece, pieces), hint=f"原文{spot}" if spot else "")
    return el("div", classes, words, cited, noted, anchor=clause.iri[len(clause.document) + 1 :])


def _noted(clause: ClauseRow, noted: Noted) -> El | None:
    """Draw what is noted on a clause, and the button to note something where that is offered."""
    note = noted.notes.on(clause.iri)
    if note.empty and not noted.offered:
        return None
    codes = (el("span", "badge plain", code) for code in note.codes)
    return el(
        "div",
        "links row",
        *codes,
        el("span", "dim", f"备注：{note.text}") if note.text else None,
        sender("编码", clause.iri, "给这一条编码、写备注，或标出有误的事实") if noted.offered else None,
    )


def _mark(fact: Fact, here: Here, noted: Notes) -> Mark:
    hint, target = _SAYING[fact.kind](fact.cells, here)
    if wrong := noted.wrong(fact.iri, fact.quote):
        return Mark(fact.start, fact.end, f"{fact.kind} wrong", f"读者标为有误{f'：{wrong.text}' if wrong.text else ''}\n{hint}", target)
    return Mark(fact.start, fact.end, fact.kind, hint, target)


def says(fact: Fact, text: str, here: Here) -> str:
    """Name a fact for a list to choose from: its kind, its words and what is known of it."""
    kind = next(name for name, value in MARKS.items() if value == fact.kind)
    return f"{kind}：“{browse.shown(text, fact.start, fact.end)[:40]}” {_SAYING[fact.kind](fact.cells, here)[0]}"


def _amount(cells: Cells, here: Here) -> tuple[str, str]:
    value, high, unit, bound, purpose, about = cells
    figure = reply.figure(Decimal(value or "0"), unit or "") + (f"–{reply.figure(Decimal(high), unit or '')}" if high else "")
    return f"{_BOUND_ZH.get(bound or '', '')}{figure} · {parts.PURPOSE_ZH.get(purpose or '', '')}{f' · {about}' if about else ''}", ""


def _agency(cells: Cells, here: Here) -> tuple[str, str]:
    agency, role, task, *_ = cells
    return f"{agency} · {parts.ROLE_ZH.get(role or '', role or '')}{f' · {task}' if task else ''}", href("agency", name=agency, on=here.on.isoformat())


def _reference(cells: Cells, here: Here) -> tuple[str, str]:
    title, number, clause, relation, resolved, _ = cells
    named = "".join(filter(None, (f"《{title}》" if title else None, number, clause)))
    where = "" if resolved else "（不在库中）"
    return f"{parts.RELATION_ZH.get(relation or '', '')} · {named}{where}", _to(resolved, here) if resolved else ""


def _to(resolved: str, here: Here) -> str:
    """Return the reader's address for the IRI of a document or of a clause: base, document, "/", path."""
    name, slash, _ = resolved.removeprefix(here.base).partition("/")
    return parts.reader(here.base + name, resolved if slash else None, here.on)


def _definition(cells: Cells, here: Here) -> tuple[str, str]:
    return f"定义 · {cells[0]}", ""


def _deadline(cells: Cells, here: Here) -> tuple[str, str]:
    what, due, recurs, lasts, unit, counts_from = cells
    period = f"{lasts}{unit}{f'，自{counts_from}起' if counts_from else ''}" if lasts else ""
    return " · ".join(filter(None, ("期限", what, due, recurs, period))), ""


def _norm(cells: Cells, here: Here) -> tuple[str, str]:
    kind, who, *_ = cells
    return " · ".join(filter(None, (_NORM_ZH.get(kind or "", kind), who))), ""


_SAYING: dict[str, Callable[[Cells, Here], tuple[str, str]]] = {
    "amount": _amount,
    "agency": _agency,
    "reference": _reference,
    "definition": _definition,
    "deadline": _deadline,
    "norm": _norm,
}
