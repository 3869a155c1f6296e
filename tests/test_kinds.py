"""Kinds of questions: who leads, what was repealed, a clause by its label, all under a heading, counts; the kind that a wording asks for."""

from __future__ import annotations

import pytest

from kg.question import kind_of, units_of
from ontology.answers import AgencyFact, ReferenceFact, TextFact
from tests.elsewhere import ask


@pytest.mark.parametrize(
    ("question", "bodies"),
    [
        ("云和县木制玩具用地保障由谁牵头？", {"云和县自然资源和规划局"}),
        ("云和县木制玩具品牌培育的配合单位有哪些？", {"云和县财政局", "云和县市场监督管理局"}),
        ("贵阳装电梯的补助由哪个部门审核？", {"贵阳市住房和城乡建设局"}),
        ("贵阳装电梯的补助由哪个部门拨付？", {"贵阳市财政局"}),
        ("长沙加装电梯由哪些部门各负责什么？", {"长沙市住房和城乡建设局", "长沙市自然资源和规划局", "长沙市市场监督管理局", "长沙市财政局"}),
        ("工信部联企业〔2025〕88号归谁解释", {"财政部", "工业和信息化部"}),
        ("云政办发〔2025〕12号 人才培育 牵头", {"云和县教育局"}),
    ],
)
def test_who(question: str, bodies: set[str]) -> None:
    assert {f.agency for f in ask(question).facts if isinstance(f, AgencyFact)} == bodies


@pytest.mark.parametrize(
    ("question", "titles"),
    [
        ("筑建发〔2025〕19号废止了哪几个文件？", {"贵阳市物业服务收费管理实施办法", "贵阳市公共租赁住房租金补贴发放细则"}),
        ("筑建发〔2025〕19号修改了哪个文件？", {"贵阳市住宅专项维修资金使用指引"}),
        ("甬科计〔2021〕9号现在被哪个文件取代了？", {"宁波市企业研究开发投入后补助实施办法"}),
    ],
)
def test_what_a_document_does_to_others(question: str, titles: set[str]) -> None:
    assert {f.title for f in ask(question).facts if isinstance(f, ReferenceFact) and f.title} == titles


@pytest.mark.parametrize(
    ("question", "path", "words"),
    [
        ("宁波市企业研究开发投入后补助实施办法第十四条写了什么", "第十四条", "不得用于偿还债务"),
        ("成高管发〔2025〕3号第（八）条怎么规定的", "（八）", "从优、不重复"),
    ],
)
def test_a_clause_by_its_label(question: str, path: str, words: str) -> None:
    answer = ask(question)
    assert answer.citations[0].path[-1] == path
    assert words in answer.answer


def test_all_clauses_under_the_heading_asked_for() -> None:
    answer = ask("厦门 专精特新 奖励 申报条件")
    assert [f.value for f in answer.facts if isinstance(f, TextFact)][2].startswith("（三）2025年度营业收入")  # type: ignore[union-attr]
    assert len(answer.facts) == 4


@pytest.mark.parametrize(
    ("question", "number"),
    [
        ("云和木玩行动计划的重点任务有几项？", 6),
        ("申请宁波研发后补助要交几份材料？", 4),
        ("湖南省家政服务条例一共多少条", 17),
        ("厦门专精特新奖励要满足几个申报条件", 4),
    ],
)
def test_counts(question: str, number: int) -> None:
    assert [f.value for f in ask(question).facts if isinstance(f, TextFact)] == [number]


def test_what_lies_between_two_figures_shows_both() -> None:
    answer = ask("厦门首次认定的小巨人与首次认定的专精特新中小企业奖励相差多少？")
    assert answer.type == "compare"
    assert [c.path for c in answer.citations[:2]] == [("二、", "（一）"), ("二、", "（二）")]
    assert "60万元" in answer.answer
    assert "20万元" in answer.answer


