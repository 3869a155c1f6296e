"""What the head and the foot of a document say about it: number, issuers, days."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

from ingest import genres, history, places, titles
from ingest.flow import fold, plainly, squash
from ingest.history import day, listed
from ingest.lines import DATE, Line
from ingest.recognise import zones

_PRINTED = re.compile(rf"(?:^|办公[室厅])\s*{DATE.pattern}印发")
_TITLE_WHO = re.compile(r"^(.{3,120}?)(?:关于|印发|转发|令(?:第|$)|公告(?:第|$))")
# How far into a text a sentence may tell who issued it.
TOLD = 3000
_MADE = re.compile(r"(?:^|[。，,;\d日])([\u4e00-\u9fff]{4,30}?)(?:近日|日前|联合)?(?:制定|出台|印发|发布|公布)了?$")
_ORDER = re.compile(r"^([\u4e00-\u9fff\d]{2,60}(?:令|公告|通告))$")
_LOCAL = re.compile(r"我[市省区县]|全[市省]|[市省]委|[市省]政府|驻[\u4e00-\u9fff]高校")
# 某某局　编印, below the title of a leaflet.
_EDITED = re.compile(r"(.{4,40}?)[\s\u3000]*(?:编印|编制|编写|印制|主编|编)\Z")
_PLACED = re.compile(r"([\u4e00-\u9fff]{2}[市省])")
# Fields side by side: 发布日期：…　来源：…, 某政发〔2024〕5号    签发人：某某.
_ROW = 160
_SIDE = re.compile(r"[ \t\u3000|｜]+(?=[\u4e00-\u9fff]{2,8}[:：])")
_PARTS = re.compile(r"[|｜]|[ \t\u3000]{2,}")
# A place that no row lists: no 城市, 超市, 市场, 各县.
_COINED = re.compile(
    r"((?![各全本我有相所国省市县区])[\u4e00-\u9fff]{1,3}[^城都上股超各门集入菜夜楼县区乡农]市(?![场值容民区直级域政委])|(?![各全本我有相所国省市])[\u4e00-\u9fff]{1,3}[^各]县(?![区市域级城]))(?=[\u4e00-\u9fff])"
)
_BEFORE_PLACE = re.compile(r"^(?:关于|印发|中共|中国共产党|\d{4}年(?:度)?|(?:一图|一张图)?(?:读懂|看懂|速懂)|图解|(?:政策|文件)?(?:解读|问答)|[:：|｜《“])+")
_SPOKEN_OF = r"(?:人民政府|行政区域|境内|辖区|范围|实际|[\u4e00-\u9fff]{2,12}(?:局|委员会|办公室))"
_NATION = ("国务院", "国家", "中国", "中华", "全国", "最高人民", "中央", "中共中央")
# What stands behind the name of a place that a text is about.
_GOVERNS = r"(?:委|政府|人民政府|人大|[\u4e00-\u9fff]{2,8}[局委办])"


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
    public: date | None = None  # the day from which 自公布之日起 counts: the issue date, but not the day of a mere vote


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
            yield from pairwise(cells)
            continue
        for part in _SIDE.split(line.text) if len(line.key) < _ROW else ():
            if match := re.match(r"^[\[【]?([\u4e00-\u9fff \u3000]{2,8})[\]】]?\s*[:：]\s*(\S.{0,80})$", part):
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
    return not line.table and len(rest) < len(line.key) and line.key.endswith("日") and bool(_body().match(rest))


@cache
def _body() -> re.Pattern[str]:
    """Return a pattern for a name of a body as a signature writes it."""
    return re.compile(rf"^[\u4e00-\u9fff（）()、]{{0,40}}?(?:{genres.any_of('bodies').pattern})$")


_PLACED = re.compile(r"(?:中共)?([\u4e00-\u9fff]{1,11}?(?:省|市|自治州|自治区|县|区|盟|旗))")


def bodies(text: str) -> tuple[str, ...]:
    """Return the names of bodies where a line holds nothing else; a name broken by a space is joined."""
    if "\t" in text or len(text) > 160:
        return ()
    names: list[str] = []
    part = ""
    for word in re.split(r"[\s\u3000]+", text.strip().replace("**", "")):
        part += word
        if _body().match(part):
            names += _apart(part)
            part = ""
    return () if part else tuple(names)


def _apart(name: str) -> list[str]:
    """Return the bodies of one place that stand without a space between them, 甲市财政局甲市水利局, or the one name."""
    place = _PLACED.match(name)
    parts = [part for part in re.split(rf"(?<!中共)(?=(?:中共)?{place[1]})", name) if part] if place else []
    return parts if len(parts) > 1 and all(_body().match(part) for part in parts) else [name]


def read(head: Sequence[Line], above: Sequence[Line], foot: Sequence[Line], below: Sequence[Line], title: str, notice: str | None) -> Fields:
    """Return the metadata of a document from the lines of its head, those of them above its own title, its foot, and those right below the title."""
    table = printed(head)
    signed, when = signature(above) if notice is not None else ((), None)
    if not signed and when is None:
        signed, when = signature(foot)
    if not signed and when is None:
        signed, when = signature([line for line in above if _signed_day(line)])  # the head of minutes: 某某办公室　2026年7月9日
    told = history.read(below)
    printed_day = next((day(m[0]) for line in reversed(foot) if (m := _PRINTED.search(line.key))), None)
    headed = next((found for line in reversed(above) if (found := bodies(line.text))), ())
    edited = next((found for line in head if (match := _EDITED.match(line.text.strip())) and (found := bodies(match[1]))), ())
    who = told.issuers or signed or listed(table.get("field_issuer")) or _from_title(notice) or _from_title(title) or headed or edited
    issued = told.issued or when or day(table.get("field_issued", "")) or printed_day
    return Fields(
        number=_number(head, table, notice or title, who) or told.number or _noted(below),
        index_number=table.get("field_index"),
        issuers=who,
        issued=issued,
        published=day(table.get("field_published", "")),
        effective=day(table.get("field_effective", "")) or told.effective,
        expires=day(table.get("field_expires", "")),
        public=when if told.voted else issued,
    )


def _number(head: Sequence[Line], table: dict[str, str], title: str, who: Sequence[str]) -> str | None:
    """Return the document's own number: a line of its own, a field, or the number of an order."""
    for i, line in enumerate(head):
        if match := re.match(r"^([\u4e00-\u9fff]{2,20}令|[\u4e00-\u9fff]{2,30}公告)\(?((?:\d{4}年)?第?[\d零一二三四五六七八九十百]+号)\)?$", line.key):
            return match[1] + match[2]
        if titles.is_number_line(line):
            found = titles.NUMBER.search(line.key)
            if found:
                return normal_number(found[0])
            order = _ORDER.match(head[i - 1].key if i else "") or _ORDER.match(title)
            return f"{_series(order[1], who)}{line.key.strip('()')}" if order else None
        for part in _PARTS.split(line.text)[:3] if len(line.key) < _ROW and "号" in line.key else ():
            if titles.NUMBER.fullmatch(plainly(squash(part))) and fold(part) != line.key:
                return normal_number(squash(part))
    found = titles.NUMBER.search(fold(table.get("field_number", "")))
    return normal_number(found[0]) if found else None


