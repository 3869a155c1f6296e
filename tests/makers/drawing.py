"""Pages of a PDF drawn line by line, and their lines as read."""

from __future__ import annotations

import io
from collections.abc import Callable

from reportlab.lib import pagesizes
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from ingest.files import pdf
from tests.makers.policy import Block, Policy

WIDTH, HEIGHT = pagesizes.A4
SIZE, LEADING, LEFT = 14, 24, 72
ROOM = int((WIDTH - 2 * LEFT) / SIZE)  # characters in a full line
SENTENCE = "各级各部门应当加强统筹协调，完善工作机制，压实工作责任，推动各项任务落地见效，重大事项及时报告。"


def drawn(draw: Callable[[Canvas], None], **more: object) -> bytes:
    """Return a PDF that a function draws."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=pagesizes.A4, **more)
    canvas.setFont("STSong-Light", SIZE)
    draw(canvas)
    canvas.save()
    return file.getvalue()


def wrapped(canvas: Canvas, words: str, top: float, x: float = LEFT, room: int = ROOM) -> float:
    """Draw a paragraph with a first line set in by two characters; return where the next line stands."""
    canvas.drawString(x + 2 * SIZE, top, words[: room - 2])
    for i in range(room - 2, len(words), room):
        top -= LEADING
        canvas.drawString(x, top, words[i : i + room])
    return top - LEADING


def lines(raw: bytes) -> list[str]:
    """Return the lines of a PDF that are not blank."""
    return [line for line in pdf.read(raw, "甲.pdf").words.split("\n") if line]


def bodies(*words: str) -> Policy:
    """Return a policy that is nothing but paragraphs."""
    return Policy((), tuple(Block("body", text) for text in words))
