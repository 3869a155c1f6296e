"""Files: bytes to Source, one module a format behind ``read``."""

from __future__ import annotations

import hashlib
import pathlib
import re
from collections.abc import Callable, Mapping
from functools import cache

from ingest.files import detect, plain
from ingest.files.errors import Unreadable
from ingest.files.text import Text, place_at
from ontology.records import Source

__all__ = ["Unreadable", "place_at", "read", "supported"]

_HALF = re.compile("[\ud800-\udfff]")
# Larger files than this, in bytes, are no policy texts.
LARGEST = 256_000_000


def _plain(raw: bytes, name: str) -> Text:
    """Read plain text and Markdown."""
    return Text(plain.decode(raw, name))


def _docx(raw: bytes, name: str) -> Text:
    """Read a Word document; lxml is loaded only where there is one."""
    from ingest.files import docx

    return docx.read(raw, name)


def _html(raw: bytes, name: str) -> Text:
    """Read a web page."""
    from ingest.files import html

    return html.read(raw, name)


def _mhtml(raw: bytes, name: str) -> Text:
    """Read a web page saved in one file."""
    from ingest.files import html

    return html.read_mhtml(raw, name)


def _pdf(raw: bytes, name: str) -> Text:
    """Read a PDF in a process of its own."""
    from ingest.files.pdf import guarded

    return guarded.read(raw, name)


@cache
def formats() -> Mapping[str, Callable[[bytes, str], Text]]:
    """Return the reader of each file ending: bytes and name to text."""
    return {".txt": _plain, ".md": _plain, ".docx": _docx, ".pdf": _pdf, ".html": _html, ".htm": _html, ".mht": _mhtml, ".mhtml": _mhtml}


def supported(path: pathlib.Path) -> bool:
    """Say whether a reader exists for the file's ending."""
    return path.suffix.lower() in formats()


def read(path: pathlib.Path, name: str) -> Source:
    """Return the text of a file with its line ends as they stand; name is its path relative to the ingested folder.

    The format is that of the content; the ending decides only between kinds of plain text.
    Raises Unreadable where the file is empty, binary, of an unknown kind or cannot be opened.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise Unreadable(name, f"文件过大（超过 {LARGEST // 1_000_000} MB），没有读取")
        raw = path.read_bytes()
    except OSError as error:
        raise Unreadable(name, f"无法打开（{error.strerror or error}）") from error
    ending = detect.ending(raw, path.suffix.lower(), name)
    reader = formats().get(ending)
    if reader is None:
        raise Unreadable(name, f"不支持的文件类型（{path.suffix or '无扩展名'}），目前可读：{'、'.join(formats())}")
    text = reader(raw, name)
    if not text.words.strip():
        raise Unreadable(name, "文件是空的")
    # A PDF may give half of a pair of surrogates, which no encoding has: one sign for one sign, so that offsets hold.
    return Source(name, hashlib.sha256(raw).hexdigest(), _HALF.sub("\ufffd", text.words), text.marks)
