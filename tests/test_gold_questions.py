"""The project's own questions: labels that can be scored, halves that share no document, quotes cut from the texts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest

from tests.evaluate import questions, scores
from tests.evaluate.questions import Half, Labelled, expand, gold, labelled, texts

Answer = dict[str, object]
HALVES: tuple[Half, ...] = get_args(Half)
LABEL = {"id": "z-1", "type": "amount", "question": "补多少？", "answer": "30万元", "value": 300000, "unit": "CNY", "must_include": ["30万元|三十万元"]}
PLACE = {"document": ["甲办法"], "paths": [["第二条"]], "spans": [["a.txt", 4, 10]]}


def written(folder: Path, **changes: object) -> Path:
    (folder / "a.txt").write_bytes("\ufeff第二条 奖励30万元。".encode())
    path = folder / "gold.jsonl"
    path.write_text(json.dumps({**LABEL, **PLACE, **changes}, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_quote_is_cut_by_code_points_without_the_byte_order_mark(tmp_path: Path) -> None:
    (row,) = expand(written(tmp_path), tmp_path)
    assert row["quote"] == ["奖励30万元"]
    assert "spans" not in row
    assert row["must_include"] == ["30万元|三十万元"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"spans": [["a.txt", 4, 40]]},  # runs out of the text
        {"spans": [["a.txt", 5, 5]]},
        {"spans": [["a.txt", 0, 121]]},
        {"spans": []},
        {"type": "none"},  # a refusal with a place
        {"must_include": ["对符合条件的企业首次开展研发活动"]},
        {"must_include": ["30万元|"]},
        {"type": "sum"},
        {"quote": "奖励30万元"},
    ],
)
def test_a_label_that_cannot_be_scored_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"z-1|gold\.jsonl, line 1"):
        expand(written(tmp_path, **wrong), tmp_path)


def test_halves_are_as_large_as_told_and_share_no_question_and_no_main_document() -> None:
    halves = {half: labelled(gold(half)) for half in HALVES}
    for half, rows in halves.items():
        assert len(rows) >= 50, half
        share = sum(row.type == "none" for row in rows) / len(rows)
        assert share == 1 / 2 if half in questions.PAIRED else 1 / 25 <= share <= 1 / 5, half
    every = [row for rows in halves.values() for row in rows]
    assert sum(row.type == "none" for row in every) >= len(every) / 12
    for field in ("id", "question"):
        assert [value for value, n in Counter(getattr(row, field) for row in every).items() if n > 1] == []
    main = {half: {row.document[0] for row in rows if row.document} for half, rows in halves.items()}
    assert main["tune"] & main["test"] == set()
    assert (main["city"] | main["city3"] | main["city4"]) & (main["city2"] | main["city5"]) == set()


@pytest.mark.parametrize("half", HALVES)
def test_each_answer_holds_what_is_wanted_of_it(half: Half) -> None:
    lacking = [(row.id, wanted) for row in labelled(gold(half)) for wanted in row.must_include if not any(form in row.answer for form in wanted.split("|"))]
    assert lacking == []


@pytest.mark.parametrize("half", HALVES)
def test_spans_lie_in_the_real_texts(half: Half, shared: Path) -> None:
    rows = expand(gold(half), texts(half))
    assert [row["id"] for row in rows if bool(row["quote"]) == (row["type"] == "none")] == []


def test_no_dev_question_is_repeated(shared: Path) -> None:
    dev = {json.loads(line)["question"] for line in (shared / "eval" / "gold" / "dev.questions.jsonl").read_text(encoding="utf-8").splitlines()}
    assert [row.id for half in HALVES for row in labelled(gold(half)) if row.question in dev] == []


def test_right_answers_score_full_and_answers_to_everything_refuse_nothing(monkeypatch: pytest.MonkeyPatch, shared: Path) -> None:
    monkeypatch.setattr(scores, "policykg", _program(_right))
    found = questions.score("tune", Path("nowhere"))
    assert found.figures["correct"] == found.figures["cite@1"] == found.figures["refused"] == 100
    assert questions.table(found.printed).splitlines()[0].split()[:2] == ["type", "n"]
    monkeypatch.setattr(scores, "policykg", _program(_bold))
    found = questions.score("tune", Path("nowhere"))
    assert found.figures["refused"] == found.figures["correct"] == 0


def _program(answer: Callable[[Labelled], Answer]) -> Callable[..., str]:
    def ask(build: Path, *arguments: str) -> str:
        assert arguments[:2] == ("ask", "--file")
        rows = [json.loads(line) for line in Path(arguments[2]).read_text(encoding="utf-8").splitlines()]
        labels = [Labelled.model_validate({k: v for k, v in row.items() if k != "quote"} | {"spans": [("x", 0, 1)] if row["quote"] else []}) for row in rows]
        return "".join(json.dumps({"question": label.question, **answer(label)}, ensure_ascii=False) + "\n" for label in labels)

    return ask


def _right(label: Labelled) -> Answer:
    if label.type == "none":
        return {"answered": False, "answer": "未载明"}
    facts: list[Answer] = [{"kind": "agency", "agency": name} for name in label.agencies]
    if label.type in ("ceiling", "amount"):
        facts.append({"kind": "amount", "value": label.value, "unit": label.unit})
    if label.type == "deadline":
        facts.append({"kind": "date", "value": label.value})
    citation = {"document": label.document[0], "path": label.paths[0], "quote": "见本条"}
    return {"answered": True, "answer": label.answer, "facts": facts, "citations": [citation]}


def _bold(label: Labelled) -> Answer:
    return {"answered": True, "answer": "可能有奖补", "facts": [], "citations": []}
