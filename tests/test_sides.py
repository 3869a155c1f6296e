"""Two policies that are compared."""

from __future__ import annotations

from kg.answering.sides import sides


def test_what_stands_behind_the_second_policy_is_asked_of_both() -> None:
    assert sides("甲计划和乙行动计划的创新券兑付比例有什么不同") == ["甲计划,的创新券兑付比例有什么不同", "乙行动计划,的创新券兑付比例有什么不同"]
