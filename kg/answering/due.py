"""What a question about a time wants of a sentence: a day of the calendar, and what is to be done in the time."""

from __future__ import annotations

import re

from kg.answering.evidence import Evidence, held

# A day is asked, which words without one cannot answer.
CALENDAR = re.compile(r"哪(一)?[天日]|几[号日]|几月")
# A day of the year is asked for: 每年 alone tells none.
_DAY = re.compile(r"几[号日](?!内)|几月")
_DATED = re.compile(r"\d{1,2}月|\d{1,2}日|每月|每年|季度")
_OF_YEAR = re.compile(r"\d{1,2}月|\d{1,2}[日号]|[一二三四五六七八九十]月|月底|每月|季度|之日起")
# How long a document holds answers nothing else.
_VALIDITY = re.compile(r"有效期|试行期")
# What is to be done in the time that is asked: 几个月内必须|完成验收.
_DONE = re.compile(
    r"(?<![月号])(?:几|多少)个?(?:工作日|天|日|月|年)(?:之?内|以内)(?:必须|应当|应该|需要|可以|要|得|须|可|能|才|就|会|把|将)*(?P<done>[^,。?几]{2,})"
)
# A length of time is asked.
LONG = re.compile(r"(?<![月号])(?:几|多少)个?(?:工作日|天|日|月|年)|多久|多长时间")
# The end of a time is asked.
ENDS = re.compile(r"截止|截至|最晚|最迟")
# Words of doing that say nothing of what is done.
_ANY = frozenset(["做完", "办完", "办好", "完成", "办结", "搞定", "弄完", "结束"])
# How much of a word of what is done the sentence holds.
HELD = 0.3


def dated(folded: str, text: str) -> bool:
    """Say whether a text tells a day of the kind that a question asks for; also where it asks for none."""
    if not CALENDAR.search(folded):
        return True
    return bool((_OF_YEAR if _DAY.search(folded) else _DATED).search(text))


def asks_day(folded: str) -> bool:
    """Say whether a day is asked for, or the end of a time and not its length."""
    return bool(CALENDAR.search(folded) or (ENDS.search(folded) and not LONG.search(folded)))


def of_notice(folded: str, text: str) -> bool:
    """Say whether a period is how long something is shown to the public where a question asks when something else is: 什么时候开放申报."""
    return "公示" in text and "公示" not in folded and not LONG.search(folded)


def of_validity(text: str) -> bool:
    """Say whether a period is how long a document holds."""
    return bool(_VALIDITY.search(text))


def tells(evidence: Evidence, text: str, sentence: str | None = None) -> bool:
    """Say whether a text speaks of what is to be done in the time that a question asks for, and of what it asks that of; also where the question names nothing.

    ``sentence`` is what stands around the period.
    """
    question = evidence.question
    match = _DONE.search(question.folded)
    done = [w for w in question.topic if match and w in match["done"] and len(w) > 1 and w not in _ANY]
    if done and not any(held(w, text, question.near) >= HELD for w in done):
        return False
    title = evidence.pool[0].document.title if evidence.pool else ""
    part = next((p for p in question.folded.split(",") if LONG.search(p)), "")
    of = [w for w in question.topic if w in part and len(w) > 1 and w not in _ANY and w not in title]
    return sentence is None or not of or any(held(w, sentence, question.near) >= HELD for w in of)
