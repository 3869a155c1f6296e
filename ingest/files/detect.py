"""Which format a file is, by its first bytes and only then by its name."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib

from ingest.files.errors import Unreadable

PDF, DOCX, HTML, MHTML = ".pdf", ".docx", ".html", ".mht"
# How far into a file its kind is looked for, in bytes.
NEAR = 4096

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# First bytes → why a file of that kind is not read.
_REFUSED: tuple[tuple[bytes, str], ...] = (
    (_OLE, "旧版 Office 文件（.doc/.xls/.wps，二进制内容），请另存为 .docx 或 .pdf 后再读取"),
    (b"{\\rtf", "RTF 文件，请另存为 .docx 后再读取"),
    (b"\x89PNG\r\n", "图片文件，没有文字层，请先做文字识别"),
    (b"\xff\xd8\xff", "图片文件，没有文字层，请先做文字识别"),
    (b"GIF8", "图片文件，没有文字层，请先做文字识别"),
    (b"II*\x00", "图片文件，没有文字层，请先做文字识别"),
    (b"MM\x00*", "图片文件，没有文字层，请先做文字识别"),
    (b"Rar!\x1a\x07", "压缩包（二进制内容），请解压后再读取"),
    (b"7z\xbc\xaf\x27\x1c", "压缩包（二进制内容），请解压后再读取"),
    (b"\x1f\x8b\x08", "压缩包（二进制内容），请解压后再读取"),
)
# A member of a zip archive → why an archive with it is not read.
_ARCHIVES: tuple[tuple[str, str], ...] = (
    ("OFD.xml", "OFD 版式文件，请转为 .pdf 后再读取"),
    ("xl/workbook.xml", "Excel 工作簿，请另存为 .html 或 .pdf 后再读取"),
    ("ppt/presentation.xml", "PowerPoint 演示文稿，请另存为 .pdf 后再读取"),
    ("META-INF/manifest.xml", "OpenDocument 文件，请另存为 .docx 后再读取"),
)
_SPACE = rb"(?:\s|<!--(?s:.{0,2000}?)-->|<\?xml[^>]{0,200}\?>)*"
_HTML = re.compile(rb"^" + _SPACE + rb"<(?:!doctype\s+html|html|head|body|meta|title)\b", re.IGNORECASE)
_MHTML = re.compile(rb"^(?:[\w-]+:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)*?content-type:\s*multipart/related", re.IGNORECASE)
_MARKUP = re.compile(rb"</(?:p|div|td|span|table|html|body)>", re.IGNORECASE)
_PAGES = frozenset({".html", ".htm", ".shtml", ".xhtml", ".mht", ".mhtml"})


def ending(raw: bytes, suffix: str, name: str) -> str:
    """Return the ending that stands for a file's true format; raises Unreadable for kinds that are not read.

    ``suffix`` is the lower-case ending of the file's name: it decides only for text without a sign of its own.
    """
    for start, reason in _REFUSED:
        if raw.startswith(start):
            raise Unreadable(name, reason)
    if b"%PDF-" in raw[:1024]:
        return PDF
    if raw.startswith(b"PK\x03\x04"):
        return _archive(raw, name)
    head = _narrow(raw[:NEAR])
    if _MHTML.match(head):
        return MHTML
    if _HTML.match(head) or (suffix in _PAGES and _MARKUP.search(_narrow(raw[:65536]))):
        return HTML
    return suffix


def _narrow(head: bytes) -> bytes:
    """Return the first bytes of a file in an encoding whose ASCII signs are single bytes, without a byte-order mark."""
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if head.startswith(mark):
            return head[2:].decode(encoding, "ignore").encode("utf-8", "ignore")
    return head.removeprefix(codecs.BOM_UTF8)


def _archive(raw: bytes, name: str) -> str:
    """Say what a zip archive holds."""
    try:
        members = frozenset(zipfile.ZipFile(io.BytesIO(raw)).namelist())
    except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable(name, "压缩格式已损坏（二进制内容），文件可能没有下载完整") from error
    if "[Content_Types].xml" in members and any(member.startswith("word/") for member in members):
        return DOCX
    for member, reason in _ARCHIVES:
        if member in members:
            raise Unreadable(name, reason)
    raise Unreadable(name, "压缩包（二进制内容），请解压后再读取")
