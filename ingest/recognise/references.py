"""References: 《…》 with number and clause, numbers alone after a cue, and clauses of the text itself (前款, 本办法第十一条)."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ingest.flow import Flow, fold, squash
from ingest.recognise import inner, titles
from ingest.recognise.titles import Titled
from ingest.sentences import label_end
from ontology.records import Reference, Relation

_STOPS = re.compile(r"[。;!?！？\t\n]")
_GLUE = re.compile(r"[、,和及与或]|以及|或者")
_ALIAS = re.compile(r"\(?(?:[^()]{0,40}[,，;])?以?下?(?:统一)?(?:简称|称)(?:为|:)?[“\"]?《([^《》]{1,30})》[”\"]?\)")
_LAST = re.compile(r"(?:[(（][^()（）]*[)）])+$")
_CLAUSE = re.compile(
    r"(?:中)?(?:的)?(第[零〇一二三四五六七八九十百千\d]+[条章](?:之[一二三四五六七八九十])?(?:第[零〇一二三四五六七八九十\d]+[款项目])*"
    r"(?:[、和及至]第[零〇一二三四五六七八九十百\d]+[条款项](?:第[零〇一二三四五六七八九十\d]+[款项])*)*)"
)
# What a list of texts says behind a title, up to the end of its line.
_NOTED = re.compile(r"(?:\([^()]{0,200}\))?[;。]?\Z")
_ROW = re.compile(r"[、和及与]?|以及")
# What every number of a document holds; most texts hold none.
_YEAR = re.compile(r"[\[(（【{﹝［<《〈〔](?:19|20)\d\d")
_REACH = 60


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue, the relation it tells, and what the rest of the sentence must hold for it."""

    pattern: re.Pattern[str]
    relation: Relation
    needs: re.Pattern[str] | None
    near: bool  # needs must follow the title at once


# 在《…》施行后停止执行: the title only says when.
_BEGUN = re.compile(r"(?:施行|实施|印发|生效|发布|公布|执行)(?:之日)?(?:后|起|之|时)")


@dataclass(frozen=True, slots=True)
class Rules:
    """relations.toml, compiled."""

    before: tuple[Cue, ...]
    any_cue: re.Pattern[str]
    after: tuple[Cue, ...]
    not_end: tuple[str, ...]
    own_before: re.Pattern[str]
    own_after: re.Pattern[str]
    heading_before: re.Pattern[str]
    heading_after: re.Pattern[str]
    number: re.Pattern[str]
    in_bracket: re.Pattern[str]
    before_title: re.Pattern[str]
    column: re.Pattern[str]
    numbered: re.Pattern[str]
    named: re.Pattern[str]
    headed: tuple[Cue, ...]
    cue_before: re.Pattern[str]
    cue_after: re.Pattern[str]


def find(flow: Flow, title: str | None = None, *, aliases: Mapping[str, str] | None = None) -> Iterator[Reference]:
    """Yield every reference in reading order.

    ``title`` is the document's own, which is no reference in its own text. ``aliases`` are short titles that the document
    defines elsewhere (管理办法 → full title); those that the flow defines itself are read from it.
    """
    found = [*_titled(flow, title, {**(aliases or {}), **short_titles(flow)}), *_numbers(flow), *inner.find(flow)]
    yield from sorted(found, key=lambda r: r.span)


def _changed(title: str | None) -> Relation | None:
    """Return what a decision does to the texts that it lists, by its own title; None where it does several things or is none."""
    words = fold(title or "")
    speaks = words.endswith("决定") or (words.endswith(("通知", "公告")) and re.search("关于(?:宣布)?(?:废止|修改)", words))
    found = {cue.relation for cue in _rules().headed if cue.pattern.search(words)} if speaks else set()
    return found.pop() if len(found) == 1 else None


def of_row(flow: Flow, header: Sequence[str], heading: str | None) -> Iterator[Reference]:
    """Yield what a table row names as a text of its own: a title without 《》 in a column 文件名称, with the number in a column 文号.

    ``heading`` is that of the table, which says whether the texts are repealed (废止文件目录) or amended.
    """
    rules = _rules()
    columns = [rules.column.fullmatch(squash(name)) for name in header]
    number = next((i for i, name in enumerate(header) if rules.numbered.search(name)), -1)
    cells = flow.text.split("\t")
    relation: Relation = next((row.relation for row in rules.headed if row.pattern.search(heading or "")), "refers")
    position = 0
    for i, cell in enumerate(cells):
        if i < len(columns) and columns[i] and cell and "《" not in cell and rules.named.search(cell):
            own = normal_number(cells[number]) if 0 <= number < len(cells) and rules.number.fullmatch(cells[number]) else None
            yield Reference(flow.span(position, position + len(cell)), "external", relation, flow.title(position, position + len(cell)), own)
        position += len(cell) + 1


