"""Over all questions: the stored query holds the facts, a changed figure comes back, a lapse is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evaluate import queries


@pytest.mark.slow
def test_every_answer_follows_from_its_query(shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert queries.main() == 0, capsys.readouterr().out
