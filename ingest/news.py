"""Newspaper pages: which lines show one, and where each story begins."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

from ingest import genres, labels, metadata, titles
from ingest.flow import squash
from ingest.history import day
from ingest.lines import Line
from ingest.wraps import unbroken
from ontology.iris import document_id
from ontology.records import Document, Source, Span

LONGEST_HEADLINE = 60
LEAD = 4  # so many lines above a column's name hold the byline and the first paragraph of its story
_OPEN_BYLINE = re.compile(r"^[□■◎●]?\s*(?:\S{2,20}[/／])*\S{0,12}(?:记者|通讯员)|^[□■◎]")
_DATELINE = re.compile(
    r"^(?:本报|早报|晚报|[\u4e00-\u9fff]{2,6}(?:日报|晚报|早报|网|社))\S{0,10}?(\d{1,2})月(\d{1,2})日\S{0,6}[讯电]|^本[报网台]讯(?:[(（]|[\u4e00-\u9fff])|^[\u4e00-\u9fff]{2,8}[讯电][(（][^()（）]{0,12}(?:记者|通讯员)"
)
_CLOSE_BYLINE = re.compile(r"^[^。！？:]{0,24}(?:记者|通讯员)\s*[\u4e00-\u9fff]{2,4}[^。！？]{0,24}$")
_NAME_DAY = re.compile(r"(20\d\d)[-_.年]?(\d{1,2})[-_.月]?(\d{1,2})")

_IMPRINT = re.compile(
    r"^[\u4e00-\u9fff]{2,12}(?:报|周刊|网)[^。！？]{0,12}20\d\d年\d{1,2}月\d{1,2}日|20\d\d年\d{1,2}月\d{1,2}日[^。！？]{0,12}第?[A-Z]?\d{1,2}版|^第?[A-Z]?\d{1,2}版[:：]"
)

# A paper's name on a line of its own, and the day with its page or weekday below or above it.
_PAPER = re.compile(r"^[\u4e00-\u9fff·]{2,14}(?:报|周刊|新闻网|在线)$")
_ISSUE = re.compile(r"^20\d\d年\d{1,2}月\d{1,2}日(?:[(（]?星期[一二三四五六日天][)）]?)?[^。！？,，]{0,24}$")


def is_press(lines: Sequence[Line]) -> bool:
    """Say whether lines are of a newspaper: bylines or datelines stand there, and no articles of a law."""
    if not any(_byline(line) or _DATELINE.match(line.key) for line in lines):
        return False
    return sum(1 for line in lines if (label := labels.read(line.text)) and label.kind == labels.ARTICLE) < 3


def split(source: Source, lines: Sequence[Line]) -> tuple[Document, ...]:
    """Return the stories of a page in print order."""
    cuts = [0, *(cut for cut in _starts(lines) if cut > 0), len(lines)]
    stories = []
    paper = None  # the day of the page, which its first lines or those of its first story tell
    for a, b in pairwise(cuts):
        paper = _day(source.path, lines[a:b]) or paper
        if _worth(lines[a:b]):
            stories.append(_story(source, lines[a:b], paper))
    return tuple(stories)


def _worth(lines: Sequence[Line]) -> bool:
    """Say whether a piece holds more than an imprint."""
    return any(line.ends for line in lines)


def _byline(line: Line) -> bool:
    """Say whether a line names reporters and nothing else."""
    if line.ends or len(line.key) > 60 or line.table:
        return False
    return bool(genres.any_of("reporters").search(line.key)) and bool(_OPEN_BYLINE.match(line.text) or _CLOSE_BYLINE.match(line.text))


def _headline(line: Line) -> bool:
    """Say whether a line may belong to a headline."""
    return line.rank > 0 or (not line.ends and len(line.key) <= LONGEST_HEADLINE and not line.marks and not line.table and not _byline(line))


def _starts(lines: Sequence[Line]) -> list[int]:
    """List where stories begin: at the headlines above a byline, below a closing byline, at two Markdown headings in a row."""
    starts: set[int] = set()
    for i, line in enumerate(lines):
        opening = (_byline(line) and _marked(lines, i)) or bool(_DATELINE.match(line.key))
        if opening and not (i and _byline(lines[i - 1])):
            starts.add(_run(lines, i))
        elif _closes(lines, i):
            starts.add(i + 1)
        if line.rank and i + 1 < len(lines) and lines[i + 1].rank and not (i and lines[i - 1].rank) and not _just_begun(lines, i):
            starts.add(i)
    return sorted(starts)


def _just_begun(lines: Sequence[Line], i: int) -> bool:
    """Say whether headings at line i stand behind the first paragraph below a byline or a dateline: the name of a column inside that story."""
    above = [line for line in lines[max(0, i - LEAD) : i] if not line.rank]
    told = next((k for k in range(len(above) - 1, -1, -1) if _byline(above[k]) or _DATELINE.match(above[k].key)), None)
    return told is not None and sum(1 for line in above[told:] if line.ends) == 1


def _closes(lines: Sequence[Line], i: int) -> bool:
    """Say whether the bylines that end in line i close a story: text above them, a headline below."""
    if i == 0 or i + 1 >= len(lines) or not _byline(lines[i]) or _byline(lines[i + 1]) or _marked(lines, i):
        return False
    return lines[i - 1].ends or (_byline(lines[i - 1]) and _headline(lines[i + 1]))


def _marked(lines: Sequence[Line], i: int) -> bool:
    """Say whether the bylines that end in line i are those of a story's head."""
    while i and _byline(lines[i - 1]):
        i -= 1
    return lines[i].text.lstrip().startswith(("□", "■", "◎", "●"))


