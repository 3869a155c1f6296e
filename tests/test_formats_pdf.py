"""PDF: what the page shows in lines is put together again to paragraphs, columns and tables."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from fpdf import FPDF
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from ingest.files import Unreadable, pdf, place_at, read
from ingest.files.pdf import glyphs, guarded, paragraphs
from ingest.files.pdf.glyphs import radicals
from tests.makers import pdf as makers
from tests.makers.drawing import LEADING, LEFT, ROOM, SENTENCE, SIZE, WIDTH, bodies, drawn, lines, wrapped
from tests.test_formats import FONT, needs_font


def test_a_paragraph_over_pages_with_numbers_and_running_heads() -> None:
    long = "".join(f"第{i}批项目{SENTENCE}" for i in range(36))
    raw = makers.reportlab(bodies(long, "一、总体要求", SENTENCE), head="某市人民政府公报　2024年第3期")
    text = pdf.read(raw, "甲.pdf")
    assert text.words.split("\n") == [long, "一、总体要求", SENTENCE]  # no blank line: the room between them is the usual one
    assert [name for _, name in text.marks] == ["第1页", "第2页", "第3页"]
    assert text.words[text.marks[1][0] - 1] != "\n"
    assert place_at(text.marks, text.words.index("总体要求")) == "第3页"


@pytest.mark.parametrize("number", ["— {} —", "- {} -", "{}", "第 {} 页 共 9 页", "{} / 9", "·{}·"])
def test_page_numbers(number: str) -> None:
    def draw(canvas: Canvas) -> None:
        for page in (3, 4):
            canvas.setFont("STSong-Light", SIZE)
            wrapped(canvas, f"{page}月的工作。" + SENTENCE, 700)
            canvas.drawCentredString(WIDTH / 2, 40, number.format(page))
            canvas.showPage()

    assert lines(drawn(draw)) == ["3月的工作。" + SENTENCE, "4月的工作。" + SENTENCE]


def test_a_figure_alone_in_the_middle_of_a_page_stays() -> None:
    def draw(canvas: Canvas) -> None:
        wrapped(canvas, SENTENCE, 700)
        canvas.drawString(LEFT + 2 * SIZE, 500, "2024")

    assert lines(drawn(draw))[-1] == "2024"


def test_a_line_that_ends_at_the_margin_before_a_label_ends_its_paragraph() -> None:
    first = "甲" * (ROOM - 3) + "。"

    def draw(canvas: Canvas) -> None:
        top = wrapped(canvas, first, 700)
        canvas.drawString(LEFT, top, "二、加强领导")

    assert lines(drawn(draw)) == [first, "二、加强领导"]


def test_a_wrapped_line_that_begins_like_an_article_goes_on() -> None:
    words = "乙" * (ROOM - 6) + "根据本办法" + "第三条规定的条件提出申请的，应当受理。"

    def draw(canvas: Canvas) -> None:
        canvas.drawString(LEFT + 2 * SIZE, 700, words[: ROOM - 2])
        canvas.drawString(LEFT, 700 - LEADING, words[ROOM - 2 :])
        wrapped(canvas, SENTENCE, 700 - 2 * LEADING)

    assert lines(drawn(draw))[0] == words


def test_red_head_number_and_a_title_in_two_lines() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("STSong-Light", 36)
        canvas.drawCentredString(WIDTH / 2, 720, "某市人民政府文件")
        canvas.setFont("STSong-Light", SIZE)
        canvas.drawCentredString(WIDTH / 2, 670, "某政发〔2024〕12号")
        canvas.setFont("STSong-Light", 20)
        canvas.drawCentredString(WIDTH / 2, 620, "某市人民政府关于促进数字经济")
        canvas.drawCentredString(WIDTH / 2, 620 - 32, "高质量发展的若干意见")
        canvas.setFont("STSong-Light", SIZE)
        canvas.drawString(LEFT, 540, "各县（市、区）人民政府：")
        wrapped(canvas, SENTENCE, 540 - LEADING)

    assert lines(drawn(draw)) == [
        "某市人民政府文件",
        "某政发〔2024〕12号",
        "某市人民政府关于促进数字经济高质量发展的若干意见",
        "各县（市、区）人民政府：",
        SENTENCE,
    ]


def test_a_line_that_stands_apart_has_a_blank_line_above() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(LEFT, 800, "某市公报")
        top = wrapped(canvas, SENTENCE, 700)
        wrapped(canvas, SENTENCE, top)

    assert pdf.read(drawn(draw), "甲.pdf").words.split("\n") == ["某市公报", "", SENTENCE, SENTENCE]


def test_two_columns_below_a_headline() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("STSong-Light", 24)
        canvas.drawCentredString(WIDTH / 2, 760, "某市发布支持产业发展的意见")
        canvas.setFont("STSong-Light", SIZE)
        wrapped(canvas, "左" + SENTENCE * 4, 700, LEFT, 15)
        wrapped(canvas, "右" + SENTENCE * 4, 706, LEFT + 17 * SIZE, 15)

    assert lines(drawn(draw)) == ["某市发布支持产业发展的意见", "左" + SENTENCE * 4, "右" + SENTENCE * 4]


def test_three_columns() -> None:
    def draw(canvas: Canvas) -> None:
        for i, sign in enumerate("甲乙丙"):
            wrapped(canvas, sign + SENTENCE * 4, 700 - 5 * i, LEFT + i * 12 * SIZE, 10)

    assert lines(drawn(draw)) == [sign + SENTENCE * 4 for sign in "甲乙丙"]


def test_a_page_that_lies_on_its_side() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.translate(WIDTH, 0)
        canvas.rotate(90)
        wrapped(canvas, SENTENCE, 500)

    assert lines(drawn(draw)) == [SENTENCE]


def test_a_slanted_stamp_over_the_text_is_left_out() -> None:
    def draw(canvas: Canvas) -> None:
        wrapped(canvas, SENTENCE, 700)
        canvas.rotate(40)
        canvas.drawString(500, 100, "征求意见稿")

    assert lines(drawn(draw)) == [SENTENCE]


def test_words_printed_twice_for_bold_stand_once() -> None:
    def draw(canvas: Canvas) -> None:
        for shift in (0, 0.4):
            canvas.drawString(LEFT + 2 * SIZE + shift, 700, "一、总体要求是稳中求进")

    assert lines(drawn(draw)) == ["一、总体要求是稳中求进"]


def test_letter_spaced_titles_and_figures_keep_their_order() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(LEFT, 700, "通 知 正 文")
        canvas.drawString(LEFT, 660, "最高 1000 万元")
        for i, sign in enumerate("青岛市办法"):
            canvas.drawString(LEFT + i * 2.5 * SIZE, 620, sign)

    assert [line.replace(" ", "") for line in lines(drawn(draw))] == ["通知正文", "最高1000万元", "青岛市办法"]


@needs_font
def test_radical_signs_become_ideographs() -> None:
    document = FPDF()
    document.add_font("cjk", fname=str(FONT))
    document.add_page()
    document.set_font("cjk", size=14)
    document.multi_cell(0, 8, "⼀、⻘年⼈才⼯作应当持续加强")
    assert lines(bytes(document.output())) == ["一、青年人才工作应当持续加强"]


def test_every_radical_has_one_ideograph() -> None:
    table = radicals()
    assert len(table) > 300
    assert all(len(a) == 1 and "\u2e80" <= a <= "\u2fdf" and len(b) == 1 and not "\u2e80" <= b <= "\u2fdf" for a, b in table.items())


def scanned(canvas: Canvas) -> None:
    canvas.rect(50, 50, 400, 600, fill=1)
    canvas.showPage()
    canvas.setFont("STSong-Light", SIZE)
    canvas.drawString(100, 100, "第2页")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (drawn(scanned), "扫描件"),
        (drawn(lambda canvas: canvas.drawString(72, 700, SENTENCE), encrypt=StandardEncryption("secret")), "密码"),
        (b"%PDF-1.7\n%broken", "损坏"),
        (drawn(lambda canvas: canvas.drawString(72, 700, SENTENCE))[:300], "损坏"),
        (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>endobj\ntrailer<</Root 1 0 R>>", ""),
    ],
    ids=["scan", "password", "broken", "cut", "pages in a circle"],
)
def test_files_without_a_readable_text_layer(tmp_path: Path, raw: bytes, reason: str) -> None:
    path = tmp_path / "甲.pdf"
    path.write_bytes(raw)
    with pytest.raises(Unreadable) as error:
        read(path, path.name)
    assert reason in error.value.reason
    assert "\n" not in str(error.value)


def test_too_many_pages_and_too_long(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = makers.reportlab(bodies(*[SENTENCE] * 60))
    monkeypatch.setattr(pdf, "MOST_PAGES", 1)
    with pytest.raises(Unreadable, match="页数过多"):
        pdf.read(raw, "甲.pdf")
    monkeypatch.setattr(pdf, "MOST_PAGES", 100)
    monkeypatch.setattr(pdf, "LONGEST", -1.0)
    with pytest.raises(Unreadable, match="过于复杂"):
        pdf.read(raw, "甲.pdf")


def test_a_file_that_exhausts_its_process(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = makers.reportlab(bodies(SENTENCE))
    assert guarded.read(raw, "甲.pdf") == pdf.read(raw, "甲.pdf")
    monkeypatch.setattr(guarded, "_COMMAND", (sys.executable, "-c", "import os; os.abort()"))
    with pytest.raises(Unreadable, match="无法读取"):
        guarded.read(raw, "甲.pdf")
    monkeypatch.setattr(guarded, "_COMMAND", (sys.executable, "-c", "import time; time.sleep(60)"))
    monkeypatch.setattr(guarded, "LONGEST", 0.2)
    with pytest.raises(Unreadable, match="时限"):
        guarded.read(raw, "甲.pdf")


def test_a_page_with_more_characters_than_a_page_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(glyphs, "MOST_GLYPHS", 20)
    with pytest.raises(Unreadable, match="过于复杂"):
        pdf.read(makers.reportlab(bodies(SENTENCE)), "甲.pdf")


def test_lines_of_one_page_only_are_no_running_heads() -> None:
    line = pdf.Line("关于某事的通知", 72, 780, 200, 800, 14)
    assert paragraphs.without_furniture([[line]], [842.0]) == [[line]]
