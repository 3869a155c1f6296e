"""按条件匹配: a company's facts, asked of every scheme in force as the match question is."""

from __future__ import annotations

from datetime import date

import streamlit as st

from kg.library import Library
from kg.ui import ask

# What a company can tell: key in the address, label, unit, and how the question says it.
_TOLD = (
    ("rd", "年研发投入（万元）", "年研发投入{}万元"),
    ("growth", "研发投入比上年增长（%）", "研发投入增长{}%"),
    ("share", "研发投入占营业收入（%）", "研发投入占营业收入比重{}%"),
    ("revenue", "营业收入（万元）", "营业收入{}万元"),
    ("assets", "资产总额（万元）", "资产总额{}万元"),
    ("staff", "从业人数（人）", "从业人员{}人"),
    ("age", "成立年数（年）", "成立{}年"),
)


def show(library: Library, on: date) -> None:
    """Draw the form, and the answer where something was told."""
    st.caption("填知道的几项，逐项政策判断是否符合；没有填的条件会列为“另须”。")
    columns = st.columns(4)
    told: dict[str, float] = {}
    for n, (key, label, _) in enumerate(_TOLD):
        value = columns[n % 4].number_input(label, min_value=0.0, value=None, key=key, bind="query-params", placeholder="未填", format="%g")
        if value is not None:
            told[key] = value
    other = columns[3].text_input("其他情况", key="also", bind="query-params", placeholder="例如：高新技术企业，首次认定")
    if told or other:
        ask.show(library, library.ask(question(told, other or ""), on))


def question(told: dict[str, float], other: str) -> str:
    """Return the match question for what a company tells."""
    said = [form.format(f"{told[key]:g}") for key, _, form in _TOLD if key in told]
    return f"{'、'.join([*said, *([other] if other else [])])}的企业符合哪些补贴？"
