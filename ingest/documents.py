"""The documents of a source: where each begins and ends, and what its head and foot say about it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest import annexes, contents, genres, heads, labels, metadata, news, titles, validity
from ingest.heads import Head
from ingest.lines import Line, scan
from ingest.recognise import agencies
from ingest.wraps import PAGE, unbroken
from ontology.iris import document_id
from ontology.records import Document, Edition, Source, Span

# A text before the first known title counts as a document of its own where it has this many characters.
FRONT = 400
HEAD_LINES = 14
FOOT_LINES = 14
_PAGE = re.compile(rf"^[ \t\u3000]*(?:{PAGE.pattern})[ \t\u3000]*\r?$", re.MULTILINE)
_URL = re.compile(r"https?://[^\s<>\"'）)】，。]+")


@dataclass(frozen=True, slots=True)
class Part:
    """One document's lines [first, last) in its source; ``body`` is the first line below its own title."""

    first: int
    last: int
    body: int
    title: str
    genre: str
    notice: str | None


def split(source: Source) -> tuple[Document, ...]:
    """Return the documents of a source in text order; spans cover notice, body and attachments and do not overlap."""
    lines = scan(source.text)
    if not lines:
        return ()
    if news.is_press(lines):
        return _distinct(news.split(source, lines))
    return _distinct([_document(source, lines, part) for part in _parts(lines)])


def _distinct(found: Sequence[Document]) -> tuple[Document, ...]:
    """Give documents of one title and day in one source ids of their own: the second's counts as of path and 2."""
    seen = Counter[str]()
    made = []
    for one in found:
        seen[one.id] += 1
        nth = seen[one.id]
        made.append(one if nth == 1 else replace(one, id=document_id(one.title, one.number, one.issued, f"{one.source}\n{nth}")))
    return tuple(made)


def _parts(lines: Sequence[Line]) -> tuple[Part, ...]:
    """Cut the lines of a source into documents."""
    listed = contents.find(lines)
    long_list = listed if listed and len(listed.entries) >= 3 and not _own(lines, listed) else None
    found = heads.find(lines, long_list)
    entries = {titles.same(entry) for entry in long_list.entries} if long_list else set()
    if not found:
        return (_whole(lines, 0, len(lines)),)
    parts: list[Part] = []
    front = found[0].first
    if not long_list and _size(lines[:front]) >= FRONT and any(labels.read(line.text) for line in lines[:front]):
        parts.append(_whole(lines, 0, front))
    ends = [head.first for head in found[1:]] + [len(lines)]
    for head, end in zip(found, ends, strict=True):
        first = 0 if head is found[0] and not parts and not long_list else head.first
        parts.append(_part(lines, head, first, _trim(lines, head, end, entries)))
    return tuple(parts)


def _own(lines: Sequence[Line], listed: contents.Contents) -> bool:
    """Say whether a contents list names the chapters of one document, not several documents."""
    entries = lines[listed.first : listed.last]
    return sum(1 for line in entries if (label := labels.read(line.text)) and label.kind in labels.HEADED) * 2 > len(entries)


def _size(lines: Sequence[Line]) -> int:
    """Count the characters of lines."""
    return sum(len(line.key) for line in lines)


def _trim(lines: Sequence[Line], head: Head, end: int, entries: set[str]) -> int:
    """Take off the headings of the compilation that stand between two documents."""
    while end > head.body + 1 and not lines[end - 1].ends and titles.same(re.sub(r"^[^、]{1,4}、", "", lines[end - 1].key)) in entries:
        end -= 1
    return end


def _part(lines: Sequence[Line], head: Head, first: int, end: int) -> Part:
    """Make the part of a head; a notice that brings no text of its own stands for the instrument it names."""
    title = head.title
    alone = head.notice is title and bool(title.cover) and not _makes_known(title, lines[head.body : end])
    text = title.cover if alone and title.cover else title.text
    body = _own_title(lines, head, end, text) if alone else head.body
    return Part(first, end, body, text, titles.genre_of(text), head.notice.text if head.notice else None)


def _own_title(lines: Sequence[Line], head: Head, end: int, text: str) -> int:
    """Return the line below the title of an instrument whose ending is of no known kind (…任务分工), by the name that its notice gives it."""
    words = titles.same(text)
    below = range(head.body, min(end, head.body + heads.NOTICE_LINES))
    return next((i + 1 for i in below if len(lines[i].key) <= titles.LONGEST and titles.same(lines[i].text) == words), head.body)


