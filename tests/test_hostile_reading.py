"""Texts and files made to harm: whatever is read, offsets stay inside, quotes are the source's, and nothing but the declared refusal is raised."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest import files
from ingest.files import Unreadable
from ingest.files import plain as plain_text
from ingest.flow import squash
from ingest.read import read
from ontology.records import Reading, Source, Span
from tests.makers import docx, html, pdf, plain
from tests.makers.policy import MEASURES

WORDS = [
    "第",
    "一",
    "条",
    "第一条",
    "第一章",
    "一、",
    "（一）",
    "1.",
    "（",
    "）",
    "(",
    ")",
    "“",
    "”",
    "《",
    "》",
    "〔2024〕",
    "〔",
    "〕",
    "号",
    "年",
    "月",
    "日",
    "2024年",
    "13月32日",
    "2024-02-30",
    "万",
    "亿",
    "元",
    "万元",
    "100万元",
    "%",
    "百分之",
    "十",
    "百",
    "千",
    "点",
    "1",
    "11111111111",
    "０",
    "，",
    "、",
    "；",
    "：",
    "。",
    "？",
    "…",
    "|",
    "<",
    "</p>",
    "<br>",
    "**",
    "附件",
    "附件1",
    "附件：",
    "目录",
    "市",
    "省",
    "区",
    "市科技局",
    "市财政局",
    "部门",
    "负责",
    "牵头",
    "会同",
    "配合",
    "解释",
    "应当",
    "不得",
    "可以",
    "鼓励",
    "按",
    "给予",
    "补助",
    "奖励",
    "不超过",
    "最高",
    "以上",
    "以下",
    "至",
    "或",
    "和",
    "是",
    "是指",
    "所称",
    "本办法",
    "本条",
    "前款",
    "以下简称",
    "统称",
    "根据",
    "《办法》",
    "自",
    "起",
    "之日",
    "内",
    "工作日",
    "每年",
    "前",
    "截止",
    "施行",
    "有效期",
    "999999年",
    "废止",
    "修改为",
    "印发",
    "关于",
    "通知",
    "下列条件：",
    "责任单位：",
    "国务院",
    "领导小组",
    "管委会",
    "青岛市",
    "海州市",
    "其中",
    "企业",
    "资金",
    "字",
    "-",
    "——",
]
SIGNS = ["\n", "\r", "\r\n", "\u2028", "\t", " ", "\u3000", "\u200b", "\u202e", "\ufeff", "\x00", "\ufffd", "\U0001f600", "e\u0301"]
HEADS = [
    "",
    "海州市扶持办法\n\n第一条 为了支持。\n第二条 ",
    "海政发〔2024〕1号\n关于印发《海州市办法》的通知\n\n一、总则\n",
    "《海报》2024年1月1日 记者 张三\n",
]
TEXTS = st.builds(
    lambda head, words, times: head + "".join(words) * times,
    st.sampled_from(HEADS),
    st.lists(st.sampled_from([*WORDS, *SIGNS]), max_size=40),
    st.integers(1, 4),
)
MADE = {".docx": docx.numbered, ".pdf": pdf.reportlab, ".html": lambda p: html.make(p).encode(), ".txt": lambda p: plain.make(p).encode("gb18030")}


def spans(found: Reading) -> Iterator[Span]:
    """Yield the span of every document, clause and fact."""
    for document in found.documents:
        yield document.span
        for clause, facts in found.clauses[document.id]:
            yield clause.span
            for name in facts.__slots__:
                for fact in getattr(facts, name):
                    yield fact.span


def read_or_refused(path: Path) -> Source | None:
    """Return a file's text, None where it is refused in one line."""
    try:
        return files.read(path, path.name)
    except Unreadable as error:
        refusal = str(error)
    assert len(refusal.splitlines()) == 1
    return None


@settings(max_examples=150, deadline=None)
@example("海州市办法\n\n第一条 按" + "亿" * 30 + "元给予补助。")
@example("海州市办法\n\n第一条 最高" + "1" * 30 + "元。")
@given(TEXTS)
def test_any_text_is_read(text: str) -> None:
    found = read(Source("x.txt", "", text))
    assert all(0 <= span.start < span.end <= len(text) for span in spans(found))
    for clauses in found.clauses.values():
        assert len({clause.key for clause, _ in clauses}) == len(clauses)
        for clause, facts in clauses:
            for mention in facts.mentions:
                assert clause.span.covers(mention.span)
                assert squash(text[mention.span.start : mention.span.end]) == mention.surface


@pytest.mark.parametrize("ending", MADE)
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, ending: str) -> None:
    whole = MADE[ending](MEASURES)
    chance = random.Random(7)
    for i in range(6 if ending == ".pdf" else 40):
        raw = bytearray(whole[: chance.randrange(len(whole))] if i % 3 == 0 else whole)
        for _ in range(chance.choice([1, 10, 200])):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        path = tmp_path / f"{i}{ending}"
        path.write_bytes(raw)
        source = read_or_refused(path)
        if source is None:
            continue
        assert all(0 <= span.start < span.end <= len(source.text) for span in spans(read(source)))


def test_half_a_pair_of_surrogates_is_a_sign_that_cannot_be_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.txt"
    path.write_text("海州市办法")
    monkeypatch.setattr(plain_text, "decode", lambda raw, name: "海州市\ud800办法")
    assert files.read(path, path.name).text == "海州市\ufffd办法"
