"""The invented texts and their labels: every label stands in its clause, and what the program finds keeps its floors."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from ontology.records import Purpose, Relation, Role
from tests.evaluate import unlike

FILES = unlike.gold()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_labels_stand_in_their_text(path: Path) -> None:
    labels = unlike.load(path)
    assert sum(len(labels[kind]) for kind in ("clauses", *unlike.KINDS.values())) > 20
    assert {a["purpose"] for a in labels["amounts"]} <= {*get_args(Purpose), "*"}
    assert {r["role"] for r in labels["responsibilities"]} <= set(get_args(Role))
    assert {r["relation"] for r in labels["references"]} <= set(get_args(Relation))


@pytest.mark.parametrize(
    ("line", "message"),
    [("A 最高九百万元 | max 900万 | benefit", "not in its clause"), ("@第九十九条", "no clause")],
)
def test_a_label_that_does_not_stand_in_the_text_is_refused(tmp_path: Path, line: str, message: str) -> None:
    copy = tmp_path / "a.toml"
    copy.with_suffix(".txt").write_text("第一条 对新企业给予最高八十万元补助。", "utf-8")
    copy.write_text(f"[document]\ntitle = '甲'\n[facts]\nlines = '''\n@第一条\n{line}\n'''\n", "utf-8")
    with pytest.raises(ValueError, match=message):
        unlike.load(copy)
