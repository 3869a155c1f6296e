"""A report for people, as Markdown or Word: an answer with its citations, the facts of a document, or the documents of the build."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from kg import answering
from kg.errors import UsageError
from kg.export import tables, whole
from kg.export.whole import Stamp
from kg.present import STATUS_ZH
from kg.shelf import DocumentRow, Shelf

# The tables of facts a document's report shows, each with its columns and their heads.
_FACTS = {
    "amounts": ("数额", ("path", "quote", "about", "condition"), ("条款", "原文", "事项", "条件")),
    "responsibilities": ("职责", ("path", "agency", "role", "task"), ("条款", "机构", "角色", "事项")),
    "deadlines": ("期限", ("path", "quote", "what"), ("条款", "原文", "事项")),
    "references": ("引用", ("path", "quote", "relation"), ("条款", "原文", "关系")),
    "definitions": ("定义", ("path", "term", "meaning"), ("条款", "术语", "含义")),
    "norms": ("规范语句", ("path", "kind", "quote"), ("条款", "类型", "原文")),
}
_ROLES = {"responsible": "负责", "cooperate": "配合", "interpret": "解释"}
_WORDS = {"responsibilities": _ROLES}


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a report: a heading, paragraphs, a quotation, and a table whose first row is its head."""

    heading: str
    paragraphs: tuple[str, ...] = ()
    quote: str = ""
    table: tuple[tuple[str, ...], ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report: title, what it is made from, and its parts."""

    title: str
    stamp: Stamp
    sections: tuple[Section, ...] = field(default=())


def write_report(shelf: Shelf, path: Path, on: date, *, question: str | None = None, document: str | None = None) -> Report:
    """Write a report of an answer or of a document named by IRI, 文号 or title, else of the build; .md or .docx by the ending."""
    writer = _WRITERS.get(path.suffix.lower())
    if writer is None:
        raise UsageError(f"不认识的扩展名 {path.suffix or '（无）'}，可用：{' '.join(_WRITERS)}。")
    if question is not None and document is not None:
        raise UsageError("--question 与 --document 只能给出一个。")
    made = of_answer(shelf, question, on) if question else of_document(shelf, _named(shelf, document), on) if document else of_build(shelf, on)
    data = writer(made)
    with whole.file(path) as fresh:
        fresh.write_bytes(data)
    return made


def of_answer(shelf: Shelf, question: str, on: date) -> Report:
    """Return the report of a question's answer, each citation with its words and its place."""
    answer = answering.ask(shelf, question, on)
    parts = [Section("回答" if answer.answered else "未能回答", (answer.answer,))]
    for number, c in enumerate(answer.citations, 1):
        place = f"{c.source} {f'{c.place}，' if c.place else ''}第 {c.start}–{c.end} 字符，{STATUS_ZH[c.status]}" + (f"，{c.url}" if c.url else "")
        parts.append(Section(f"引文 {number}：《{c.document}》{c.number or ''} {'/'.join(c.path)}", (place, c.clause), c.quote))
    if answer.sparql:
        parts.append(Section("得出此答案的查询", code=answer.sparql.strip()))
    return Report(question, Stamp.of(shelf.manifest, on), tuple(parts))


def of_document(shelf: Shelf, row: DocumentRow, on: date) -> Report:
    """Return the report of what is known of a document: its dates, and its facts by kind."""
    about = (
        ("文号", row.number), ("索引号", row.index_number), ("发文机关", "、".join(row.issuers)), ("文种", row.genre), ("地域", row.place),
        ("印发日期", row.issued), ("施行日期", row.effective or row.effective_derived), ("失效日期", row.ends),
        ("效力", STATUS_ZH[row.status(on)]), ("来源", row.source), ("网址", row.url), ("IRI", row.iri),
    )  # fmt: skip
    known = tuple((name, str(value)) for name, value in about if value)
    parts = [Section("基本情况", table=(("项目", "内容"), *known))]
    clauses = {clause.iri for clause in shelf.clauses_of(row.iri)}
    for name, (heading, columns, heads) in _FACTS.items():
        if rows := tuple(_facts(shelf, name, columns, clauses, on)):
            parts.append(Section(f"{heading}（{len(rows)}）", table=(heads, *rows)))
    return Report(row.title, Stamp.of(shelf.manifest, on), tuple(parts))


def of_build(shelf: Shelf, on: date) -> Report:
    """Return the report of a build: its counts and its documents with their status."""
    counts = tuple((name, str(count)) for name, count in shelf.manifest.counts.items())
    listed = tuple((d.title, d.number or "", str(d.issued or ""), STATUS_ZH[d.status(on)], d.source) for d in shelf.documents.values())
    parts = (Section("数量", table=(("表", "行数"), *counts)), Section("文件", table=(("标题", "文号", "印发日期", "效力", "来源"), *listed)))
    return Report("政策知识图谱", Stamp.of(shelf.manifest, on), parts)


def markdown(report: Report) -> bytes:
    """Return a report as Markdown, in which nothing of a text is markup."""
    lines = [f"# {_plain(report.title)}", "", f"> {_plain(str(report.stamp))}", ""]
    for part in report.sections:
        lines += [f"## {_plain(part.heading)}", ""]
        for paragraph in part.paragraphs:
            lines += [_plain(paragraph), ""]
        if part.quote:
            lines += [f"> {_plain(part.quote)}", ""]
        for order, row in enumerate(part.table):
            lines.append("| " + " | ".join(_plain(cell).replace("|", "\\|") for cell in row) + " |")
            lines += ["|" + " --- |" * len(row)] if order == 0 else []
        lines += [""] if part.table else []
        if part.code:
            lines += ["```sparql", part.code, "```", ""]
    return "\n".join(lines).encode()


def word(report: Report) -> bytes:
    """Return a report as a Word document; the same report gives the same bytes."""
    from docx import Document

    made = Document()
    made.core_properties.created = made.core_properties.modified = whole.moment(report.stamp)
    made.core_properties.author = made.core_properties.last_modified_by = "policykg"
    made.add_heading(_printable(report.title), 0)
    made.add_paragraph(_printable(str(report.stamp)))
    for part in report.sections:
        made.add_heading(_printable(part.heading), 1)
        for paragraph in part.paragraphs:
            made.add_paragraph(_printable(paragraph))
        if part.quote:
            made.add_paragraph(_printable(part.quote), style="Quote")
        if part.code:
            made.add_paragraph(_printable(part.code), style="Macro Text")
        if part.table:
            table = made.add_table(len(part.table), len(part.table[0]), style="Table Grid")
            for row, cells in zip(table.rows, part.table, strict=True):
                for cell, words in zip(row.cells, cells, strict=True):
                    cell.text = _printable(words)
    out = io.BytesIO()
    made.save(out)
    return _timeless(out.getvalue())


_WRITERS = {".md": markdown, ".docx": word}


def _facts(shelf: Shelf, name: str, columns: Iterable[str], clauses: set[str], on: date) -> Iterator[tuple[str, ...]]:
    every = tables.COLUMNS[name]
    where, picked = every.index("clause"), [(every.index(column), _WORDS.get(name, {}) if column == "role" else {}) for column in columns]
    for row in tables.rows(shelf, name, on):
        if row[where] in clauses:
            yield tuple(words.get(str(row[i]), "" if row[i] is None else str(row[i])) for i, words in picked)


def _named(shelf: Shelf, name: str) -> DocumentRow:
    """Return the document that a person means; raises UsageError where none or several fit."""
    every = shelf.documents.values()
    for fits in (
        [d for d in every if name in (d.iri, d.number, d.source)],
        [d for d in every if name.strip("《》") == d.title and d.copy_of is None],
        [d for d in every if name.strip("《》") in d.title and d.copy_of is None],
    ):
        if len(fits) == 1:
            return fits[0]
        if fits:
            raise UsageError(f"{name}：有 {len(fits)} 份文件符合，请写全：{'；'.join(d.title for d in fits[:5])}。")
    raise UsageError(f"{name}：构建里没有这份文件。")


def _plain(words: str) -> str:
    """Return words on one line, with the signs that Markdown would read escaped."""
    joined = " ".join(words.split())
    return "".join("\\" + sign if sign in "\\`*_[]<>#~" else sign for sign in joined)


def _printable(words: str) -> str:
    """Return words without the control characters that XML cannot hold."""
    return "".join(sign for sign in words if sign >= " " or sign in "\n\t")


def _timeless(data: bytes) -> bytes:
    """Return a zip archive whose members carry no time of writing."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(zipfile.ZipInfo(name), old.read(name), zipfile.ZIP_DEFLATED)
    return out.getvalue()
