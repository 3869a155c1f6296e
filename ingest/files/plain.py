"""Plain text and Markdown: UTF-8, UTF-16 with a byte-order mark, GB18030."""

from __future__ import annotations

import codecs
import re

from ingest.files.errors import Unreadable

# A byte-order mark decides at once; UTF-8 is tried before GB18030, which accepts almost any bytes.
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
GUESSES = ("utf-8", "gb18030")
# Control characters that no text file holds; tab, line feed, form feed and carriage return are fine.
CONTROLS = frozenset(chr(c) for c in range(32)) - set("\t\n\x0b\x0c\r\x1a\x1e\x1f") | {"\x7f", "\ufffd"}
MOST_CONTROLS = 0.005
_CONTROL = re.compile(f"[{re.escape(''.join(sorted(CONTROLS)))}]")
_RARE = re.compile("[\ue000-\uf8ff\U00020000-\U0010ffff]")


def decode(raw: bytes, name: str) -> str:
    """Return the decoded text without a byte-order mark; raises Unreadable for binary content."""
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return _checked(_try(raw[len(mark) :], encoding), name)
    if b"\x00" in raw[:65536]:
        raise Unreadable(name, "不是文本文件（含二进制内容）")
    texts = (_try(raw, encoding) for encoding in GUESSES)
    return _checked(next((text for text in texts if text is not None), None), name)


def _try(raw: bytes, encoding: str) -> str | None:
    """Decode, or return None where the bytes are not of that encoding."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _checked(text: str | None, name: str) -> str:
    """Return the text where it looks like text."""
    if text is None:
        raise Unreadable(name, "编码无法识别（请存为 UTF-8 或 GB18030）")
    strange = len(_CONTROL.findall(text))
    # Random bytes that happen to be valid GB18030 fall into its private and rare areas.
    rare = len(_RARE.findall(text, 0, 20000))
    if strange > max(2, len(text) * MOST_CONTROLS) or rare > max(20, len(text[:20000]) * 0.05):
        raise Unreadable(name, "不是文本文件（含二进制内容）")
    return text
