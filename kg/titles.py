"""Which documents a question names: by 《…》, by 文号, or by part of a title."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from ingest.flow import fold
from ontology.answers import Named

_QUOTED = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")
_NUMBER = re.compile(r"([\u4e00-\u9fff]{1,12})[(\[〔【]((?:19|20)\d\d)[)\]〕】]第?(\d+)号")
_SIGNS = re.compile(r"[《》〈〉“”\"'‘’「」『』\s]")
_TRIAL = re.compile(r"\((?:试行|暂行|修订|修正|征求意见稿|\d{4}[-—–~至]+\d{4}年?)\)")
_EDITION = re.compile(r"暂行|试行|\(?(?:19|20)\d\d(?:[-—–~至]+(?:19|20)\d\d)?年?(?:度|版)?\)?")
_HAN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]+")
# A word may hold brackets: 投(保)贷.
_BRACKETED = re.compile(r"(?<=[\u4e00-\u9fff])\(([\u4e00-\u9fff]{1,2})\)(?=[\u4e00-\u9fff])")
GENRES = ("计划", "办法", "措施", "规定", "细则", "政策", "方案", "条例", "意见", "规划", "决定", "通知", "法", "规则", "指引", "指南", "制度")
# A shared run shorter than this is chance: two-character words such as 科技 stand in most titles.
RUN = 3
# A name in 《》 that is misspelt still names its document at this similarity (0–100).
ALIKE = 88
# Part of a title names the document when it makes up this share of the title, weighed by rarity, or ends in the genre's word.
SHARE = 0.34
# A word that a title sets in quotation marks names its document this surely.
NICK = 0.6
_NICK = re.compile(r"[“\"]([\u4e00-\u9fff]{4,8})[”\"]")
# Words that many titles end with, which name none of them: 管理暂行办法.
_GENERIC = re.compile(rf"(?:管理|暂行|试行|实施|工作)*(?:{'|'.join(GENRES)})")
# A long run of a title is no chance: each character beyond four adds so much.
LONG_RUN = 0.025
# How surely a topic names the one policy whose title holds all its words.
ABOUT = 0.6
# Names of documents that are only cited are looked for from this length on, up to that one.
CITED, LONGEST = 6, 40


@dataclass(frozen=True, slots=True)
class Title:
    """The names of one document."""

    document: str
    title: str
    notice: str
    number: str
    news: bool


def plain(name: str) -> str:
    """Return a title folded, without quotation marks and brackets of titles."""
    return _SIGNS.sub("", fold(name))


def instrument(core: str) -> str:
    """Return a plain title without the words that tell one edition of an instrument from another: 暂行, 试行, years."""
    return _EDITION.sub("", core)


def normal_number(number: str) -> str:
    """Return a 文号 in one form, 青政办字〔2024〕53号; what is none comes back folded."""
    return _NUMBER.sub(lambda m: f"{m[1]}〔{m[2]}〕{int(m[3])}号", fold(number))


class Titles:
    """An index over the titles of a build: bigrams of each title, weighed by rarity."""

    def __init__(self, titles: Iterable[Title], cited: Callable[[], Mapping[str, str | None]] = dict) -> None:
        """``cited`` gives the titles and 文号 that texts cite, with the document meant where there is one; it is called when a question may name one."""
        self._cited = cited
        self._titles = tuple(titles)
        self._plain = tuple(plain(t.title) for t in self._titles)
        self._cores = tuple(_TRIAL.sub("", p) for p in self._plain)
        self._holders: defaultdict[str, set[int]] = defaultdict(set)
        for i, core in enumerate(self._cores):
            for pair in _pairs(core):
                self._holders[pair].add(i)
        quoted = {i: m[1] for i, t in enumerate(self._titles) if not t.news and (m := _NICK.search(fold(t.title)))}
        bearers = {nick: {self._cores[i] for i, n in quoted.items() if n == nick} for nick in quoted.values()}
        # 海创计划 of 深入实施“海创计划”行动方案 names it, where no other title has it.
        self._nicks = {i: nick for i, nick in quoted.items() if len(bearers[nick]) == 1}
        self._openings = {p[:2] for p in self._plain}
        self._instruments: defaultdict[str, list[int]] = defaultdict(list)
        for i, core in enumerate(self._cores):
            self._instruments[instrument(core)].append(i)
        self._by_number = defaultdict(list)
        for i, title in enumerate(self._titles):
            if title.number:
                self._by_number[normal_number(title.number)].append(i)

    def find(self, folded: str) -> tuple[tuple[Named, ...], tuple[str, ...]]:
        """Return the documents that a folded text names, surest first, and the names in 《》 that fit none."""
        found: dict[int, Named] = {}
        absent = []
        for match in _QUOTED.finditer(folded):
            hits = self._called(plain(match[1]))
            for i, strength in hits:
                _keep(found, i, Named(self._titles[i].document, strength, match[0]))
            if not hits:
                absent.append(match[1])
        for match in _NUMBER.finditer(folded):
            number = normal_number(match[0])
            bearing = self._numbered(number)
            if not bearing:
                number = self._cited_number(number)
                bearing = self._owned(self._cited().get(number))
            for i in bearing:
                _keep(found, i, Named(self._titles[i].document, 1.0, _written(match, self._titles[i].number or number)))
            if not bearing:
                absent.append(number)
        rest = _QUOTED.sub("\n", folded)
        for title in self._only_cited(rest):
            absent.append(title)
            rest = rest.replace(plain(title), "\n")
        for i, strength, words in self._partly(rest):
            _keep(found, i, Named(self._titles[i].document, strength, words))
        return tuple(sorted(found.values(), key=lambda n: (-n.strength, n.document))), tuple(absent)

    def opening(self, text: str) -> set[str]:
        """Return the pairs of characters of a text that a title begins with: names of places and parks that no list holds."""
        return {pair for pair in _pairs(text) if pair in self._openings}

    def same(self, document: str) -> list[str]:
        """Return the other documents whose titles name the same instrument: 某某管理暂行办法 and 某某管理办法, plans of other years."""
        own = next((i for i, title in enumerate(self._titles) if title.document == document), None)
        if own is None:
            return []
        return [self._titles[i].document for i in self._instruments[instrument(self._cores[own])] if i != own]

    def about(self, topic: Sequence[str]) -> Named | None:
        """Return the one policy whose title holds every word of a topic of at least two words, None where none or several do."""
        if len(topic) < 2:
            return None
        fits = [i for i in self._sharing("".join(topic), 1) if not self._titles[i].news and all(word in self._plain[i] for word in topic)]
        if not fits or len({self._cores[i] for i in fits}) > 1:
            return None
        return Named(self._titles[fits[0]].document, ABOUT, "")

    def _numbered(self, number: str) -> list[int]:
        """Return the documents of a 文号; words before it may run into the match (文件青政字〔2024〕20号)."""
        return [i for known, holders in self._by_number.items() if number.endswith(known) for i in holders]

    def _cited_number(self, number: str) -> str:
        """Return the 文号 that texts cite and a match ends with, else the match."""
        return max((known for known in self._cited() if number.endswith(normal_number(known))), key=len, default=number)

    def _owned(self, document: str | None) -> list[int]:
        """Return the place of a document among the titles."""
        return [i for i, title in enumerate(self._titles) if title.document == document][:1]

    def _only_cited(self, text: str) -> list[str]:
        """Return the titles that stand whole in a text and that texts cite but no document bears, longer ones first."""
        if not any(genre in text for genre in GENRES):
            return []
        named = {self._plain[i] for i in self._sharing(text)}
        cited = {plain(title): title for title, document in self._cited().items() if document is None and len(title) >= CITED}
        runs = {text[i : i + size] for size in range(CITED, min(len(text), LONGEST) + 1) for i in range(len(text) - size + 1)}
        hits = sorted((p for p in runs if p in cited and not any(p in title and title in text for title in named)), key=lambda p: (-len(p), p))
        return [cited[p] for i, p in enumerate(hits) if not any(p in longer for longer in hits[:i])]

    def _called(self, name: str) -> list[tuple[int, float]]:
        """Return the documents that a whole name fits: the same, contained, or alike."""
        same = [i for i, p in enumerate(self._plain) if name == p or name == self._cores[i] or name == plain(self._titles[i].notice)]
        if same:
            return [(i, 1.0) for i in same]
        candidates = self._sharing(name)
        inside = [(i, 0.95) for i in candidates if len(name) >= 5 and (name in self._plain[i] or self._cores[i] in name)]
        if inside:
            return inside
        return [(i, 0.9) for i in candidates if fuzz.ratio(name, self._plain[i]) >= ALIKE]

    def _sharing(self, text: str, least: int = 2) -> list[int]:
        """Return the documents whose titles share at least so many bigrams with a text."""
        counts = Counter(i for pair in set(_pairs(text)) for i in self._holders.get(pair, ()))
        return [i for i, n in counts.most_common(400) if n >= least]

    def _weight(self, run: str) -> float:
        return sum(math.log(1 + len(self._titles) / (1 + len(self._holders.get(pair, ())))) for pair in _pairs(run))

    def _partly(self, folded: str) -> list[tuple[int, float, str]]:
        """Return documents part of whose title stands in the text, with the share that does."""
        out = []
        for i in self._sharing(folded):
            core = self._cores[i]
            runs = [run for run in _shared(core, folded) if not _GENERIC.fullmatch(run)]
            if not runs:
                continue
            share = sum(self._weight(run) for run in runs) / max(self._weight(core), 1e-9)
            named = any(run.endswith(GENRES) and len(run) >= 4 for run in runs) or (len(runs[0]) >= 4 and _genre_follows(runs[0], core, folded))
            strength = 0.97 if core in folded else min(0.88, share + (0.3 if named else 0.0) + LONG_RUN * max(0, len(runs[0]) - 4))
            nick = self._nicks.get(i, "")
            if nick and nick in folded and core not in folded:
                out.append((i, max(NICK, strength), nick))
            elif named or share >= SHARE:
                out.append((i, strength, runs[0]))
        return out


def _written(match: re.Match[str], number: str) -> str:
    """Return the 文号 as a text writes it, without the words that ran into the match: 责任单位青政办字〔2024〕53号."""
    letters = normal_number(number).partition("〔")[0]
    return match[0][max(match[1].rfind(letters), 0) :] if letters else match[0]


def _genre_follows(run: str, core: str, text: str) -> bool:
    """Say whether the text goes on from a part of the title to the word of its genre (股权投资专项办法)."""
    genre = next((g for g in GENRES if core.endswith(g)), None)
    if genre is None:
        return False
    at = text.find(run)
    return at >= 0 and genre in text[at + len(run) : at + len(run) + 6]


def _keep(found: dict[int, Named], i: int, named: Named) -> None:
    if i not in found or found[i].strength < named.strength:
        found[i] = named


def _pairs(text: str) -> list[str]:
    return [run[k : k + 2] for run in _HAN.findall(_BRACKETED.sub(r"\1", text)) for k in range(len(run) - 1)]


def _shared(title: str, text: str) -> Sequence[str]:
    """Return the runs of at least RUN characters of the title that stand in the text, longest first, without overlap in the title."""
    runs = []
    k = 0
    while k <= len(title) - RUN:
        if title[k : k + RUN] not in text:
            k += 1
            continue
        end = k + RUN
        while end < len(title) and title[k : end + 1] in text:
            end += 1
        runs.append(title[k:end])
        k = end
    return sorted((run for run in runs if "\n" not in run), key=lambda run: -len(run))