def short_titles(flow: Flow) -> dict[str, str]:
    """Return the short titles that the text defines: 《A办法》（以下简称《办法》） → {"办法": "A办法"}."""
    table = {}
    for item in titles.find(flow.text):
        match = _ALIAS.match(flow.text, item.end)
        if match:
            table[match[1]] = flow.title(item.start + 1, item.end - 1)
    return table


def _titled(flow: Flow, title: str | None, short: Mapping[str, str]) -> Iterator[Reference]:
    text, rules = flow.text, _rules()
    if "《" not in text:
        return
    own = _own_places(text, title)
    items = [item for item in titles.find(text) if not any(a <= item.start and item.end <= b for a, b in own)]
    if not items:
        return
    defined = {m.start(1) - 1 for item in items if (m := _ALIAS.match(text, item.end))}
    ends = [m.start() for m in _STOPS.finditer(text)]
    previous: tuple[int, Relation] | None = None  # end of the last title with its bracket, and its relation
    stop, relations = 0, _shared_ends(text, items)
    for item in items:
        if item.start in defined:
            continue
        while stop < len(ends) and ends[stop] < item.start:
            stop += 1
            previous = None
        sentence_end = ends[stop] if stop < len(ends) else len(text)
        number, end = _number_after(text, item.end)
        number = number or _number_before(text, item.start)
        cause, end = _clause_after(text, end)
        relation = relations.get(item.start) or _relation(text, item, end, previous, sentence_end)
        if relation == "refers" and _NOTED.match(text, end) and label_end(text, 0, item.start) == item.start:
            relation = _changed(title) or relation
        previous = (end, relation)
        words = flow.title(item.start + 1, item.end - 1)
        full = short.get(item.words, words)
        former = text.endswith("原", 0, item.start) or (number is not None and relation == "repeals")
        if (not former and _is_own(text, item, end, full, title)) or _LAST.sub("", full).endswith(rules.not_end) or _is_annex(text, item):
            continue
        yield Reference(flow.span(item.start, end), "external", relation, full, number, cause)


def _shared_ends(text: str, items: Sequence[Titled]) -> dict[int, Relation]:
    """Return the relation of titles in a row that the cue behind the last of them tells: 《甲》《乙》同时废止; by their starts."""
    found: dict[int, Relation] = {}
    for item, after in zip(reversed(items[:-1]), reversed(items[1:]), strict=True):
        _, end = _number_after(text, item.end)
        _, last = _number_after(text, after.end)
        told = found.get(after.start) or next((cue.relation for cue in _rules().after if cue.pattern.match(text, last)), None)
        if told and _ROW.fullmatch(text, end, after.start):
            found[item.start] = told
    return found


def _own_places(text: str, title: str | None) -> list[tuple[int, int]]:
    """Return where the text writes its own title, which names other texts itself: 关于修改《甲条例》的决定."""
    words = fold(title or "")
    return [m.span() for m in re.finditer(re.escape(words), text)] if "《" in words else []


def _is_annex(text: str, item: Titled) -> bool:
    """Say whether a title stands in the list of attachments: 附件：1.《…》2.《…》."""
    head = text[max(0, item.start - 300) : item.start]
    return re.search(r"附件[:：][^。;]*\Z", head) is not None and re.search(r"(?:附件[:：]|\d[.、])\Z", head) is not None


def _is_own(text: str, item: Titled, end: int, words: str, title: str | None) -> bool:
    """Say whether a title is the document's own: by its words, or by the phrases of a covering notice."""
    rules = _rules()
    if title and titles.core(words) in (titles.core(title), titles.core(titles.instrument(title) or title)):
        return True
    head = text[max(0, item.start - 24) : item.start]
    if rules.own_before.search(head) and rules.own_after.match(text, end):
        return True
    first = item.start < 2 or text[item.start - 1] in "。:\t\n"
    if first and rules.own_after.match(text, end):
        return True
    return item.start < _REACH and rules.heading_before.search(head) is not None and rules.heading_after.match(text, end) is not None


def _number_after(text: str, end: int) -> tuple[str | None, int]:
    """Read （青政字〔2022〕21号） or （科学技术部令第19号） behind a title; return the number in normal form and where it ends."""
    match = _rules().in_bracket.match(text, end)
    if match:
        return normal_number(match[1]), match.end()
    return None, end


def _number_before(text: str, start: int) -> str | None:
    """Read 某部令2026年第3号公布的《…》 or 按青科字〔2024〕7号《…》: the number in normal form, None where none stands right before the title."""
    match = _rules().before_title.search(text, max(0, start - 40), start)
    # …3月15日某市人民政府令第30号《…》
    dated = match is not None and match[1].startswith("日") and text[match.start(1) - 1 : match.start(1)].isdigit()
    return normal_number(re.sub(r"^.*(?:根据|依据|按照?|依照|落实|执行|参照|以|与|和|、|,)", "", match[1][dated:])) if match else None


def _clause_after(text: str, end: int) -> tuple[str | None, int]:
    match = _CLAUSE.match(text, end)
    return (match[1], match.end()) if match else (None, end)


