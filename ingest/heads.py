"""Heads of documents: the titles of a source that open a text of their own."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz

from ingest import contents, genres, labels, titles
from ingest.lines import DATE, Line
from ingest.titles import Title

ALIKE = 88
# How far below a covering notice's title its instrument may begin, in lines.
NOTICE_LINES = 60
# How far below the head of an order or notice its words and its day may stand, in lines.
DECREE_LINES = 10
# Characters of the head of a series, and lines below it where its title proper may stand.
_SERIES, _SERIES_LINES = 10, 6
# What a line of addressees does not say, though it ends with a colon too.
_SENTENCE = re.compile(r"下列|如下|应当|不得|可以|包括|是指|具备|符合|之一")
_ADDRESSEE = re.compile(r"[各有市省县区局委厅部府院校位关司行会]")


@dataclass(frozen=True, slots=True)
class Head:
    """Where a document begins: its first line, its own title, and the line after which its units may come."""

    first: int
    title: Title
    notice: Title | None
    body: int  # index of the first line below the own title


def find(lines: Sequence[Line], listed: contents.Contents | None) -> tuple[Head, ...]:
    """Return the heads in reading order; what a contents list names is preferred."""
    entries = frozenset(titles.same(entry) for entry in listed.entries) if listed else frozenset()
    heads: list[Head] = []
    passed: Title | None = None  # a covering notice that no sign showed for certain
    annexes = [i for i, line in enumerate(lines) if _names(line)]
    for title in _candidates(lines, listed):
        if heads and title.cover == "" and (body := _decreed(lines, heads[-1], title)):
            heads[-1] = replace(heads[-1], notice=title, body=body)
            continue
        if heads and title.cover == "" and title.first == heads[-1].body and heads[-1].title.cover != "":
            continue  # the order's number stands below the title of what it decrees
        strong, weak = _signals(lines, title.last)
        known = _known(title, entries)
        last = heads[-1] if heads else None
        if last and last.notice and last.title is last.notice and _belongs(lines, last, title):
            heads[-1] = replace(last, title=title, body=title.last + 1)
        elif _carried(passed, title) or (not _inside(lines, last, title) and (strong or known or (weak and not _annexed(lines, annexes, last, title)))):
            head = Head(_above(lines, title.first, last), title, title if title.cover is not None else None, title.last + 1)
            notice = head.notice or (passed if passed and _belongs(lines, Head(passed.first, passed, passed, passed.last + 1), title) else None)
            first = _above(lines, notice.first, last) if notice and not head.notice else head.first
            heads.append(replace(head, first=first, notice=notice))
            passed = None
        elif title.cover:
            passed = title
    ends = [*(head.first for head in heads), len(lines)][1:]
    return tuple(head for head, end in zip(heads, ends, strict=True) if any(line.ends or line.table for line in lines[head.body : end]))


def _decreed(lines: Sequence[Line], head: Head, order: Title) -> int:
    """Return the line below an order that stands under the title of what it decrees and names it (条例⏎公告⏎第3号⏎《条例》已经批准…⏎day), 0 for others."""
    if head.notice or head.title.cover is not None or not all(tells_history(line) or titles.is_number_line(line) for line in lines[head.body : order.first]):
        return 0
    below = range(order.last + 1, min(len(lines), order.last + 1 + DECREE_LINES))
    own = titles.same(head.title.text)
    names = next((i for i in below if "《" in lines[i].key and own in titles.same(lines[i].key)), None)
    if names is None or any(labels.read(lines[i].text) and not titles.is_number_line(lines[i]) for i in range(order.last + 1, names)):
        return 0
    body = next((i + 1 for i in below if i > names and lines[i].dated), names + 1)
    return body + (body < len(lines) and titles.same(lines[body].key) == own)  # the title stands there again


def _carried(notice: Title | None, title: Title) -> bool:
    """Say whether a title is the very one that the covering notice above names, be it below the word 附件."""
    return notice is not None and bool(notice.cover) and title.cover is None and _core(notice.cover or "") == _core(title.text)


def _candidates(lines: Sequence[Line], listed: contents.Contents | None) -> list[Title]:
    """List the titles outside the contents list."""
    skip = range(listed.first, listed.last) if listed else range(0)
    found = [title for i in range(len(lines)) if i not in skip and (title := titles.at(lines, i))]
    return [title for title in found if not masthead(lines, title)]


def masthead(lines: Sequence[Line], title: Title) -> bool:
    """Say whether a title is only the head of a series above the number and the title proper (某某局公告⏎2024年第5号⏎关于…的公告, 会议纪要⏎…⏎关于…的纪要)."""
    if "关于" not in title.text and len(title.text) <= _SERIES:
        below = (titles.at(lines, i) for i in range(title.last + 1, min(len(lines), title.last + 1 + _SERIES_LINES)))
        if any(own and own.text.startswith("关于") and own.text[-2:] == title.text[-2:] for own in below):
            return True
    if title.genre != "公告" or "关于" in title.text or title.last + 2 >= len(lines):
        return False
    return titles.is_number_line(lines[title.last + 1]) and any(titles.at(lines, i) for i in range(title.last + 2, min(len(lines), title.last + 4)))


def _known(title: Title, entries: frozenset[str]) -> bool:
    """Say whether the contents list names the title, a slip of the pen allowed."""
    words = titles.same(title.text)
    if words in entries or (title.cover and titles.same(title.cover) in entries):
        return True
    return bool(entries) and title.genre != "其他" and any(abs(len(e) - len(words)) <= 4 and fuzz.ratio(e, words) >= 94 for e in entries)


def _signals(lines: Sequence[Line], last: int) -> tuple[bool, bool]:
    """Say whether what stands below a title shows a head for certain, and whether it may."""
    below = lines[last + 1 : last + 7]
    if not below:
        return False, False
    ordered = titles.is_order_line(below[0]) or (titles.is_order(below[0]) and any(map(titles.is_number_line, below[1:2])))
    strong = tells_history(below[0]) or ordered or titles.is_number_line(below[0]) or any(map(_salutation, below[:3])) or _fields(below)
    opening = next((i for i, line in enumerate(below[:5]) if line.key == "目录" or labels.read(line.text)), None)
    weak = opening is not None and _opens(below[opening]) and (opening == 0 or ((below[0].ends or len(below[0].key) >= 15) and not below[0].table))
    return strong, weak


def tells_history(line: Line) -> bool:
    """Say whether a line tells when a law was passed, e.g. （2011年6月28日…通过）."""
    key = line.key.lstrip("(（[")
    number = titles.NUMBER.match(key)  # （某字〔2024〕5号　2024年3月1日…审议通过）
    key = key[number.end() :].lstrip(",，、") if number else key
    return bool(DATE.match(key) and genres.any_of("history").search(line.key) and not labels.read(line.text))


def _salutation(line: Line) -> bool:
    """Say whether a line names addressees, e.g. 各区、市人民政府：."""
    if not line.key.endswith(":") or len(line.key) > 300 or "。" in line.key or _SENTENCE.search(line.key):
        return False
    return bool(_ADDRESSEE.search(line.key[:12])) and labels.read(line.text) is None


def _fields(below: Sequence[Line]) -> bool:
    """Say whether a table of metadata begins below a title."""
    return any(line.table and (genres.any_of("field_issuer").search(line.key) or genres.any_of("field_index").search(line.key)) for line in below[:2])


def _opens(line: Line) -> bool:
    """Say whether a line is the first unit of a text, or its contents heading."""
    label = labels.read(line.text)
    return line.key == "目录" or (label is not None and label.value == 1 and label.kind != "（）" and not label.branch)


def _belongs(lines: Sequence[Line], head: Head, title: Title) -> bool:
    """Say whether a title is the instrument that the covering notice above brings."""
    assert head.notice is not None
    if head.notice.cover and (fuzz.ratio(titles.same(head.notice.cover), titles.same(title.text)) >= ALIKE or _core(head.notice.cover) == _core(title.text)):
        return True
    if title.cover is not None or title.first - head.notice.last > NOTICE_LINES:
        return False
    between = lines[head.notice.last + 1 : title.first]
    return not any(labels.read(line.text) for line in between) and any(_signals(lines, title.last)) and (not head.notice.cover or not any(map(_names, between)))


def _core(title: str) -> str:
    """Return a title without the body that proposes it and without 的: 某局关于加强…工作的意见 is 关于加强…工作意见."""
    return re.sub(r"^[^关]{2,30}(?=关于)", "", titles.same(title)).replace("的", "")


def _names(line: Line) -> bool:
    """Say whether a line opens an attachment."""
    return labels.annex(line.text) is not None


def _inside(lines: Sequence[Line], head: Head | None, title: Title) -> bool:
    """Say whether a title only heads an attachment, or repeats the title of the head above."""
    above = lines[max(0, title.first - 2) : title.first]
    if above and (labels.annex(above[-1].text) or (len(above) > 1 and labels.annex(above[0].text) and len(above[-1].key) < 12)):
        return True
    words = titles.same(title.text)
    own = titles.same(head.title.text) if head else ""
    if head and ((title.first <= head.body + 1 and words == own) or (own.endswith(words) and words != own)):
        return True
    return title.genre == "其他" and title.cover is None


def _annexed(lines: Sequence[Line], annexes: Sequence[int], head: Head | None, title: Title) -> bool:
    """Say whether attachments have begun since the head: there a weak sign is not enough, unless an article follows."""
    if head is None or bisect_left(annexes, head.body) == bisect_left(annexes, title.first):
        return False
    label = labels.read(lines[title.last + 1].text)
    return label is None or label.kind not in (*labels.HEADED, labels.ARTICLE)


def _above(lines: Sequence[Line], first: int, head: Head | None) -> int:
    """Step back over the red head above a title: 文号, 索引号, the name of a gazette."""
    floor = head.body if head else 0
    while (
        first > floor
        and (titles.is_number_line(lines[first - 1]) or lines[first - 1].key.endswith(("文件", "令", "公告", "通告")))
        and len(lines[first - 1].key) < 40
    ):
        first -= 1
    return first
