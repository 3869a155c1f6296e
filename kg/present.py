"""What the command line prints: answers, hits, reports and progress, as text or JSON."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast, get_args
from unicodedata import east_asian_width

from kg.errors import UsageError
from ontology.answers import Answer, Fact, ReferenceFact
from ontology.records import Status

if TYPE_CHECKING:
    from kg.build import Progress, Report
    from kg.search import Result

STATUS_ZH: dict[str, str] = {"in force": "现行有效", "lapsed": "已失效", "not yet": "尚未施行", "unknown": "效力不明"}


def as_json(value: object) -> object:
    """Return a record as JSON data: dates in ISO form, decimals as numbers, facts as the contract has them; an optional field that is None is left out."""
    if isinstance(value, Answer):
        plain = {f.name: as_json(getattr(value, f.name)) for f in fields(value)}
        return plain | {"facts": [fact(f) for f in value.facts]}
    if is_dataclass(value) and not isinstance(value, type):
        shown = {f.name: getattr(value, f.name) for f in fields(value) if not f.metadata.get("optional") or getattr(value, f.name) is not None}
        return {name: as_json(held) for name, held in shown.items()}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [as_json(v) for v in value]
    return value


def fact(one: Fact) -> object:
    """Return a fact as JSON data; a reference's own clause is "clause", the clause it points to "target_clause"."""
    data = as_json(one)
    if isinstance(one, ReferenceFact) and isinstance(data, dict):
        data["target"] = data.pop("target_clause")
    return data


def answer(one: Answer) -> str:
    """Return an answer as lines for a terminal."""
    lines = [one.answer, ""]
    for number, c in enumerate(one.citations, 1):
        head = f"[{number}] 《{c.document}》{c.number or ''} {''.join(c.path)} {STATUS_ZH[c.status]}"
        lines += [head, f"    “{c.quote[:160]}{'…' if len(c.quote) > 160 else ''}”", f"    {c.source}:{c.start}-{c.end}{f' {c.place}' if c.place else ''}"]
    if one.sparql:
        lines += ["", "查询：", *(f"    {line}" for line in one.sparql.splitlines())]
    return "\n".join(lines)


def hits(result: Result) -> str:
    """Return search results as lines for a terminal."""
    lines = [f"{result.total} 条，按 {result.on.isoformat()} 判断效力"]
    for number, h in enumerate(result.hits, 1):
        why = "，".join(r.detail for r in h.reasons)
        lines += [f"[{number}] 《{h.document}》{h.number or ''} {''.join(h.path)} {STATUS_ZH[h.status]}（{why}）", f"    {h.quote[:160]}"]
    return "\n".join(lines)


def table(tsv: str) -> str:
    """Return tab-separated rows as columns for a terminal."""
    return columns([line.split("\t") for line in tsv.splitlines()])


def columns(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as columns for a terminal; a wide character takes two places."""
    widths = [min(60, max(cell_width(r[i]) for r in rows if i < len(r))) for i in range(len(rows[0]))] if rows else []
    return "".join("  ".join(c + " " * (w - cell_width(c)) for c, w in zip(r, widths, strict=False)).rstrip() + "\n" for r in rows)


def cell_width(text: str) -> int:
    """Return how many places a text takes on a terminal."""
    return sum(2 if east_asian_width(c) in "WF" else 1 for c in text)


def status(text: str | None) -> Status | None:
    """Return a status by its name; raises UsageError for another."""
    if text is None:
        return None
    if text not in get_args(Status):
        raise UsageError(f"--status {text}：可用 {'、'.join(get_args(Status))}。")
    return cast(Status, text)


def report(done: Report) -> None:
    """Print what an ingest did, and on stderr each file that was refused."""
    counts = done.counts
    print(f"新增 {len(done.added)}，更新 {len(done.changed)}，移除 {len(done.gone)}，未变 {done.kept}")
    if done.skipped:
        print(f"跳过 {len(done.skipped)}：{'、'.join(done.skipped[:8])}{'…' if len(done.skipped) > 8 else ''}")
    named = (("documents", "文件"), ("clauses", "条款"), ("amounts", "金额"), ("responsibilities", "职责"), ("references", "引用"), ("definitions", "定义"))
    print("构建：" + "，".join(f"{zh} {counts.get(name, 0)}" for name, zh in named))
    for one in done.refused:
        print(f"policykg: {one.source}：{one.reason}", file=sys.stderr)


@contextmanager
def progress() -> Iterator[Progress]:
    """Show progress: a bar on a terminal, plain lines otherwise."""
    if not sys.stderr.isatty():
        yield lambda done, total, what: print(f"[{done}/{total}] {what}", file=sys.stderr, flush=True)
        return
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total, what: bar.update(task, completed=done, total=total, description=what)
