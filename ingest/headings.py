"""Headings of units: a line of its own, or run in before the text (第二条 功能定位。…)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest import labels
from ingest.flow import squash
from ingest.labels import ARTICLE, HEADED
from ingest.lines import Line
from ingest.outline import Unit
from ontology.records import Span

RUN_IN = 34
LINE = 44
# How far a heading is looked for, in characters of the first line.
NEAR = 120
ARTICLE_HEADING = 16
# A share of articles that begin with a few words and a stop, from which these words are headings.
SHARE = 0.5
_FIRST = re.compile(
    r"[ \t\u3000：:]*+(?:\*\*)?[ \t\u3000]*+([^。；;：:！？\n]{1,40}?)[ \t\u3000]*+"
    r"(?:。[ \t\u3000]*(?:\*\*)?|(?:\*\*)?。|(?:\*\*)[ \t\u3000]*[：:]?)"
)
_BRACKETED = re.compile(r"[ \t\u3000]*(?:【([^【】\n]{2,30})】|（([^（）\n]{2,30})）(?=[ \t\u3000]*(?:$|[\u4e00-\u9fff])))")
# A first sentence that speaks of the text itself or of a day is no heading.
_WHOLE = re.compile(r"本(?:公告|通知|措施|意见|办法|方案|政策|决定)|\d年|起(?:施行|执行)|应当|不得|另行|由.{1,20}(?:会同|负责|牵头)")
_COMMA = re.compile(r"[，,]")
# A question heads its answer.
_ASKED = re.compile(r"([^。；;！]+)[？?][ \t\u3000]*(?:\*\*)?$")
# What leads into a list is no heading: 有下列情形之一的：.
_LEADS = re.compile(r"[，,。；]|下列|以下|如下|之一|[的为是括含][：:]\s*$|应当?|可以?|须|要[：:]|不得")
# A line that is cut in mid-sentence: 由某某局负责解释，自2025年5.
_CUT = re.compile(r"[\d万亿千百]\s*$|[，,].*(?:应当|不得|可以|负责|给予|施行)")
# A sentence with money or a share in it says something, though items stand below it.
_FIGURE = re.compile(r"\d[ \t\u3000]*(?:[百千万亿]*元|[%％]|个?(?:工作)?日)")
# So does one that begins with a case: 申报奖励的，提供发票.
_CASE = re.compile(r"的[，,]")
# Signs before subheads, and rows that a table has left: 1 压减时间.
SIGNS = "★☆◆◇■▶►❖✦ \u3000"
_COUNTED = re.compile(r"(\d{1,2})[ \u3000]+(?=[\u4e00-\u9fff])")
# A line that begins with a name and a colon: 市民政局：核对身份, 第二步：初审.
_NAMED = re.compile(r"[\u4e00-\u9fff、()]{2,16}:.")
_VERBAL = re.compile(r"应当|不得|可以|必须|负责|施行|适用|是指|本办法|本规定|本条例|本细则|有下列|由.{1,20}[解负]")


@dataclass(frozen=True, slots=True)
class Style:
    """How the articles of a text are headed: run in before a stop, in brackets, or on a line of their own."""

    run_in: bool
    bracketed: bool
    lined: bool
    lists: bool  # most items 一、（一）1. begin with a heading before a stop


def style(lines: Sequence[Line], units: Sequence[Unit], end: int) -> Style:
    """Say how most articles of a text are headed."""
    articles = [unit for unit in units if unit.label.kind == ARTICLE]
    if len(articles) < 2:
        return Style(False, False, False, _lists(lines, units))
    counts = [0, 0, 0]
    for unit in articles:
        rest = _rest(lines[unit.line], unit)
        more = unit.line + 1 < end
        first = _FIRST.match(rest, 0, NEAR)
        counts[0] += bool(first and _title_like(first[1]) and first.end() <= len(rest) and (first.end() < len(rest) or more))
        counts[1] += bool(_BRACKETED.match(rest, 0, NEAR))
        counts[2] += bool(more and 2 <= len(squash(rest)) <= ARTICLE_HEADING and not lines[unit.line].ends)
    run_in, bracketed, lined = (count >= max(2, len(articles) * SHARE) for count in counts)
    return Style(run_in, bracketed, lined, lists=False)


def _lists(lines: Sequence[Line], units: Sequence[Unit]) -> bool:
    """Say whether most items with text in their first line begin with a short heading and a stop."""
    firsts = [(_FIRST.match(_rest(lines[unit.line], unit), 0, NEAR), lines[unit.line]) for unit in units if "。" in lines[unit.line].text]
    headed = sum(1 for first, _ in firsts if first and len(squash(first[1])) <= RUN_IN and not _COMMA.search(first[1]))
    return headed >= max(2, len(firsts) * SHARE)


def find(unit: Unit, own: Sequence[Line], following: Unit | None, how: Style) -> Span | None:
    """Return the span of a unit's heading without its stop, or None."""
    line = own[0]
    rest = _rest(line, unit)
    if not rest.strip():
        return _below(unit, own)
    if unit.label.kind in HEADED:
        return _span(unit.after, rest)
    more = len(own) > 1 or (following is not None and len(following.path) > len(unit.path))
    if unit.label.kind == ARTICLE:
        return _of_article(unit, rest, more, how)
    if more and len(squash(rest)) <= LINE and (asked := _ASKED.match(rest)):
        return _span(unit.after, asked[1])
    first = _FIRST.match(rest, 0, NEAR)
    if first and first.end() < len(rest) and len(squash(first[1])) <= RUN_IN and not _WHOLE.search(first[1]) and (how.lists or not _COMMA.search(first[1])):
        return _span(unit.after + first.start(1), first[1])
    if (
        not line.ends
        and more
        and len(squash(rest)) <= LINE
        and len(_COMMA.findall(rest)) <= 1
        and not rest.rstrip().endswith(("，", "、", ","))
        and not _CUT.search(rest)
    ):
        return _span(unit.after, rest)
    said = first and (_VERBAL.search(first[1]) or _FIGURE.search(first[1]) or _CASE.search(first[1]))
    if first and first.end() == len(rest) and more and len(squash(first[1])) <= RUN_IN and not said:
        return _span(unit.after + first.start(1), first[1])
    if not line.ends and not more and len(squash(rest)) <= RUN_IN:
        return _span(unit.after, rest)
    if more and len(squash(rest)) <= ARTICLE_HEADING and rest.rstrip().endswith(("：", ":")) and not _LEADS.search(rest):
        return _span(unit.after, rest)
    return None


