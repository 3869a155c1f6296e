"""Files: bytes to Source, one module a format behind ``read``."""

from __future__ import annotations

import hashlib
import pathlib
from collections.abc import Callable, Mapping
from functools import cache

from ingest.files.errors import Unreadable
from ingest.files.plain import decode
from ontology.records import Source

__all__ = ["Unreadable", "read", "supported"]


@cache
def formats() -> Mapping[str, Callable[[bytes, str], str]]:
    """Return the reader of each file ending: bytes and name to text."""
    return {".txt": decode, ".md": decode}


def supported(path: pathlib.Path) -> bool:
    """Say whether a reader exists for the file's ending."""
    return path.suffix.lower() in formats()


def read(path: pathlib.Path, name: str) -> Source:
    """Return the text of a file with its line ends as they stand; name is its path relative to the ingested folder.

    Raises Unreadable where the file is empty, binary, of an unknown ending or cannot be opened.
    """
    reader = formats().get(path.suffix.lower())
    if reader is None:
        raise Unreadable(name, f"不支持的文件类型（{path.suffix or '无扩展名'}），目前可读：{'、'.join(formats())}")
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise Unreadable(name, f"无法打开（{error.strerror or error}）") from error
    text = reader(raw, name)
    if not text.strip():
        raise Unreadable(name, "文件是空的")
    return Source(name, hashlib.sha256(raw).hexdigest(), text)
