"""Articles and the headings above them: which lines that begin with 第十条 or 第二章 open a unit."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest import labels
from ingest.labels import ARTICLE, HEADED, Label
from ingest.lines import DATE, Line

Found = tuple[int, Label]

# What follows 第十条 where the line goes on with a sentence of the unit above and is no article.
_CITED = re.compile(
    r"^(?:第[零一二三四五六七八九十百\d]+[款项]|之?规定|所[列述称指规]|的|、和?第|和第|至第|或者?第"
    r"|以及|及其|及第|，|,|中的)"
)
# The same where no space stands between them: 第十条 增加一款 may be an article of an amendment.
_TIED = re.compile(r"^(?:关于|修改|改为|增加|删去|删除|作为)")
# What follows 第二章 inside a sentence; 关于…的特别规定 and 增加… may be headings.
_CITED_HEADING = re.compile(r"^(?:之?规定|所[列述称指规]|的|、|和第|至第|或者?第|以及|及其|及第|，|,|中的)")
# A line that gives new words of another text, which follow without quotation marks: 修改为：, 增加一条，作为第六条：, 内容如下：
_GIVES = re.compile(r"(?:修改为|改为|增加[^。:]{0,20}[条章节款]|作为第[^。:]{1,24}|内容如下)[^。:]{0,12}:$")
HEADING_LENGTH = 40
_SUBTITLE = 12
# So many headings upon each other are a contents list where one of them comes again.
_RUN = 3


def choose(lines: Sequence[Line], found: Sequence[Found], last: int) -> list[tuple[int, Label, int]]:
    """Choose headings and articles; what a sentence cites, and what is quoted, is no unit."""
    chosen: list[tuple[int, Label, int]] = []
    listed = _listed(lines, found)
    after = _next_articles(found)
    given = _given(lines, found)
    expected = 1
    for k, (i, label) in enumerate(found):
        if i in given or i in listed:
            continue
        if label.kind == ARTICLE:
            if not _is_article(lines, i, label, expected, after[k]):
                continue
            expected = label.value + 1
        elif label.kind in HEADED:
            if not is_heading(lines, i, label):
                continue
        elif not _heads_articles(lines, i, last):
            continue
        chosen.append((i, label, lines[i].body))
    return chosen


def _next_articles(found: Sequence[Found]) -> list[int]:
    """Return for each label the number of the next article below it, 0 for none."""
    after = [0] * len(found)
    value = 0
    for k in range(len(found) - 1, -1, -1):
        after[k] = value
        if found[k][1].kind == ARTICLE:
            value = found[k][1].value
    return after


def _given(lines: Sequence[Line], found: Sequence[Found]) -> set[int]:
    """Return the lines of articles and headings that are words of another text: the first stands below 修改为：, the rest follow it in number."""
    given: set[int] = set()
    expected, value, inside = 1, 0, False
    for i, label in found:
        if label.kind != ARTICLE and label.kind not in HEADED:
            continue
        article = label.kind == ARTICLE
        if i and _GIVES.search(lines[i - 1].key):
            inside, value = True, label.value if article else 0
            given.add(i)
        elif inside and article and label.value != expected and value in (0, label.value - 1, label.value):
            value = label.value
            given.add(i)
        else:
            inside = False
            expected = label.value + 1 if article else expected
    return given


def _listed(lines: Sequence[Line], found: Sequence[Found]) -> set[int]:
    """Return the headings that a contents list without a heading of its own names: heading upon heading, some of them again below."""
    heads = [i for i, label in found if label.kind in HEADED]
    last = {lines[i].key: i for i in heads}
    listed = {i for i, below in pairwise(heads) if below == i + 1 and last[lines[i].key] > i}
    for run in _runs(heads):
        seen: set[str] = set()
        for size, i in enumerate(run):
            if lines[i].key in seen:
                run = run[:size]
                break
            seen.add(lines[i].key)
        if len(run) >= _RUN and any(last[lines[i].key] > i for i in run):
            listed.update(run)
    return listed


def _runs(heads: Sequence[int]) -> list[list[int]]:
    """Split line numbers into runs of lines that follow each other."""
    runs: list[list[int]] = []
    for i in heads:
        if runs and runs[-1][-1] == i - 1:
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _is_article(lines: Sequence[Line], i: int, label: Label, expected: int, after: int) -> bool:
    """Say whether a line that begins with 第十条 opens an article, by its number, by the number ``after`` it and by what stands around it."""
    rest = lines[i].text[label.length :]
    cut = _cut(lines, i)
    if (_CITED.match(rest.lstrip()) and (cut or not rest[:1].isspace())) or (cut and _TIED.match(rest)):
        return False
    if label.value == expected or (label.branch and label.value == expected - 1):
        return True
    return not cut or (label.value > expected and (len(lines[i - 1].key) <= _SUBTITLE or after == label.value + 1))


def _cut(lines: Sequence[Line], i: int) -> bool:
    """Say whether the line above may go on in line i: no stop at its end, no heading, no table, no day."""
    if not i or lines[i - 1].ends or lines[i - 1].table or DATE.match(lines[i - 1].key):
        return False
    above = labels.read(lines[i - 1].text)
    return above is None or above.kind == ARTICLE


def is_heading(lines: Sequence[Line], i: int, label: Label) -> bool:
    """Say whether a line that begins with 第二章 is a heading, and the only one in its line."""
    rest = lines[i].text[label.length :]
    if len(lines[i].key) > HEADING_LENGTH + 10 or lines[i].stops or re.search(rf"[ \u3000]第[零一二三四五六七八九十百]+{label.kind}[ \u3000]", rest):
        return False
    return not (_CITED.match(rest.lstrip()) or _TIED.match(rest) if _cut(lines, i) else _CITED_HEADING.match(rest.lstrip()))


def _heads_articles(lines: Sequence[Line], i: int, last: int) -> bool:
    """Say whether 一、 or （一） is a heading above articles: a short line without stop, an article or such a heading below."""
    if i + 1 >= last or lines[i].ends or len(lines[i].key) > HEADING_LENGTH:
        return False
    below = labels.read(lines[i + 1].text)
    if below is None or below.kind == ARTICLE:
        return below is not None
    under = labels.read(lines[i + 2].text) if i + 2 < last and below.value == 1 and not lines[i + 1].ends else None
    return under is not None and under.kind == ARTICLE
