"""A policy as plain text cut into rows of so many characters, as mail programs and old editors save it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from tests.makers.policy import Block, Policy

_CENTRED = frozenset({"red", "number", "title", "chapter", "caption"})
_NO_BEGIN = "，。；：、！？）》”〉"


@dataclass(frozen=True, slots=True)
class Look:
    """How a text is wrapped: signs in a row, spaces before a paragraph and before its further rows, and what stands between two paragraphs."""

    width: int
    first: str = ""
    further: str = ""
    between: str = "\n"
    columns: bool = False  # the width counts columns, a Chinese character two
    hanging: bool = False  # a closing sign that has no room stays in its row
    pages: int = 0  # a page number after so many rows


def make(policy: Policy, look: Look) -> str:
    """Return the policy as text in rows."""
    blocks: list[list[str]] = []
    for block in policy.blocks:
        rows = ["\t".join("" if cell in "^<" else cell for cell in row) for row in block.rows] if block.kind == "table" else list(_rows(block, look))
        blocks.append(rows)
    made: list[str] = []
    count = 0
    for rows in blocks:
        for i, row in enumerate(rows):
            made.append(row)
            count += 1
            if look.pages and count % look.pages == 0 and i + 1 < len(rows) and "\t" not in row:
                made += ["", f"— {count // look.pages} —", ""]
        if look.between == "\n\n":
            made.append("")
    return "\n".join(made) + "\n"


def _rows(block: Block, look: Look) -> Iterator[str]:
    """Cut a paragraph into rows."""
    room = look.width * (2 if look.columns else 1)
    row = look.first
    if block.kind in _CENTRED:
        row = look.first * 3 if _size(look.first * 3 + block.line, look) <= room else look.further
    for sign in block.line:
        if _size(row + sign, look) > room and not (look.hanging and sign in _NO_BEGIN):
            yield row
            row = look.further
        row += sign
    yield row


def _size(row: str, look: Look) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in row) if look.columns else len(row)
