"""From a question to what is asked: kind by cues, names, bodies, figures by ingest's recognisers, the rest is the topic."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import accumulate

from opencc import OpenCC

from ingest import places, words
from ingest.flow import Flow
from ingest.recognise import amounts
from kg import told
from kg.called import bodies, named_places, places_in
from kg.cues import cues, said
from kg.known import Known
from ontology.answers import Kind, Named, Question
from ontology.records import Amount, Role

# From this strength on a name is taken for the document that is meant.
SURELY = 0.5
SHORT_NAME = 2
LONG_NAME = 3
# Words that the asker sets in quotation marks are what the question is about.
_MARKED = re.compile(r"[“\"「『‘]([^“”\"「」『』‘’]+)[”\"」』’]")
# Characters of traditional script that questions often hold and simplified script does not.
_TRADITIONAL = re.compile(
    "[個們這裡為與業東車長門開關學國會對時來問題資機構條項規劃請辦備獎勵補貼負責單額廳級標準執實際據"
    "點網頁號購買賣質認證產發貸險團隊體總類經濟區縣錢過達歲數萬億獲頒動務應將從無說讓類費專難變爭優]"
)
# A word that holds brackets: 投(保)贷; texts write them in full width.
_BRACKETED = re.compile(r"[\u4e00-\u9fff]\([\u4e00-\u9fff]\)[\u4e00-\u9fff]")
_DAY = re.compile(r"\d{1,2}月\d{1,2}日|20\d\d年")
_FULL = str.maketrans("()", "（）")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LEVELS = frozenset({"国", "省", "市", "区", "县", "全国", "国家", "国家级", "省级", "市级", "区级", "县级"})
_HAN_ONLY = re.compile(r"[\u4e00-\u9fffA-Za-z]+")
_ASKING = re.compile(r"[谁哪几]|什么|多少")
# Parts of a figure that the question gives are no matter: 五千, 万美元.
_SUM = re.compile(r"[零一二两三四五六七八九十百千万亿]+(?:美元|元|块|多|来|余)?|[万亿]元")
_ASKS = re.compile(r"多少|几|最高|最多|标准|多大|上限|封顶|(?<!超)(?<!按)比例|分别")
# How many things are asked for: 几章, 多少万件; 几项目 and 多少人才 only begin so, 几个点 is a rate.
_HOW_MANY = re.compile(
    r"(?:多少|(?<![哪好这那近前后上])几)[万亿]?(毫升|公斤|千克|千瓦|小时|课时|学时|级|层|米|个(?!百分点|点)|家|名|件|项(?!目)|人(?!民币|才)|篇|场(?!所)|次|回|章|条|款|种|份|所|户|台|辆|亩|吨|座|公里|平方米)"
)
# The highest rate is asked, no cap beside it: 比例最高是多少, 最多按新增额的几成.
_MOST_RATE = re.compile(
    r"(?:最[高多]|不超过)[^,。?]{0,10}(?:比例|百分之|几成|几个点|百分比|比重|占比)|(?:比例|百分之几?|几成|几个点|百分比|比重|占比)的?(?:最[高多]|上限|不超过)?"
)
# What a share is of is not asked: 罚骗取金额的百分之几.
_SHARE_OF = re.compile(
    r"(?:金额|额度|总额|钱)的(?=百分之|几成|几个点|多大比例)|[^,。?]*(?:占|超过|不高于|不低于)[^,。?]{0,14}?的?(?=百分之|几成|几个点|多大比例|多少比例)|[^,。?]*占[^,。?]{2,12}?的(?=多少(?:[?,]|$))"
)
# Words that only count or point.
WEAK = re.compile(r"(?:一|同一|这|那|每|几|两|第一|第二)[个家项种年次笔所名位件回人]?")
# Kinds of questions in which 区里 says what is asked: whose share, whose body.
_LEVELLED = frozenset(["agency", "amount", "ceiling"])
_USEFUL = re.compile(r"[\u4e00-\u9fffA-Za-z]")


def simplified(text: str) -> str:
    """Return a text in simplified characters, since the words and cues are."""
    return str(_converter().convert(text)) if _TRADITIONAL.search(text) else text


@cache
def _converter() -> OpenCC:
    return OpenCC("t2s")


def parse(text: str, on: date, known: Known) -> Question:
    """Return a question as understood against what a build knows."""
    plain = Flow.of(told.decimals(simplified(text).replace("几多", "多少")))
    home = places.parse(known.place)
    mended, slips = known.spelling.mend(plain.text, named_places(plain.text, home, known.held, cues().aim)) if known.spelling else (plain.text, ())
    flow = Flow.of(mended) if slips else plain
    folded = flow.text
    found = named_places(folded, home, known.held, cues().aim)
    named, absent = known.titles.find(folded)
    kind = kind_of(without_place(folded, found))
    here = next(iter(found.values())).full if len(set(found.values())) == 1 else known.place
    coined = coined_in(folded, known.coined)
    near = said(folded, known)
    topic = topic_of(folded, named, kind, coined, places_in(folded, found, known), near)
    named, whole = meant(named, [t for t in topic if t not in cues().common], known)
    return Question(
        text=text,
        folded=folded,
        kind=kind,
        on=on,
        topic=topic,
        focus=tuple(t for t in topic if t in first_part(folded)) or topic,
        chains=(*chains_of(folded, topic), *nouns_asked(folded, topic)),
        wider=wider(topic, near),
        near=near,
        coined=coined,
        marked=marked(folded),
        agencies=bodies(folded, here, known),
        documents=named,
        whole=whole,
        absent=absent,
        places=tuple(dict.fromkeys(p.full for p in found.values())),
        mended=tuple((slip.written, slip.meant) for slip in slips),
        amounts=tuple(given(flow)),
        units=units_of(folded),
        roles=roles_of(folded),
        aspect=next((a for a in ("fine", "threshold", "target", "expires", "effective", "issued") if cues().finer[a].search(folded)), None),
        news=bool(cues().finer["news"].search(folded)),
    )


def given(flow: Flow) -> list[Amount]:
    """Return the figures that a question gives, those without a unit of money too, in reading order."""
    shares = list(told.tenths(flow))
    whole = [a for a in amounts.find(flow) if not any(s.span.start <= a.span.start < s.span.end for s in shares)]
    written = [*whole, *shares]
    return sorted((*written, *told.sums(flow, written)), key=lambda a: a.span)


def meant(named: tuple[Named, ...], content: Sequence[str], known: Known) -> tuple[tuple[Named, ...], bool]:
    """Return the documents named, first the one whose title holds all content words where none is named surely, and whether a policy as a whole is meant."""
    about = known.titles.about(content)
    surely = bool(named) and named[0].strength >= SURELY
    if about and not surely:
        named = (about, *(n for n in named if n.document != about.document))
    return named, (about is not None and about.document == named[0].document) or (surely and not content)


def without_place(folded: str, found: Mapping[str, object]) -> str:
    """Return a question without the place that it ends with, which says nothing of what is asked: 国家级智能工厂一次性奖励青岛."""
    return next((folded.removesuffix(name) for name in sorted(found, key=len, reverse=True) if folded.endswith(name)), folded)


def kind_of(folded: str) -> Kind:
    """Return the kind that the heaviest cue speaks for, the one that stands first among equals, passage where there is none.

    Which documents rest on one asks for references, whatever else its words say.
    """
    if resting(folded) is not None:
        return "reference"
    met = [(-cue.weight, match.start(), cue.kind) for cue in cues().cues if (match := cue.pattern.search(folded))]
    return min(met, key=lambda m: m[:2])[2] if met else "passage"


def resting(folded: str) -> str | None:
    """Return the name of the document of which a question asks what rests on it or cites it; None where that is not asked."""
    patterns = cues().resting
    return next((match["name"].strip("《》") for pattern in patterns for match in [pattern.search(folded)] if match), None)


def units_of(folded: str) -> tuple[str, ...]:
    """Return the units that are asked for, none where the question leaves them open; a rate asked with its cap asks for money too."""
    finer = cues().finer
    said = asking(folded)
    money, percent = bool(finer["money"].search(_SHARE_OF.sub("%", said))), bool(finer["percent"].search(said))
    capped = percent and bool(finer["cap"].search(finer["percent"].sub("%", _MOST_RATE.sub("%", folded))))
    return ("times",) * bool(finer["times"].search(folded)) + ("CNY",) * (money or capped) + ("percent",) * percent


def asking(folded: str) -> str:
    """Return the parts of a question that ask for a figure, all of it where none does: 研发占比过了5%，一次性给多少 asks for no share."""
    return ",".join(part for part in folded.split(",") if _ASKS.search(part)) or folded


def how_many(folded: str) -> list[str]:
    """Return the words by which a question counts what it asks the number of, in order."""
    return _HOW_MANY.findall(folded)


def roles_of(folded: str) -> tuple[Role, ...]:
    """Return the roles that are asked for, none where the question leaves them open."""
    finer = cues().finer
    if finer["interpret"].search(folded):
        return ("interpret",)
    if finer["cooperate"].search(folded) and not finer["responsible"].search(folded) and not finer["both"].search(folded):
        return ("cooperate",)
    if finer["lead"].search(folded) and not finer["cooperate"].search(folded) and not finer["partners"].search(folded):
        return ("responsible",)
    return ()


def asked_words(folded: str, topic: Iterable[str]) -> tuple[str, ...]:
    """Return the topic words beside the cue of what is asked (落户奖励封顶多少 → 落户, 奖励), those before it where it has none that say which matter."""
    segments = [s for s in re.split(r"[,;:。]", folded) if s]
    words_of = [tuple(t for t in topic if t in segment) for segment in segments]
    for i, segment in enumerate(segments):
        if any(cue.weight > 3 and cue.pattern.search(segment) for cue in cues().cues):
            told = [found for found in reversed(words_of[: i + 1]) if found]
            return next((found for found in told if not cues().common.issuperset(found)), told[0] if told else ())
    return ()


def first_part(folded: str) -> str:
    """Return what is asked first where a question asks several things: up to its first question mark."""
    return folded.split("?", 1)[0]


def chains_of(folded: str, topic: Iterable[str]) -> tuple[str, ...]:
    """Return runs of two and three neighbouring words of a question that hold a content word: 市重点实验室 says more than its parts."""
    wanted = set(topic)
    tokens = words.segment(folded)
    out = []
    for size in (3, 2):
        for i in range(len(tokens) - size + 1):
            part = tokens[i : i + size]
            run = "".join(part)
            if (
                len(run) <= 10
                and _HAN_ONLY.fullmatch(run)
                and all((t in wanted and not WEAK.fullmatch(t)) or t in _LEVELS for t in part)
                and any(len(t) > 1 for t in part)
            ):
                out.append(run)
    return tuple(dict.fromkeys(out))


def nouns_asked(folded: str, topic: Iterable[str]) -> tuple[str, ...]:
    """Return the content words right behind 哪些 and the like (哪些路段限制通行 → 路段): what is asked for counts once more."""
    wanted = set(topic)
    return tuple(t for match in cues().finer["which"].finditer(folded) for t in wanted if folded.startswith(t, match.end()))


def marked(folded: str) -> tuple[str, ...]:
    """Return the words in quotation marks, those of a name's length."""
    return tuple(words for words in _MARKED.findall(folded) if 2 <= len(words) <= 12)