@pytest.mark.parametrize(
    ("asked", "units"),
    [
        ("按当年研发投入额的比例最高是多少", ("percent",)),
        ("奖补最多按新增额的几成算", ("percent",)),
        ("市财政出的钱最多能占项目总投资的百分之几", ("percent",)),
        ("奖励金额不得超过相关投资额的多大比例", ("percent",)),
        ("补贴比例是多少,单个企业最高多少", ("CNY", "percent")),
        ("按服务收入的多大比例奖补,最高多少", ("CNY", "percent")),
        ("用人单位超比例安排就业,奖励总额不得超过多少", ()),
        ("奖补按收入几成算、最多给多少", ("CNY", "percent")),
        ("担保费按几个百分点补贴", ("percent",)),
    ],
)
def test_a_rate_asked_at_its_highest_asks_for_no_cap(asked: str, units: tuple[str, ...]) -> None:
    assert units_of(asked) == units


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        ("首批备案企业名单啥时候之前要公布", "deadline"),
        ("申请租房提取,几个工作日到账", "deadline"),
        ("绿电比例和负债率有什么要求", "eligibility"),
        ("申报单位原则上应是什么样的主体", "eligibility"),
        ("年研发投入额至少要达到多少才够得上一次性奖补", "amount"),
        ("常驻研发人员占比得多少,要运营满几年", "eligibility"),
        ("通行证怎么申领", "procedure"),
        ("四方面重点举措都是什么", "list"),
        ("按照省里哪部条例定的", "reference"),
        ("新型学徒制到底是个啥", "definition"),
        ("单船补助限额", "ceiling"),
        ("本科毕业生的生活补贴能领几年", "deadline"),
        ("奖励建议公示期", "deadline"),
        ("申报单位得是什么性质的", "eligibility"),
        ("哪些单位和个人有资格提名", "eligibility"),
        ("方案按照市政府哪份意见的要求制定", "reference"),
        ("报假材料,照哪个部门规章处理", "reference"),
        ("哪四类团不给奖励", "list"),
        ("按服务收入的多大比例奖补,最高多少", "ceiling"),
        ("细则里的研发机构范围", "definition"),
        ("细则把哪些单位算作研发机构", "definition"),
        ("方案是按市政府哪个意见的要求制定的", "reference"),
        ("交了申请之后,谁初审、谁复核、怎么定名单", "procedure"),
        ("材料往哪儿报、谁来审", "procedure"),
        ("从申报到授牌要经过哪几个环节", "procedure"),
        ("有意见该怎么提,最后由谁裁定", "procedure"),
        ("做得怎么样,谁来打分", "agency"),
        ("谁可以牵头申报", "eligibility"),
        ("复核通过了给多少奖金", "amount"),
        ("企业替政府代储饲草代储费", "amount"),
        ("一次性奖补比例和封顶各多少", "ceiling"),
        ("由哪个监管单位负责", "agency"),
        ("问题清单由哪个单位定期汇总", "agency"),
        ("细则说按哪个部令处理", "reference"),
        ("施行后,原来哪个扶持文件作废", "reference"),
        ("省级重要湿地管护补偿每亩每年", "amount"),
        ("收到申报后,怎样一步步走到立项", "procedure"),
        ("增信机构概念", "definition"),
        ("融资规模2025年目标", "amount"),
        ("这份办法根据哪两部上级规定制定?", "reference"),
        ("下一步由哪个局推动更多领域用好?", "agency"),
        ("备案归市工信局还是市科技局?", "agency"),
        ("该由谁来申报?", "eligibility"),
        ("新险种怎样进入产品体系?", "procedure"),
        ("截至2月底,郑州、洛阳各建了多少个?", "count"),
        ("啥叫应用场景示范项目?", "definition"),
        ("全社会研发经费总量目标亿元", "amount"),
        ("甲平台和乙平台,财政支持上限差多少?", "compare"),
    ],
)
def test_what_is_asked_in_everyday_words(asked: str, kind: str) -> None:
    assert kind_of(asked) == kind
