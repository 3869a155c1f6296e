"""Answers near a right one: another year, a thing that no text names, another tier, another body's task, a payer taken for a grade."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.metadata import bodies
from kg import build
from kg.answering import ask, due, tiers, under
from kg.answering.sides import sides
from kg.config import BASE
from kg.shelf import Shelf
from kg.titles import Title, Titles
from ontology.answers import AgencyFact, AmountFact, Answer, TextFact
from tests.evaluate import questions
from tests.evaluate.questions import Half

DAY = date(2026, 11, 20)
_OPENED: dict[str, Shelf] = {}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("near")


def answer(folder: Path, half: Half, asked: str) -> Answer:
    name = f"{folder}/{half}"
    if name not in _OPENED:
        build.ingest(folder / half, [questions.texts(half)], base=BASE)
        _OPENED[name] = Shelf.open(folder / half)
    return ask(_OPENED[name], asked, DAY)


@pytest.mark.parametrize(
    ("half", "asked", "why"),
    [
        ("bfield", "昆明2027年度体育赛事和高原训练基地扶持项目，网上填报哪天截止？", "2027年"),  # the text tells the days of 2026
        ("bfield", "泉州市天使投资母基金管理办法里，“种子期企业”是指什么？", "定义"),  # a term that is used, not defined
        ("cfield", "湛江改造老旧燃气，居民换燃气热水器每户最多补多少？", "热水器"),  # a thing that no text names
        ("afield", "合肥首台套综合险由哪几家保险公司承保？", "公司"),  # a company is asked, a bureau is named
        ("afield", "合肥市庐阳区对市级首台套奖励的区级配套比例是多少？", "数额"),  # a text of the city tells nothing of its districts
        ("bfield", "呼和浩特的学生饮用奶，每盒是多少毫升？", "数目"),  # 0.6元 a box is no volume
    ],
)
def test_what_lies_near_is_refused_with_its_reason(folder: Path, half: Half, asked: str, why: str) -> None:
    found = answer(folder, half, asked)
    assert not found.answered, found.answer
    assert found.facts == ()
    assert why in found.answer


@pytest.mark.parametrize(
    ("half", "asked", "value"),
    [
        ("bfield", "呼和浩特存栏一千五百头的奶牛场改造粪污处理设施，补贴最高多少？", 1_800_000),  # the unit of the tier stands in the head of its column
        ("bfield", "无锡市级 首版次软件 单个产品奖励上限", 1_000_000),  # 市级 says whose money, the grade is 省级
        ("cfield", "重庆市渝北区的检测机构主导制定一项国际标准，区里奖多少？", 800_000),
        ("cfield", "我在黑龙江一个脱贫县办浆果加工厂，上六百多万的冻干设备，补助封顶是多少？", 8_000_000),  # the part behind 其中
        ("efield", "嘉鱼的企业年产值头一回过五亿，奖管理团队多少？", 500_000),  # the item goes on with the subject of the one before
        ("efield", "沈阳铁西2005年建的小区，总共280户，充电端口补贴一个小区顶多多少钱？", 25_000),  # the year is a condition
        ("efield", "“芯十条”对55纳米芯片的首轮流片，一家企业一年封顶补多少？", 5_000_000),
        ("gfield", "肇庆预制菜企业年产值第一次冲上五个亿，奖励几多", 800_000),  # what leads into the first item leads into all
        ("gfield", "盐城经开区 千级洁净车间 每平方米补贴", 400),
        ("gfield", "盐城开发区光电产业园二楼厂房，每平米一个月基准租金多少", 13),  # by the month: 元/平方米·月
        ("gfield", "在临沂，重型货车提前四年以上报废，光报废不买新车补几万？", 45_000),  # behind the semicolons of 重型货车：
        ("gfield", "组织旅游专列往牡丹江拉了三百多个游客，一列奖多少", 30_000),
        ("gfield", "扬州用人单位超比例安排残疾人就业，一家单位一年的奖励总额不得超过多少？", 300_000),
        ("gfield", "我们是扬州市级残疾人就业示范单位，给残疾员工改无障碍工位，补助顶格能拿几万", 120_000),
        ("ffield", "新搬到福州市鼓楼区的企业买楼自己用，购房补助上限", 2_600_000),  # the body that edits a leaflet places it
        ("ffield", "潍坊政府投资基金评价结果为“中”，管理费按约定的百分之多少支付？", 85),
        ("efield", "南通建筑企业作为承建单位拿了国优金奖，一项奖多少", 600_000),  # 国优 is 国家优质
        ("hfield", "在婺源第一次评上国家乙级旅游民宿，奖多少钱？", 250_000),  # 甲级、乙级、丙级旅游民宿 share what the last one ends with
        ("hfield", "大同企业招就业困难的人来做标注，每人每月岗位补贴多少？", 360),  # 再增加140元 is no answer by itself
        ("hfield", "西宁的小微企业招的残疾员工占到一成，担保费补贴一年最高多少钱？", 40_000),  # what a grant is raised to is granted
        ("hfield", "西宁担保机构平均费率零点八以下，新增业务额按百分之几奖补？", Decimal("0.6")),
        ("hfield", "同一家企业建了好几个零碳车间，奖励累计上限", 1_800_000),  # 好几个 asks no number
        ("hfield", "西宁一家融资担保机构，全年代偿补偿上限是多少？", 5_000_000),
        ("ifield", "热源替代户换成地热能，首个采暖季设备补贴每户上限是多少", 6_000),  # each cap of the sentence stands under its rate
        ("ifield", "德阳的技术转移服务机构一年促成的合同登记额达到一个亿，奖几万？", 300_000),  # 达到5000万元、1亿元 share what leads into them
        ("ifield", "海南的专精特新中小企业三年到期，复核通过了给多少奖金？", 80_000),
        ("ifield", "专精特新企业 境外展会展位费 一家企业一年 补助上限", 120_000),  # the whole document is about such companies
        ("jfield", "遂宁的单位把雨水收集起来用，一年超过五千方，每方奖励多少钱？", Decimal("1.5")),  # 一元五角
        ("jfield", "十堰企业自己研发的车载操作系统，头一次装车就达到两万套，奖多少钱", 4_000_000),
    ],
)
def test_the_figure_of_the_very_case(folder: Path, half: Half, asked: str, value: int | Decimal) -> None:
    found = answer(folder, half, asked)
    assert next(f.value for f in found.facts if isinstance(f, AmountFact)) == value, found.answer


@pytest.mark.parametrize(
    ("half", "asked", "names"),
    [
        ("cfield", "黑龙江有人无证卖蓝靛果苗子，归谁查？", ["黑龙江省市场监督管理局"]),  # the sentence, not the list behind the clause
        ("bfield", "无锡算力券兑现的钱由哪个部门拨付？", ["无锡市财政局"]),
        ("cfield", "湛江老旧燃气管道改造用的管材和燃气具，谁来抽查？", ["湛江市市场监督管理局"]),
        ("efield", "甘肃把中药材追溯数据接入医保招采系统 参加单位", ["甘肃省药品监督管理局", "甘肃省卫生健康委员会"]),
        ("gfield", "肇庆预制菜任务分工表中，产品质量监督抽检由谁牵头、谁配合？", ["肇庆市市场监督管理局", "肇庆市卫生健康局"]),
        ("jfield", "陕工信规〔2026〕5号 供应链金融风险会商 由哪些部门参与", ["陕西省工业和信息化厅", "陕西省地方金融管理局", "国家金融监督管理总局陕西监管局"]),
        ("hfield", "漳州的海峡两岸花博会由哪两个局承办？", ["漳州市林业局", "漳州市商务局"]),
        ("ifield", "竹林作业道的建设标准，由哪个局会同哪个局来定？", ["霍山县交通运输局", "霍山县林业局"]),
        ("ifield", "阳江深远海养殖装备的位置和用海合规性谁去现场查？", ["阳江市海洋综合执法支队"]),
        ("kfield", "保山精品咖啡加工设备补助，哪个部门审核？", ["保山市工业和信息化局"]),  # 明确了分工：… are sentences, no list
    ],
)
def test_the_body_that_is_asked_for(folder: Path, half: Half, asked: str, names: list[str]) -> None:
    assert [f.agency for f in answer(folder, half, asked).facts if isinstance(f, AgencyFact)] == names


def test_the_edition_of_the_year_that_is_named(folder: Path) -> None:
    found = answer(folder, "afield", "大连2022版专利权质押融资补助办法里，贷款机构信息由谁配合核实？")
    assert [f.agency for f in found.facts if isinstance(f, AgencyFact)] == ["大连市地方金融监督管理局"]


@pytest.mark.parametrize(
    ("half", "asked", "both"),
    [
        ("ffield", "新获批储能创新平台，国家级的和省级的，襄阳分别给多少？", ("1200万元", "150万元")),
        ("ifield", "曲靖散埋坟只迁进公墓，跟迁了再搞生态安葬，每座分别补多少？", ("800元", "1500元")),
        ("jfield", "衢州建食品小作坊集聚区，入驻满20家、产值三千万的，和入驻满40家、产值八千万的，一次性补助分别多少？", ("80万元", "160万元")),
    ],
)
def test_two_things_of_one_clause_are_set_side_by_side(folder: Path, half: Half, asked: str, both: tuple[str, str]) -> None:
    found = answer(folder, half, asked)
    assert all(one in found.answer for one in both)


@pytest.mark.parametrize(
    ("half", "asked"),
    [
        ("gfield", "威海培育一个带货主播奖励多少钱"),  # one of two matters that the sentence leaves open
        ("ffield", "鞍山再生水现在一立方米卖多少钱？"),
        ("efield", "包头平台企业搞线上见习，每人每月补贴多少？"),
        ("hfield", "灵活就业人员在岳阳怎么申领技能提升补贴？"),  # 待省里明确后另行公告
        ("ifield", "煤基固废利用产生的碳减排量，石嘴山规定收益怎么分？"),  # the sentence that holds most of the question
    ],
)
def test_one_of_several_matters_left_open_is_refused(folder: Path, half: Half, asked: str) -> None:
    found = answer(folder, half, asked)
    assert not found.answered
    assert "留待另行规定" in found.answer


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        ("徐州家庭养老床位 第四季度服务记录 最晚几号提交", "12月20日"),  # the day of one quarter before the days of the others
        ("“闽绿制造”平台 绿色工厂第三方评价结论 上传截止", "5月31日"),
        ("没进免申名单的岳阳企业想补申请稳岗返还，截止到哪一天？", "9月30日"),  # the time to apply ends, not the document
        ("绵阳2026年中试平台补助 依托单位填报截止", "8月31日"),
    ],
)
def test_the_day_that_is_asked_for(folder: Path, asked: str, day: str) -> None:
    assert day in answer(folder, "hfield", asked).answer


def test_the_day_that_an_end_is_put_off_to(folder: Path) -> None:
    assert "10月15日" in answer(folder, "ifield", "霍山县毛竹奖补2025年头一回申报，延到哪天截止？").answer[:20]


def test_a_report_holds_in_the_place_that_its_headline_names_behind_its_beginning(folder: Path) -> None:
    assert "260元" in answer(folder, "kfield", "保山咖啡豆出口每吨奖多少钱").answer


def test_the_last_day_of_a_system_that_is_open(folder: Path) -> None:
    assert "2月20日" in answer(folder, "kfield", "滁州2027年度智能家电工业设计奖补，企业线上填报开放到哪天？").answer[:20]


def test_conditions_under_the_clause_that_leads_into_them(folder: Path) -> None:
    found = answer(folder, "hfield", "单位要在岳阳拿2026年失业保险稳岗返还，须同时符合什么条件？")
    assert all(word in found.answer for word in ("12个月", "5.5%", "失信", "僵尸企业"))


def test_what_one_province_gets_of_a_national_fund_is_not_said(folder: Path) -> None:
    assert not answer(folder, "elsewhere", "中小企业数字化改造专项资金，浙江省分到多少亿？").answered


def test_what_a_document_was_made_on_is_asked_by_its_number(folder: Path) -> None:
    assert "非物质文化遗产法" in answer(folder, "cfield", "川财规〔2026〕6号是依据什么制定的").answer


def test_the_second_thing_is_no_other_places(folder: Path) -> None:
    found = answer(folder, "efield", "在嘉鱼首次进规上工业和首次进限上商贸，一次性奖励分别是多少？")
    assert {c.document for c in found.citations} == {"嘉鱼县招商引资优惠办法（试行）"}


def test_the_steps_of_a_procedure_stand_under_one_head(folder: Path) -> None:
    found = answer(folder, "efield", "阜阳特色农产品保险从签单到财政补贴拨下来，整个流程怎么走")
    assert all(step in found.answer for step in ("投保单", "公示", "拨付"))


def test_tasks_numbered_through_all_parts_are_counted_together(folder: Path) -> None:
    found = answer(folder, "efield", "甘肃道地中药材产地加工和质量追溯重点任务分工，编了号的重点任务总共有多少项？")
    assert [f.value for f in found.facts if isinstance(f, TextFact)] == [22]


def test_a_number_is_told_from_the_words_that_ran_into_it() -> None:
    titles = Titles([Title("d", "甲市某某十条措施", "", "甲政办字〔2024〕53号", news=False)])
    (named,), absent = titles.find("责任单位甲政办字〔2024〕53号")
    assert (named.words, absent) == ("甲政办字〔2024〕53号", ())


def test_brackets_inside_a_word_do_not_part_a_title() -> None:
    titles = Titles([Title("d", "投（保）贷细则", "", "", news=False), Title("e", "甲市科技保险补贴办法", "", "", news=False)])
    assert titles.find("投(保)贷的贴息怎么申领")[0][0].document == "d"


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [("存栏规模（头）1000以上3000以下粪污处理", 1000, 3000), ("投资额（万元）500以上", 5_000_000, None), ("28纳米及以下工艺", None, 28)],
)
def test_a_tier_with_its_unit_in_a_head_or_behind_and(text: str, low: int | None, high: int | None) -> None:
    (tier,) = tiers.of(text)
    assert (tier.low, tier.high) == tuple(None if end is None else Decimal(end) for end in (low, high))


def test_items_of_one_head_are_one_series_and_articles_are_not() -> None:
    assert under.series("x/三、/（二）/2.") == "x/三、/（二）"
    assert under.series("x/第一章/第四条") == "x/第一章/第四条"


@pytest.mark.parametrize(("text", "fits"), [("每年集中组织申报", False), ("每年3月底前申报", True), ("自公布之日起", True)])
def test_a_day_of_the_year_is_asked_for(text: str, fits: bool) -> None:
    assert due.dated("申报几月几号截止", text) is fits


def test_what_stands_behind_the_second_policy_is_asked_of_both() -> None:
    assert sides("甲计划和乙行动计划的创新券兑付比例有什么不同") == ["甲计划,的创新券兑付比例有什么不同", "乙行动计划,的创新券兑付比例有什么不同"]


def test_sides_that_begin_with_a_year() -> None:
    first, second = sides("兑付比例,2022年甲计划和2024年乙计划哪个高")
    assert "2022年甲计划" in first
    assert "2024年乙计划" in second


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("甲州市财政局甲州市自然资源和规划局", ("甲州市财政局", "甲州市自然资源和规划局")),
        ("中共甲州市委组织部甲州市财政局", ("中共甲州市委组织部", "甲州市财政局")),
        ("甲州市人民政府办公室", ("甲州市人民政府办公室",)),
    ],
)
def test_bodies_of_one_place_without_a_space_between_them(line: str, names: tuple[str, ...]) -> None:
    assert bodies(line) == names