def _relation(text: str, item: Titled, end: int, previous: tuple[int, Relation] | None, sentence_end: int) -> Relation:
    rules = _rules()
    if text.startswith(("在", "自", "从"), item.start - 1) and _BEGUN.match(text, end):
        return "refers"
    for cue in rules.after:
        if cue.pattern.match(text, end, sentence_end):
            return cue.relation
    low = previous[0] if previous else max(0, item.start - _REACH)
    gap = text[max(low, item.start - _REACH) : item.start]
    if previous is None:
        gap = re.split(r"[。;!?\t\n]", gap)[-1]
    found = list(rules.any_cue.finditer(gap))
    if not found:
        inherits = previous is not None and not re.search(r"[,:]", gap.lstrip("、,和及与"))
        return previous[1] if previous is not None and inherits else "refers"
    tail = gap[found[-1].end() :]
    if "," in tail.rstrip(","):
        return "refers"
    for cue in reversed(rules.before):
        if cue.pattern.fullmatch(found[-1][0]) and _holds(cue, text, end, sentence_end):
            return cue.relation
    return "refers"


def _holds(cue: Cue, text: str, end: int, sentence_end: int) -> bool:
    if cue.needs is None:
        return True
    found = cue.needs.match(text, end, sentence_end) if cue.near else cue.needs.search(text, end, min(sentence_end, end + 400))
    return found is not None


def _numbers(flow: Flow) -> Iterator[Reference]:
    """Yield the numbers that stand without a title, behind a cue: 根据鲁政发〔2020〕1号文件."""
    text, rules = flow.text, _rules()
    for match in rules.number.finditer(text) if _YEAR.search(text) else ():
        cue = re.search(r"(?:根据|依据|按照|依照|落实|执行|参照|废止|按|依)", match[0])
        start = match.start() + (cue.end() if cue else 0)
        head = text[max(0, start - 6) : start]
        if (cue or rules.cue_before.search(head)) and head[-1:] != "(" and rules.cue_after.match(text, match.end()):
            yield Reference(flow.span(start, match.end()), "external", "refers", None, normal_number(text[start : match.end()]))


def normal_number(words: str) -> str:
    """Return a document number with 〔〕 and without 第 and leading zeros: 青政办字[2024]第053号 → 青政办字〔2024〕53号."""
    number = re.sub(r"[\[(（【{﹝［<〈〔]((?:19|20)\d\d)年?[\])）】}﹞］>〉〕]", r"〔\1〕", words)
    return re.sub(r"〕0+(?=\d)", "〕", re.sub(r"〕第", "〕", number))


@cache
def _rules() -> Rules:
    """Compile relations.toml; raises KeyError or re.error where it is not well formed."""
    data = tomllib.loads(files("ingest.lexicon").joinpath("relations.toml").read_text(encoding="utf-8"))
    needs, names, numbers = data["needs"], data["titles"], data["numbers"]
    before = tuple(_cue(row, needs) for row in data["before"])
    number = f"(?:{numbers['document']}|{numbers['order']}|{numbers['standard']})"
    cues = sorted({part for row in data["before"] for part in _parts(row["cue"])}, key=len, reverse=True)
    return Rules(
        before=before,
        any_cue=re.compile("|".join(cues)),
        after=tuple(_cue(row, needs) for row in data["after"]),
        not_end=tuple(names["not_end"]),
        own_before=re.compile(names["own_before"]),
        own_after=re.compile(names["own_after"]),
        heading_before=re.compile(names["heading_before"]),
        heading_after=re.compile(names["heading_after"]),
        number=re.compile(numbers["document"]),
        in_bracket=re.compile(
            rf"\((?:(?:19|20)\d\d年\d{{1,2}}月\d{{1,2}}日)?({number})(?:文?(?:印发|发布|公布))?(?:[,，;][^()《》]{{0,40}})?(?:\)|(?=[,，;][^()]{{0,12}}《))"
        ),
        column=re.compile(data["tables"]["title"]),
        numbered=re.compile(data["tables"]["number"]),
        named=re.compile(data["tables"]["named"]),
        headed=tuple(_cue(row, needs) for row in data["headed"]),
        before_title=re.compile(rf"({number})(?:文件|文)?(?:公布|发布|颁布|印发)?(?:的)?\Z"),
        cue_before=re.compile(numbers["cue_before"]),
        cue_after=re.compile(numbers["cue_after"]),
    )


def _cue(row: Mapping[str, str], needs: Mapping[str, str]) -> Cue:
    kind = row.get("needs")
    return Cue(re.compile(row["cue"]), _relation_of(row["relation"]), re.compile(needs[kind]) if kind else None, kind in ("carried", "changed"))


def _relation_of(word: str) -> Relation:
    relations: Sequence[Relation] = ("basis", "implements", "amends", "repeals", "supersedes", "refers")
    return relations[relations.index(word)]


def _parts(cue: str) -> list[str]:
    return [cue] if "(" in cue else cue.split("|")
