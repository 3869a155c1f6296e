"""The cues of roles.toml: heads of lists, words before and after a body, and what is no duty."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from ontology.records import Role

LABEL = r"第[零〇一二三四五六七八九十百\d]{1,6}条|[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}[.、]"


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue, the role it gives, the detail, and what must follow the bodies."""

    pattern: re.Pattern[str]
    role: Role
    detail: str | None
    needs: re.Pattern[str] | None
    coordinators: bool = False


@dataclass(frozen=True, slots=True)
class Rules:
    """The cues of roles.toml, compiled."""

    lists: tuple[Cue, ...]
    tails: tuple[Cue, ...]
    before: tuple[Cue, ...]
    head: re.Pattern[str]
    lead_in: re.Pattern[str]
    generic_after: re.Pattern[str]
    generic_before: re.Pattern[str]
    others: re.Pattern[str]
    act: Mapping[str, re.Pattern[str]]
    scope: Mapping[str, re.Pattern[str]]  # words that make a duty general, by the direction they point in


# The patterns of [subject] that tell what a body does, or that it does nothing.
_ACTS = (
    *("not_act", "drafting", "interpret", "cooperate", "lead", "supervise", "approve"),
    *("later_approve", "later_supervise", "field", "chained", "post"),
    *("assigned", "duty_words", "no_task", "divides"),
)
# 责任单位：甲局, 【责任单位】甲局
_COLON = re.compile("[:：】\\]]")
# No cue of a list has so many characters, and none holds a colon.
_CUE = 24


def heads(text: str, end: int | None = None) -> Iterator[re.Match[str]]:
    """Yield what ``rules().head.finditer`` yields in text[:end]: each match ends at a colon or a bracket, so that only what stands before one is searched."""
    stop = len(text) if end is None else end
    last = 0
    for colon in _COLON.finditer(text, 0, stop):
        if match := rules().head.search(text, max(last, colon.start() - _CUE), colon.end()):
            yield match
        last = colon.end()


@cache
def rules() -> Rules:
    """Compile roles.toml; raises KeyError or re.error where it is not well formed."""
    data = tomllib.loads(files("ingest.lexicon").joinpath("roles.toml").read_text(encoding="utf-8"))
    needs, subject = data["needs"], data["subject"]
    lists = tuple(Cue(re.compile(r["cue"]), r["role"], r.get("detail"), None) for r in data["list"])
    tails = tuple(Cue(re.compile(r["cue"]), r["role"], r.get("detail"), None) for r in data["tail"])
    before = tuple(
        Cue(re.compile(f"(?:{r['cue']})\\Z"), r["role"], r.get("detail"), re.compile(needs[r["needs"]]) if "needs" in r else None, r.get("needs") == "body")
        for r in data["before"]
    )
    generic, others = subject["generic"], subject["others"]
    glue = "(?:[、和及与]|,?以及|或者?)"
    act = {name: re.compile(subject[name]) for name in _ACTS}
    act["approved"] = re.compile(subject["approved"])
    act["with"] = re.compile(r"(?:负责)?(?:牵头)?(?:及时|积极|应当|应|要|须|将|可以|可)?(?:会同|商|联合|协同)(?:有关|相关)?(?:部门|单位)?[、和]?")
    act["joint"] = re.compile(r"(?:应当|应|要|须|将|可以|可|负责)?会同")
    act["partners"] = re.compile(rf"(?:应当|应|要|须|可以|可)?(?:会同|联合|商){generic}(?:{glue}{generic})*(?:{others})?")
    # Each item is matched in one way only: 和 may stand between two or inside a name.
    item = rf"(?>(?:有关|相关)(?:部门|单位)|(?![^、,;]*的){generic}(?=[、,;和及与]|以及|等|\Z))"
    act["between_others"] = re.compile(rf"(?:(?>[、,;和及与]|,?以及)等?{item})++[、,;]?等?")
    act["between"] = re.compile("[、,;]?(?:" + "|".join(r["cue"] for r in [*data["tail"], *data["list"]]) + ")[:：]?[、,;]?")
    return Rules(
        lists=lists,
        tails=tails,
        before=before,
        head=re.compile("(" + "|".join(r["cue"] for r in data["list"]) + ")(?:[:：]|(?<=[\u4e00-\u9fff])[】\\]])"),
        lead_in=re.compile(f"{subject['lead_in']}\\Z"),
        generic_after=re.compile(rf"(?:{glue}{generic})*(?:{others})?"),
        generic_before=re.compile(rf"(?:(?<=[。;,:\t\n])|^(?:{LABEL})?)(?:{generic}{glue})+\Z"),
        others=re.compile(others),
        act=act,
        scope={name: re.compile(pattern) for name, pattern in data["scope"].items()},
    )
