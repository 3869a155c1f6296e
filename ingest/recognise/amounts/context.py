"""What a figure says: its purpose, what it is about, the condition it stands under, per what it counts, the base of a rate."""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass

from ingest.recognise.amounts.figures import UNDER, Figure
from ingest.recognise.amounts.scene import Bounds, Scene
from ingest.recognise.amounts.words import Patterns, PurposeRow, patterns
from ingest.sentences import label_end
from ontology.records import Purpose

ABOUT = 80  # the longest `about`, the figure's own part not counted
PER = 16  # the longest `per`
AFTER = 120  # how far behind a threshold its grant may follow

_LEFT_END = re.compile(r"(?:原则上|一般|分别|最高|可以?|按照?|给予|予以|为|的|以|在|均|则|达到?|提升到|提高到|并|[、和及且,])+\Z")
_LEFT_START = re.compile(r"(?:[、和及且并但]|其中|同时)+")
_RATE_NOUN = re.compile(r"的?(?:比例|标准|额度|幅度|上限|奖金|利率|系数)")
_SHARE_OF = re.compile(r"按照?|根据")
_BASE_MARK = re.compile(
    r"拨付|提取|(?:奖励|补助|补贴)(?!资金|金额|标准|额|总|经费|比例)|按照?|依照|根据|不超过|不得超过|不低于|不少于|最高|超过|达到|低于|高于|处以?|并处|占(?![有比用])到?|以|给予|不到|不足|为|将|(?<=[约达])"
)
_BASE_END = re.compile(r"(?:的比例|的?比重|的?占比|的?比例|的|以内|原则上|一般|分别|为)+\Z")
_NO_BASE = re.compile(r"剩余|其余|增长|提高|同比|增速|上升|下降|降低|提升|增幅|左右|让渡|给予|权重|可|[,、:(（·“”]")
_IN_TIME = re.compile(r"按(?:期|时|规定|要求|约定)")
_SUBJECT = ("对", "凡")
_CASE_VERB = re.compile(r"(?:按照?|给予|予以|一次性|最高|分别|处|可以?|每[家个项人年台件站辆船吨]|单[个家船台站]|单项(?!冠军))")


# What the first part of a sentence grants for: 货船|每总吨补助800元, 纯电池船舶|补助造价的20%; no case of its own, nobody who pays.
_NAMED_BEFORE = re.compile(
    r"(?!(?:分别|补助|补贴|奖励|标准))((?![对凡由其同单各在从前第])[^,;。的者\d%按给予每再最可级年]{2,16}?)(?<!财政|政府|国家)(?<![并且时后])"
    r"(?=按|给予|予以|一次性|分别|每(?!年)|再|最高|不超过|补助|补贴|奖励|奖补|资助|贴息)"
)
_GRANT_END = re.compile(r"(?:再|可)?(?:一次性|首期|分别)?(?:奖励|补助|补贴|资助|奖补|拨付|兑付|上浮|提高)(?:其余|剩余|部分)?\Z")
_GROUP = re.compile(r"(?!每|单|同|各)[\u4e00-\u9fff“”]{1,12}(?:企业|单位|机构|项目|团队|人才|平台|农户|合作社)")
_YEAR = re.compile(r"(?:第[一二三四五][、和]?)+年")
_NAMED = re.compile(r"(?:其中)?([\u4e00-\u9fff“”、]{1,12}(?:级|类|档|项目|企业|平台|中心|机构|单位|人才|团队|产品|品牌|的))·*(?:一般|可以?|原则上)?\Z")

# What a sentence of several cases is about: 重型货车|:提前1年的补1.2万元;提前2年的补3.5万元.
_LED = re.compile(r"(?![^:]{0,18}(?:下列|如下|以下|标准))([\u4e00-\u9fffA-Za-z]{2,20}):(?!\n)")


@dataclass(frozen=True, slots=True)
class Said:
    """The fields of an amount that its context gives, as bounds in the text."""

    purpose: Purpose
    about: tuple[Bounds, ...]
    tight: int  # so many of the last pieces of ``about`` follow each other without a comma
    per: Bounds | None
    condition: tuple[Bounds, ...]
    rate_of: Bounds | None


