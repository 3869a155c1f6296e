"""Titles of policy texts: which lines are one, what kind it is, and what it announces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest import genres, labels
from ingest.flow import fold, plainly, squash
from ingest.lines import DATE, Line

LONGEST = 150
# Signs that do not count where two writings of a title are compared.
QUOTES = "《》〈〉“”\"‘’'「」"
_QUOTE = re.compile(f"[{QUOTES}]")
SHORT = 40
NUMBER = re.compile(r"[\u4e00-\u9fff]{1,14}(?:（[\u4e00-\u9fff]{1,6}）)?[〔\[【（(［﹝]\s*(?:19|20)\d\d\s*年?[〕\]】）)］﹞]\s*第?\s*\d{1,5}\s*号")
ORDER = re.compile(r"令第?([\d零一二三四五六七八九十百]+)号|^第([\d零一二三四五六七八九十百]+)号$")
_NUMBER_LINE = re.compile(
    rf"^[（(]?(?:(?:{NUMBER.pattern}[、,，;；]?){{1,5}}|(?:\d{{4}}年|[〔\[(（]\d{{4}}[〕\])）]|第[\d零一二三四五六七八九十百]+届)?第[\d零一二三四五六七八九十百]+号|[\u4e00-\u9fff]{{2,30}}公告(?:\d{{4}}年)?第?\d+号)[）)]?$"
)
_BREAK = re.compile(r"[。；：！？;:!?]|，.*，.*，")
# 关于印发《X》的通知, or 关于《X》的通知
_COVER = re.compile(
    r"(?:(?:印发|发布|公布|批准|转发|颁布|颁发|下发)(.+?)|^.{0,160}?征求(《[^《》]+》)(?:的)?(?:修改)?意见(?:建议)?|^.{0,160}?关于(《[^《》]+(?:〈[^〈〉]+〉[^《》]*)?》))"
    r"(?:等文件)?的?(?:通知|决定|公告|通告|批复|函|令)$"
)
# A line of a card that tells a policy field by field: 【支持对象】某某企业.
_FIELD = re.compile(r"^【[^【】]{0,6}(?:依据|对象|标准|单位|部门|时间|日期|期限|电话|方式|条件|材料|流程|程序|内容|范围)】.")
# The head of a page: 某某条例 第1页 共3页.
_PAGED = re.compile(r"第\d{1,4}页(?:[,/]?共\d{1,4}页)?$")
# A text about a policy: 政策解读：《某办法》.
_ABOUT = re.compile(r"^[【\[]?(?:政策|文件)?(?:解读|图解|问答|简读|速览)|^一图(?:读懂|看懂)")
# An order, and the notice by which a congress makes its statute known.
_ORDER_TITLE = re.compile(
    r"^[\u4e00-\u9fff]{2,20}(?:令|(?:人民代表大会|人大)(?:常务委员会|常委会)?公告)(?:[（(]?(?:第[\d零一二三四五六七八九十百]+届)?第[\d零一二三四五六七八九十百]+号[）)]?)?$"
)
_CONGRESS = re.compile(r"(?:人民代表大会|人大)(?:常务委员会|常委会)?$")
# （试行） or （2026—2028年） on a line of its own below a title
_EDITION_LINE = re.compile(r"^\((?:试行|暂行|修订|修正|征求意见稿|公开征求意见稿|送审稿|草案|\d{4}年?(?:修订|修正|版|本)|\d{4}年?[-—–－~至]{1,2}\d{4}年?)\)$")
_WHO = re.compile(r"(?:政府|厅|局|部|委|会|院|室|署|行|办|省|市|县|区|党委|中央)$")


@dataclass(frozen=True, slots=True)
class Title:
    """A title in lines [first, last]; ``cover`` is the instrument that a covering notice names, "" for an order, None for others."""

    first: int
    last: int
    text: str
    genre: str
    cover: str | None


def bare(text: str) -> str:
    """Return a title's words without white space, emphasis and an outer 《》, digits and letters half-width."""
    words = plainly(squash(text.replace("**", "")))
    if words.startswith("《") and words.endswith("》") and words.count("《") == 1:
        words = words[1:-1]
    return words


