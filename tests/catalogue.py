"""A catalogue of made-up policies and mentions of them, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ontology.records import Document, Span

PLACES = (
    "青岛市",
    "济南市",
    "烟台市",
    "宁波市",
    "杭州市",
    "温州市",
    "苏州市",
    "南京市",
    "无锡市",
    "合肥市",
    "武汉市",
    "长沙市",
    "成都市",
    "绵阳市",
    "广州市",
    "佛山市",
    "厦门市",
    "泉州市",
    "西安市",
    "昆明市",
    "贵阳市",
    "沈阳市",
    "大连市",
    "长春市",
)
OFFICES = {"科学技术局": "科", "财政局": "财", "商务局": "商", "教育局": "教", "工业和信息化局": "工信", "人力资源和社会保障局": "人社"}
FIRST = (
    "低空经济",
    "智能制造",
    "远洋渔业",
    "数据要素",
    "绿色建筑",
    "跨境电商",
    "人工智能",
    "生物医药",
    "海洋装备",
    "新型储能",
    "夜间经济",
    "家政服务",
    "老旧小区",
    "冷链物流",
    "会展产业",
    "工业设计",
    "乡村旅游",
    "职业技能",
)
SECOND = (
    "发展",
    "示范项目",
    "企业培育",
    "专项资金",
    "产业园区",
    "人才引进",
    "贷款贴息",
    "公共服务平台",
)
KINDS = ("管理办法", "实施细则", "若干政策", "若干措施", "行动方案", "扶持意见", "暂行规定")
TAILS = ("", "", "", "（试行）", "（2031—2033年）", "（修订）")


@dataclass(frozen=True, slots=True)
class Mention:
    """A citation, the way it was made, and the id of what it means; None where it must be left open."""

    way: str
    title: str | None
    number: str | None
    on: date | None
    wanted: str | None


def documents(count: int, seed: int) -> tuple[Document, ...]:
    """Return so many policies, each with its own title or, one in twenty, with the title of an older version."""
    draw = random.Random(seed)
    made: list[Document] = []
    titles: set[str] = set()
    while len(made) < count:
        old = draw.choice(made) if made and draw.random() < 0.05 else None
        place = old.place if old else draw.choice(PLACES)
        office = draw.choice(tuple(OFFICES))
        title = old.title if old else _title(draw, place or "", office)
        if old is None and title in titles:
            continue
        titles.add(title)
        issuer = old.issuers[0] if old else f"{place}{office}"
        issued = old.issued + timedelta(days=draw.randint(900, 1500)) if old and old.issued else date(2024, 1, 1) + timedelta(days=draw.randint(0, 700))
        made.append(_document(len(made), title, issuer, place, issued, draw))
    return tuple(made)


def _title(draw: random.Random, place: str, office: str) -> str:
    words = draw.choice(FIRST) + draw.choice(SECOND) + draw.choice(KINDS) + draw.choice(TAILS)
    way = draw.random()
    if way < 0.25:
        return f"{place}{office}关于支持{words}"
    return f"关于促进{place}{words}" if way < 0.35 else place + words


def _document(i: int, title: str, issuer: str, place: str | None, issued: date, draw: random.Random) -> Document:
    sign = (place or "")[0] + next(short for office, short in OFFICES.items() if issuer.endswith(office))
    number = f"{sign}{draw.choice(('字', '发', '规'))}〔{issued.year}〕{i + 1}号" if draw.random() < 0.8 else None
    notice = f"{issuer}关于印发《{title}》的通知" if draw.random() < 0.7 else None
    return Document(f"d{i}", f"{i}.txt", Span(0, 10), title, notice, number, issuers=(issuer,), issued=issued, genre="办法", place=place)


def mentions(held: Sequence[Document], seed: int) -> Iterator[Mention]:
    """Yield mentions of the policies in every way that texts cite: by title, by instrument, without the issuer, by number."""
    draw = random.Random(seed)
    shared: dict[str, list[Document]] = {}
    for document in held:
        shared.setdefault(document.title, []).append(document)
    bare: dict[str, set[str]] = {}
    for document in held:
        bare.setdefault(_bare(document), set()).add(document.id)
    for document in held:
        alone = len(shared[document.title]) == 1
        later = (document.issued or date(2025, 1, 1)) + timedelta(days=draw.randint(0, 500))
        yield Mention("title", _spelled(document.title, draw), None, None, document.id if alone else None)
        versions = [other for other in shared[document.title] if other.issued and other.issued <= later]
        yield Mention("title and day", document.title, None, later, max(versions, key=lambda other: other.issued or later).id)
        if document.notice_title:
            yield Mention("notice", _spelled(document.notice_title, draw), None, None, document.id if alone else None)
        if document.number:
            yield Mention("number", None, _bracketed(document.number, draw), None, document.id)
            yield Mention("title and number", document.title, document.number, None, document.id)
        if (words := _bare(document)) != document.title:
            yield Mention("without the issuer", words, None, None, document.id if bare[words] == {document.id} else None)


def _bare(document: Document) -> str:
    """Return a title without its issuer or place."""
    title = document.title
    for start in (document.issuers[0], document.place or ""):
        if title.startswith(start):
            return title.removeprefix(start)
    return title


def _spelled(title: str, draw: random.Random) -> str:
    """Return a title as another text may spell it: other brackets, quotes, white space."""
    way = draw.randrange(5)
    if way == 0:
        return title.replace("（", "(").replace("）", ")")
    if way == 1:
        return title.replace("《", "〈").replace("》", "〉")
    if way == 2:
        return title.replace("《", "").replace("》", "")
    return title[:4] + " " + title[4:] if way == 3 else title


def _bracketed(number: str, draw: random.Random) -> str:
    """Return a document number with the brackets that texts use."""
    left, right = draw.choice((("〔", "〕"), ("[", "]"), ("【", "】"), ("（", "）"), ("﹝", "﹞")))
    return number.replace("〔", left).replace("〕", right)
