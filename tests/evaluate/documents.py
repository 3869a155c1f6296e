"""Gold labels of whole documents, kept as facts and offsets, and their expansion into the scorer's gold format.

A file of ``tests/gold/documents`` holds no sentence of its text. Where the scorer wants words, it has ``[start, end]``: half-open code points of the
decoded corpus file named in ``source``; ``span`` is the whole document there. Labels follow ../shared/eval/GUIDE.md, and beyond it:

* amounts: ``purpose`` is ``benefit`` for aid, subsidy and interest paid, ``award`` where the text says 奖励 or 奖金, ``threshold`` for what decides a tier
  or who qualifies, ``target`` for aims, ``share`` for how funds are split, ``fine``, else ``other`` (weights, sampling rates, steps of a score);
  a rate of a benefit is a benefit. ``capped_by`` is the index of the amount in the same list that caps this rate; ``condition`` the words it stands
  under; ``per`` what it is counted by.
* responsibilities: ``detail`` is ``lead`` only on 牵头 or 会同, ``approve`` for 审定, 复核, 批准, ``supervise`` for 审计, 监督, 核查; else null.
* norms: one label for each kind in a sentence (up to 。 or ；, or a colon that ends a line). 应当, 应, 须, 需, 要 with a duty are ``must``; 可以, 可,
  有权 are ``may``; 不得, 禁止 and 不能 are ``must_not``; 鼓励 with an object is ``encouraged``; ``beneficiary`` says who may apply; each item of a list of
  conditions is a ``condition``; ``precedence`` orders rules or forbids stacking.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "gold" / "documents"
WORDS = ("quote", "starts", "heading", "target_title", "condition", "title", "notice_title")
KINDS = ("clauses", "amounts", "responsibilities", "references", "definitions", "norms")


def gold() -> list[Path]:
    """Return the files of gold labels in the order of their names."""
    return sorted(FOLDER.glob("*.json"))


def load(path: Path) -> dict[str, Any]:
    """Return a file of gold labels as it is kept, with offsets."""
    data: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return data


def text_of(labels: dict[str, Any], corpus: Path) -> str:
    """Return the text that the offsets of a file of labels count in: the decoded source, line ends as they stand, without a byte-order mark."""
    source = corpus / str(labels["source"])
    return source.read_bytes().decode("utf-8-sig")


def expand(path: Path, corpus: Path) -> dict[str, Any]:
    """Return the labels of a file in the scorer's gold format: offsets replaced by the words at them, white space left out; ``norms`` get a ``quote``."""
    labels = load(path)
    text = text_of(labels, corpus)
    found: dict[str, Any] = {"id": labels["id"], "document": _worded(labels["document"], text)}
    for kind in KINDS:
        found[kind] = [_worded(label, text) for label in labels[kind]]
    return found


def write(folder: Path, corpus: Path) -> Path:
    """Write every expanded file as ``<id>.gold.json`` into a folder, from which the scorer reads them, and return the folder."""
    for path in gold():
        labels = expand(path, corpus)
        (folder / f"{labels['id']}.gold.json").write_text(json.dumps(labels, ensure_ascii=False, indent=1), "utf-8")
    return folder


def _worded(label: dict[str, Any], text: str) -> dict[str, Any]:
    """Return a label with words in place of its offsets."""
    words = {k: _words(v, text) if k in WORDS else v for k, v in label.items() if k != "span"}
    return words | ({"quote": _words(label["span"], text)} if "span" in label else {})


def _words(value: str | list[int] | None, text: str) -> str | None:
    return "".join(text[value[0] : value[1]].split()) if isinstance(value, list) else value