def same(title: str) -> str:
    """Return the form in which two writings of a title are compared."""
    return _QUOTE.sub("", fold(title).replace("**", ""))


def genre_of(title: str) -> str:
    """Return the genre that a title's ending tells, 其他 where none does."""
    match = genres.title_end().search(fold(title))
    if not match or _ABOUT.match(title):
        return "其他"
    return genres.endings()[match[2] or match[1]]


def could_be(line: Line) -> bool:
    """Say whether a line may be part of a title: no table, label, day, note, or sentence."""
    if len(line.key) > LONGEST or _BREAK.search(line.key) or line.table or line.dated or line.note or _FIELD.match(line.key) or _PAGED.search(line.key):
        return False
    return labels.read(line.text) is None and labels.annex(line.text) is None and not DATE.match(line.key)


def at(lines: Sequence[Line], i: int) -> Title | None:
    """Return the title that ends in line i, taking in the lines above that it needs, or None."""
    if not could_be(lines[i]) or lines[i].key.startswith(("-", "—", "□", "*", "附")):
        return None
    if not genres.title_end().search(lines[i].key) and not _ORDER_TITLE.match(lines[i].key):
        return None
    if i + 1 < len(lines) and lines[i + 1].key.startswith((",", "、", "。", ";", ":")):
        return None  # the sentence of a wrapped line goes on below
    first = i
    text = lines[i].text
    while first > 0 and i - first < 4 and _needs_more(text, lines, first):
        first -= 1
        text = lines[first].text + text
    last = i
    if i + 1 < len(lines) and _EDITION_LINE.match(lines[i + 1].key) and not lines[i].key.endswith(")"):
        last, text = i + 1, text + lines[i + 1].text
    words = bare(text)
    if not 4 <= len(words) <= LONGEST:
        return None
    cover = _COVER.search(words)
    named = bare(next(g for g in cover.groups() if g)) if cover else None
    if _ORDER_TITLE.match(words):
        named = ""
    return Title(first, last, words, genre_of(words), named)


def _needs_more(text: str, lines: Sequence[Line], first: int) -> bool:
    """Say whether a title goes on in the line above its first one."""
    above = lines[first - 1]
    if not could_be(above) or above.ends or _NUMBER_LINE.match(above.key) or len(above.key) + len(text) > LONGEST:
        return False
    words = squash(text)
    if words == "公告" and _CONGRESS.search(above.key):
        return True
    if any(line.key.endswith(above.key + fold(words)) for line in lines[max(0, first - 6) : first - 1]):
        return True  # the title stands twice, the second time broken into lines
    if words.count("》") > words.count("《") or _brackets(words) < 0 or words.startswith(("的", "（", "(", "和", "及", "》")):
        return True
    if words.startswith(("关于", "印发", "转发")):
        return bool(_WHO.search(above.key))
    if not genres.title_end().search(above.key) and ("关于" in above.key or re.sub(r"[(（].{2,8}[）)]$", "", words) in genres.endings()):
        return not any(above.key.endswith(word) for word in genres.words("bodies"))  # 某市促进某某产业发展⏎⏎若干措施
    if not lines[first].spaced and len(above.key) <= SHORT and not genres.title_end().search(above.key):
        return not any(above.key.endswith(word) for word in genres.words("bodies"))
    opened = above.key.count("《") > above.key.count("》")
    return opened or (not lines[first].spaced and above.key.endswith(("关于", "印发", "的", "和", "与", "、")))


def _brackets(words: str) -> int:
    """Return opened minus closed round brackets."""
    return sum(words.count(c) for c in "（(") - sum(words.count(c) for c in "）)")


def is_order_line(line: Line) -> bool:
    """Say whether a line is nothing but an order with its number: 某市人民政府令第12号."""
    return is_order(line) and line.key.rstrip(")）").endswith("号")


def is_order(line: Line) -> bool:
    """Say whether a line is nothing but the head of an order or of a congress's notice: 某市人民政府令."""
    return bool(_ORDER_TITLE.match(line.key))


def is_number_line(line: Line) -> bool:
    """Say whether a line is nothing but a document number; a table row that names its field is none."""
    return not line.table and bool(_NUMBER_LINE.match(line.key))