def _of_article(unit: Unit, rest: str, more: bool, how: Style) -> Span | None:
    """Return the heading of an article, which only a text that heads its articles has."""
    if how.bracketed and (match := _BRACKETED.match(rest, 0, NEAR)):
        group = 1 if match[1] else 2
        return Span(unit.after + match.start(group), unit.after + match.end(group))
    first = _FIRST.match(rest, 0, NEAR) if how.run_in else None
    if first and _title_like(first[1]) and (first.end() < len(rest) or more):
        return _span(unit.after + first.start(1), first[1])
    if how.lined and more and len(squash(rest)) <= ARTICLE_HEADING and not rest.rstrip().endswith(("。", "：", ":", "；", "，", "、")):
        return _span(unit.after, rest)
    return None


def _title_like(words: str) -> bool:
    """Say whether a first sentence is a heading by its look: short, no comma, no verb of duty."""
    return len(squash(words)) <= ARTICLE_HEADING and not re.search(r"[，,；]", words) and not _VERBAL.search(words)


def _below(unit: Unit, own: Sequence[Line]) -> Span | None:
    """Return the heading that stands in the line below a bare label (第一章⏎总则)."""
    if unit.label.kind in HEADED and len(own) > 1 and not own[1].ends and len(own[1].key) <= RUN_IN and labels.read(own[1].text) is None:
        return Span(own[1].body, own[1].end)
    return None


def _rest(line: Line, unit: Unit) -> str:
    """Return what follows a unit's label in its line."""
    return line.text[unit.after - line.body :]


def _span(start: int, words: str) -> Span:
    """Return the span of words without the white space, stops, brackets and emphasis around them."""
    left = len(words) - len(words.lstrip(" \t\u3000*【"))
    right = len(words.rstrip(" \t\u3000*。：:.;；】"))
    return Span(start + left, start + max(left, right))


def words(own: Sequence[Line], heading: Span | None) -> str | None:
    """Return a heading's words without white space, or None."""
    if heading is None or heading.end <= heading.start:
        return None
    for line in own:
        if line.body <= heading.start and heading.end <= line.end:
            return squash(line.text[heading.start - line.body : heading.end - line.body].replace("**", "")) or None
    return None


def subhead(line: Line) -> bool:
    """Say whether a line is a heading between paragraphs: short, without comma and stop; very short where it lists (谁来管、怎么罚)."""
    if line.rank:
        return True
    listed = "、" in line.key and not (line.spaced and len(line.key) <= ARTICLE_HEADING)
    return not line.ends and not line.table and len(line.key) <= RUN_IN and not listed and not re.search(r"[，,;；】]", line.key)


def openings(lines: Sequence[Line], first: int) -> frozenset[int]:
    """Return the lines that open a paragraph whatever stands above: subheads with a sign (★ 谁来管), rows that count on (1 甲事⏎…⏎2 乙事)."""
    counted: list[int] = []
    for i in range(first, len(lines)):
        if (row := _COUNTED.match(lines[i].text)) and int(row[1]) == len(counted) + 1:
            counted.append(i)
    signed = (i for i in range(first, len(lines)) if lines[i].text.startswith(tuple(SIGNS)))
    return frozenset((*signed, *(counted if len(counted) > 1 else ())))


def begins_anew(line: Line, above: Line) -> bool:
    """Say whether a line begins a list item or a numbered unit and so no sentence of the line above goes on in it."""
    label = labels.read(line.text)
    if label and label.kind in (ARTICLE, *HEADED) and not above.ends:
        return False  # 按照⏎第一条规定…: inside a unit that is a citation
    if _NAMED.match(line.key) and (above.ends or len(above.key) <= RUN_IN or _NAMED.match(above.key)):
        return True
    return bool(line.marks) or labels.read(line.text) is not None or line.text.startswith(("——", "—"))
