"""The two things that a question names side by side."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

_AND = re.compile(r"(?<=[\u4e00-\u9fff”》])[和与跟同](?=[\u4e00-\u9fff“《\d])|、")
# Where the name of the second thing ends.
_TAIL = re.compile(
    r",|哪|谁|相比|比较|对比|(?:资金|财政)?(?:支持|资助|奖补|补贴|补助|奖励)?(?:上限|额度|比例|标准|金额)(?:有|对比|$)|之间|的区别|有(?:什么|何)|分别|各|怎么|如何|,|相?差|的(?=上限|额度|比例|最高)"
)
# Two policies named side by side have what stands behind the second one in common: 甲计划和乙计划的|创新券兑付比例.
_POLICY = re.compile(r"(?:计划|办法|措施|细则|政策|方案|条例|规定|意见|十条)》?\Z")
_OF_POLICY = re.compile(r"(?<=计划|办法|措施|细则|政策|方案|条例|规定|意见|十条)》?[的里中](?=[\u4e00-\u9fff])")
# 差多少 asks each side how much it is.
_DIFFER = re.compile(r"相?差(?:了|距)?(?:是)?(?=多少)")
_MEASURE = re.compile(r"(?:比例|上限|封顶|额度|金额|最高额?|限额)\Z|(?:比例|上限|封顶|额度|金额|最高额?|限额)")
_WHICH = re.compile(r"哪(?:一)?(?:个|项|种|家|边)?(?:定得|给得|补得)?(?:更|较)?(?:高|多|大|低|少)?|谁(?:更|的)?(?:高|多|低|少)?")
# An old and a new rule, and two levels of government, named side by side.
_RULE = r"(?:办法|政策|规定|措施|标准|细则|版本|版|方案|条例|文件)"
_ERAS = re.compile(rf"((?:新|现行|现在)的?[\u4e00-\u9fff]{{0,6}}?{_RULE})[和与跟同、]((?:旧|老|原|以前|原来|暂行)的?[\u4e00-\u9fff]{{0,6}}?{_RULE})")
_ERAS_BACK = re.compile(rf"((?:旧|老|原|以前|原来)的?[\u4e00-\u9fff]{{0,6}}?{_RULE})[和与跟同、]((?:新|现行|现在)的?[\u4e00-\u9fff]{{0,6}}?{_RULE})")
_BOTH_ERAS = re.compile(rf"新旧(?:两[个版部]|两个版本|版本?)?的?({_RULE})?")
_LEVELS = re.compile(r"((?:国家|中央|省|市)(?:级|里)?)[和与跟同、]((?:省|市|区|县|区县)(?:级|里)?)(?=各|分别|财政)")
_EACH = re.compile(r"分别|各自?(?=是|为|有|能|给|补|奖|出|多少|最高)|之间|相比|比较")
_ASKED = re.compile(
    r"(?:的)?(?:有(?:什么|何|哪些)(?:不同|区别|差别)|(?:区别|差别|不同)(?:是什么|在哪里?)?|哪(?:一)?个?(?:定得|给得|补得)?(?:更|较)?(?:高|多|大|低|少)|相?差(?:了|距)?(?:是)?多少|谁(?:更)?(?:高|多|低|少))"
)

# Several figures are asked for: the text's own order holds.
_BOTH = re.compile(r"(?:比例|比率)[和与、及](?:封顶|上限|最高额|额度|金额)|(?:封顶|上限|最高额|额度|金额)[和与、及](?:比例|比率)")
_EACH_OF = re.compile(r"分别|各(?:是|给|为|能|有|承担|负担|分担|补|奖|出|付|交|收|拿)?(?:多少|几|百分之几)|各给")


def each(folded: str) -> bool:
    """Say whether a figure is asked for each of several cases; 比例和封顶各多少 asks for two figures of one."""
    return bool(_EACH_OF.search(folded)) and not _BOTH.search(folded)


def alone(folded: str, places: Collection[str]) -> list[str]:
    """Return a question for each of two places, of an old and a new rule or of two levels that are named side by side: the question with the one only."""
    for first, second, at, end in _pairs(folded, places):
        asked = [_EACH.sub("", folded[:at] + one + folded[end:]) for one in (first, second)]
        return [_ASKED.sub("是多少", one) for one in asked]
    return []


def _pairs(folded: str, places: Collection[str]) -> Iterator[tuple[str, str, int, int]]:
    """Yield two things named side by side and where both together stand."""
    if len(places) > 1:
        name = "|".join(sorted(map(re.escape, places), key=len, reverse=True))
        if match := re.search(rf"({name})[和与跟同、,]({name})", folded):
            yield match[1], match[2], *match.span()
    for pattern in (_ERAS, _ERAS_BACK, _LEVELS):
        if match := pattern.search(folded):
            yield match[1], match[2], *match.span()
    if match := _BOTH_ERAS.search(folded):
        rule = match[1] or ""
        yield f"新{rule}", f"旧{rule}", *match.span()


def sides(folded: str) -> list[str]:
    """Return a question for each of the two things that are compared: A和B，上限哪个高 → A，上限最高多少; B，上限最高多少."""
    for split in _AND.finditer(folded):
        left, right = folded[: split.start()], folded[split.end() :]
        one = re.split(r"[,:]", left)[-1]
        tail = (_OF_POLICY.search(right) if _POLICY.search(one) else None) or _TAIL.search(right)
        other = right[: tail.start()] if tail else right
        # 比例和封顶各多少 asks a rate and its cap of one thing.
        if _MEASURE.search(one) and _MEASURE.match(other):
            continue
        if 2 <= len(one) <= 40 and 2 <= len(other) <= 40:
            rest = _WHICH.sub("最高多少", _DIFFER.sub("", left[: len(left) - len(one)] + right[len(other) :]))
            return [f"{one},{rest}", f"{other},{rest}"]
    return []
