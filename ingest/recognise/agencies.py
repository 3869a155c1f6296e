"""Named government and party bodies in a flow, by their full official names."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest import places
from ingest.flow import Flow, fold
from ingest.recognise import prefixes, zones
from ingest.recognise.offices import fill, lexicon
from ingest.recognise.prefixes import Prefix
from ontology.records import Mention

_ALIAS = re.compile(r"\((?:以下)?(?:统一)?(?:简称|称)(?:为|:)?[“\"']?([\u4e00-\u9fff]{2,16})[”\"']?\)")
_MINISTRY_NOT = re.compile(r"[门分署队长级属委件省位]")  # 财政部门 is no 财政部
# 国务院生态环境主管部门 is a body by its function, which law changes from time to time; it is not the State Council.
_NATION_NOT = re.compile(
    r"(?:有关|相关|各|所属|直属|下属)?(?:部门|部委|机构|直属)|关于|令|[\u4e00-\u9fff、]{2,20}?(?:主管|行政|管理|监督|执法|规划)(?:部门|机构)"
)
# 中国科学院海洋研究所 and 自然资源部第一海洋研究所 are institutes.
_INSTITUTE = re.compile(
    r"(?:第[一二三四五六七八九])?(?:(?!支持|负责|会同|牵头|组织|鼓励|推动|建设)[\u4e00-\u9fff]){0,12}?(?:研究所|研究院|分院|研究中心|[能物洋学理]所)"
)
_STOP = re.compile(r"[^\u4e00-\u9fff]")
# Between two bodies that share a place: 市科技局、财政局, 市科技局会同财政局.
_SHARED = frozenset(["、", "和", "及", "与", "会同", "商", "以及", "、和"])
_PIECE = re.compile(r"[\u4e00-\u9fff]+")
GOVERNMENT = "{place}人民政府"
# The parts of a body that have names of their own; a verb or a generic word between body and part means others.
_WITH_BRANCHES = ("局", "委员会", "厅", "部")
_BRANCH = re.compile(
    r"办公厅|(?:(?!负责|会同|牵头|组织|指导|监督|协调|支持|配合|应|[各由对的和与及其属到在向]|有关|相关|等)[\u4e00-\u9fff]){2,8}?(?:分局|支队|总队|大队|交通警察局)(?!长)|交通管理局"
)
# A part called after the place that it is for, whatever that name holds: 云和分局.
_PLACE_BRANCH = re.compile(r"([\u4e00-\u9fff]{2,4}?)(?:分局|支队|大队)(?!长)")
# A bureau of a zone's committee: 某某高新区管委会|财政局.
_BUREAU = re.compile(
    r"(?:(?!负责|会同|牵头|组织|指导|监督|协调|支持|配合|依法|根据|制定|建立|设立|确定|统一|联合|委托|有关|相关|应(?!急)|经(?![济信贸发])|[各由对的和与及其属到在向或要须将可按报等])[\u4e00-\u9fff]){2,8}?(?:局|办公室|部(?!门)|中心)(?!长)|办公室"
)
_COMMITTEE = "管理委员会"
_RANKS = "区县市"
_BODY = 30  # characters that the name of a coordinating body may have


@dataclass(frozen=True, slots=True)
class _Hit:
    start: int
    end: int
    name: str
    prefix: Prefix | None = None  # what a bare name after 、 may share


def find(
    flow: Flow, place: str | None, *, aliases: Mapping[str, str] | None = None, bare: bool = False, lists: Sequence[tuple[int, int]] = ()
) -> Iterator[Mention]:
    """Yield every named body in reading order.

    ``place`` resolves 市科技局 and 省科技厅; without it the names are expanded but keep 市 or 省. ``aliases`` are written forms
    that the document defines itself. With ``bare`` a name without any place (科技局, as questions write it) counts too; ``lists`` are
    ranges of the flow's text, ascending, where it counts because only bodies are listed there (责任单位：科技局、财政局).
    """
    for hit in _Scan(flow.text, place, bare, lists if place else ()).hits(aliases or {}):
        yield Mention(flow.span(hit.start, hit.end), flow.surface(hit.start, hit.end), hit.name)


@lru_cache(maxsize=4096)
def official(surface: str, place: str | None) -> str | None:
    """Return the full official name that a surface alone means in a place (市工信局, 科技局), None where it names no body."""
    text = fold(surface)
    hits = list(_Scan(text, place, True).hits({}))
    return hits[0].name if len(hits) == 1 and hits[0].start == 0 and hits[0].end == len(text) else None


def aliases(flow: Flow, place: str | None) -> dict[str, str]:
    """Return the short names that the text gives its bodies: 青岛市…委员会办公室（以下称市奖励办） → {"市奖励办": full name}.

    In a text of a zone a bureau named with its committee (某某区管理委员会财政局) is called 财政局 elsewhere.
    """
    hits = list(_Scan(flow.text, place, False).hits({}))
    ends = {hit.end: hit.name for hit in hits}
    zone = f"{place}{_COMMITTEE}"
    inner = {hit.name.removeprefix(zone): hit.name for hit in hits if hit.name.startswith(zone) and len(hit.name) > len(zone) + 2}
    return inner | {match[1]: ends[match.start()] for match in _ALIAS.finditer(flow.text) if match.start() in ends}


def _for_place(text: str, start: int) -> re.Match[str] | None:
    """Return the part of a body that begins at ``start`` and is called after a place, None where there is none."""
    part = _PLACE_BRANCH.match(text, start)
    return part if part and any(places.parse(part[1] + rank) for rank in _RANKS) else None


class _Scan:
    """One pass over a text; every rule is a method that yields hits in reading order."""

    def __init__(self, text: str, place: str | None, bare: bool, lists: Sequence[tuple[int, int]] = ()) -> None:
        self.near = places.own(place)
        self.placed = place is not None and (self.near is None or self.near.listed)
        # Texts of a zone call its bodies by their bare names throughout.
        self.text, self.bare, self.lists, self.words = text, bare or bool(self.near and self.near.zone), lists, lexicon()
        self.last: _Hit | None = None

    def hits(self, aliases: Mapping[str, str]) -> Iterator[_Hit]:
        """Leftmost first, the longer of two that begin together, none overlapping."""
        end = -1
        rules = (self.own(aliases), self.central(), self.written(), self.functional(), self.bodies(), self.unlisted(), self.zones())
        for hit in sorted((h for rule in rules for h in rule), key=lambda h: (h.start, -h.end)):
            if hit.start >= end:
                whole = self._branched(hit)
                yield whole
                end = whole.end

    def _branched(self, hit: _Hit) -> _Hit:
        """Take in the part of a body that has a name of its own: 市公安局|交警支队, 市生态环境局|吴中分局, 高新区管委会|财政局."""
        if hit.name.endswith(_COMMITTEE) and (bureau := _BUREAU.match(self.text, hit.end)):
            return _Hit(hit.start, bureau.end(), hit.name + bureau[0], hit.prefix)
        part = (_BRANCH.match(self.text, hit.end) or _for_place(self.text, hit.end)) if hit.name.endswith(_WITH_BRANCHES) else None
        return _Hit(hit.start, part.end(), hit.name + part[0].replace("交警", "交通警察"), hit.prefix) if part else hit

    def own(self, aliases: Mapping[str, str]) -> Iterator[_Hit]:
        if aliases:
            for match in re.finditer("|".join(map(re.escape, sorted(aliases, key=len, reverse=True))), self.text):
                yield _Hit(match.start(), match.end(), aliases[match[0]])

    def central(self) -> Iterator[_Hit]:
        for rule in self.words.central if self.words.central_end.search(self.text) else ():
            for match in rule.pattern.finditer(self.text):
                if places.parse(match[2]) is not None:
                    yield _Hit(match.start(), match.end(), rule.template.replace("{middle}", match[2] + match[3]))

    def written(self) -> Iterator[_Hit]:
        for match in self.words.written.finditer(self.text):
            hit = self._word(match.start(), match.end(), match[0])
            if hit is not None:
                self.last = hit
                yield from self._sharing(hit, match[0])
                yield hit

    def _sharing(self, hit: _Hit, word: str) -> Iterator[_Hit]:
        """Places before a government that share its name: 武汉市、襄阳市、|宜昌市人民政府."""
        office = self.words.offices.get(word)
        if office is None or office.template != GOVERNMENT or not (hit.prefix and hit.prefix.named):
            return
        end = hit.start - 1
        while end > 0 and self.text[end] in "、和及与":
            found = places.ending(self.text, end, self.near)
            if found is None or self.text[end - 1] not in prefixes.RANKS:
                return
            yield _Hit(found[0], end, fill(office.template, found[1], ""))
            end = found[0] - 1

    def _word(self, start: int, end: int, word: str) -> _Hit | None:
        if word in self.words.inside:
            return self._inside(start, end, word)
        if word in self.words.offices or word in self.words.branches:
            prefix = self._prefix(start, word)
            if prefix is not None:
                return self._office(start, end, word, prefix)
            if word not in self.words.listed or self.placed:
                return None
        return self._listed(start, end, word)

    def _listed(self, start: int, end: int, word: str) -> _Hit | None:
        after = _MINISTRY_NOT if word.endswith("部") else _NATION_NOT
        institute = word.endswith(("部", "院")) and _INSTITUTE.match(self.text, end)
        return None if institute or after.match(self.text, end) else _Hit(start, end, self.words.listed[word])

    def _inside(self, start: int, end: int, word: str) -> _Hit | None:
        rank, template = self.words.inside[word]
        place = prefixes.of_rank(self.near, rank)
        return _Hit(start, end, fill(template, place, word[1])) if place or not self.placed else None

    def _prefix(self, start: int, word: str) -> Prefix | None:
        """The prefix before an office, else the one that the list shares, else (bare) the place itself."""
        prefix = prefixes.before(self.text, start, self.near, self.placed)
        if prefix is not None:
            return prefix
        last = self.last
        if len(word) > 2 and last and last.prefix and last.end < start <= last.end + 3 and self.text[last.end : start] in _SHARED:
            return Prefix(0, last.prefix.words, last.prefix.place, last.prefix.named)
        own = self.near and self.near.zone and word in self.words.zones_committee
        return (self._bare(start) or self._department(start, word)) if own or word not in self.words.bare_not else None

    def _department(self, start: int, word: str) -> Prefix | None:
        """In a text of a province, or of a place in one, a department of the province needs no 省 before it: 第四条|财政厅负责."""
        rules = self.words.departments
        if not self.near or not word.endswith(rules.tail) or word in rules.others or rules.not_before.search(self.text, max(0, start - 4), start):
            return None
        above = prefixes.of_rank(self.near, "province")
        return Prefix(0, "", above, False) if above and above.city is None else None

    def _bare(self, start: int) -> Prefix | None:
        """In a question a name without a place means the place asked about: 由科技局, but not 区里的科技局."""
        if (self.bare or self._in_list(start)) and self.words.bare_before.search(self.text, max(0, start - 7), start):
            return Prefix(0, "", self.near, False)
        return None

    def _in_list(self, position: int) -> bool:
        i = bisect_right(self.lists, position, key=lambda span: span[0]) - 1
        return i >= 0 and position < self.lists[i][1]

    def _office(self, start: int, end: int, word: str, prefix: Prefix) -> _Hit | None:
        office, branch = self.words.offices.get(word), self.words.branches.get(word)
        if branch and (office is None or (prefix.named and not prefix.words.endswith(("市", "省", "区")))):
            return _Hit(start - prefix.length, end, fill(branch, prefix.place, prefix.words), prefix)
        if (
            office is None
            or (office.full_only and not prefix.named and not (self.near and self.near.zone and prefix.place is self.near))
            or (office.follows and office.follows.match(self.text, end))
        ):
            return None
        strange = word == "委" and prefix.words[-1:] not in "市省区县州旗盟"
        if self.text.startswith("长", end) or (word.endswith("部") and self.text.startswith("门", end)) or strange:
            return None
        begin = start - prefix.length
        if office.template.startswith("中共") and self.text.endswith("中共", 0, begin):
            begin -= 2
        name = self.words.local.get((prefix.place.name, word)) if prefix.place else None
        part = prefixes.PARTY_PART.match(self.text, end) if word == "委" else None
        whole = (name or fill(office.template, prefix.place, prefix.words)) + (part[0] if part else "")
        return _Hit(begin, part.end() if part else end, whole, prefix)

    def functional(self) -> Iterator[_Hit]:
        """市科学技术行政部门, 市发展改革、财政等部门: one hit a domain."""
        for match in self.words.functional.finditer(self.text):
            owner = match.start() - (4 if self.text.endswith("人民政府", 0, match.start()) else 0)
            prefix = prefixes.before(self.text, owner, self.near, self.placed) or self._bare(owner)
            if prefix is None:
                continue
            words = list(self.words.domain.finditer(match[1]))
            for i, word in enumerate(words):
                begin = owner - prefix.length if i == 0 else match.start() + word.start()
                end = match.end() if i == len(words) - 1 else match.start() + word.end()
                yield _Hit(begin, end, self._of_domain(word[0], prefix), prefix)

    def _of_domain(self, domain: str, prefix: Prefix) -> str:
        """The body of a domain; where the place is listed with a committee of that name, or with another stem, that one."""
        rule = self.words.domains[domain]
        name = rule.name(prefix.place, prefix.words)
        for other in rule.others:
            if (listed := name.replace(rule.official, other)) in self.words.known:
                return listed
        committee = re.sub("(?:局|厅)$", "委员会", name)
        return committee if committee in self.words.known and name not in self.words.known else name

    def zones(self) -> Iterator[_Hit]:
        """合肥高新区管委会, and 高新区管委会 of the text's own city."""
        for start, end, name in zones.find(self.text, self.near):
            yield _Hit(start, end, name)

    def unlisted(self) -> Iterator[_Hit]:
        """市投资服务局 alone in a list: as written, with its place."""
        rules = self.words.unlisted
        for low, high in self.lists:
            for piece in _PIECE.finditer(self.text, low, high):
                tail = rules.tail_in_list.search(piece[0])
                foreign = (*rules.not_begin, *rules.not_in_list, *((self.near.short, self.near.name) if self.near else ()))
                if tail and self.near and len(piece[0]) > len(tail[0]) + 1 and not piece[0].startswith(foreign) and not places.zone(piece[0]):
                    yield _Hit(piece.start(), piece.end(), fill("{place}" + piece[0], self.near, ""))
        for match in rules.pattern.finditer(self.text) if rules.ends.search(self.text) else ():
            prefix = prefixes.before(self.text, match.start(1), self.near, self.placed)
            if prefix is not None and not match[1].startswith(rules.not_begin) and not match[1].endswith(rules.not_end):
                name = fill("{place}" + match[1] + rules.tails[match[2]], prefix.place, prefix.words)
                yield _Hit(match.start(1) - prefix.length, match.end(2), name, prefix)
        for match in rules.works.finditer(self.text) if rules.works_ends.search(self.text) else ():
            prefix = prefixes.before(self.text, match.start(1), self.near, self.placed)
            if prefix is not None and not match[1].startswith(rules.not_begin) and not (match[2] == "中心" and rules.works_not.search(match[1])):
                yield _Hit(match.start(1) - prefix.length, match.end(2), fill("{place}" + match[1] + match[2], prefix.place, prefix.words), prefix)

    def bodies(self) -> Iterator[_Hit]:
        """市…领导小组, 省…联席会议办公室: the nearest place before the tail owns the body."""
        rules = self.words.bodies
        for match in rules.tail.finditer(self.text):
            if self.text.startswith(rules.not_before, match.end()):
                continue
            for start in self._owners(match.start()):
                stem = self.text[start : match.start()]
                if len(stem) < 2 or stem.startswith(rules.not_begin):
                    continue
                if any(word in stem for word in rules.not_inside):
                    break
                prefix = prefixes.before(self.text, start, self.near, self.placed)
                if prefix is not None:
                    party = stem.startswith("委") and not stem.startswith("委员")
                    name = fill(("中共" if party else "") + "{place}", prefix.place, prefix.words) + self.text[start : match.end()]
                    yield _Hit(start - prefix.length, match.end(), name, prefix)
                    break

    def _owners(self, end: int) -> Iterable[int]:
        """Offsets after a character that can end a place, nearest first, inside the run of words before ``end``."""
        for i in range(end - 1, max(-1, end - _BODY), -1):
            if _STOP.match(self.text, i):
                return
            if self.text[i] in prefixes.RANKS:
                yield i + 1
