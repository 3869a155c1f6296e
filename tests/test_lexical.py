"""The lexical index: what it finds, what one source's replacement leaves alone, what a crash leaves whole."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import tantivy

from kg import lexical
from kg.errors import BuildDamaged, BuildMissing
from kg.lexical import Entry, Hit, LexicalIndex

ENTRIES = (
    Entry("a/1", "a", "a.txt", "甲市科技保险办法", "补贴", "对投保的企业按保费的一半给予补贴。"),
    Entry("a/2", "a", "a.txt", "甲市科技保险办法", "职责", "保险机构应当及时理赔。"),
    Entry("b/1", "b", "b.txt", "乙市人才公寓规定", "", "人才公寓的租金由区政府确定。"),
    Entry("b/2", "b", "b.txt", "乙市人才公寓规定", "申请", "申请人应当在本市缴纳社会保险。"),
    Entry("c/1", "c", "c.txt", "丙市孵化器细则", "", "孵化器每年考核一次，租金可以减免。"),
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    lexical.build(tmp_path / "words", ENTRIES)
    return tmp_path / "words"


def clauses(folder: Path, query: str, **narrow: object) -> list[str]:
    return [hit.clause for hit in LexicalIndex.open(folder).search(query, 10, **narrow)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("query", "first"), [("保费补贴", "a/1"), ("公寓租金", "b/1"), ("孵化器考核", "c/1"), ("社会 保险", "b/2"), ("及时\n理赔", "a/2")])
def test_the_clause_with_the_words_comes_first(folder: Path, query: str, first: str) -> None:
    assert clauses(folder, query)[0] == first


def test_titles_and_headings_are_found(folder: Path) -> None:
    assert set(clauses(folder, "人才公寓规定")) >= {"b/1", "b/2"}
    assert clauses(folder, "职责")[0] == "a/2"


def test_a_heading_counts_more_than_the_same_words_in_the_text(tmp_path: Path) -> None:
    lexical.build(tmp_path, [Entry("x", "x", "s", "办法", "", "资金监管事项"), Entry("y", "y", "s", "办法", "资金监管", "事项")])
    assert clauses(tmp_path, "资金监管")[0] == "y"


def test_hits_stay_inside_the_given_documents_and_clauses(folder: Path) -> None:
    assert clauses(folder, "租金", documents=["c"]) == ["c/1"]
    assert clauses(folder, "租金", clauses=["b/1", "a/1"]) == ["b/1"]
    assert clauses(folder, "租金", documents=[]) == []


def test_a_narrowed_search_keeps_the_scores(folder: Path) -> None:
    index = LexicalIndex.open(folder)
    wide = {hit.clause: hit.score for hit in index.search("租金", 10, prior=0)}
    assert {hit.clause: hit.score for hit in index.search("租金", 10, documents=["c"], prior=0)} == pytest.approx({"c/1": wide["c/1"]})


@pytest.mark.parametrize("query", ["", "，。", "的", "飞碟"])
def test_nothing_to_find_finds_nothing(folder: Path, query: str) -> None:
    assert clauses(folder, query) == []


def test_matched_words_rarest_first(folder: Path) -> None:
    found = LexicalIndex.open(folder).matched("企业保险补贴", ENTRIES[0].text)
    assert set(found) >= {"企业", "补贴"}
    assert "保险" not in found


def test_replacing_a_source_leaves_the_others_alone(folder: Path) -> None:
    lexical.replace(folder, [Entry("a/9", "a", "a.txt", "甲市科技保险办法", "", "保费全部由财政承担。")], ["a.txt"])
    assert LexicalIndex.open(folder).clauses() == {"a/9", "b/1", "b/2", "c/1"}
    assert clauses(folder, "理赔") == []


def test_replacing_twice_changes_nothing(folder: Path) -> None:
    lexical.replace(folder, ENTRIES[:2], ["a.txt"])
    lexical.replace(folder, ENTRIES[:2], ["a.txt"])
    assert len(LexicalIndex.open(folder)) == len(ENTRIES)


def test_a_deleted_source_leaves_no_residue(folder: Path) -> None:
    lexical.delete(folder, "b.txt")
    assert LexicalIndex.open(folder).clauses() == {"a/1", "a/2", "c/1"}
    assert clauses(folder, "公寓") == []


def test_an_opened_index_keeps_its_view(folder: Path) -> None:
    before = LexicalIndex.open(folder)
    lexical.delete(folder, "b.txt")
    assert [hit.clause for hit in before.search("公寓", 1)] == ["b/1"]


def test_a_hard_linked_copy_can_change_alone(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    copy.mkdir()
    for file in folder.iterdir():
        os.link(file, copy / file.name)
    lexical.delete(copy, "b.txt")
    assert len(LexicalIndex.open(folder)) == len(ENTRIES)
    assert len(LexicalIndex.open(copy)) == 3


def test_what_was_not_committed_is_not_there(folder: Path) -> None:
    writer = tantivy.Index.open(str(folder)).writer(lexical.HEAP, 1)
    writer.delete_documents_by_term("source", "a.txt")
    del writer
    assert len(LexicalIndex.open(folder)) == len(ENTRIES)


def test_a_missing_or_damaged_index_is_one_clear_line(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(BuildMissing, match="policykg ingest"):
        LexicalIndex.open(tmp_path / "none")
    (folder / "meta.json").write_text("{", "utf-8")
    with pytest.raises(BuildDamaged, match="policykg ingest"):
        LexicalIndex.open(folder)


def test_a_document_with_more_good_clauses_is_lifted() -> None:
    hits = [Hit("a", "x", 5.0), Hit("b", "y", 4.9), Hit("c", "y", 4.8), Hit("d", "y", 4.7)]
    assert [hit.clause for hit in lexical.with_prior(hits, 0.8)] == ["b", "c", "d", "a"]
    assert [hit.clause for hit in lexical.with_prior(hits, 0.0)] == ["a", "b", "c", "d"]
