"""What the head and the foot of a document say about it: number, issuers, days."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from ingest import genres, titles
from ingest.flow import fold, squash
from ingest.labels import number
from ingest.lines import DATE, Line

_DIGITS = {c: str(i) for i, c in enumerate("零一二三四五六七八九")} | {"〇": "0", "○": "0", "O": "0", "Ｏ": "0"}
_PLAIN_DAY = re.compile(r"(\d{4})[-./年](\d{1,2})[-./月](\d{1,2})日?")
_AGENCY = re.compile(
    r"^(?:[\u4e00-\u9fff（）()、]{2,40}?(?:政府|厅|局|部|委员会|委|办公室|办公厅|署|院|总行|分行|支行|银行|联合会|协会|法院|检察院|总会|公司|集团|大学|中心|组|处|国务院|领导小组|指挥部|总工会|中央|党组))$"
)
_PRINTED = re.compile(rf"(?:^|办公[室厅])\s*{DATE.pattern}印发")
_TITLE_WHO = re.compile(r"^(.{3,120}?)(?:关于|印发|转发|令(?:第|$)|公告(?:第|$))")
_SESSION = re.compile(r"第[\d零一二三四五六七八九十百]+届")
_PASSED = re.compile(r"([\u4e00-\u9fff]{0,20}?人民代表大会(?:常务委员会)?)(?:第[\d零一二三四五六七八九十百]+次(?:会议)?|公告)")
_BY_ORDER = re.compile(r"([\u4e00-\u9fff]{2,20}?(?:政府|国务院|部|委员会|总局|局|署|行|院))(?:令|公告)(?:[（(〔\[]?\d{4}[）)〕\]]?年?)?第?([\d零一二三四五六七八九十百]+)号")
_PLACE = re.compile(r"^(?:中共|中国共产党)?([\u4e00-\u9fff]{2,7}?(?:自治区|自治州|自治县|特别行政区|省|市|州|盟|县|区|旗))(?![区市]?[域级场管])")
_LOCAL = re.compile(r"(?<![\u4e00-\u9fff])?([\u4e00-\u9fff]{2,3}市)(?=委|人民|政府|[\u4e00-\u9fff])")
_NATION = ("国务院", "国家", "中国", "中华", "全国", "最高人民", "中央", "中共中央")


@dataclass(frozen=True, slots=True)
class Fields:
    """The metadata that a document prints, each None or empty where it does not."""

    number: str | None = None
    index_number: str | None = None
    issuers: tuple[str, ...] = ()
    issued: date | None = None
    published: date | None = None
    effective: date | None = None
    expires: date | None = None


def day(text: str) -> date | None:
    """Return the first day written in a text (2024年12月12日, 二〇二四年十二月十二日, 2024-12-12), or None."""
    flat = fold(text)
    match = DATE.search(flat) or _PLAIN_DAY.search(flat)
    if not match:
        return None
    year = "".join(_DIGITS.get(c, c) for c in match[1])
    try:
        return date(int(year), number(match[2]), number(match[3]))
    except ValueError:
        return None


def printed(lines: Sequence[Line]) -> dict[str, str]:
    """Return the fields of a metadata table or of lines like 索引号：…, by the name of their word list."""
    found: dict[str, str] = {}
    for name, value in _pairs(lines):
        for kind in ("field_number", "field_index", "field_issuer", "field_issued", "field_published", "field_effective", "field_expires"):
            if name in genres.words(kind) and value and value not in ("无", "-", "—"):
                found.setdefault(kind, value)
    return found


def _pairs(lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """Yield name and value of each field."""
    for line in lines:
        if line.table:
            cells = [squash(cell).strip(":：") for cell in line.text.split("\t")]
            yield from zip(cells, cells[1:], strict=False)
        elif match := re.match(r"^[\[【]?([\u4e00-\u9fff \u3000]{2,8})[\]】]?\s*[:：]\s*(\S.{0,80})$", line.text):
            yield squash(match[1]), match[2].strip()


def signature(lines: Sequence[Line]) -> tuple[tuple[str, ...], date | None]:
    """Return who signed and when: lines that hold nothing but names of bodies, above a line that holds nothing but a day."""
    for i in range(len(lines) - 1, -1, -1):
        if not lines[i].dated and not _signed_day(lines[i]):
            continue
        names: list[str] = []
        j = i - 1
        while j >= 0 and (found := bodies(lines[j].text)):
            names[:0] = found
            j -= 1
        same_line = bodies(DATE.sub("", fold(lines[i].text))) if not lines[i].dated else ()
        if names or same_line or lines[i].dated:
            return tuple(dict.fromkeys([*names, *same_line])), day(lines[i].text)
    return (), None


def _signed_day(line: Line) -> bool:
    """Say whether a line is a body and a day, e.g. 某某局 2024年1月2日."""
    rest = DATE.sub("", line.key)
    return len(rest) < len(line.key) and line.key.endswith("日") and bool(_AGENCY.match(rest))


def bodies(text: str) -> tuple[str, ...]:
    """Return the names of bodies where a line holds nothing else; a name broken by a space is joined."""
    if "\t" in text or len(text) > 160:
        return ()
    names: list[str] = []
    part = ""
    for word in re.split(r"[\s\u3000]+", text.strip().replace("**", "")):
        part += word
        if _AGENCY.match(part):
            names.append(part)
            part = ""
    return () if part else tuple(names)


def history(lines: Sequence[Line]) -> tuple[str | None, str | None, date | None]:
    """Return issuer, order number and day of the version in force that the lines below a law's title tell."""
    text = "".join(squash(line.text) for line in lines)
    days = [m for m in DATE.finditer(fold(text)) if not re.match(r"(?:起)?(?:施行|实施|生效)", fold(text)[m.end() : m.end() + 3])]
    flat = fold(text)
    tail = [flat[m.end() : (days[i + 1].start() if i + 1 < len(days) else len(flat))] for i, m in enumerate(days)]
    issued = next((day(m[0]) for m, rest in zip(reversed(days), reversed(tail), strict=True) if genres.any_of("history").search(rest)), None)
    orders = list(_BY_ORDER.finditer(flat))
    if orders:
        return _SESSION.sub("", orders[-1][1]), f"{orders[-1][1]}令第{orders[-1][2]}号" if "令" in orders[-1][0] else None, issued
    passed = _PASSED.search(flat)
    return (_SESSION.sub("", passed[1]) if passed else None), None, issued


