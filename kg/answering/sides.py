"""The two things that a question names side by side."""

from __future__ import annotations

import re

_AND = re.compile(r"(?<=[\u4e00-\u9fff”》])[和与跟同](?=[\u4e00-\u9fff“《])|、")
# Where the name of the second thing ends.
_TAIL = re.compile(r",|哪|谁|相比|比较|之间|的区别|有(?:什么|何)|分别|各|怎么|如何|,|相?差|的(?=上限|额度|比例|最高)")
# 差多少 asks each side how much it is.
_DIFFER = re.compile(r"相?差(?:了|距)?(?:是)?(?=多少)")
_WHICH = re.compile(r"哪(?:一)?(?:个|项|种|家|边)?(?:定得|给得|补得)?(?:更|较)?(?:高|多|大|低|少)?|谁(?:更|的)?(?:高|多|低|少)?")


def sides(folded: str) -> list[str]:
    """Return a question for each of the two things that are compared: A和B，上限哪个高 → A，上限最高多少; B，上限最高多少."""
    for split in _AND.finditer(folded):
        left, right = folded[: split.start()], folded[split.end() :]
        one = re.split(r"[,:]", left)[-1]
        tail = _TAIL.search(right)
        other = right[: tail.start()] if tail else right
        if 2 <= len(one) <= 40 and 2 <= len(other) <= 40:
            rest = _WHICH.sub("最高多少", _DIFFER.sub("", left[: len(left) - len(one)] + right[len(other) :]))
            return [f"{one},{rest}", f"{other},{rest}"]
    return []
