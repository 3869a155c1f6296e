"""Text cut into rows of so many signs or columns says the same as the text that was cut."""

from __future__ import annotations

import pytest

from ingest import wraps
from ingest.read import read
from ontology.records import Reading, Source
from tests.makers import plain, wrapped
from tests.makers.policy import MEASURES, RULES, Policy
from tests.makers.wrapped import Look
from tests.test_formats import heading_of, told

POLICIES = {"rules": RULES, "measures": MEASURES}
LOOKS = {
    "flush": Look(38),
    "flush, by columns": Look(37, columns=True),
    "flush, closing signs hang": Look(35, hanging=True),
    "indented": Look(36, first="　　"),
    "indented by blanks": Look(40, first="    ", columns=True),
    "indented, closing signs hang": Look(30, first="　　", hanging=True),
    "further rows indented": Look(38, further="    "),
    "all rows indented": Look(32, first="　　", further="　　"),
    "blank lines": Look(35, between="\n\n"),
    "blank lines and indents": Look(39, first="　　", between="\n\n"),
    "page numbers": Look(38, pages=9),
    "page numbers and indents": Look(36, first="　　", pages=7, hanging=True),
}


def of(text: str) -> Reading:
    return read(Source("文.txt", "", text))


def same(found: Reading, expected: Reading) -> None:
    assert [heading_of(d) for d in found.documents] == [heading_of(d) for d in expected.documents]
    assert told(found) == told(expected)


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("look", LOOKS)
def test_rows_say_what_paragraphs_say(policy: str, look: str) -> None:
    text = wrapped.make(POLICIES[policy], LOOKS[look])
    assert max(len(row) for row in text.split("\n")) < 60
    same(of(text), of(plain.make(POLICIES[policy])))


@pytest.mark.parametrize("policy", POLICIES)
@pytest.mark.parametrize("width", range(30, 46, 3))
def test_every_width(policy: str, width: int) -> None:
    expected = of(plain.make(POLICIES[policy]))
    for look in (Look(width), Look(width, first="　　", columns=True), Look(width, between="\n\n", hanging=True)):
        same(of(wrapped.make(POLICIES[policy], look)), expected)


def test_line_ends_of_other_systems() -> None:
    text = wrapped.make(RULES, Look(38, first="　　"))
    for end in ("\r\n", "\r", "\u2028"):
        same(of(text.replace("\n", end)), of(plain.make(RULES)))


def test_every_fact_lies_in_the_source_as_it_stands() -> None:
    text = wrapped.make(RULES, Look(30, hanging=True))
    found = [text[a.span.start : a.span.end] for pairs in of(text).clauses.values() for _, facts in pairs for a in facts.amounts]
    assert "".join(found[0].split()) == "达到2000万元以上"
    assert any("\n" in words for words in found)


RUNNING = """海州市社区食堂建设运营办法

第一条　为了方便居民就近用餐，提升社区为老服务水平，规范社区食堂
的建设运营，制定本办法。
第二条　社区食堂的建设补助按照建筑面积核定，具体标准由市民政局依照
第三条规定的程序确定后公布；已经享受其他财政补助的，按照差额部分予以
1.5倍以内的调剂，最高不超过20万元。
第三条　市民政局应当会同市财政局、市市场监督管理局对申报材料进行联合
12
评审，评审结果在政府网站公示不少于五个工作日；对公示有异议的，依照本条
（二）项所列程序复核。
第四条　运营单位违反食品安全管理要求的，由市市场监督管理局责令限期改
正；逾期不改正的，处二千元以上一万元以下罚款。
第五条　本办法自2031年5月1日起施行。
"""


def test_rows_that_begin_like_labels_and_page_numbers() -> None:
    reading = of(RUNNING)
    (document,) = reading.documents
    pairs = reading.clauses[document.id]
    assert [clause.key for clause, _ in pairs] == ["前言", "第一条", "第二条", "第三条", "第四条", "第五条"]
    assert [(str(a.value), a.unit) for a in pairs[2][1].amounts][-1] == ("200000", "CNY")
    assert [c.heading for c, _ in pairs] == [None] * 6
    third = pairs[3][1]
    assert [m.surface for m in third.mentions] == ["市民政局", "市财政局", "市市场监督管理局"]
    assert not third.amounts


@pytest.mark.parametrize("policy", [RULES, MEASURES])
def test_paragraphs_are_no_rows(policy: Policy) -> None:
    assert wraps.gaps(plain.make(policy)) == ()


def test_a_list_of_lines_of_one_length_is_not_joined() -> None:
    text = "".join(f"第{n}条　各区人民政府应当加强本行政区域内河道的管理工作。\n" for n in "一二三四五六七八九十")
    assert wraps.gaps(text) == ()


@pytest.mark.parametrize("policy", [RULES, MEASURES])
def test_a_document_that_comes_again_has_an_id_of_its_own(policy: Policy) -> None:
    reading = of(plain.make(policy) * 20)
    ids = [document.id for document in reading.documents]
    assert len(ids) == len(set(ids)) == 20
    assert ids[0] == of(plain.make(policy)).documents[0].id
    assert ids == [document.id for document in of(plain.make(policy) * 20).documents]


def test_a_sentence_without_end_in_rows_is_read() -> None:
    row = "市财政局给予企业补助并会同有关部门开展绩效评价工作市财政局给予企业补助并会同有关部"
    reading = of("海州市补助办法\n\n" + (row + "\n") * 300)
    (document,) = reading.documents
    sentences = [fact.sentence for _, facts in reading.clauses[document.id] for fact in (*facts.amounts, *facts.responsibilities)]
    assert sentences
    assert all(one is not None and not reading.source.text[one.end - 1].isspace() and one.end - one.start < 1100 for one in sentences)
