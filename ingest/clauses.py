"""The clause tree of a document: units, preamble, closing, attachments, table rows."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise

from ingest import annexes, contents, headings, news, outline, tables, titles, wraps
from ingest.flow import squash
from ingest.lines import Line, scan
from ingest.outline import Unit
from ingest.wraps import BREAK, PAGE
from ontology.records import Clause, ClauseKind, Document, Source, Span

PREAMBLE = "前言"
CLOSING = "尾款"
BODY = "正文"
COLUMNS = 3  # a table before the first unit has at least so many; 索引号, 发文机关 and the like stand in two
_TAG = re.compile(r"</?[A-Za-z][^<>\n]{0,200}>|&nbsp;|\*\*")
_PAGE = re.compile(rf"^[ \t\u3000]*(?:{PAGE.pattern})[ \t\u3000]*\r?$", re.MULTILINE)
# Where a clause ends inside a line, its end counts as one.
_PAGE_BEGINS = re.compile(rf"^[ \t\u3000]*(?:{PAGE.pattern})", re.MULTILINE)
# Begins with a set of signs and looks back from behind it, so that a search skips all others quickly.
_LONE_PAGE = re.compile(r"[ \t\d](?:(?<=\n\n.)|(?<=\n\r\n.))(?:(?<=\d)\d{0,3}|(?<=[ \t])[ \t]*\d{1,4})[ \t]*(?=\r?\n\r?\n)")
_BULLET = re.compile(r"^[ \t\u3000]*(?:#{1,6}|[-*+•]|>)[ \t]+", re.MULTILINE)
# 答：… below a question is no word of the answer.
_ANSWER = re.compile(r"^[ \t\u3000]*(?:【答】|答[:：])", re.MULTILINE)
# What each of the three begins with that are looked for line by line: few texts hold any.
_LINED = re.compile(rf"^[ \t\u3000]*(?:{PAGE.pattern}|[-#*+•>]|【答】|答[:：])", re.MULTILINE)
_SHORT = 45
_HEAD, _FULL = 20, 25


@dataclass(frozen=True, slots=True)
class _Block:
    """A stretch of lines on its way to a clause."""

    path: tuple[str, ...]
    lines: Sequence[Line]
    kind: ClauseKind
    start: int
    heading: Span | None = None
    title: str | None = None
    rows: tuple[tables.Row, ...] = field(default=())


def split(source: Source, document: Document) -> tuple[Clause, ...]:
    """Return the clauses of a document in text order; rows follow the clause that holds their table."""
    lines = scan(source.text, document.span.start, document.span.end)
    if document.edition == "news":
        return _finish(source, document, _story(lines))
    body = _body(lines, document)
    stop = annexes.begin(lines, body)
    units = outline.read(lines, body, stop)
    blocks: list[_Block] = []
    if units:
        first = units[0].line
        end = outline.closing(lines, units, stop)
        blocks += _preamble(lines[:first])
        blocks += _units(lines, units, end, headings.style(lines, units, end))
        blocks += _closing(lines[end:stop])
    else:
        first = next((i for i in range(body, stop) if lines[i].stops), body)
        end = outline.foot(lines, first, stop)
        blocks += _preamble(lines[:first])
        blocks += _paragraphs(lines[:end], first)
        blocks += _closing(lines[end:stop])
    last = annexes.end(lines, stop)
    for annex in annexes.read(lines[:last], stop):
        blocks += _annex(lines, annex)
    blocks += _closing(lines[last:])
    return _finish(source, document, blocks)


def _body(lines: Sequence[Line], document: Document) -> int:
    """Return the first line below the document's own title and contents list, where units may begin."""
    wanted = titles.same(document.title)
    start = 0
    for i in range(len(lines)):
        if (size := _spells(lines, i, wanted)) and not (i and lines[i - 1].key == "目录"):
            start = i + size
            break
    listed = contents.find(lines, max(0, start - 2), start + 40)
    return max(start, listed.last) if listed else start


def _spells(lines: Sequence[Line], i: int, wanted: str) -> int:
    """Return how many lines from line i on spell the title, 0 where they do not."""
    # Nearly every line is told by its first sign.
    if (first := lines[i].key.lstrip(titles.QUOTES)[:1]) and first != wanted[:1]:
        return 0
    text = ""
    for size in range(1, 5):
        if i + size > len(lines):
            return 0
        text += titles.same(lines[i + size - 1].text)
        if text == wanted or re.sub(r"\((?:摘编|摘要)\)$", "", text) == wanted:
            return size
        if not wanted.startswith(text):
            return 0
    return 0


