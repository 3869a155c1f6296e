"""Definitions: X是指…, X，是指…, 以下统称X, and the sentence that says what the document's own subject is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ingest.flow import Flow
from ingest.recognise import titles
from ontology.records import Definition

_MEANS = re.compile(
    r"[是系的,，”](?:(?<=[,，])(?:是指|系指|指(?=的是|[^导出明标向引示令定数挥派望])|的含义(?:是|为):?)|(?<=[是系])指|(?<=”)指的是|(?<=的)含义(?:是|为):?)[:：]?"
)
_STOP = "。;!?！？\t\n"
_TERM_STOP = "。;!?！？\t\n,，:：、"
_LABEL = r"(?:第[零〇一二三四五六七八九十百\d]+[条章节项](?:[\u4e00-\u9fff]{2,8}。)?|[一二三四五六七八九十]+、|\([一二三四五六七八九十\d]+\)|\d+[.、]|[①-⑳])?"
# 道路交通安全法第七十六条规定的“财产损失”: the term is what stands behind the clause of another law.
_OTHER = (
    r"(?:《[^《》]{2,40}》|[\u4e00-\u9fff]{2,16}?(?:法|条例))第[零〇一二三四五六七八九十百\d]+条"
    r"(?:第\(?[一二三四五六七八九十]+\)?[款项])*(?:规定的?|所称的?|中的?)"
    r"|《[^《》]{1,40}》(?:所称|所指|中所称)的?"
)
_CALLED = (
    r"(?:[\u4e00-\u9fff、]{0,6}(?:所称|(?<!所[称指述说])中|所指|所述|的|所说|里))?(?:的)?"
    r"|前款(?:所称|中)?(?:的)?|前述|上述|所称|所谓的?|其中,?|这里(?:所说)?的?"
)
_BRACKET = re.compile(r"\((?:以下|下称|简称|下同|也称|又称|即)[^()]*\)|\([A-Za-z][^()]*\)")
_UNITED = re.compile(r"\((?:[^()]{0,30}[,，;])?以下(?:统称|合称|并称|统一简称)(?:为|:)?[“\"'‘]?([^()“”\"]{1,24}?)[”\"'’]?\)")
# 本办法所称X为…, 所谓X，就是…, 本办法所称X，应当同时符合下列条件：…
_SO_CALLED = re.compile(
    r"(?:(?:本(?:办法|细则|规定|条例|措施|意见|方案|政策|法|通知|规则|指南)|《[^《》]{1,20}》)中?所[称指]的?|所谓的?)(?P<term>“?[^,，。;:：\t\n“”()]{2,24}?”?)(?:\([^()]{1,40}\))?,?"
    r"(?:就是指?(?!说)|包括(?!但)|为(?![了此期促进加规推保])|应当?(?:同时)?(?:符合|具备|满足)(?:下列|以下|如下)[^,。;:]{0,6}:)"
)
# 与平台订立协议的企业，称为合作企业
_NAMED = re.compile(r",(?:以下)?(?:统)?称为“?([\u4e00-\u9fff]{2,16})”?(?=[。;,])")
_ITEM = re.compile(r"\n?(?:\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、]|[一二三四五六七八九十]{1,3}、|[①-⑳]|——)")
_IS = re.compile(r"[是为](?<![也就而都乃不].)(?![否不指由对在因])")
# What may follow the subject in the title: 关键技术攻关项目|管理实施细则.
_SUBJECT = re.compile(
    r"(?:专项资金|资金|项目|专项|工程|计划|平台|机构|企业|中心|园区|基金|活动|工作)?"
    r"(?:建设|备案|认定|运行|实施|申报|评审|管理|奖补|补贴|奖励|工作|暂行|试行|优选|保护|促进|防治|监督|监察|安全)*"
    r"(?:办法|细则|规定|条例|方案|措施|意见|指南|规程|政策|计划|法)$"
)
_MAINLY = re.compile(r"(?:主要|特别|通常|一般|具体|也就|就|都|均|这里|仅|专)$")  # 主要是指 explains, it defines only after 所称
_VERB = re.compile(r"(?:推动|支持|鼓励|引导|允许|面向|组织|指导|包括|对于|对|由|在|各|以及|并|使|让|向)")
# 在建工程 and 在孵企业 are terms, 在本办法中 is none; 下列用语的含义 leads to the terms.
_NO_TERM = re.compile(r"在(?![孵建研职产役校册编岗线营库途售])|[对除]|(?:下列|以下|上述|有关|相关|主要)?(?:用语|术语|名词|概念)$")
_LONGEST_TERM, _LONGEST = 40, 600
# ，按文件解释，|是指: who says so, between a term and its meaning.
_ASIDE, _LONGEST_ASIDE = re.compile(r"[,，](?:按照?|依照|根据|据)[^,，。;:]{2,30}?(?:解释|规定|说法|定义|口径|界定)[,，]?\Z"), 40


def find(flow: Flow, title: str | None = None) -> Iterator[Definition]:
    """Yield every definition in reading order; ``title`` is the document's own, for X是… about its subject."""
    found = [*_means(flow), *_united(flow)]
    for more in (_so_called(flow), _named(flow), _subject(flow, title) if title else ()):
        found += [d for d in more if not any(d.span.start < o.span.end and o.span.start < d.span.end for o in found)]
    yield from sorted(found, key=lambda d: d.span)


