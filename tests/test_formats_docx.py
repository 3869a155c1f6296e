"""Word documents: what Word shows and the file does not say in words."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

from ingest.files import Unreadable, docx, read
from ingest.files.numbering import spelled
from tests.makers.docx import package

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:mc="urn:mc" xmlns:v="urn:v"'
STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'


def p(words: str, properties: str = "") -> str:
    return f"<w:p>{properties}<w:r><w:t>{words}</w:t></w:r></w:p>"


def n(words: str, level: int = 0, number: int = 1) -> str:
    return p(words, f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>')


def level(depth: int, form: str, text: str, more: str = "") -> str:
    return f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/></w:lvl>'


def numbering(*levels: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    return f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{nums}</w:numbering>'


def lines(body: str, numbers: str | None = None, styles: str | None = None, names: str = W) -> list[str]:
    text = docx.read(package(f"<w:document {names}><w:body>{body}</w:body></w:document>", numbers, styles), "甲.docx")
    return [line for line in text.words.split("\n") if line]


@pytest.mark.parametrize(
    ("number", "form", "words"),
    [
        (1, "chineseCounting", "一"),
        (10, "chineseCounting", "十"),
        (11, "chineseCountingThousand", "十一"),
        (20, "japaneseCounting", "二十"),
        (105, "chineseCountingThousand", "一百零五"),
        (12, "ideographDigital", "一二"),
        (3, "chineseLegalSimplified", "叁"),
        (2, "ideographTraditional", "乙"),
        (3, "decimalEnclosedCircle", "③"),
        (28, "lowerLetter", "bb"),
        (4, "upperRoman", "IV"),
        (7, "decimalZero", "07"),
        (5, "someNewForm", "5"),
        (3, "bullet", ""),
    ],
)
def test_number_formats(number: int, form: str, words: str) -> None:
    assert spelled(number, form) == words


def test_lower_levels_begin_anew_below_each_upper_one() -> None:
    lists = numbering(level(0, "chineseCounting", "%1、"), level(1, "chineseCounting", "（%2）"), level(2, "decimal", "%3."))
    body = n("甲") + n("乙", 1) + n("丙", 2) + n("丁", 2) + n("戊", 1) + n("己", 2) + n("庚") + n("辛", 1)
    assert [line.replace(" ", "") for line in lines(body, lists)] == ["一、甲", "（一）乙", "1.丙", "2.丁", "（二）戊", "1.己", "二、庚", "（一）辛"]


def test_articles_count_on_through_chapters() -> None:
    never = '<w:lvlRestart w:val="0"/>'
    lists = numbering(level(0, "chineseCounting", "第%1章"), level(1, "chineseCounting", "第%2条", never))
    body = n("总则") + n("甲。", 1) + n("乙。", 1) + n("附则") + n("丙。", 1)
    assert lines(body, lists) == ["第一章 总则", "第一条 甲。", "第二条 乙。", "第二章 附则", "第三条 丙。"]


def test_legal_numbers_write_upper_levels_in_digits() -> None:
    lists = numbering(level(0, "chineseCounting", "第%1章"), level(1, "decimal", "%1.%2", "<w:isLgl/>"))
    assert lines(n("总则") + n("甲", 1) + n("乙", 1), lists) == ["第一章 总则", "1.1 甲", "1.2 乙"]


def test_a_list_that_starts_over() -> None:
    nums = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    )
    lists = numbering(level(0, "decimal", "%1."), nums=nums)
    assert lines(n("甲") + n("乙") + n("丙", 0, 2) + n("丁", 0, 2), lists) == ["1. 甲", "2. 乙", "1. 丙", "2. 丁"]


def test_numbering_that_comes_from_a_style_and_is_taken_back() -> None:
    styles = (
        f'<w:styles {W}><w:style w:type="paragraph" w:styleId="a"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="b"><w:name w:val="Own"/><w:basedOn w:val="a"/></w:style></w:styles>'
    )
    lists = numbering(level(0, "chineseCounting", "%1、", '<w:suff w:val="nothing"/>'))
    off = '<w:pPr><w:pStyle w:val="b"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>'
    body = p("甲", '<w:pPr><w:pStyle w:val="a"/></w:pPr>') + p("乙", '<w:pPr><w:pStyle w:val="b"/></w:pPr>') + p("丙", off)
    assert lines(body, lists, styles) == ["一、甲", "二、乙", "丙"]


def test_bullets_give_no_label() -> None:
    assert lines(n("甲"), numbering(level(0, "bullet", "●"))) == ["甲"]


def test_an_empty_numbered_paragraph_counts_and_prints_nothing() -> None:
    assert lines(n("甲") + n("") + n("乙"), numbering(level(0, "decimal", "%1."))) == ["1. 甲", "3. 乙"]


def test_text_boxes_stand_once_and_before_their_paragraph() -> None:
    box = f"<w:txbxContent>{p('某市人民政府文件')}{p('某政发〔2024〕1号')}</w:txbxContent>"
    twice = f"<mc:AlternateContent><mc:Choice Requires='wps'>{box}</mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    assert lines(f"<w:p><w:r>{twice}</w:r><w:r><w:t>关于某事的通知</w:t></w:r></w:p>") == ["某市人民政府文件", "某政发〔2024〕1号", "关于某事的通知"]


def test_what_was_deleted_hidden_or_is_a_field_code_is_no_text() -> None:
    body = (
        "<w:p><w:r><w:t>奖励</w:t></w:r><w:del><w:r><w:delText>10</w:delText></w:r></w:del><w:ins><w:r><w:t>20</w:t></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>（内部）</w:t></w:r>"
        '<w:r><w:fldChar w:fldCharType="begin"/><w:instrText>PAGEREF x</w:instrText></w:r><w:r><w:t>万元</w:t></w:r></w:p>'
    )
    assert lines(body) == ["奖励20万元"]


def test_line_breaks_and_tabs() -> None:
    body = "<w:p><w:r><w:t>甲市财政局</w:t><w:br/><w:t>甲市科技局</w:t></w:r></w:p><w:p><w:r><w:t>一、</w:t><w:tab/><w:t>总体要求</w:t></w:r></w:p>"
    assert lines(body) == ["甲市财政局", "甲市科技局", "一、 总体要求"]


def test_contents_list_keeps_the_tab_before_the_page() -> None:
    styles = f'<w:styles {W}><w:style w:type="paragraph" w:styleId="t1"><w:name w:val="toc 1"/></w:style></w:styles>'
    body = '<w:p><w:pPr><w:pStyle w:val="t1"/></w:pPr><w:hyperlink><w:r><w:t>第一章 总则</w:t><w:tab/><w:t>3</w:t></w:r></w:hyperlink></w:p>'
    assert lines(body, styles=styles) == ["第一章 总则\t3"]


def test_merged_cells_keep_the_columns_apart() -> None:
    document = Document()
    table = document.add_table(4, 3)
    for i, row in enumerate((("类别", "项目", "标准"), ("人才", "引进", "10万元"), ("", "培养", "5万元"), ("合计", "", "15万元"))):
        for j, words in enumerate(row):
            table.cell(i, j).text = words
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(3, 1))
    file = io.BytesIO()
    document.save(file)
    assert [line for line in docx.read(file.getvalue(), "甲.docx").words.split("\n") if line] == [
        "类别\t项目\t标准",
        "人才\t引进\t10万元",
        "\t培养\t5万元",
        "合计\t\t15万元",
    ]


def test_a_row_merged_into_one_and_a_framing_table_are_paragraphs() -> None:
    whole = '<w:tr><w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>' + p("一、重点项目") + "</w:tc></w:tr>"
    frame = f"<w:tbl><w:tr><w:tc>{p('第一条　总则。')}{p('第二条　附则。')}</w:tc></w:tr></w:tbl>"
    body = f"<w:tbl>{whole}<w:tr><w:tc>{p('甲')}</w:tc><w:tc>{p('乙')}{p('丙')}</w:tc></w:tr></w:tbl>{frame}"
    assert lines(body) == ["一、重点项目", "甲\t乙  丙", "第一条　总则。", "第二条　附则。"]


def test_content_controls_and_strict_names() -> None:
    body = f"<w:sdt><w:sdtPr/><w:sdtContent>{p('甲')}</w:sdtContent></w:sdt><w:p><w:sdt><w:sdtContent><w:r><w:t>乙</w:t></w:r></w:sdtContent></w:sdt></w:p>"
    assert lines(body, names=STRICT) == ["甲", "乙"]


def test_python_docx_numbering_of_a_style() -> None:
    document = Document()
    for words in ("甲", "乙"):
        document.add_paragraph(words, style="List Number")
    hidden = document.add_paragraph("丙").add_run("丁")
    mark = OxmlElement("w:vanish")
    mark.set(qn("w:val"), "0")
    hidden._r.get_or_add_rPr().append(mark)
    file = io.BytesIO()
    document.save(file)
    assert [line for line in docx.read(file.getvalue(), "甲.docx").words.split("\n") if line] == ["1. 甲", "2. 乙", "丙丁"]


BOMB = f"<w:document {W}><w:body>" + p("甲" * 1000) * 30000 + "</w:body></w:document>"
ENTITIES = f'<!DOCTYPE x [<!ENTITY a "甲甲甲甲甲甲甲甲"><!ENTITY b "&a;&a;&a;&a;">]><w:document {W}><w:body>{p("&b;乙")}</w:body></w:document>'


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (package(BOMB), "过大"),
        (package(f"<w:document {W}><w:body>" + "<w:p>" * 300 + "</w:p>" * 300 + "</w:body></w:document>"), "嵌套过深"),
        (package("<w:document"), "XML"),
        (package(f"<w:document {W}/>"), "没有正文"),
        (package(f"<w:document {W}><w:body>{p('甲')}</w:body></w:document>")[:-40], "损坏"),
    ],
    ids=["bomb", "deep", "cut xml", "no body", "cut archive"],
)
def test_hostile_documents(tmp_path: Path, raw: bytes, reason: str) -> None:
    path = tmp_path / "甲.docx"
    path.write_bytes(raw)
    with pytest.raises(Unreadable) as error:
        read(path, path.name)
    assert reason in error.value.reason
    assert "\n" not in str(error.value)


def test_entities_are_not_resolved() -> None:
    text = docx.read(package(ENTITIES), "甲.docx").words
    assert "甲" not in text


def test_a_member_that_lies_about_its_size() -> None:
    raw = bytearray(package(f"<w:document {W}><w:body>{p('甲' * 2000)}</w:body></w:document>"))
    with zipfile.ZipFile(io.BytesIO(bytes(raw))) as archive:
        size = archive.getinfo("word/document.xml").file_size
    raw = bytearray(bytes(raw).replace(size.to_bytes(4, "little"), (size // 2).to_bytes(4, "little")))
    with pytest.raises(Unreadable):
        docx.read(bytes(raw), "甲.docx")
