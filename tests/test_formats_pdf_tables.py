"""Tables in PDF files: with rules, with merged cells, without rules."""

from __future__ import annotations

import io

from reportlab.lib import pagesizes
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

from tests.makers.drawing import LEADING, SENTENCE, WIDTH, drawn, lines, wrapped


def ruled(rows: list[list[str]], *style: tuple[object, ...]) -> bytes:
    """Return a PDF with one table between two paragraphs."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    table = Table(rows, colWidths=[110] * len(rows[0]))
    table.setStyle(TableStyle([("FONT", (0, 0), (-1, -1), "STSong-Light", 11), ("VALIGN", (0, 0), (-1, -1), "MIDDLE"), *style]))
    SimpleDocTemplate(file, pagesize=pagesizes.A4).build([table])
    return file.getvalue()


def test_a_ruled_table_gives_rows() -> None:
    raw = ruled([["序号", "项目", "标准"], ["1", "引进\n人才", "10万元"], ["2", "", "5万元"]], ("GRID", (0, 0), (-1, -1), 0.5, "black"))
    assert lines(raw) == ["序号\t项目\t标准", "1\t引进人才\t10万元", "2\t\t5万元"]


def test_merged_cells_keep_the_columns_apart() -> None:
    raw = ruled(
        [["类别", "项目", "标准"], ["人才", "引进", "10万元"], ["", "培养", "5万元"], ["合计", "", "15万元"], ["以上均为上限。", "", ""]],
        *[("GRID", (0, 0), (-1, -1), 0.5, "black"), ("SPAN", (0, 1), (0, 2)), ("SPAN", (0, 3), (1, 3)), ("SPAN", (0, 4), (2, 4))],
    )
    assert lines(raw) == ["类别\t项目\t标准", "人才\t引进\t10万元", "\t培养\t5万元", "合计\t\t15万元", "以上均为上限。"]


def test_a_table_without_rules_gives_rows() -> None:
    def draw(canvas: Canvas) -> None:
        wrapped(canvas, SENTENCE, 760)
        for i, row in enumerate((("序号", "平台名称", "金额"), ("1", "算力平台", "500万元"), ("2", "遥感数据平台", "80万元"))):
            for x, cell in zip((80, 200, 420), row, strict=True):
                canvas.drawCentredString(x, 660 - i * LEADING, cell)

    assert lines(drawn(draw))[-3:] == ["序号\t平台名称\t金额", "1\t算力平台\t500万元", "2\t遥感数据平台\t80万元"]


def test_bodies_that_sign_side_by_side_are_no_table() -> None:
    def draw(canvas: Canvas) -> None:
        wrapped(canvas, SENTENCE, 760)
        for i, row in enumerate((("某市科学技术局", "某市财政局"), ("某市教育局", "某市人力资源和社会保障局"), ("某市统计局", "某市商务局"))):
            for x, cell in zip((150, 400), row, strict=True):
                canvas.drawCentredString(x, 660 - i * LEADING, cell)

    assert not any("\t" in line for line in lines(drawn(draw)))


def test_a_frame_around_text_is_no_table() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.rect(50, 500, WIDTH - 100, 250)
        wrapped(canvas, SENTENCE, 700)

    assert lines(drawn(draw)) == [SENTENCE]