@dataclass(frozen=True, slots=True)
class Past:
    """What earlier figures of the text were for: starts of grants and of thresholds, ascending."""

    granted: list[int]
    required: list[int]

    def grants_in(self, part: Bounds) -> bool:
        """Say whether a part of the sentence already grants something."""
        return _any_in(self.granted, part)

    def first_in(self, part: Bounds) -> int | None:
        """Return where the first grant in a part of the sentence begins, None where it holds none."""
        i = bisect_left(self.granted, part[0])
        return self.granted[i] if i < len(self.granted) and part[0] < self.granted[i] < part[1] else None

    def requires_in(self, part: Bounds) -> bool:
        """Say whether a part of the sentence holds a threshold."""
        return _any_in(self.required, part)


def _any_in(starts: list[int], part: Bounds) -> bool:
    """Say whether any of the ascending starts lies in a part."""
    i = bisect_left(starts, part[0])
    return i < len(starts) and starts[i] < part[1]


def said(text: str, group: list[Figure], here: Scene, past: Past, listed: bool) -> Said:
    """Return what the context says of a list of figures; listed: it stands in a list of conditions."""
    words = patterns()
    figure = group[0]
    threshold = _is_condition(text, here, figure, past, listed, words)
    purpose = _purpose(text, figure, here, threshold, words)
    paid = purpose == "share" and "拨付" in here.left
    condition = _condition(here, past, words, figure) if paid or purpose in ("benefit", "award", "fine") else ()
    about, tight = _about(text, here, figure, purpose, past)
    return Said(purpose, about, tight, _per(text, here, figure, words), condition, None if figure.unit == "CNY" else _base(text, here, figure))


def _is_condition(text: str, here: Scene, figure: Figure, past: Past, listed: bool, words: Patterns) -> bool:
    """Say whether a figure is a condition: …的企业, …的给予, 5000万元以上规上企业."""
    if words.fine.search(here.behind, 0, 10) or words.strong.search(here.left):
        return False
    if words.strong_end.search(here.left) and figure.before not in UNDER:
        return False
    if figure.bound == "max" and figure.before not in UNDER and figure.before and past.grants_in((here.part, here.own)):
        return False  # 给予合同价款3%、最多50万元的购房补贴
    if words.strong_end.search(text[figure.cue : figure.start]):
        return False
    behind = _IN_TIME.sub("", here.behind.replace("·", ""))
    noun = _RATE_NOUN.match(behind)
    if listed or behind.startswith(("部分", "的部分")):
        return True
    if figure.after and not here.part_left and text[here.stop : here.stop + 1] == "," and text[here.cue - 1 : here.cue] in (":", ";", "", "\n"):
        return True  # 按金额累进计算:500万元以内,每增加50万元…
    if figure.bound == "exact" and (noun or (figure.unit != "CNY" and _SHARE_OF.search(here.left))):
        return False
    verb = words.verb.search(behind)
    if verb and not noun and "的" in behind[: verb.start()]:
        return True
    if not verb and not noun and (figure.bound != "exact" or figure.pending) and re.search(r"的[^的]{0,12}\Z", behind):
        return True
    if figure.after and figure.bound != "exact" and behind and not verb and not noun:
        return True
    follows = words.strong.search(text, here.stop, min(here.end, here.stop + AFTER))
    return bool(follows) and figure.bound in ("min", "range") and not words.target.search(text, here.opens, here.cue) and not noun


def _purpose(text: str, figure: Figure, here: Scene, threshold: bool, words: Patterns) -> Purpose:
    """Return the purpose by the first row of the lexicon that fits."""
    if threshold:
        return "threshold"
    before, after = here.left + text[figure.cue : figure.start], here.behind
    if not after and here.stop < here.end and _SHARE_OF.search(before):
        after = text[here.stop + 1 : min(here.end, here.stop + 6)]
    near = text[here.opens : min(here.end, here.stop + AFTER)]
    aims = text[max(here.sentence, here.opens - AFTER) : here.opens] + near
    for row, front, behind, around in words.purposes:
        if not _allowed(row, figure):
            continue
        if (front and front.search(before)) or (behind and behind.search(after)) or (around and around.search(aims if row.purpose == "target" else near)):
            return "target" if figure.pending and row.purpose == "share" else row.purpose
    if figure.pending:
        return "target"
    return "threshold" if figure.bound in ("min", "range") and not words.fine.search(after) else "other"


