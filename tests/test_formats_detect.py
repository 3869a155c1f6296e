"""Formats are found by content; what is not read is refused by its true kind."""

from __future__ import annotations

import contextlib
import io
import tomllib
import zipfile
from importlib import resources
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import files
from ingest.files import Unreadable, detect
from ingest.files.pagewords import Pages, pages
from ingest.files.text import joined, place_at
from ingest.read import read
from ontology.records import Source
from tests.makers import plain
from tests.makers.policy import MEASURES, RULES, Policy


def archive(*members: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for member in members:
            made.writestr(member, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("raw", "suffix", "ending"),
    [
        (b"%PDF-1.7 ...", ".txt", ".pdf"),
        (b"\n\n%PDF-1.4", ".doc", ".pdf"),
        (archive("[Content_Types].xml", "word/document.xml"), ".wps", ".docx"),
        (b"<!DOCTYPE html><html>", ".txt", ".html"),
        (b"\xef\xbb\xbf \n<html>", "", ".html"),
        ("<html>".encode("utf-16"), ".doc", ".html"),
        (b"<?xml version='1.0'?>\n<!-- saved -->\n<html xmlns='x'>", ".aspx", ".html"),
        (b"<div><p>x</p></div>", ".htm", ".html"),
        (b"<div><p>x</p></div>", ".txt", ".txt"),
        ("某市办法\n<table><tr><td>甲</td></tr></table>".encode(), ".md", ".md"),
        (b"From: <Saved by Blink>\r\nContent-Type: multipart/related;\r\n", ".mhtml", ".mht"),
        ("第一条 为了……".encode("gb18030"), ".txt", ".txt"),
    ],
    ids=range(12),
)
def test_kinds(raw: bytes, suffix: str, ending: str) -> None:
    assert detect.ending(raw, suffix, "甲") == ending


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧版"),
        (b"{\\rtf1\\ansi", "RTF"),
        (b"\x89PNG\r\n\x1a\n", "图片"),
        (b"\xff\xd8\xff\xe0", "图片"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "Excel"),
        (archive("[Content_Types].xml", "ppt/presentation.xml"), "PowerPoint"),
        (archive("OFD.xml", "Doc_0/Document.xml"), "OFD"),
        (archive("mimetype", "META-INF/manifest.xml", "content.xml"), "OpenDocument"),
        (archive("政策.txt"), "压缩包"),
        (archive("a")[:20], "损坏"),
        (b"Rar!\x1a\x07\x00", "压缩包"),
    ],
    # An archive holds the second it was made in: workers that collect the cases must agree on their names.
    ids=["doc", "rtf", "png", "jpeg", "excel", "powerpoint", "ofd", "opendocument", "zip", "cut zip", "rar"],
)
def test_kinds_that_are_not_read(tmp_path: Path, raw: bytes, reason: str) -> None:
    for name in ("甲.docx", "甲.txt", "甲"):
        path = tmp_path / name
        path.write_bytes(raw)
        with pytest.raises(Unreadable) as error:
            files.read(path, name)
        assert reason in error.value.reason
        assert "\n" not in str(error.value)


@settings(max_examples=60, deadline=None)
@given(
    head=st.sampled_from([b"", b"PK\x03\x04", b"<html>", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\n"]),
    raw=st.binary(max_size=300),
)
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, head: bytes, raw: bytes) -> None:
    path = tmp_path_factory.mktemp("f") / "甲.html"
    path.write_bytes(head + raw)
    with contextlib.suppress(Unreadable):
        assert files.read(path, path.name).text.strip()


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "甲.txt"
    path.write_text("第一条", "utf-8")
    monkeypatch.setattr(files, "LARGEST", 3)
    with pytest.raises(Unreadable, match="过大"):
        files.read(path, path.name)


def test_places_by_offset() -> None:
    text = joined([("甲", "第1页"), ("乙", "第1页"), ("", None), ("丙", "第2页")])
    assert text.words == "甲\n乙\n\n丙"
    assert [place_at(text.marks, i) for i in range(6)] == ["第1页"] * 5 + ["第2页"]
    assert place_at((), 3) is None


def test_words_of_pages_name_their_sources() -> None:
    data = tomllib.loads(resources.files("ingest").joinpath("lexicon", "pages.toml").read_text("utf-8"))
    assert pages().tools.words
    data["tools"]["source"] = "nobody"
    with pytest.raises(ValueError, match="unknown sources"):
        Pages.model_validate(data)


def spaced(policy: Policy, text: str) -> str:
    """Space the letters of titles, as pages do to fill a line."""
    for block in policy.blocks:
        if block.kind == "title":
            text = text.replace(f"\n{block.words}\n", f"\n{' '.join(block.words)}\n")
    return text


WRITINGS = {
    "letter-spaced titles": spaced,
    "full-width digits": lambda policy, text: "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isdigit() else c for c in text),
    "line separators": lambda policy, text: text.replace("\n\n", "\u2028"),
    "paragraph separators": lambda policy, text: text.replace("\n\n", "\u2029"),
    "next-line signs": lambda policy, text: text.replace("\n\n", "\x85"),
    "carriage returns": lambda policy, text: text.replace("\n", "\r"),
    "form feeds": lambda policy, text: text.replace("第三章", "\x0c第三章", 1).replace("三、", "\x0c三、", 1),
    "navigation around it": lambda policy, text: (
        f"首页 > 政务公开 > 政策文件\n【字体：大 中 小】 打印\n\n{text}\n\n上一篇：关于某事的公告\n下一篇：无\n主办：安庆市人民政府办公室 皖ICP备12345号\n"
    ),
}


@pytest.mark.parametrize("policy", [RULES, MEASURES], ids=["rules", "measures"])
@pytest.mark.parametrize("writing", WRITINGS)
def test_texts_copied_from_elsewhere(writing: str, policy: Policy) -> None:
    text = plain.make(policy)
    expected, found = (read(Source("甲.txt", "", words)) for words in (text, WRITINGS[writing](policy, text)))
    assert [(d.title, d.notice_title, d.number, d.issuers, d.issued, d.effective, d.expires) for d in found.documents] == [
        (d.title, d.notice_title, d.number, d.issuers, d.issued, d.effective, d.expires) for d in expected.documents
    ]

    def told(reading: object) -> list[object]:
        return [
            (c.key, c.kind, [(a.value, a.bound, a.unit) for a in f.amounts], [(r.agency, r.role) for r in f.responsibilities], len(f.references))
            for own in reading.clauses.values()  # type: ignore[attr-defined]
            for c, f in own
        ]

    assert told(found) == told(expected)
