"""Long texts of one kind each, and the sizes at which reading must still be linear."""

from __future__ import annotations

from collections.abc import Callable

HEAD = "海州市扶持办法\n\n第一条 为了支持，制定本办法。\n第二条 "
NOTICE = "海政发〔2024〕1号\n海州市关于某事的通知\n\n"
DIGITS = "零一二三四五六七八九"

LONG: dict[str, Callable[[int], str]] = {
    "brackets": lambda n: HEAD + "（" * n,
    "titles": lambda n: HEAD + "《" * n,
    "amounts": lambda n: HEAD + "最高给予100万元，" * n,
    "amounts in sentences": lambda n: HEAD + "最高给予100万元。" * n,
    "references": lambda n: HEAD + "《海州市农业条例》第三条、" * n,
    "bodies": lambda n: HEAD + "市科技局、市财政局负责，" * n,
    "one line": lambda n: HEAD + "支持企业开展技术创新活动并落实研发费用" * n,
    "digits": lambda n: HEAD + "1" * n,
    "blank": lambda n: HEAD + " " * n + "完",
    "cells": lambda n: HEAD + "a\tb\n" * n,
    "definitions": lambda n: HEAD + "本办法所称“茶园”，是指种茶的园地。" * n,
    "periods": lambda n: HEAD + "15个工作日内，" * n,
    "short lines": lambda n: NOTICE + "是\n" * n + "。",
    "lines that end with a return": lambda n: HEAD + "字\t字\r" * n,
    "pages": lambda n: HEAD + "支持\n- 3 -\n企业" * n,
    "headings after blanks": lambda n: "海州市办法\n\n" + "".join(f"第{chinese(i % 9_999 + 1)}条{' ' * 120}》\n" for i in range(n)),
}

# Signs, amounts and references in one clause; a line of 5 MB; what costs more than the others, less often.
FULL = {
    "brackets": 100_000,
    "titles": 100_000,
    "amounts": 20_000,
    "amounts in sentences": 20_000,
    "references": 20_000,
    "bodies": 20_000,
    "one line": 90_000,
    "digits": 1_600_000,
    "blank": 1_600_000,
    "cells": 40_000,
    "definitions": 20_000,
    "periods": 20_000,
    "short lines": 100_000,
    "lines that end with a return": 40_000,
    "pages": 40_000,
    "headings after blanks": 8_000,
}


def chinese(number: int) -> str:
    """Write 1–9999 as articles are numbered: 一千二百零五."""
    text = "".join(DIGITS[int(d)] + unit for d, unit in zip(f"{number:04}", "千百十 ", strict=True) if int(d) or unit == " ")
    return text.strip().replace(" ", "").removesuffix("零") or "零"


def law(articles: int) -> str:
    """Return a law of so many articles."""
    body = "市科学技术局应当在15个工作日内组织评审，对符合条件的企业给予最高100万元补助；本法第三条所称企业，是指在本市登记的单位。"
    return "海州市大典\n\n" + "".join(f"第{chinese(n)}条 {body * 2}\n" for n in range(1, articles + 1))
