"""Figures of a table row, whose columns say what the cells do not: 资助比例, 资助上限, 年度销售额."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import takewhile

from ingest.flow import Flow, fold, squash
from ingest.numerals import multiplier, trim
from ingest.recognise.amounts.words import Column, patterns
from ontology.records import Amount, Purpose

ALONE = 6  # characters beside its figures that a cell may hold whose column decides: /家, 左右
CONDITION = 60
_NUMBER = re.compile(r"\s*(\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,9}(?:\.\d+)?)\s*")
_UNIT = re.compile(r"\((?:单位:?)?([百千万亿]*元|%)([/·每][^()]{1,8})?\)$")
_GRANT = re.compile(r"[补奖]|资助|贴息|支持|津贴")


@dataclass(frozen=True, slots=True)
class _Cell:
    """A cell at text[start:end] of a row, and what its column's name says."""

    start: int
    end: int
    column: Column | None


def bare(flow: Flow, header: Sequence[str]) -> tuple[Amount, ...]:
    """Return the figures of cells that hold a number alone and whose column names the unit: 中央补贴额（元） over 21000."""
    out, position = [], 0
    for i, cell in enumerate(flow.text.split("\t")):
        name = fold(squash(header[i])) if i < len(header) else ""
        if (match := _NUMBER.fullmatch(cell)) and (unit := _UNIT.search(name)):
            start = position + match.start(1)
            span = flow.span(start, position + match.end(1))
            purpose: Purpose = "benefit" if _GRANT.search(name) else "other"
            value = trim(Decimal(match[1].replace(",", "")) * multiplier(unit[1].rstrip("元%")))
            kind = "percent" if unit[1] == "%" else "CNY"
            out.append(Amount(span, "exact", value, kind, purpose=purpose, per=unit[2], sentence=flow.span(0, len(flow.text))))
        position += len(cell) + 1
    return tuple(out)


def of_row(flow: Flow, found: Sequence[Amount], header: Sequence[str]) -> tuple[Amount, ...]:
    """Return the amounts of a row with the bound, purpose, cap and condition that the names of their columns give them."""
    cells = _cells(flow, header)
    starts = [cell.start for cell in cells]
    own: list[list[Amount]] = [[] for _ in cells]
    for one in found:
        own[bisect_right(starts, flow.index[one.span.start]) - 1].append(one)
    first = next((i for i, cell in enumerate(cells) if own[i] and cell.column and cell.column.purpose in GRANTS), None)
    condition = _condition(flow, cells[:first]) if first is not None else None
    told = [[_told(flow, cell, one, amounts, condition) for one in amounts] for cell, amounts in zip(cells, own, strict=True)]
    return tuple(_capped(told, i, one) for i, amounts in enumerate(told) for one in amounts)


GRANTS = frozenset(["benefit", "award"])
UNSAID = frozenset(["other", "threshold", "share"])  # what a figure is by its form alone


def _cells(flow: Flow, header: Sequence[str]) -> list[_Cell]:
    """Return the cells of a row; the first column name that fits a row of the lexicon decides."""
    cells, position = [], 0
    for i, cell in enumerate(flow.text.split("\t")):
        name = fold(squash(header[i])) if i < len(header) else ""
        column = next((row for row, pattern in patterns().columns if pattern.search(name)), None)
        cells.append(_Cell(position, position + len(cell), column))
        position += len(cell) + 1
    return cells


def _told(flow: Flow, cell: _Cell, one: Amount, beside: Sequence[Amount], condition: str | None) -> Amount:
    """Return an amount with what its column says, where its cell holds hardly more than figures."""
    column = cell.column
    rest = cell.end - cell.start - sum(flow.index[a.span.end - 1] + 1 - flow.index[a.span.start] for a in beside)
    if column is not None and column.purpose == "target" and one.purpose in UNSAID:
        return replace(one, purpose="target")
    if column is None or rest > ALONE * len(beside):
        return one
    bound = column.bound if column.bound and one.bound == "exact" else one.bound
    granted = column.purpose in GRANTS
    return replace(one, bound=bound, purpose=column.purpose, condition=one.condition or (condition if granted else None))


def _condition(flow: Flow, cells: Sequence[_Cell]) -> str | None:
    """Return the cells before what is granted, a serial number left out: 整机，2000万元（含）—5000万元."""
    words = [flow.surface(cell.start, cell.end) for cell in cells if cell.end > cell.start and not flow.text[cell.start : cell.end].isdigit()]
    return "，".join(words)[:CONDITION] or None


def _capped(told: Sequence[Sequence[Amount]], index: int, one: Amount) -> Amount:
    """Return a rate with the one upper bound of money that a later cell gives."""
    if one.unit != "percent" or one.capped_by or one.purpose not in GRANTS:
        return one
    behind = list(takewhile(lambda cell: not any(a.unit == "percent" for a in cell), told[index + 1 :]))  # the next rate has a cap of its own
    caps = [a for later in behind for a in later if a.unit == "CNY" and a.bound == "max" and a.purpose in GRANTS]
    return replace(one, capped_by=caps[0].span) if len(caps) == 1 else one
