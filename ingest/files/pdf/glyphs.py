"""What stands on a PDF page: characters with their boxes, and straight rules; page coordinates, y upwards, in points."""

from __future__ import annotations

import csv
import ctypes
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

# More characters than this on a page are no page: a full newspaper page holds 15,000.
MOST_GLYPHS = 100_000
# Straight rules of a page beyond this number are a drawing, not tables.
MOST_RULES = 3000
# Shorter rules than this, in points, bound no cell.
SHORTEST = 5.0
# How far from straight a rule may be, in points.
SLANT = 1.0
Box = tuple[float, float, float, float]
_HYPHEN = "\x02"  # how pdfium writes a hyphen at the end of a line


class TooMuch(Exception):
    """A page beyond all measure."""


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character, its box, and the height of the line it is written on; ``y0`` is the lower edge of the box."""

    char: str
    x0: float
    y0: float
    x1: float
    y1: float
    base: float
    spaced: bool = False  # the file writes a blank before it

    @property
    def size(self) -> float:
        """Return the height of the box."""
        return self.y1 - self.y0

    @property
    def middle(self) -> float:
        """Return the height at which the middle of the box stands."""
        return (self.y0 + self.y1) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight rule: at ``at``, from ``low`` to ``high`` along the other axis."""

    at: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its size, its characters in the order of the file, and its rules."""

    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    level: tuple[Rule, ...]  # horizontal rules, ``at`` is y
    upright: tuple[Rule, ...]  # vertical rules, ``at`` is x


@cache
def radicals() -> Mapping[str, str]:
    """Return the ideograph that each radical sign stands for: fonts often name 长 and 青 by the radicals that look like them."""
    with resources.files("ingest").joinpath("lexicon", "radicals.csv").open(encoding="utf-8") as file:
        return {row["radical"]: row["ideograph"] for row in csv.DictReader(file)}


def sheet(page: pdfium.PdfPage) -> Sheet:
    """Return what stands on a page, turned upright where most of its characters stand on their side."""
    turn, found = _glyphs(page)
    width, height = page.get_size()
    level, upright = _rules(page)
    if turn == 0:
        return Sheet(width, height, tuple(found), tuple(level), tuple(upright))
    # A table on a turned page is read by its lines alone.
    return Sheet(width, height, tuple(found), (), ())


def _glyphs(page: pdfium.PdfPage) -> tuple[int, list[Glyph]]:
    """Return the characters that stand in the direction of most, and that direction in quarter turns."""
    text = page.get_textpage()
    box = pdfium_c.FS_RECTF()
    x, y = ctypes.c_double(), ctypes.c_double()
    same = radicals()
    spaced = False
    by_turn: dict[int, list[Glyph]] = {0: [], 1: [], 2: [], 3: []}
    count = pdfium_c.FPDFText_CountChars(text)
    if count > MOST_GLYPHS:
        raise TooMuch
    for i in range(count):
        code = pdfium_c.FPDFText_GetUnicode(text, i)
        char = chr(code) if code < 0x110000 else "\ufffd"
        if char != _HYPHEN and (code <= 32 or char.isspace() or 0xD800 <= code < 0xE000):
            # pdfium makes up blanks and line ends of its own, which say nothing new.
            spaced = spaced or (char.isspace() and pdfium_c.FPDFText_IsGenerated(text, i) != 1)
            continue
        angle = pdfium_c.FPDFText_GetCharAngle(text, i) / (math.pi / 2)
        if abs(angle - round(angle)) > 0.02 or not pdfium_c.FPDFText_GetLooseCharBox(text, i, ctypes.byref(box)):
            continue
        char = "-" if char == _HYPHEN else same.get(char, char)
        pdfium_c.FPDFText_GetCharOrigin(text, i, ctypes.byref(x), ctypes.byref(y))
        turn = -round(angle) % 4  # pdfium counts clockwise
        box_ = (box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top))
        by_turn[turn].append(Glyph(char, *_turned(box_, turn), base=(y.value, -x.value, -y.value, x.value)[turn], spaced=spaced))
        spaced = False
    text.close()
    turn = max(by_turn, key=lambda key: len(by_turn[key]))
    return turn, by_turn[turn]


def _turned(box: Box, turn: int) -> Box:
    """Return a box as if its page were turned so that lines running upwards, backwards or downwards run to the right."""
    x0, y0, x1, y1 = box
    return ((x0, y0, x1, y1), (y0, -x1, y1, -x0), (-x1, -y1, -x0, -y0), (-y1, x0, -y0, x1))[turn]


def _rules(page: pdfium.PdfPage) -> tuple[list[Rule], list[Rule]]:
    """Return horizontal and vertical rules; none of either where the page holds more than tables need."""
    level: list[Rule] = []
    upright: list[Rule] = []
    for x0, y0, x1, y1 in _strokes(page):
        if abs(y1 - y0) <= SLANT and abs(x1 - x0) >= SHORTEST:
            level.append(Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1)))
        elif abs(x1 - x0) <= SLANT and abs(y1 - y0) >= SHORTEST:
            upright.append(Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1)))
        if len(level) + len(upright) > MOST_RULES:
            return [], []
    return level, upright


def _strokes(page: pdfium.PdfPage) -> Iterator[tuple[float, float, float, float]]:
    """Yield the straight parts of all paths of a page as x0, y0, x1, y1."""
    x, y = ctypes.c_float(), ctypes.c_float()
    for item in page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_PATH,), max_depth=4):
        count = pdfium_c.FPDFPath_CountSegments(item)
        if not 0 < count <= MOST_RULES:
            continue
        matrix = item.get_matrix()
        start = last = (0.0, 0.0)
        for i in range(count):
            segment = pdfium_c.FPDFPath_GetPathSegment(item, i)
            pdfium_c.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
            here = matrix.on_point(x.value, y.value)
            kind = pdfium_c.FPDFPathSegment_GetType(segment)
            if kind == pdfium_c.FPDF_SEGMENT_MOVETO:
                start = here
            elif kind == pdfium_c.FPDF_SEGMENT_LINETO:
                yield (*last, *here)
            if pdfium_c.FPDFPathSegment_GetClose(segment):
                yield (*here, *start)
            last = here
