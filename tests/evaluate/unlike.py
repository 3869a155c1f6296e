"""Scores of the invented texts of tests/gold/unlike, which are kept whole with compact labels.

``<id>.toml`` holds a table ``document`` in the scorer's terms and ``facts.lines``, one line each in the order of the text:

* ``@ path = heading`` begins a clause; what follows stands in it; 前言 and 尾款 are no clauses of the gold;
* ``A words | bound low [high] | purpose | cap words | if words``: an amount, with % for percents, else yuan (万, 亿); the purpose * is any; cap and if may
  be left out, ``if *`` leaves open whether a cap that follows its rate bears the rate's condition;
* ``D written = full name | role | detail``: a duty; ``T term``: a definition;
* ``R relation title | number | clause``: a reference to a document, ``R relation written = title`` where it is written short;
* ``I relation clause``: a reference to a clause of the text itself.

Words are looked for in the text from the last ones of their kind in the same clause on, white space apart.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.evaluate import own, scores

FOLDER = Path(__file__).resolve().parents[1] / "gold" / "unlike"
OUTSIDE = frozenset({"前言", "尾款"})
TIMES = {"": 1, "万": 10_000, "亿": 100_000_000}
KINDS = {"A": "amounts", "D": "responsibilities", "R": "references", "I": "references", "T": "definitions"}


def gold(name: str = "*") -> list[Path]:
    """Return the files of labels in the order of their names."""
    return sorted(FOLDER.glob(f"{name}.toml"))


def load(path: Path) -> dict[str, Any]:
    """Return the labels of a text as the own gold keeps them, with offsets; raises ValueError where words do not stand in their clause."""
    data = tomllib.loads(path.read_text("utf-8"))
    text = path.with_suffix(".txt").read_text("utf-8")
    document = {"notice_title": None, "number": None, "issued": None, "effective": None, "expires": None, "issuers": []} | data["document"]
    labels: dict[str, Any] = {"id": path.stem, "document": document, "span": [0, len(text)], "clauses": []} | {kind: [] for kind in KINDS.values()}
    for path_, heading, span, lines in _clauses(data["facts"]["lines"].strip().splitlines(), text):
        if path_[0] not in OUTSIDE:
            labels["clauses"].append({"path": path_, "heading": heading, "starts": ""})
        _facts(lines, labels, path_, Words(text, *span))
    return labels


def _clauses(lines: list[str], text: str) -> Iterator[tuple[list[str], str | None, tuple[int, int], list[str]]]:
    """Yield path, heading, span and lines of each clause; it reaches to the next one of the labels."""
    heads = [i for i, line in enumerate(lines) if line.startswith("@")]
    starts, last = [], 0
    for i in heads:
        label = lines[i][1:].partition(" = ")[0].rpartition("/")[2]
        if label not in OUTSIDE or label == "尾款":
            spaced = r"\s*".join(map(re.escape, label))
            found = re.compile(rf"^\W{{0,20}}{spaced}" if label not in OUTSIDE else r"^", re.M).search(text, last)
            if found is None:
                raise ValueError(f"no clause {lines[i]}")
            last = found.end()
        starts.append(last)
    for i, start, end, following in zip(heads, starts, [*starts[1:], len(text)], [*heads[1:], len(lines)], strict=True):
        path, _, heading = lines[i][1:].partition(" = ")
        yield path.split("/"), heading or None, (start, end), lines[i + 1 : following]


class Words:
    """Looks for words in a clause, each kind from its last find on."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text, self.end = text, end
        self.start = start
        self.cursors: dict[str, int] = {}

    def find(self, words: str, kind: str, *, again: bool = False) -> list[int]:
        """Return the span of words; ``again`` looks from the start of the clause and moves no cursor."""
        begin = self.start if again else self.cursors.get(kind, self.start)
        found = re.compile(r"\s*".join(map(re.escape, "".join(words.split())))).search(self.text, begin, self.end)
        if found is None:
            raise ValueError(f"not in its clause: {words}")
        if not again:
            self.cursors[kind] = found.end()
        return [found.start(), found.end()]


def _facts(lines: list[str], labels: dict[str, Any], path: list[str], words: Words) -> None:
    amounts: list[dict[str, Any]] = labels["amounts"]
    first, caps = len(amounts), []
    for line in lines:
        sign, _, rest = line.partition(" ")
        cells = [cell.strip() for cell in rest.split("|")]
        if sign == "A":
            label, cap = _amount(cells, path, words)
            caps.append(cap)
        else:
            label = MAKE[sign](cells, path, words)
        labels[KINDS[sign]].append(label)
    for i, cap in enumerate(caps, first):
        if cap:
            amounts[i]["capped_by"] = next(j for j in range(i + 1, len(amounts)) if _squash(words.text[slice(*amounts[j]["quote"])]) == _squash(cap))