def _noted(below: Sequence[Line]) -> str | None:
    """Return the number that stands before the day in the line below a title: （某字〔2024〕5号 2024年3月1日…通过）."""
    found = titles.NUMBER.match(below[0].key.lstrip("(（[")) if below else None
    return normal_number(found[0]) if found else None


def _series(words: str, who: Sequence[str]) -> str:
    """Return the series that a number belongs to: 某局关于…的公告 is of 某局公告; one that names nobody is of those who signed it."""
    if words.startswith("关于"):
        return "".join(who) + re.sub(r".*(?=令$|公告$|通告$)", "", words)
    match = re.match(r"([\u4e00-\u9fff]{2,30}?)关于.*(令|公告|通告)$", words)
    return match[1] + match[2] if match else words


def normal_number(text: str) -> str:
    """Return a document number in the form 青政办字〔2024〕53号."""
    match = re.match(r"(.+?)[〔\[【(［﹝]((?:19|20)\d\d)年?[〕\]】)］﹞]第?(\d+)号", fold(text))
    return f"{match[1]}〔{match[2]}〕{int(match[3])}号" if match else fold(text)


def _from_title(title: str | None) -> tuple[str, ...]:
    """Return the bodies that a title begins with, e.g. 某市人民政府关于…, 甲院、乙院关于…."""
    match = _TITLE_WHO.match(title or "")
    if not match:
        return ()
    parts = [bodies(part) for part in match[1].split("、")]
    return tuple(name for part in parts for name in part) if all(parts) else bodies(match[1])


