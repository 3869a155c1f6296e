"""What stands beside a figure: the sum worked out, the other tiers, stacking rules, what took a lapsed document's place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from kg.answering import reply
from kg.answering.evidence import Evidence
from kg.shelf import ClauseRow, DocumentRow
from kg.sparql import Row
from ontology.answers import AmountFact
from ontology.records import Amount

# A tier fits as well as the first one when its points are at least this share of them.
AS_WELL = 0.8
TIERS = 5
# Words around a figure of the question that say it is the base of a rate; one of them must stand in what the rate is of.
_NUMBERS = re.compile(r"[\d.,%万亿元]+")


def worked_sum(evidence: Evidence, fact: AmountFact, cap: AmountFact | None, rate_of: str | None) -> tuple[str, str | None]:
    """Work a rate out on the base that the question gives, marked 推算: 30万元×50%=15万元，超过上限，按10万元; nothing where no base is given.

    With it comes the unit of the figure that decides: of the rate, or of the cap where the sum exceeds it.
    """
    base = base_of(evidence.question.amounts, f"{rate_of or ''}{fact.about}")
    if fact.unit != "percent" or fact.bound == "range" or base is None:
        return "", None
    result = base.value * fact.value / 100
    text = f"推算：{reply.figure(base.value, 'CNY')}×{reply.figure(fact.value, 'percent')}={reply.figure(result, 'CNY')}"
    over = cap is not None and cap.unit == "CNY" and result > cap.value
    if cap is not None and over:
        text += f"，超过上限，按{reply.figure(cap.value, 'CNY')}"
    return f"（{text}）", "CNY" if over else "percent"


def base_of(given: Sequence[Amount], about: str) -> Amount | None:
    """Return the sum of money of a question that a rate is of, by a pair of characters that both name it with; None where none fits."""
    for amount in given:
        words = _NUMBERS.sub("", amount.about or "")
        pairs = {words[i : i + 2] for i in range(len(words) - 1)}
        if amount.unit == "CNY" and amount.high is None and any(pair in about for pair in pairs):
            return amount
    return None


def tiers(rows: Sequence[Row], given: Sequence[Amount]) -> str:
    """List the tiers of one clause where the question gives no condition that picks one; nothing where one stands out."""
    if not rows or given:
        return ""
    top = rows[0]
    least = AS_WELL * points(top)
    found: dict[str, str] = {}
    for row in rows:
        condition = row.get("condition", str)
        same = row.need("clause", str) == top.need("clause", str) and row.need("unit", str) == top.need("unit", str) and row.need("bound", str) == "max"
        if condition and same and row.need("purpose", str) in ("benefit", "award") and points(row) >= least:
            found.setdefault(condition, reply.figure(row.need("value", Decimal), row.need("unit", str)))
    if len(found) < 2:
        return ""
    return "分档：" + "；".join(f"{short(condition)}最高{value}" for condition, value in list(found.items())[:TIERS]) + "。"


def points(row: Row) -> float:
    """Return the points of a row of amounts.rq."""
    value = row.get("points", object)
    return float(value) if isinstance(value, int | float | Decimal) else 0.0


def short(condition: str) -> str:
    """Return a condition without the words that all tiers share at its start."""
    return condition if len(condition) <= 40 else condition[:39] + "…"


def stacking(evidence: Evidence, document: DocumentRow) -> tuple[str, ClauseRow | None]:
    """Return the rule of a document about stacking and precedence, with its clause; empty where it has none."""
    statement = "SELECT clause, quote FROM norms WHERE document = ? AND kind = 'precedence' ORDER BY start DESC LIMIT 1"
    for clause, quote in evidence.shelf.select(statement, (document.iri,)):
        held = evidence.shelf.clauses([str(clause)])
        return f"另：“{str(quote)[:80]}”（{''.join(held[str(clause)].path)}）", held[str(clause)]
    return "", None


def now_in_force(evidence: Evidence, document: DocumentRow) -> str:
    """Name the document in force that repeals or supersedes a lapsed one; nothing where the build has none."""
    return reply.now_in_force(evidence, document)