def _means(flow: Flow) -> Iterator[Definition]:
    text, last = flow.text, 0
    for match in _MEANS.finditer(text):
        term_end = _before_aside(text, match.start(), last)
        start = _term_start(text, term_end, last)
        term_start = start + len(_lead(text[start:term_end]))
        term = _unquoted(_BRACKET.sub("", text[term_start:term_end]))
        if _MAINLY.search(term) and "称" not in text[start:term_start]:
            continue
        term = _MAINLY.sub("", term)
        end = _meaning_end(text, match.end())
        last = match.end()
        if 1 < len(term) <= _LONGEST_TERM and not _NO_TERM.match(term) and end > match.end():
            yield Definition(flow.span(start, end), _as_written(flow, term_start, term_end, term), flow.surface(match.end(), end))


def _unquoted(term: str) -> str:
    """Return a term without the quotes around it; in “甲”项目 they stay."""
    bare = term.strip("“”‘’\"',，的")
    return bare if "“" not in bare and "”" not in bare else term.strip(",，的")


def _before_aside(text: str, end: int, low: int) -> int:
    """Return where a term ends before an aside: “首单险”|，按文件解释，是指…."""
    aside = _ASIDE.search(text, max(low, end - _LONGEST_ASIDE), end)
    return aside.start() if aside else end


def _lead(words: str) -> str:
    match = _leads().match(words)
    return match[0] if match else ""


def _term_start(text: str, end: int, low: int) -> int:
    """Go back to the sign before the term; signs inside brackets or quotes do not count."""
    depth = 0
    limit = max(low, end - 120)
    for i in range(end - 1, limit - 1, -1):
        sign = text[i]
        if sign in ")”》":
            depth += 1
        elif sign in "(“《":
            if not depth:
                return i + 1
            depth -= 1
        elif sign in _TERM_STOP and not depth and not (sign in ",，" and i == end - 1):
            return i + 1
    return limit


def _meaning_end(text: str, start: int) -> int:
    """Return where a meaning ends: at the stop of its sentence, behind the last item where it leads into a list."""
    listed = False
    for i in range(start, min(len(text), start + _LONGEST)):
        listed = listed or (text[i] in ":：" and _ITEM.match(text, i + 1) is not None)
        if text[i] in _STOP and not (listed and _ITEM.match(text, i if text[i] == "\n" else i + 1)):
            return i
    return min(len(text), start + _LONGEST)


def _so_called(flow: Flow) -> Iterator[Definition]:
    """本办法所称X为…: what a text says of a word that it calls its own."""
    text = flow.text
    for match in _SO_CALLED.finditer(text) if "所" in text else ():
        end = _meaning_end(text, match.end("term"))
        begin = match.end("term") + 1 if text.startswith((",", "，"), match.end("term")) else match.end("term")
        begin = begin if match[0].endswith(":") else match.end()
        if end > begin:
            yield Definition(flow.span(match.start(), end), match["term"].strip("“”"), flow.surface(begin, end))


def _named(flow: Flow) -> Iterator[Definition]:
    """与平台订立协议的企业，称为合作企业: the meaning is what stands before in its sentence."""
    text = flow.text
    for match in _NAMED.finditer(text) if "称为" in text else ():
        start = max(text.rfind(sign, max(0, match.start() - _LONGEST), match.start()) for sign in _STOP) + 1
        start += len(_lead(text[start : match.start()]))
        if match.start() - start > 4:
            yield Definition(flow.span(start, match.end()), match[1], flow.surface(start, match.start()))


def _as_written(flow: Flow, start: int, end: int, term: str) -> str:
    """The term with the signs of the source where nothing had to be cut out of it."""
    written = flow.surface(start, end)
    return written if len(written) == len(term) else term


def _united(flow: Flow) -> Iterator[Definition]:
    """高校、科研院所（以下统称“科研事业单位”）: the meaning is the list before the bracket."""
    text = flow.text
    for match in _UNITED.finditer(text) if "以下" in text else ():
        start = match.start()
        while start and text[start - 1] not in "。;,，:：!?\t\n" and match.start() - start < 120:
            start -= 1
        start += len(_lead(text[start : match.start()]))
        verb = _VERB.match(text, start, match.start())
        start = verb.end() if verb and verb.end() < match.start() else start
        yield Definition(flow.span(start, match.end()), match[1], flow.surface(start, match.start()) if match.start() > start else "")


def _subject(flow: Flow, title: str | None) -> Iterator[Definition]:
    """X是…, where X is what the document's title is about."""
    text = flow.text
    name = titles.core(title or "")
    for match in _IS.finditer(text):
        if not match.start() or (text[match.start() - 1] not in name and text[match.start() - 1] != ")"):
            continue
        start = _term_start(text, match.start(), 0)
        term_start = start + len(_lead(text[start : match.start()]))
        term = _BRACKET.sub("", text[term_start : match.start()])
        if 4 <= len(term) <= _LONGEST_TERM and term in name and _SUBJECT.match(name[name.index(term) + len(term) :]):
            end = _meaning_end(text, match.end())
            yield Definition(flow.span(start, end), _as_written(flow, term_start, match.start(), term), flow.surface(match.end(), end))
            return


@cache
def _leads() -> re.Pattern[str]:
    return re.compile(f"{_LABEL}(?:{_OTHER}|(?:{titles.own_words()}|本[编章节条款]){_CALLED})?")
