"""Builds: what an ingest changes and what it must not."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from kg import build, harvest, manifest
from kg.errors import UsageError
from kg.shelf import Shelf
from tests.policies import built, clean, corpus, ingest, policy, said

__all__ = ["built", "corpus"]


def test_twice_changes_nothing(built: Path, corpus: Path) -> None:
    first = ingest(built, corpus)
    before, files = said(built), sorted(p.name for p in built.iterdir())
    again = ingest(built, corpus)
    assert (first.added, again.added, again.changed, again.gone, again.kept) == (("下级/茶园.md", "孵化.txt"), (), (), (), 2)
    assert (said(built), sorted(p.name for p in built.iterdir())) == (before, files)
    assert clean(built)


def test_another_time_stamp_changes_nothing(built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    generation = manifest.load(built).generation
    os.utime(corpus / "孵化.txt", (1, 1))
    assert ingest(built, corpus).kept == 2
    assert manifest.load(built).generation == generation


def test_a_changed_file_is_as_if_it_had_always_been_so(built: Path, corpus: Path, tmp_path: Path) -> None:
    ingest(built, corpus)
    (corpus / "孵化.txt").write_text(policy("孵化器", 1, 250), "utf-8")
    report = ingest(built, corpus)
    assert (report.added, report.changed, report.kept) == ((), ("孵化.txt",), 1)
    ingest(tmp_path / "fresh", corpus)
    assert said(built) == said(tmp_path / "fresh")


def test_a_file_that_is_gone_leaves_no_trace(built: Path, corpus: Path, tmp_path: Path) -> None:
    (corpus / "下级" / "更多.txt").write_text(policy("桥梁", 9), "utf-8")
    ingest(built, corpus)
    (corpus / "下级" / "更多.txt").unlink()
    assert ingest(built, corpus).gone == ("下级/更多.txt",)
    ingest(tmp_path / "fresh", corpus)
    assert said(built) == said(tmp_path / "fresh")


def test_what_was_removed_stays_out_until_it_is_named(built: Path, corpus: Path, tmp_path: Path) -> None:
    ingest(built, corpus)
    whole = said(built)
    assert build.remove(built, ["孵化.txt"]).gone == ("孵化.txt",)
    assert ingest(built, corpus).added == ()
    alone = tmp_path / "corpus2"
    shutil.copytree(corpus, alone)
    (alone / "孵化.txt").unlink()
    ingest(tmp_path / "fresh", alone)
    assert said(built) == said(tmp_path / "fresh")
    assert ingest(built, corpus / "孵化.txt").added == ("孵化.txt",)
    assert said(built) == whole


def test_removing_what_is_not_there_is_wrong_usage(built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    with pytest.raises(UsageError, match="没有这个来源"):
        build.remove(built, ["nothing.txt"])


def test_the_order_of_ingestion_does_not_matter(tmp_path: Path, corpus: Path) -> None:
    names = ["孵化.txt", "下级/茶园.md"]
    for where, order in (("forth", names), ("back", names[::-1])):
        for name in order:
            ingest(tmp_path / where, corpus / name)
    assert said(tmp_path / "forth") == said(tmp_path / "back")
    other = tmp_path / "other"
    other.mkdir()
    (other / "桥.txt").write_text(policy("桥梁", 7), "utf-8")
    ingest(tmp_path / "ab", corpus, other)
    ingest(tmp_path / "ba", other, corpus)
    assert said(tmp_path / "ab") == said(tmp_path / "ba")
    assert {e.source for e in manifest.load(tmp_path / "ab").sources} == {"corpus/孵化.txt", "corpus/下级/茶园.md", "other/桥.txt"}


def test_any_number_of_workers_gives_the_same_build(tmp_path: Path, corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for i in range(5):
        (corpus / f"{i}.txt").write_text(policy(f"第{i}类项目", 20 + i), "utf-8")
    ingest(tmp_path / "one", corpus)
    monkeypatch.setattr(harvest, "BATCH", 1000)
    ingest(tmp_path / "cut", corpus)
    ingest(tmp_path / "two", corpus, workers=2)
    assert said(tmp_path / "one") == said(tmp_path / "cut") == said(tmp_path / "two")


def test_a_path_inside_a_root_is_no_second_source(built: Path, corpus: Path) -> None:
    ingest(built, corpus)
    report = ingest(built, corpus / "下级" / "茶园.md", corpus / "下级")
    assert (report.added, report.kept) == ((), 2)


def test_two_files_of_one_name_are_not_mixed_up(built: Path, corpus: Path, tmp_path: Path) -> None:
    twin = tmp_path / "twin" / "孵化.txt"
    twin.parent.mkdir()
    twin.write_text(policy("另一个", 5), "utf-8")
    ingest(built, corpus / "孵化.txt")
    report = ingest(built, twin)
    assert [(r.source, "同名" in r.reason) for r in report.refused] == [("孵化.txt", True)]
    assert report.kept == 1


def test_iris_are_those_of_text_and_place(tmp_path: Path, corpus: Path) -> None:
    ingest(tmp_path / "a", corpus)
    (corpus / "孵化.txt").write_text(policy("孵化器", 1, 900), "utf-8")
    (corpus / "更多.txt").write_text(policy("桥梁", 9), "utf-8")
    before = set(Shelf.open(tmp_path / "a").documents)
    clauses = {str(r[0]) for r in Shelf.open(tmp_path / "a").select("SELECT clause FROM clauses")}
    ingest(tmp_path / "a", corpus)
    assert before < set(Shelf.open(tmp_path / "a").documents)
    assert clauses < {str(r[0]) for r in Shelf.open(tmp_path / "a").select("SELECT clause FROM clauses")}


def test_a_document_twenty_times_in_one_file_and_hidden_signs_are_read_whole(built: Path, corpus: Path) -> None:
    (corpus / "重复.txt").write_text(policy("桥梁", 9) * 20, "utf-8")
    (corpus / "零宽.txt").write_text("\u200b".join(policy("渡口", 7)), "utf-8")
    report = ingest(built, corpus)
    assert {"重复.txt", "零宽.txt"} <= {*report.added}
    assert clean(built)