def told_issuer(title: str, text: str) -> tuple[str, ...]:
    """Return the body that the text itself says issued it: 某某局出台《own title》."""
    flat = fold(text[:TOLD])
    for match in re.finditer(re.escape(f"《{fold(title)}》"), flat):
        if made := _MADE.search(flat[max(0, match.start() - 60) : match.start()]):
            return bodies(made[1])
    return ()


def place_of(title: str, issuers: Sequence[str], text: str) -> str | None:
    """Return the administrative division of a document: by its title, its issuers, else the place that a local text names most."""
    for name in issuers:
        if (found_zone := places.zone(name)) and name.startswith(("管委会", "管理委员会", "党工委"), found_zone[1]):
            return found_zone[0].full
        if not _leading_place(name) and (own := zones.unlisted(name)):
            return own
    for name in (title, *issuers):
        if name.startswith(_NATION):
            return None
        bare = _BEFORE_PLACE.sub("", name)
        if found := _leading_place(bare) or _zone_place(bare):
            return found
    return _unlisted(title, issuers, text) or (_most_named(text) if _LOCAL.search(text) else None)


def _unlisted(title: str, issuers: Sequence[str], text: str) -> str | None:
    """Return the place that no row lists and that an issuer is named by, or the title where the text speaks of it too: 云岭市财政局, 云岭市实际."""
    for name in issuers:
        if match := _COINED.match(name):
            return match[1]
    match = _COINED.match(re.sub(r"^关于(?:印发)?《?", "", title))
    return match[1] if match and re.search(match[1] + _SPOKEN_OF, squash(text[:TOLD])) else None


def _leading_place(name: str) -> str | None:
    """Return the full name of the division that a name begins with, the longest one."""
    found = (places.ending(name, end, None) for end in range(min(12, len(name)), 1, -1))
    return next((hit[1].full for hit in found if hit and hit[0] == 0 and name.startswith((hit[1].name, hit[1].full))), None)


def named_place(headline: str, text: str) -> str | None:
    """Return the first division whose short name a headline holds and that the text names in full: 成都出台新政, 成都市商务局.

    Behind the beginning of a headline the text has to name it as one that governs: 补八百保山送礼包, 保山市人民政府新闻办公室.
    """
    for start in range(len(headline) - 1):
        for end in range(min(start + 4, len(headline)), start + 1, -1):
            place = places.parse(headline[start:end])
            if place and place.rank != "district" and re.search(re.escape(place.name) + ("" if start == 0 else _GOVERNS), text):
                return place.full
    return None


def _zone_place(name: str) -> str | None:
    """Return the full name of the city whose zone a name begins with: 成都高新区管委会关于…, 苏州工业园区…."""
    for start, end, _ in zones.find(name, None):
        found = (places.parse(name[:i]) for i in range(min(end, 12), 1, -1)) if start == 0 else ()
        if place := next(filter(None, found), None):
            return place.full
    return None


def _most_named(text: str) -> str | None:
    """Return the province or city whose bodies a text names most often."""
    counts = Counter(match[1] for match in _PLACED.finditer(text) if (place := places.parse(match[1])) and place.rank != "district")
    return counts.most_common(1)[0][0] if counts else None
