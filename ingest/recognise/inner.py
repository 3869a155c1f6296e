"""References to clauses of the text itself: 本办法第十一条, 第三条第二款, 前款, 附件1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ingest.flow import Flow
from ingest.recognise import titles
from ontology.records import Reference

_N = "[零〇一二三四五六七八九十百千\\d]+"
_M = f"\\(?{_N}\\)?"  # 第三项, 第（三）项
_SUB = f"(?:(?:第{_M}(?:(?:、|和|及|或|至)第?{_M})*[款项目](?:(?:[、和及或至]|以及|或者)第{_M}(?:(?:、|至)第?{_M})*[款项目])*)+)"
_ARTICLE = f"第{_N}[条章节](?:之[一二三四五六七八九十]+)?{_SUB}?"
_MORE = f"(?:(?:[、和及或]|以及|或者|至|到|-)(?:第{_N}条(?:之[一二三四五六七八九十]+)?{_SUB}?|第{_N}至第{_N}[条项款]))*"
_PLAIN = f"(?P<rest>{_N}条(?:之[一二三四五六七八九十]+)?{_SUB}?{_MORE}|{_N}章(?:至第{_N}章)?|{_N}部分)"
# Patterns begin with a set of signs and look back from behind them, so that a search skips all others quickly.
_GONE = rf"前[一二两三四五]?[款条项](?:{_SUB})?|上[一二]?[款条]"
_BEFORE = re.compile(f"本条(?:{_GONE})|{_GONE}|本条(?:{_SUB})|本款第{_N}项|本章(?=规定|所称)")
# 因第（二）项所列原因, （一）（二）（三）项所列: an item without its article.
_ITEM = re.compile(
    rf"[第(](?<![条款第].)(?:(?<=第){_M}(?:(?:、|和|及|或|至)第?{_M})*[项款](?:(?:[、和及或至]|以及)第{_M}[项款])*"
    r"|(?<=\()[一二三四五六七八九十]{1,3}\)[、和及]?(?:\([一二三四五六七八九十]{1,3}\)[、和及]?){0,11}[项款])(?!目)"
)
_ANNEX = re.compile(r"附(?:件|表|录)(?:[一二三四五六七八九十]+|\d{1,2}(?:-\d{1,2})*)?(?!材料|清单|资料)")
_CUE_BEFORE = re.compile(
    r"(?:按照?|根据|依照|依据|符合|违反|除|在|见|与|和|及|或|、|至|适用|执行|参照|将|删去|具备|满足|有|属于|给予|即|于|受|因|以|对|照|达到|存在|为)\Z"
)
_CUE_AFTER = re.compile(r"(?:的)?(?:所列|规定|所称|所述|之规定|情形|条件|要求|中|修改|所指|明确|所规定|标准|程序|措施|行为)")
_ANNEX_BEFORE = re.compile(r"(?:[(见按如和及与、附]|详见|参见|填写|按照|根据|依据|提交|符合)\Z")
# A longer reference holds the item: 第三条第二款第（一）项, 前款第二项, 本款第三项.
_INSIDE = ("条", "款", "项", "、", "和", "及", "或", "至", ")")
# 民法典第十条 is a clause of another law, named without 《》.
_OTHER_LAW = re.compile(r"(?:法|法典|条例)\Z")
# What a clause's own label has not: parts of an article, or several articles; and what goes on behind it.
_OPENING = re.compile(rf"{_SUB}|条(?:[、和及或]|以及|至)第")
_GOES_ON = re.compile(r"(?:的)?(?:规定|所列|所称|情形|条件|要求|标准|政策|措施|事项|中)|的|[与和同及、]|按|由|不|自|可|适用")
_LINE = "。;\t\n"
# 将第五条修改为“…”, 第六条中的“甲”修改为“乙”, 删去第二十条
_CHANGED = re.compile(
    r"(?:中的?)?(?:“[^“”]{1,200}”)?(?:、“[^“”]{1,200}”)*(?:(?:合并)?(?:,?作为第[零一二三四五六七八九十百]+条)?,?(?:修改为|改为)|作出?(?:如下|以下)?修改|中?增加[一二两三四五六]|中增加)"
)
_TAKEN_OUT = re.compile(r"(?:删去|删除|删掉)\Z")


def find(flow: Flow) -> Iterator[Reference]:
    """Yield internal references; a clause's own label at the start of a line or sentence is none, nor is one behind 《…》."""
    text = flow.text
    for match in _plain().finditer(text):
        start = match.start()
        head = text[max(0, start - 3) : start]
        if head.endswith(("》", ")")) and text.rfind("》", max(0, start - 40), start) > text.rfind("。", max(0, start - 40), start) and not match["own"]:
            continue
        if not match["own"] and _OTHER_LAW.search(head):
            continue
        if match["own"] or _opens(text, match) or (start and head[-1] not in _LINE and (_CUE_BEFORE.search(head) or _CUE_AFTER.match(text, match.end()))):
            yield _reference(flow, start, match.end(), _named(match))
    for match in _BEFORE.finditer(text):
        yield _reference(flow, match.start(), match.end(), match[0])
    for match in _ITEM.finditer(text):
        head = text[max(0, match.start() - 3) : match.start()]
        if not head.endswith((*_INSIDE, "作为")) and (_CUE_BEFORE.search(head) or _CUE_AFTER.match(text, match.end())):
            yield _reference(flow, match.start(), match.end(), match[0])
    for match in _ANNEX.finditer(text) if "附" in text else ():
        head = text[max(0, match.start() - 2) : match.start()]
        if match.start() and _ANNEX_BEFORE.search(head) and not text.startswith((":", "："), match.end()):
            yield _reference(flow, match.start(), match.end(), match[0])


def _named(match: re.Match[str]) -> str:
    """Return the clause that a match of the plain pattern names, from its 第 on."""
    return match.string[match.start("rest") - 1 : match.end()]


def _opens(text: str, match: re.Match[str]) -> bool:
    """Say whether a reference opens its sentence: 第三条第（二）项与第五项…, 。第1条、第4条的…; a plain 第三条 there is the label of an article."""
    end = match.end()
    if match.start() and (_CHANGED.match(text, end) or text.startswith("改为", end)):
        return True
    return bool(_OPENING.search(_named(match)) and _GOES_ON.match(text, end))


def _reference(flow: Flow, start: int, end: int, clause: str) -> Reference:
    amends = _CHANGED.match(flow.text, end) or _TAKEN_OUT.search(flow.text, max(0, start - 4), start)
    return Reference(flow.span(start, end), "internal", "amends" if amends else "refers", clause=clause)


@cache
def _plain() -> re.Pattern[str]:
    return re.compile(f"[本的第](?:(?<=本)(?P<own>{titles.own_names()})的?第|(?<=的)第|(?<=第)){_PLAIN}")