def _preamble(lines: Sequence[Line]) -> list[_Block]:
    """Make the text before the first unit one clause."""
    return [_Block((PREAMBLE,), lines, "preamble", lines[0].start, rows=_wide(lines))] if lines else []


def _wide(lines: Sequence[Line]) -> tuple[tables.Row, ...]:
    """Return the rows of tables with three columns and more; those of two are fields of the page."""
    return tuple(row for row in tables.rows(lines) if len(row.header) >= COLUMNS)


def _closing(lines: Sequence[Line]) -> list[_Block]:
    """Make the text after the last unit one clause."""
    return [_Block((CLOSING,), lines, "closing", lines[0].start)] if lines else []


def _paragraphs(lines: Sequence[Line], first: int) -> list[_Block]:
    """Make a clause of each paragraph of a text without units; a line cut in mid-sentence goes on in the next, a subhead heads it."""
    blocks: list[_Block] = []
    begin = first
    opens = headings.openings(lines, first)
    for i in range(first, len(lines)):
        last = i + 1 == len(lines)
        if last or i + 1 in opens or ((lines[i].ends or lines[i].key.endswith(")")) and not _goes_on(lines[i], lines[i + 1])):
            own = lines[begin : i + 1]
            heading = Span(own[0].end - len(own[0].text.lstrip(headings.SIGNS)), own[0].end) if len(own) > 1 and headings.subhead(own[0]) else None
            path = (BODY, f"第{len(blocks) + 1}段")
            blocks.append(_Block(path, own, "unit", own[0].start, heading, headings.words(own, heading), tables.rows(own)))
            begin = i + 1
    return blocks


def _goes_on(line: Line, after: Line) -> bool:
    """Say whether a paragraph goes on in items with a dash: 可以拒绝的事项包括：⏎——缴纳押金；."""
    return line.key[-1] in ":;" and after.text.startswith("——")


def _story(lines: Sequence[Line]) -> list[_Block]:
    """Make the blocks of a news story: headlines and bylines, paragraphs, the byline that closes it."""
    first = next((i for i, line in enumerate(lines) if news.body_line(line)), len(lines))
    last = len(lines)
    while last > first and not news.body_line(lines[last - 1]):
        last -= 1
    return [*_preamble(lines[:first]), *_paragraphs(lines[:last], first), *_closing(lines[last:])]


def _units(lines: Sequence[Line], units: Sequence[Unit], end: int, style: headings.Style) -> list[_Block]:
    """Make a block of each unit; it ends where the next begins."""
    blocks = []
    for i, unit in enumerate(units):
        nxt = units[i + 1] if i + 1 < len(units) else None
        own = outline.own_lines(lines, unit, nxt, end)
        heading = headings.find(unit, own, nxt, style)
        rows = tables.rows(own[1:] if own[0].table else own)
        blocks.append(_Block(unit.path, own, "unit", unit.start, heading, headings.words(own, heading), rows))
    return blocks


def _annex(lines: Sequence[Line], annex: annexes.Annex) -> list[_Block]:
    """Make the blocks of an attachment: its head, and its units where it has some."""
    own = lines[annex.first : annex.last]
    kind: ClauseKind = "form" if annex.form else "attachment"
    units = () if annex.form and annex.blank else outline.read(lines, annex.body, annex.last)
    first = units[0].line if units else annex.last
    top = lines[annex.first : first]
    rows = () if annex.form else tables.rows(top)
    blocks = [_Block((annex.label,), top if units else own, kind, own[0].start, annex.heading, annex.title, rows)]
    if units:
        inner = _units(lines, units, annex.last, headings.style(lines, units, annex.last))
        blocks += [replace(block, path=(annex.label, *block.path)) for block in inner]
    return blocks


def _finish(source: Source, document: Document, blocks: Iterable[_Block]) -> tuple[Clause, ...]:
    """Turn blocks into clauses with unique keys."""
    seen: dict[str, int] = {}
    made: list[Clause] = []
    for block in blocks:
        end = block.lines[-1].end
        made.append(_clause(document, seen, block.path, block.kind, Span(block.start, _trimmed(source.text, block.start, end)), block))
        for row in block.rows:
            made.append(_clause(document, seen, (*block.path, row.label), "row", row.span, None, row.header))
    return tuple(made)


