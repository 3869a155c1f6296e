"""The encoding of a web page: what its bytes show counts more than what it declares."""

from __future__ import annotations

import codecs
import re

from charset_normalizer import from_bytes

MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# A page cut by its server may end within a character: so large a share of broken ones is forgiven.
BROKEN = 0.002
# How much of a page charset-normalizer looks at, in bytes.
SAMPLE = 65536
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{2,24})", re.IGNORECASE)
# Names that pages use for encodings whose superset reads them all.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "x-gbk": "gb18030", "big5": "big5hkscs", "iso-8859-1": "cp1252", "ascii": "utf-8", "us-ascii": "utf-8"}


def decode(raw: bytes) -> str | None:
    """Return the text of a page without a byte-order mark, None where no encoding fits.

    A byte-order mark decides; then valid UTF-8 (GBK text almost never is); then the declared encoding, GB18030, and a guess.
    """
    for mark, encoding in MARKS:
        if raw.startswith(mark):
            return _forgiving(raw[len(mark) :], encoding)
    if (text := _forgiving(raw, "utf-8")) is not None:
        return text
    declared = _declared(raw)
    for encoding in dict.fromkeys((*([declared] if declared else []), "gb18030", "big5hkscs")):
        if (text := _forgiving(raw, encoding)) is not None and _chinese(text):
            return text
    best = from_bytes(raw[:SAMPLE]).best()
    return _forgiving(raw, best.encoding) if best else None


def _declared(raw: bytes) -> str | None:
    """Return the encoding that the page names in its first bytes, in the form Python knows, None for UTF-8 and unknown names."""
    match = _DECLARED.search(raw[:4096])
    if not match:
        return None
    name = match[1].decode("ascii").lower()
    try:
        found = codecs.lookup(_WIDER.get(name, name)).name
    except LookupError:
        return None
    return None if found == "utf-8" else found


def _forgiving(raw: bytes, encoding: str) -> str | None:
    """Decode, a few broken characters allowed; None where the bytes are of another encoding."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        text = raw.decode(encoding, "replace")
    wide = sum(1 for c in text if c > "\x7f")
    return text if text.count("\ufffd") <= max(1, wide * BROKEN) else None


def _chinese(text: str) -> bool:
    """Say whether most of what is not ASCII are Chinese characters and signs, as in a page read in its own encoding."""
    wide = [c for c in text if c > "\x7f"]
    good = sum(1 for c in wide if "\u4e00" <= c <= "\u9fff" or "\u2010" <= c <= "\u303f" or "\uff00" <= c <= "\uffef" or c == "\xa0")
    return good >= 0.8 * len(wide)