def _makes_known(title: titles.Title, below: Sequence[Line]) -> bool:
    """Say whether a notice makes something known that is no instrument and does not follow it: 公布…名单, 公布…电话."""
    cover = title.cover or ""
    if genres.any_of("no_instruments").search(cover[-4:]):
        return True
    if f"《{cover}》" in title.text:
        return False
    # 公布…标准 makes known what holds; 发布…指南 issues a text.
    verbs = ("公布", "发布") if not genres.title_end().search(cover) else ("公布",) if titles.genre_of(cover) == "其他" else ()
    made = any(word + cover in title.text for word in verbs)
    return made and not any(titles.same(line.text) == titles.same(cover) for line in below if len(line.key) < titles.LONGEST)


def _whole(lines: Sequence[Line], first: int, end: int) -> Part:
    """Make one part of lines without a known head: its first line that could be a title names it."""
    for i in range(first, min(end, first + HEAD_LINES)):
        if (found := titles.at(lines, i)) and found.first >= first and found.cover is None and not heads.masthead(lines, found):
            return Part(first, end, i + 1, found.text, found.genre, None)
    for i in range(first, min(end, first + HEAD_LINES)):
        if titles.could_be(lines[i]) and not titles.is_number_line(lines[i]) and 4 <= len(lines[i].key) <= titles.LONGEST:
            text = titles.bare(lines[i].text)
            return Part(first, end, i + 1, text, titles.genre_of(text), None)
    text = titles.bare(lines[first].text)[:60]
    return Part(first, end, first, text, titles.genre_of(text), None)


def _document(source: Source, lines: Sequence[Line], part: Part) -> Document:
    """Read a part's metadata."""
    own = lines[part.first : part.last]
    head = lines[part.first : part.body]
    rest = lines[part.body : part.last]
    text = unbroken(source.text, own[0].start, own[-1].end)
    fields = metadata.read(_head(head, rest), head, _foot(rest), _told(head, rest), part.title, part.notice)
    stop = annexes.begin(own, part.body - part.first)
    # Attachments may speak of the validity of other things.
    terms = validity.read(_PAGE.sub("", unbroken(source.text, own[0].start, own[stop - 1].end) if stop else text), fields.public)
    who = fields.issuers or metadata.told_issuer(part.title, text)
    place = metadata.place_of(part.title, who, text)
    who = tuple(dict.fromkeys(agencies.official(name, place) or name for name in who))
    return Document(
        id=document_id(part.title, fields.number, fields.issued, source.path),
        source=source.path,
        span=Span(own[0].start, own[-1].end),
        title=part.title,
        notice_title=part.notice if part.notice != part.title else None,
        number=fields.number,
        index_number=fields.index_number,
        issuers=who,
        issued=fields.issued,
        published=fields.published,
        effective=fields.effective or terms.effective,
        expires=fields.expires or terms.expires,
        validity_basis="stated" if fields.expires else terms.basis,
        genre=part.genre,
        place=place,
        edition=_edition(own),
        url=_url(own),
        effective_like=terms.like,
    )


def _head(head: Sequence[Line], rest: Sequence[Line]) -> Sequence[Line]:
    """Return the lines where number and fields may stand: all above the body, and those below the title before the first sentence."""
    below = rest[:HEAD_LINES]
    stop = next((i for i, line in enumerate(below) if line.stops or labels.read(line.text)), len(below))
    return [*head, *below[:stop]]


def _told(head: Sequence[Line], rest: Sequence[Line]) -> Sequence[Line]:
    """Return the lines that tell a law's history: those right below its title, else those above where the title stands twice."""
    found = []
    for line in rest[:HEAD_LINES]:
        if heads.tells_history(line):
            found.append(line)
        elif found or not (line.table or titles.is_number_line(line)):
            break
    return found or [line for line in head if heads.tells_history(line)]


def _foot(rest: Sequence[Line]) -> Sequence[Line]:
    """Return the last lines of the text before its attachments, and the last lines of all."""
    for i, line in enumerate(rest):
        if labels.annex(line.text) and len(line.key) < 8:
            return [*rest[max(0, i - FOOT_LINES) : i], *(x for x in rest[-3:] if "印发" in x.key)]
    return rest[-FOOT_LINES:]


def _edition(own: Sequence[Line]) -> Edition:
    """Say whether the head or the foot of a text calls it a digest."""
    ends = [*own[:8], *own[-4:]] if len(own) > 12 else own
    return "digest" if any(genres.any_of("digest").search(line.key) for line in ends) else "official"


def _url(own: Sequence[Line]) -> str | None:
    """Return the address that the head or the foot of a text gives."""
    for line in [*own[:HEAD_LINES], *own[-4:]]:
        if match := _URL.search(line.text):
            return match[0]
    return None