def read(head: Sequence[Line], foot: Sequence[Line], below: Sequence[Line], title: str, notice: str | None) -> Fields:
    """Return the metadata of a document from the lines of its head, its foot, and those right below its own title."""
    table = printed(head)
    signed, when = signature(head) if notice is not None else ((), None)
    if not signed and when is None:
        signed, when = signature(foot)
    told_who, told_number, told_day = history(below) if below else (None, None, None)
    printed_day = next((day(m[0]) for line in reversed(foot) if (m := _PRINTED.search(line.key))), None)
    who = signed or _listed(table.get("field_issuer")) or _from_title(notice) or ((told_who,) if told_who else ()) or _from_title(title)
    issued = when if not told_day else told_day
    return Fields(
        number=_number(head, table, notice or title) or told_number,
        index_number=table.get("field_index"),
        issuers=who if not told_who else (told_who,),
        issued=issued or day(table.get("field_issued", "")) or printed_day,
        published=day(table.get("field_published", "")),
        effective=day(table.get("field_effective", "")),
        expires=day(table.get("field_expires", "")),
    )


def _number(head: Sequence[Line], table: dict[str, str], title: str) -> str | None:
    """Return the document's own number: a line of its own, a field, or the number of an order."""
    for line in head:
        if titles.is_number_line(line):
            found = titles.NUMBER.search(line.key)
            if found:
                return normal_number(found[0])
            order = re.match(r"^([\u4e00-\u9fff]{2,20}令)", title) or re.match(r"^([\u4e00-\u9fff]{2,20}令)", head[0].key)
            return f"{order[1]}{line.key.strip('()')}" if order else None
        if match := re.match(r"^([\u4e00-\u9fff]{2,20}令)\(?(第[\d零一二三四五六七八九十百]+号)\)?$", line.key):
            return match[1] + match[2]
    found = titles.NUMBER.search(fold(table.get("field_number", "")))
    return normal_number(found[0]) if found else None


def normal_number(text: str) -> str:
    """Return a document number in the form 青政办字〔2024〕53号."""
    match = re.match(r"(.+?)[〔\[【(［﹝]((?:19|20)\d\d)年?[〕\]】)］﹞]第?(\d+)号", fold(text))
    return f"{match[1]}〔{match[2]}〕{int(match[3])}号" if match else fold(text)


def _listed(value: str | None) -> tuple[str, ...]:
    """Split a field that may name several bodies."""
    return tuple(name for name in re.split(r"[、，,;；\s]+", value) if name) if value else ()


def _from_title(title: str | None) -> tuple[str, ...]:
    """Return the body that a title begins with, e.g. 某市人民政府关于…."""
    match = _TITLE_WHO.match(title or "")
    return bodies(match[1]) if match else ()


def place_of(title: str, issuers: Sequence[str], text: str) -> str | None:
    """Return the administrative division of a document: by its title, its issuers, else the place that a local text names most."""
    for name in (title, *issuers):
        if match := _PLACE.match(re.sub(r"^(?:关于|印发|《)+", "", name)):
            return match[1]
        if name.startswith(_NATION) and name is not title:
            return None
    if not re.search(r"我市|全市|市委|市政府|我省|全省|省委", text):
        return None
    counts: dict[str, int] = {}
    for match in re.finditer(r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]{2}[市省])|([\u4e00-\u9fff]{2}市)(?=人民政府|[\u4e00-\u9fff]{2,6}[局委办])", text):
        name = match[1] or match[2]
        counts[name] = counts.get(name, 0) + 1
    return max(counts, key=lambda name: counts[name]) if counts else None