def _allowed(row: PurposeRow, figure: Figure) -> bool:
    """Say whether a row is meant for figures of this unit and bound."""
    kind = figure.unit if figure.unit in ("percent", "times") else "money"
    return (not row.units or kind in row.units) and (not row.bounds or figure.bound in row.bounds)


def _condition(here: Scene, past: Past, words: Patterns, figure: Figure) -> tuple[Bounds, ...]:
    """Return the parts of the sentence that state the condition of what is granted, in text order."""
    case = _own_case(here, past, figure) or _named_case(here, figure, words)
    bare = not _LEFT_END.sub("", here.left)
    subject = here.part_left.startswith(_SUBJECT)  # 对…: a case of its own; without it the figure shares the subject of the parts before
    cap = not case and (bare or bool(words.cap.match(here.left)) or bool(words.per.match(here.left)))
    if cap and not subject and sum(map(past.grants_in, here.parts)) > 1:
        return ()  # two cases before it: the cap holds for both
    kept: list[tuple[Bounds, str]] = []
    for part, said_there in zip(reversed(here.parts), reversed(here.words), strict=True):
        granted = past.grants_in(part)
        if granted and not cap:
            if subject or not case:
                break
            continue
        end = _case_end(said_there) if granted or words.strong.search(said_there) else len(said_there)
        kept += [((part[0], part[0] + end), said_there[:end])] if end else []
    kept.reverse()
    first = _first_case(kept, past, words)
    found = [part for part, _ in kept[first:]] if first is not None else []
    return (*found, (here.part, here.part + case)) if case else tuple(found)


def _named_case(here: Scene, figure: Figure, words: Patterns) -> int:
    """Return the length of the group of things that alone stands before an upper bound: 国家级|不超过3000万元, 重大项目|最高100万元."""
    named = _NAMED.match(here.part_left) if here.fresh and figure.unit == "CNY" and figure.before and figure.bound == "max" else None
    return named.end(1) if named and not words.per.match(named[1]) and not words.cap.match(named[1]) else 0


def _own_case(here: Scene, past: Past, figure: Figure) -> int:
    """Return the length of the condition at the start of the figure's own part of the sentence: 超过2%的|给予1%, 500万元以上部分|以…."""
    own = (here.part, here.own)
    if not here.fresh and (past.grants_in(own) or not past.requires_in(own)):
        return 0
    portion = here.part_left.find("部分")
    return portion + 2 if portion >= 0 and not here.fresh else _case_end(here.part_left, plain=not figure.before)


def _first_case(kept: list[tuple[Bounds, str]], past: Past, words: Patterns) -> int | None:
    """Return where the condition begins: at the first part that opens a case or holds a threshold, else at one that ends like a condition."""
    openings = [i for i, (part, said_there) in enumerate(kept) if words.case.match(said_there) or past.requires_in(part)]
    if openings:
        return openings[0]
    return next((i for i, (_, said_there) in enumerate(kept) if words.condition_end.search(said_there)), None)


def _case_end(part: str, *, plain: bool = False) -> int:
    """Return where the condition in a part of a sentence ends: 对首次认定的企业|给予, 排名前30位的|按; 0 without one.

    ``plain``: a figure without a cue follows, so that 完成改造的|奖励100万元 is a case, while 项目的奖励最高100万元 names what is limited.
    """
    verb = _CASE_VERB.search(part, 2)
    if part.startswith(_SUBJECT) and len(part) > 3:
        return verb.start() if verb else len(part)
    if verb and (part[: verb.start()].endswith(("的", "者")) or _GROUP.fullmatch(part, 0, verb.start()) or _YEAR.fullmatch(part, 0, verb.start())):
        return verb.start()
    grant = _GRANT_END.search(part, 2) if plain else None
    return grant.start() if grant and part[: grant.start()].endswith(("的", "者", "后", "时")) else 0