def _run(lines: Sequence[Line], i: int) -> int:
    """Step up over the headlines above line i."""
    first = i
    while first > 0 and i - first < 5 and _headline(lines[first - 1]) and not _byline(lines[first - 1]):
        first -= 1
    return first


def _story(source: Source, lines: Sequence[Line], issued: date | None) -> Document:
    """Make the document of one story of a paper of that day."""
    title = _title(lines)
    start, end = lines[0].start, lines[-1].end
    text = unbroken(source.text, start, end)
    return Document(
        id=document_id(title, None, issued, source.path),
        source=source.path,
        span=Span(start, end),
        title=title,
        issued=issued,
        genre="新闻",
        place=metadata.place_of(title, (), text) or metadata.place_of(title, (), source.text) or metadata.named_place(title, text),
        edition="news",
    )


def _title(lines: Sequence[Line]) -> str:
    """Return the headline: the highest Markdown heading of the first lines, else the first line below the head of the page."""
    head = _masthead(lines)
    top = [line for line in lines[head : head + 4] if line.rank]
    best = min(top, key=lambda line: line.rank) if top else lines[head]
    return titles.bare(best.text)[:LONGEST_HEADLINE] if best.text else squash(lines[0].text)[:LONGEST_HEADLINE]


def _masthead(lines: Sequence[Line]) -> int:
    """Return how many lines name the paper, its day and its page; 0 where nothing stands below them."""
    count = 0
    for i, line in enumerate(lines[:4]):
        beside = [other.key for other in lines[max(0, i - 1) : i + 2] if other is not line]
        paper = bool(_PAPER.match(line.key)) and any(_IMPRINT.search(key) or _ISSUE.match(key) for key in beside)
        day_only = bool(_ISSUE.match(line.key)) and (i == 0 or any(_PAPER.match(key) for key in beside))
        if not (_imprint(line) or paper or day_only):
            break
        count += 1
    return count if count < len(lines) else 0


def _imprint(line: Line) -> bool:
    """Say whether a line names the paper, its day and page: 某某晚报　2024年6月5日　第3版　要闻."""
    return not line.ends and len(line.key) <= LONGEST_HEADLINE and bool(_IMPRINT.search(line.key))


def _day(path: str, lines: Sequence[Line]) -> date | None:
    """Return the day of the paper: the one in the file's name, else that of the head of the page."""
    head = lines[: _masthead(lines)]
    match = _NAME_DAY.search(path) or next((found for line in head if (found := _NAME_DAY.search(line.key))), None)
    return day(f"{match[1]}-{match[2]}-{match[3]}") if match else None


def body_line(line: Line) -> bool:
    """Say whether a line belongs to running text, not to headlines or bylines."""
    return not _headline(line) and not _byline(line)
