"""Attachments: where they begin, which of them are forms to fill in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest import genres, labels
from ingest.flow import squash
from ingest.labels import Label
from ingest.lines import Line
from ontology.records import Span

# A text with this many signs of a form, or this share of empty cells, is one.
SIGNS = 3
EMPTY = 0.45
# A numbered line of a commitment or an outline is at least so long.
SENTENCE = 9
_PRINTED = re.compile(r"\d{1,2}日印发$")
_OFFICE = re.compile(r"(?:办公室|办公厅|局|委|厅|处)$")
_BODY_TITLES = 3


@dataclass(frozen=True, slots=True)
class Annex:
    """An attachment in lines [first, last); ``body`` is the first line below its title."""

    first: int
    last: int
    label: str
    heading: Span | None
    title: str | None
    body: int
    form: bool
    blank: bool  # it has fields to fill in, so that its numbers head fields, not sentences


def begin(lines: Sequence[Line], body: int) -> int:
    """Return the line where the attachments of a text begin, or the number of lines."""
    alone = _alone(lines)
    return next((i for i in range(body, len(lines)) if _opens(lines, i, alone)), len(lines))


def read(lines: Sequence[Line], first: int) -> tuple[Annex, ...]:
    """Return the attachments from a line on."""
    alone = _alone(lines)
    starts = [i for i in range(first, len(lines)) if _opens(lines, i, alone)]
    found = []
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=False):
        label = labels.annex(lines[start].text)
        if label:
            found.append(_annex(lines, start, end, label))
    return tuple(found)


def _alone(lines: Sequence[Line]) -> dict[str, int]:
    """Return the last line that holds nothing but a label, by label."""
    return {label.name: i for i, line in enumerate(lines) if len(line.key) < 12 and (label := labels.annex(line.text)) and len(line.key) <= len(label.name) + 1}


def end(lines: Sequence[Line], first: int) -> int:
    """Return the line where the printer's footer below the attachments begins (某某办公室 2024年1月2日印发), or the number of lines."""
    last = len(lines)
    for i in range(max(first + 1, last - 4), last):
        if _PRINTED.search(lines[i].key) or (not lines[i].table and genres.any_of("footers").match(lines[i].key)):
            return i - 1 if i - 1 > first and not lines[i - 1].ends and not lines[i - 1].table and _OFFICE.search(lines[i - 1].key) else i
    return last


def _opens(lines: Sequence[Line], i: int, alone: Mapping[str, int]) -> bool:
    """Say whether a line opens an attachment and does not just list one."""
    line = lines[i]
    label = labels.annex(line.text)
    if label is None or line.table or line.marks.startswith(("-", "*", "+")):
        return False
    rest = line.text[label.length :].strip(" \t\u3000:：*")
    if not rest:
        return i + 1 < len(lines) and not re.match(r"^1[.．、]《?", lines[i + 1].text.strip())
    if line.ends or labels.read(rest) or len(rest) > 60 or (rest[0] == "《" and line.text[label.length :].startswith(("：", ":"))):
        return False
    return alone.get(label.name, -1) < i and not _listed(lines, i)


def _listed(lines: Sequence[Line], i: int) -> bool:
    """Say whether a line 附件：… is a list: the text ends there, is signed there, or the next attachment is named at once."""
    if i + 1 >= len(lines):
        return True
    below = lines[i + 1]
    return below.dated or labels.annex(below.text) is not None or any(line.dated for line in lines[i + 1 : i + 4])


def _annex(lines: Sequence[Line], first: int, last: int, label: Label) -> Annex:
    """Read the title of an attachment, and say whether it is a form."""
    rest = squash(lines[first].text[label.length :]).strip(":：*")
    body = first + 1
    title = rest
    heading = None
    if rest:
        words = lines[first].text[label.length :]
        heading = Span(lines[first].body + label.length + len(words) - len(words.lstrip(" \t\u3000:：*")), lines[first].end)
    if not rest:
        while body < last and body - first <= _BODY_TITLES and _titles(lines[body]) and (body == first + 1 or not lines[body].spaced):
            heading = Span(heading.start if heading else lines[body].body, lines[body].end)
            title += squash(lines[body].text.replace("**", ""))
            body += 1
    title = re.sub(r"^《(.+)》$", r"\1", title)
    return Annex(first, last, label.name, heading, title or None, body, _form(lines[first:last], title), _blank(lines[body:last]))


def _titles(line: Line) -> bool:
    """Say whether a line may be an attachment's title."""
    return not line.table and not line.ends and len(line.key) <= 60 and labels.read(line.text) is None and "_" not in line.key


def _blank(lines: Sequence[Line]) -> bool:
    """Say whether a text has fields to fill in: lines of underscores, boxes, cells; a commitment or an outline in numbered sentences has none."""
    numbered = sum(1 for line in lines if labels.read(line.text) and len(line.key) >= SENTENCE)
    return numbered < SIGNS or any(line.table or "__" in line.key or "□" in line.key for line in lines)


def _form(lines: Sequence[Line], title: str) -> bool:
    """Say whether an attachment is a form to fill in."""
    if genres.any_of("form_titles").search(title):
        return True
    text = "\n".join(line.text for line in lines)
    signs = sum(min(2, text.count(sign)) for sign in genres.words("form_signs"))
    cells = [cell for line in lines if line.table for cell in line.text.split("\t")]
    empty = sum(1 for cell in cells if not cell.strip())
    return signs >= SIGNS or (len(cells) >= 6 and empty >= EMPTY * len(cells))
