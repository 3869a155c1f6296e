"""Members of an Office archive: read within bounds, parsed without entities."""

from __future__ import annotations

import io
import zipfile
import zlib

from lxml import etree

from ingest.files.errors import Unreadable

# Sizes in bytes of what members unpack to, and the ratio of a member that is no text (real documents reach about 60).
MEMBER_LIMIT = 200_000_000
RATIO_LIMIT = 200
# Below this size a high ratio harms nobody: a short part of blanks reaches it.
RATIO_FROM = 5_000_000

Element = etree._Element


class Archive:
    """An opened archive; every method raises Unreadable with the file's name."""

    def __init__(self, raw: bytes, name: str) -> None:
        """Open the archive."""
        self.name = name
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise Unreadable(name, "压缩格式已损坏，文件可能没有下载完整") from error
        self._members = {info.filename: info for info in self._zip.infolist()}

    def tree(self, member: str) -> Element | None:
        """Return the root of an XML member, None where the archive has no such member."""
        info = self._members.get(member)
        if info is None:
            return None
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=False)
        try:
            return etree.fromstring(self._bytes(info), parser)
        except etree.XMLSyntaxError as error:
            raise Unreadable(self.name, "文档内部的 XML 有误或嵌套过深，无法读取") from error

    def _bytes(self, info: zipfile.ZipInfo) -> bytes:
        """Unpack a member, its true size checked against the limits."""
        if info.flag_bits & 1:
            raise Unreadable(self.name, "文件有密码保护，无法读取")
        if info.file_size > MEMBER_LIMIT or (info.file_size > RATIO_FROM and info.file_size > RATIO_LIMIT * max(1, info.compress_size)):
            raise Unreadable(self.name, "解压后过大，疑似压缩炸弹，没有读取")
        try:
            with self._zip.open(info) as member:
                data = member.read(min(MEMBER_LIMIT, info.file_size) + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
            raise Unreadable(self.name, "压缩格式已损坏，文件可能没有下载完整") from error
        if len(data) > info.file_size:
            raise Unreadable(self.name, "解压后过大，疑似压缩炸弹，没有读取")
        return data


def local(element: Element) -> str:
    """Return an element's name without namespace, "" for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def child(element: Element | None, name: str) -> Element | None:
    """Return the first child of that local name, or None."""
    return None if element is None else next((item for item in element if local(item) == name), None)


def value(element: Element | None, name: str = "val") -> str | None:
    """Return the attribute of that local name, or None."""
    if element is None:
        return None
    return next((str(text) for key, text in element.attrib.items() if str(key).rpartition("}")[2] == name), None)


def setting(element: Element | None, *names: str) -> str | None:
    """Return the val attribute at the end of a path of children, or None."""
    for name in names:
        element = child(element, name)
    return value(element)
