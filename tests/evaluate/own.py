"""Scores of the project's own gold documents: the scorer's figures, and what only these labels hold: purposes, caps, conditions, finer roles, norms."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from ingest import files
from ingest.flow import fold
from ingest.read import read
from ontology.records import Amount, Facts, Norm, Responsibility, Span
from tests.evaluate import documents, scores

ALIKE = 80  # a condition as written and as found share this much of the shorter one


@dataclass(slots=True)
class Count:
    """Right, found and wanted facts of one kind."""

    right: int = 0
    found: int = 0
    wanted: int = 0

    def f1(self) -> float:
        """Return the harmonic mean of precision and recall in percent; 100 where nothing is wanted and nothing found."""
        return 200 * self.right / (self.found + self.wanted) if self.found + self.wanted else 100.0


def score(work: Path, tables: Path) -> scores.Scores:
    """Score exported tables, and a fresh reading of the texts, against the labels of tests/gold/documents."""
    corpus = scores.SHARED / "corpus"
    folder = work / "own-gold"
    folder.mkdir(exist_ok=True)
    base = scores.extraction(tables, documents.write(folder, corpus))
    counts, lines = finer(corpus, [documents.load(path) for path in documents.gold()])
    figures = base.figures | {name: round(count.f1(), 2) for name, count in counts.items()}
    return scores.Scores(figures, base.printed + "\n" + "\n".join(lines))


def finer(corpus: Path, gold: Sequence[dict[str, Any]]) -> tuple[dict[str, Count], list[str]]:
    """Return the counts of what the tables do not show, and a line for each fact that is wrong; norms only where the gold labels them."""
    kinds = ("purposes", "caps", "conditions", "details", "norms")
    counts = {name: Count() for name in kinds if name != "norms" or any("norms" in labels for labels in gold)}
    lines: list[str] = []
    facts = {path.name: _facts(corpus, path.name) for path in sorted(corpus.glob("*.txt"))}
    for labels in gold:
        text = documents.text_of(labels, corpus)
        low, high = labels["span"]
        own = [f for f in facts[labels["source"]] if _inside(f, low, high)]
        lines.append(f"{labels['id']}: purposes, caps, conditions, details, norms")
        lines += _amounts(labels["amounts"], [a for f in own for a in f.amounts], text, counts)
        lines += _details(labels["responsibilities"], [r for f in own for r in f.responsibilities], counts["details"])
        if "norms" in labels:
            lines += _norms(labels["norms"], [n for f in own for n in f.norms], text, counts["norms"])
    return counts, lines


def _facts(corpus: Path, name: str) -> list[Facts]:
    reading = read(files.read(corpus / name, name))
    return [facts for pairs in reading.clauses.values() for _, facts in pairs]


def _inside(facts: Facts, low: int, high: int) -> bool:
    spans = [*(a.span for a in facts.amounts), *(r.span for r in facts.responsibilities), *(n.span for n in facts.norms)]
    return bool(spans) and low <= spans[0].start < high


def _amounts(wanted: Sequence[dict[str, Any]], found: Sequence[Amount], text: str, counts: dict[str, Count]) -> list[str]:
    """Compare purpose, cap and condition of the figures that both have."""
    lines: list[str] = []
    for label in wanted:
        amount = next((a for a in found if a.value == label["value"] and _meets(a.span, label["quote"])), None)
        if amount is None:
            continue
        quote = _words(text, label["quote"])
        if label["purpose"] != "*":
            _tell(counts["purposes"], lines, f"purpose of {quote}", label["purpose"], amount.purpose)
        cap = wanted[label["capped_by"]]["quote"] if label["capped_by"] is not None else None
        _cap(counts["caps"], lines, quote, cap, amount.capped_by, text)
        if not label.get("any_condition"):
            _condition(counts["conditions"], lines, quote, _words(text, label["condition"]), amount.condition)
    return lines


def _cap(count: Count, lines: list[str], quote: str | None, want: Sequence[int] | None, got: Span | None, text: str) -> None:
    count.wanted += want is not None
    count.found += got is not None
    right = want is not None and got is not None and _meets(got, want)
    count.right += right
    if not right and (want or got):
        lines.append(f"  ~ cap of {quote}: want {_words(text, want)}, got {_words(text, (got.start, got.end) if got else None)}")


def _condition(count: Count, lines: list[str], quote: str | None, want: str | None, got: str | None) -> None:
    count.wanted += want is not None
    count.found += got is not None
    right = bool(want and got and fuzz.partial_ratio(fold(want), fold(got)) >= ALIKE)
    count.right += right
    if not right and (want or got):
        lines.append(f"  ~ condition of {quote}: want {want}, got {got}")


def _details(wanted: Sequence[dict[str, Any]], found: Sequence[Responsibility], count: Count) -> list[str]:
    """Compare the finer roles of the duties that both have."""
    lines: list[str] = []
    for label in wanted:
        duties = [r for r in found if r.agency == label["agency"] and (_meets(r.span, label["quote"]) or (r.sentence and _meets(r.sentence, label["quote"])))]
        if duties:
            got = {r.detail for r in duties}
            right = label["detail"] if label["detail"] in got else duties[0].detail
            _tell(count, lines, f"detail of {'/'.join(label['path'])} {label['agency']}", label["detail"], right)
    return lines


def _tell(count: Count, lines: list[str], what: str, want: object, got: object) -> None:
    count.wanted += 1
    count.found += 1
    count.right += want == got
    if want != got:
        lines.append(f"  ~ {what}: want {want}, got {got}")


def _norms(wanted: Sequence[dict[str, Any]], found: Iterable[Norm], text: str, count: Count) -> list[str]:
    """Match norms of one kind whose sentences overlap, one to one."""
    lines: list[str] = []
    left = list(found)
    for label in wanted:
        hit = next((n for n in left if n.kind == label["kind"] and _meets(n.span, label["span"])), None)
        count.wanted += 1
        if hit is None:
            lines.append(f"  - norm missed {label['kind']} {_words(text, label['span'])}")
            continue
        left.remove(hit)
        count.right += 1
        count.found += 1
    count.found += len(left)
    return lines + [f"  + norm too many {n.kind} {_words(text, (n.span.start, n.span.end))}" for n in left]


def _meets(span: Span, other: Sequence[int]) -> bool:
    return span.start < other[1] and other[0] < span.end


def _words(text: str, span: Sequence[int] | None) -> str | None:
    return "".join(text[span[0] : span[1]].split()) if span else None