def _amount(cells: list[str], path: list[str], words: Words) -> tuple[dict[str, Any], str | None]:
    quote, (bound, *figures), purpose = cells[0], cells[1].split(), cells[2]
    more = {key: value for key, _, value in (cell.partition(" ") for cell in cells[3:])}
    values = [_value(figure, cells[1]) for figure in figures]
    label = {
        "path": path,
        "quote": words.find(quote, "A"),
        "bound": bound,
        "value": values[0],
        "high": values[1] if values[1:] else None,
        "unit": "percent" if "%" in cells[1] else "CNY",
        "purpose": purpose,
        "capped_by": None,
        "condition": words.find(more["if"], "", again=True) if more.get("if", "*") != "*" else None,
        "any_condition": more.get("if") == "*",
    }
    return label, more.get("cap")


def _value(figure: str, whole: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)([万亿]?)%?", figure).groups()  # type: ignore[union-attr]
    unit = unit if "%" in whole or unit else ""
    return round(float(number) * TIMES[unit], 4)


def _duty(cells: list[str], path: list[str], words: Words) -> dict[str, Any]:
    surface, _, agency = cells[0].partition(" = ")
    detail = cells[2] if cells[2:] else None
    return {"path": path, "agency": agency, "surface": surface, "role": cells[1], "detail": detail, "quote": words.find(surface, f"D{agency}")}


def _reference(cells: list[str], path: list[str], words: Words) -> dict[str, Any]:
    relation, _, title = cells[0].partition(" ")
    number, clause = ([*cells[1:], "", ""])[:2]
    written, _, full = title.partition(" = ")
    quote = words.find(written, "R") if written else None
    return _cited(path, "external", relation, full or written or None, number or None, clause or None) | {"quote": quote}


def _inner(cells: list[str], path: list[str], words: Words) -> dict[str, Any]:
    relation, _, clause = cells[0].partition(" ")
    return _cited(path, "internal", relation, None, None, clause) | {"quote": words.find(clause, "I")}


def _cited(path: list[str], kind: str, relation: str, title: str | None, number: str | None, clause: str | None) -> dict[str, Any]:
    return {"path": path, "kind": kind, "relation": relation, "target_title": title, "target_number": number, "target_clause": clause}


def _definition(cells: list[str], path: list[str], words: Words) -> dict[str, Any]:
    return {"path": path, "term": cells[0], "quote": words.find(cells[0], "T")}


MAKE = {"D": _duty, "R": _reference, "I": _inner, "T": _definition}


def _squash(text: str) -> str:
    return "".join(text.split())


def write(folder: Path, names: list[Path]) -> Path:
    """Write the labels in the scorer's format, one ``<id>.gold.json`` each, and return the folder."""
    for path in names:
        labels = load(path)
        text = path.with_suffix(".txt").read_text("utf-8")
        for kind in dict.fromkeys(KINDS.values()):
            labels[kind] = [{**one, "quote": _squash(text[slice(*one["quote"])]) if one["quote"] else ""} for one in labels[kind]]
            for one in labels[kind]:
                if one.get("condition"):
                    one["condition"] = _squash(text[slice(*one["condition"])])
        (folder / f"{path.stem}.gold.json").write_text(json.dumps(labels, ensure_ascii=False, indent=1), "utf-8")
    return folder


def score(work: Path, names: list[Path] | None = None) -> scores.Scores:
    """Ingest the invented texts into a build of their own and score its tables, and purposes, caps, conditions and finer roles of a fresh reading."""
    names = gold() if names is None else names
    texts, wanted = work / "unlike", work / "unlike-gold"
    texts.mkdir()
    wanted.mkdir()
    for path in names:
        (texts / f"{path.stem}.txt").write_bytes(path.with_suffix(".txt").read_bytes())
    build, tables = work / "build-unlike", work / "tables-unlike"
    scores.policykg(build, "ingest", str(texts))
    scores.policykg(build, "export", "tables", str(tables), "--on", scores.ON)
    base = scores.extraction(tables, write(wanted, names))
    counts, lines = own.finer(texts, [load(path) | {"source": f"{path.stem}.txt"} for path in names])
    figures = base.figures | {name: round(count.f1(), 2) for name, count in counts.items()}
    return scores.Scores(figures, base.printed + "\n" + "\n".join(lines))