def coined_in(folded: str, coined: Collection[str]) -> tuple[str, ...]:
    """Return the coined words that a question holds, a longer one instead of those inside it."""
    borders = {0, *accumulate(len(token) for token in words.segment(folded))}

    def stands(part: str, start: int) -> bool:
        """Say whether a word of the dictionary is no part of a longer one: 服务 of 服务业."""
        return {start, start + len(part)} <= borders or words.segment(part) != [part]

    found: list[str] = []
    for size in range(min(12, len(folded)), 1, -1):
        for i in range(len(folded) - size + 1):
            part = folded[i : i + size]
            if part in coined and part not in cues().common and not any(part in longer for longer in found) and stands(part, i):
                found.append(part)
    return tuple(found)


def topic_of(
    folded: str, named: Iterable[Named], kind: Kind, coined: Sequence[str] = (), places_held: Collection[str] = (), near: Collection[str] = ()
) -> tuple[str, ...]:
    """Return the content words in order, without question words, the words of a surely named title and the places that documents hold in."""
    text = folded
    for name in named:
        if name.strength >= 0.9 and len(name.words) > 3:
            text = text.replace(name.words, "\n")
    empty = cues().empty.union(places_held, cues().duty if kind == "agency" else (), () if kind in _LEVELLED else cues().levels)
    out = [*marked(text), *(term for term in coined if term in text), *_DAY.findall(text)]
    for term in _BRACKETED.findall(text):
        out.append(term.translate(_FULL))
        text = text.replace(term, "\n")
    for term in out:
        text = text.replace(term, "\n")
    text = cues().asking.sub("\n", text)
    # What people say in several words stands for what policies write: 打给 → 拨付.
    tokens = words.segment(text)
    spoken = [word for word in near if word in text and word not in empty and not _ASKING.search(word) and not any(word in t for t in tokens) and _whole(word)]
    for word in spoken:
        text = text.replace(word, "\n")
    out += spoken
    tokens = words.segment(text)
    single = ""
    for word in (*tokens, "\n"):
        useless = word in empty or word in words.stop_words() or not _USEFUL.search(word) or bool(_SUM.fullmatch(word))
        if not useless and len(word) == 1 and _HAN.match(word):
            single += word
            continue
        # Characters that no dictionary joins are a short name together: 木玩.
        out += [single] if SHORT_NAME <= len(single) <= LONG_NAME and single not in empty else []
        single = ""
        out += [] if useless else [word]
    return tuple(dict.fromkeys(out))


def _whole(word: str) -> bool:
    """Say whether what people say counts as one word: a word of questions.toml does, one of synonyms.tsv where its parts are no words (骗补)."""
    return word in cues().plain or all(len(token) == 1 for token in words.segment(word))


def wider(topic: Iterable[str], near: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """Return what policies write for the words of a question, without the words themselves."""
    own = set(topic)
    found = [other for others in near.values() for other in others]
    return tuple(w for w in dict.fromkeys(found) if w not in own)