def _clause(
    document: Document, seen: dict[str, int], path: tuple[str, ...], kind: ClauseKind, span: Span, block: _Block | None, header: tuple[str, ...] = ()
) -> Clause:
    """Make one clause; a path that came before gets ~2, ~3."""
    key = "/".join(path)
    seen[key] = seen.get(key, 0) + 1
    if seen[key] > 1:
        key = f"{key}~{seen[key]}"
    return Clause(
        document=document.id,
        path=path,
        key=key,
        label=path[-1],
        heading=block.title if block else None,
        span=span,
        level=len(path),
        kind=kind,
        heading_span=block.heading if block else None,
        header=header,
    )


def _trimmed(text: str, start: int, end: int) -> int:
    """Return the end without white space before it."""
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def noise(source: Source, clause: Clause) -> tuple[Span, ...]:
    """Return what stands inside a clause but is no part of its words: page numbers, HTML tags, Markdown marks."""
    start, end = clause.span.start, clause.span.end
    kinds = _noises(source.text)
    found = [Span(m.start(), m.end()) for pattern in kinds if pattern is not _LONE_PAGE for m in pattern.finditer(source.text, start, end)]
    if _LONE_PAGE in kinds and clause.kind in ("unit", "preamble", "closing") and "\t" not in source.text[start:end]:
        found += [Span(m.start(), m.end()) for m in _LONE_PAGE.finditer(source.text, start, end)]
    found += wraps.inside(source.text, start, end)
    merged: list[Span] = []
    for span in sorted(found):
        if not merged or span.start >= merged[-1].end:
            merged.append(span)
    return tuple(merged)


@lru_cache(maxsize=4)
def _noises(text: str) -> tuple[re.Pattern[str], ...]:
    """Return the patterns of noise that a source holds at all: most hold none."""
    known = [(_TAG, _TAG), (_LONE_PAGE, _LONE_PAGE)]
    if _LINED.search(text):
        known[1:1] = [(_PAGE, _PAGE_BEGINS), (_BULLET, _BULLET)]
        known.append((_ANSWER, _ANSWER))
    return tuple(pattern for pattern, any_ in known if any_.search(text))


def borders(source: Source, clause: Clause, left_out: Sequence[Span]) -> tuple[int, ...]:
    """Return offsets that no fact may run across: the end of a heading, and the ends of lines that stand by themselves.

    ``left_out`` is the clause's noise.
    """
    cuts = set()
    if clause.heading_span:
        end = clause.heading_span.end
        if source.text[end : end + 1] in ("】", "）"):
            end += 1
            while end < clause.span.end and source.text[end] in " \t\u3000":
                end += 1
        cuts.add(end)
    if not BREAK.search(source.text, clause.span.start, clause.span.end):
        return tuple(cuts)
    own = [line for line in scan(source.text, clause.span.start, clause.span.end) if not _inside(line, left_out)]
    for line, after in pairwise(own):
        if line.text[:1] == "|" or after.text[:1] == "|" or _stands_alone(line, clause) or headings.begins_anew(after, line) or _heads(line, after):
            cuts.add(after.start)
    return tuple(sorted(cuts))


def _inside(line: Line, left_out: Sequence[Span]) -> bool:
    """Say whether a line is nothing but noise, such as a page number."""
    i = bisect_right(left_out, line.body, key=lambda span: span.start) - 1
    return i >= 0 and left_out[i].end >= line.end


def _stands_alone(line: Line, clause: Clause) -> bool:
    """Say whether a line without stop is no part of a sentence: a title, an addressee, a signature, a day."""
    if line.stops:
        return False
    if clause.heading_span and line.start <= clause.heading_span.start < line.end:
        return clause.heading_span.end >= line.end
    if clause.kind == "unit":
        return bool(line.rank)
    return len(squash(line.text)) < _SHORT or line.dated or line.note


def _heads(line: Line, after: Line) -> bool:
    """Say whether a short line without a stop heads the paragraph below it: 方向一：技术改造⏎对完成改造的企业…; a wrapped line is longer."""
    return not line.ends and len(line.key) <= _HEAD and len(after.key) >= _FULL and line.key[-1] not in "，、,(（《“-—" and not line.key[-1].isdigit()


def at(clauses: Sequence[Clause], offset: int) -> Clause | None:
    """Return the clause other than a row that holds an offset, or None; clauses are in text order."""
    units = [clause for clause in clauses if clause.kind != "row"]
    i = bisect_right(units, offset, key=lambda clause: clause.span.start) - 1
    return units[i] if i >= 0 and offset < units[i].span.end else None
