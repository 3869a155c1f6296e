"""Files: encodings, line ends, what cannot be read."""

from __future__ import annotations

import codecs
import contextlib
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import files
from ingest.files import Unreadable
from ingest.files.plain import decode

TEXT = "甲市某某办法\r\n\r\n第一条 “给予”最高１０万元补助——每年一次。\n第二条 完。\r第三条 止。"


@pytest.mark.parametrize(
    "raw",
    [
        TEXT.encode("utf-8"),
        codecs.BOM_UTF8 + TEXT.encode("utf-8"),
        TEXT.encode("gb18030"),
        codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
        codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    ],
    ids=["utf-8", "utf-8 with mark", "gb18030", "utf-16 little", "utf-16 big"],
)
def test_encodings_and_line_ends(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "甲.txt"
    path.write_bytes(raw)
    source = files.read(path, "下/甲.txt")
    assert source.text == TEXT
    assert source.path == "下/甲.txt"
    assert source.sha256 == hashlib.sha256(raw).hexdigest()


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("a.txt", b"", "空"),
        ("a.txt", codecs.BOM_UTF8 + b" \n\t ", "空"),
        ("a.txt", b"PK\x03\x04\x00\x00\x08\x00abc", "二进制"),
        ("a.txt", bytes(range(256)) * 40, "二进制"),
        ("a.txt", b"\x01\x02\x03\x04abc" * 50, "二进制"),
        ("a.txt", b"\xff\xfe\xff\xff\xff", "编码"),
        ("a.xls", b"abc", "不支持"),
        ("a", b"abc", "不支持"),
    ],
)
def test_unreadable(tmp_path: Path, name: str, raw: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    with pytest.raises(Unreadable) as error:
        files.read(path, name)
    assert reason in error.value.reason
    assert error.value.name == name
    assert "\n" not in str(error.value)


def test_missing_file_and_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "none.txt", tmp_path / "folder.md"):
        if path.suffix == ".md":
            path.mkdir()
        with pytest.raises(Unreadable) as error:
            files.read(path, path.name)
        assert "无法打开" in error.value.reason


def test_endings() -> None:
    assert files.supported(Path("甲.TXT"))
    assert files.supported(Path("甲.md"))
    assert not files.supported(Path("甲.exe"))


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Z"]), min_size=1, max_size=60))
def test_utf8_comes_back_as_it_was(text: str) -> None:
    assert decode(codecs.BOM_UTF8 + text.encode(), "a.txt") == text


@given(st.binary(max_size=400))
def test_any_bytes_are_text_or_unreadable(raw: bytes) -> None:
    with contextlib.suppress(Unreadable):
        assert isinstance(decode(raw, "a.txt"), str)