def _about(text: str, here: Scene, figure: Figure, purpose: Purpose, past: Past) -> tuple[tuple[Bounds, ...], int]:
    """Return the words that tell what a figure limits: the free parts before it, its own part, what follows."""
    begin, end = here.part if _own_case(here, past, figure) else here.own, here.cue
    if opening := _LEFT_START.match(here.left):
        begin += opening.end()
    if closing := _LEFT_END.search(here.left):
        end = max(begin, here.own + closing.start())
    gap = (figure.cue + len(figure.before), figure.start) if figure.before and figure.unit == "CNY" else (0, 0)
    stop = min(here.stop, here.tail + 20)
    if purpose == "threshold" and end - begin < 2:
        stop = _next_part(text, here)
    pieces = [p for p in ((begin, end), gap, (here.tail, stop)) if p[1] > p[0]]
    if purpose in ("threshold", "share", "target") and end - begin >= 4:
        return tuple(pieces), len(pieces)
    room = ABOUT
    kept: list[Bounds] = []
    if not here.fresh and begin > here.part and not text.startswith("其中", here.part) and (first := past.first_in((here.part, here.own))) is not None:
        kept.append((here.part, first))  # 单个项目补助|不超过投资的30%、总额不超过200万元
    sole = purpose in ("benefit", "award", "other") and figure.bound == "max" and sum(map(past.grants_in, here.parts)) == 1
    for part in reversed(here.parts):
        if past.grants_in(part):
            if sole and part[0] == here.opens and patterns().per.match(here.left) and (named := _NAMED_BEFORE.match(text, part[0], part[1])):
                kept.append(named.span(1))  # 货船|每总吨补助800元，单船最高120万元
            continue
        if part[1] - part[0] > room:
            break
        kept.append(part)
        room -= part[1] - part[0]
    if here.sentence < here.opens and (led := _LED.match(text, label_end(text, here.sentence, here.opens))) and led.end() < here.opens:
        kept.append(led.span(1))
    return (*reversed(kept), *pieces), len(pieces)


def _next_part(text: str, here: Scene) -> int:
    """Return the end of the part of the sentence behind the figure's own one: what a tier without a subject leads to."""
    limit = min(here.end, here.tail + 40)
    return next((i for i in range(min(here.stop + 1, limit), limit) if text[i] in ",;。"), limit)


def _per(text: str, here: Scene, figure: Figure, words: Patterns) -> Bounds | None:
    """Return per what a figure counts, words of the text: 每家创投机构每年累计, 单个企业, 一次性."""
    first = words.per.search(here.left)
    if first:
        stop = words.per_end.search(here.left, first.end())
        end = min(stop.start() if stop else len(here.left), first.start() + PER)
        return here.own + first.start(), here.own + max(end, first.end())
    if here.left.removeprefix("、") in ("年", "月", "日"):  # 按30%、年|最高20万元
        return here.cue - 1, here.cue
    if inside := words.per.search(text, figure.cue, figure.start):
        return inside.span()
    once = words.once.search(here.behind)
    return (here.tail + once.start(), here.tail + once.end()) if once else None


def _base(text: str, here: Scene, figure: Figure) -> Bounds | None:
    """Return the base of a rate: 按不超过|新增额|的10%, 占|主营业务收入|比重超过5%."""
    left = here.left + text[figure.cue : figure.start]
    if "(" in left:
        left = re.sub(r"\([^()]*\)", lambda m: "·" * len(m[0]), left)
    if figure.before and left.endswith(figure.before):
        left = left[: -len(figure.before)]
    end = _BASE_END.search(left)
    stop = end.start() if end else len(left)
    while stop and left[stop - 1] == "·":
        stop -= 1
    marks = list(_BASE_MARK.finditer(left, 0, stop))
    begin = marks[-1].end() if marks else 0
    base = left[begin:stop]
    if not (marks or end) or not 2 <= len(base) <= 30 or _NO_BASE.search(base):
        return None
    return here.own + begin, here.own + stop
