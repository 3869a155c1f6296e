"""Anything may come from outside: questions, queries, settings, manifests, notes, codebooks, archives; what was found once stays found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from kg import guard, manifest, notes
from kg.answering import LONGEST
from scripts import fuzz
from tests import built, clock

ANY = examples(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
# Pieces that questions are made of, and such as break what is careless.
PIECES = (
    *("科技保险", "补贴", "最高", "多少", "？", "?", "《", "》", "“", "”", "（", "）", "第十四条", "第九十九条第一款", "青科办发〔2024〕1号"),
    *("市科技局", "青岛市", "海州市", "谁负责", "什么时候", "到期", "哪些", "对比", "企业", "研发投入", "1.2亿元", "增长16%", "50%", "一百二十万"),
    *("-", "+", "0", "9" * 30, "1e9", "二〇二五年", "2月30日", "個們這裡", "\u200b", "\u202e", "\ufeff", "\x00", "\ud800", "\n", "\t", "　"),
    *("[", "]", "{", "}", "\\", '"', "'", "*", "|", "^", "$", "(", ")", "?:", "%s", "{0}", "a", "A", "𠮷", "é", "ﬁ", "①", "Ⅳ", "㍿"),
    *("最低工资", "不超过", "以上", "以下", "和", "与", "、", "，", "。", "；", "：", "吗", "呢", "的", "什么是", "依据", "废止", "怎么申请"),
)
QUESTIONS = st.lists(st.sampled_from(PIECES) | st.text(max_size=6), max_size=24).map("".join)


@pytest.fixture(autouse=True)
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POLICYKG_BUILD", str(built.sample()))


@examples(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(QUESTIONS)
def test_any_question_is_answered_or_refused(text: str) -> None:
    fuzz.bounded(fuzz.question, text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("piece", ["科技保险补贴最高多少？", "“科技”", "《青岛市科技保险》", "一百二十万元", "市科技局和", "個們", "的", "第一条", "（", "1"])
def test_a_long_question_takes_no_longer_than_it_is_long(piece: str) -> None:
    """Once a question of two hundred question marks took sixteen seconds: each was asked on its own."""
    fuzz.library().ask("科技保险补贴最高多少？", fuzz.DAY)
    longest = (piece * LONGEST)[:LONGEST]
    assert clock.within(2, lambda: fuzz.library().ask(longest, fuzz.DAY))
    assert fuzz.library().ask(longest, fuzz.DAY).question
    assert not fuzz.library().ask((piece * LONGEST)[: LONGEST + 1], fuzz.DAY).answered


WORDS = (
    "SELECT",
    "SERVICE",
    "INSERT",
    "FROM",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "<",
    ">",
    '"',
    "'",
    '"""',
    "'''",
    "\\",
    "\\'",
    '\\"',
    "#",
    "\n",
    "?x",
    "a:b",
    ":",
    ".",
    "<urn:x>",
)
QUERIES = st.lists(st.sampled_from(WORDS) | st.text(max_size=4), max_size=60).map(" ".join) | st.lists(st.sampled_from(WORDS), max_size=80).map("".join)


@ANY
@given(QUERIES)
def test_any_query_is_looked_at(text: str) -> None:
    fuzz.bounded(fuzz.query, text.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("piece", ['\\"', "\\'", '"', "'", '"""', '"""\\"', "<a", "a:", ":.", "?", '"\n', "#", "(" + ")", "<", "\\", "𠮷"])
@pytest.mark.parametrize("begin", ["", '"', "'", '"""', "'''", "<"])
def test_the_lexer_takes_linear_time(begin: str, piece: str) -> None:
    """Once a string that nothing closed, full of escaped quotation marks, took seven seconds."""
    text = (begin + piece * guard.QUERY_BYTES).encode()[: guard.QUERY_BYTES].decode("utf-8", "ignore")
    assert clock.within(1, lambda: fuzz.query(text.encode()))


@pytest.mark.parametrize(
    ("query", "verdict"),
    [
        ('SELECT * { ?s ?p "SERVICE {" }', None),
        ("SELECT * { ?s ?p 'a\\'b SERVICE' }", None),
        ("SELECT * { ?s pk:O\\'Brien ?o . SERVICE <urn:x> { ?a ?b ?c } }", "service"),
        ('SELECT * { ?s ?p """a " SERVICE "" b""" }', None),
        ("SELECT * { ?s ?p <urn:'x> . SERVICE <urn:x> { ?a ?b ?c } }", "service"),
        ("SELECT * # SERVICE\n { }", None),
        ("PREFIX a:<urn:'> SELECT * { ?s ?p ?o } " + "(" * 80, "deep"),
    ],
)
def test_words_inside_strings_do_not_count_and_names_begin_no_string(query: str, verdict: str | None) -> None:
    found = None
    try:
        guard.check(query)
    except guard.RefusedError as refused:
        found = refused.verdict
    assert found == verdict


KEYS = st.sampled_from(["path", "prefix", "source", "file", "iri", "codes", "text"]) | st.text(max_size=4)
CELLS = st.sampled_from(["代码", "名称", "A", "", '"', '""', "|", "\0", "\r", "x" * 3000]) | st.text(max_size=4)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
FIELDS = [*manifest.Manifest.__dataclass_fields__]


@ANY
@given(st.dictionaries(st.sampled_from(FIELDS), JSON), st.sampled_from([1, manifest.FORMAT, 99, "3", None]))
def test_any_manifest_is_read_or_refused_in_one_line(changes: dict[str, object], number: object) -> None:
    whole = {"generation": "g000001", "base": "urn:x/", "rules": "r", "model": "m", "embedding": None, "built": "now"}
    fuzz.bounded(fuzz.manifests, json.dumps({**whole, "format": number, **changes}).encode())


@pytest.mark.parametrize("name", ["../x", "/etc", "g1/../..", "g", "g1\n", "x", "g1.new"])
def test_a_generation_is_a_folder_of_the_build(tmp_path: Path, name: str) -> None:
    whole = {"generation": name, "base": "urn:x/", "rules": "r", "model": "m", "embedding": None, "built": "now", "format": manifest.FORMAT}
    (tmp_path / manifest.NAME).write_text(json.dumps(whole), "utf-8")
    with pytest.raises(manifest.BuildDamaged):
        manifest.load(tmp_path)


@ANY
@given(st.lists(st.dictionaries(st.sampled_from([*notes.Note.__dataclass_fields__]), JSON).map(json.dumps) | st.text(max_size=20), max_size=5).map("\n".join))
def test_any_notes_are_read_and_kept(text: str) -> None:
    fuzz.bounded(fuzz.notebook, text.encode("utf-8", "surrogatepass"))


@ANY
@given(st.lists(st.lists(CELLS, max_size=4).map(",".join), max_size=6).map("\n".join))
def test_any_codebook_is_read_or_refused_in_one_line(text: str) -> None:
    fuzz.bounded(fuzz.codebook, text.encode("utf-8", "surrogatepass"))


@ANY
@given(st.binary(max_size=2000), st.sampled_from([*fuzz.TARGETS]))
def test_any_bytes(data: bytes, name: str) -> None:
    fuzz.bounded(fuzz.TARGETS[name], data)
