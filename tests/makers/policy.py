"""Two invented policies as blocks, from which the makers build files of each format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["red", "number", "title", "addressee", "chapter", "article", "comma", "round", "dot", "item", "body", "sign", "annex", "caption", "table"]


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph with its label apart, or a table as rows of cells; "^" is a cell that goes on from above, "<" from the left."""

    kind: Kind
    words: str = ""
    label: str = ""
    rows: tuple[tuple[str, ...], ...] = ()

    @property
    def line(self) -> str:
        """The paragraph with its label as a plain text writes it."""
        gap = "　" if self.kind in ("chapter", "article") else ""
        return self.label + gap + self.words if self.label else self.words


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy: what its metadata table says, and its blocks."""

    fields: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]

    @property
    def title(self) -> str:
        """The title of the covering notice, or the only one."""
        return next(block.words for block in self.blocks if block.kind == "title")


def _number(name: str) -> Block:
    return Block("number", name)


RULES = Policy(
    fields=(
        ("索引号", "003256781/2024-00117"),
        ("发文机关", "安庆市人民政府办公室"),
        ("成文日期", "2024年03月05日"),
        ("发文字号", "宜政办发〔2024〕8号"),
    ),
    blocks=(
        Block("red", "安庆市人民政府办公室文件"),
        _number("宜政办发〔2024〕8号"),
        Block("title", "安庆市人民政府办公室关于印发安庆市数据产业促进办法的通知"),
        Block("addressee", "各县（市、区）人民政府，市政府各部门、各直属机构："),
        Block(
            "body",
            "《安庆市数据产业促进办法》已经市政府第二十次常务会议研究通过，现印发给你们，请结合实际认真组织实施，执行中遇到的问题请及时报送市数据资源管理局。",
        ),
        Block("sign", "安庆市人民政府办公室"),
        Block("sign", "2024年3月5日"),
        Block("title", "安庆市数据产业促进办法"),
        Block("chapter", "总则", "第一章"),
        Block(
            "article",
            "为了促进本市数据产业发展，培育数据要素市场，根据《中华人民共和国数据安全法》和《安徽省大数据发展条例》，结合本市实际，制定本办法。",
            "第一条",
        ),
        Block("article", "本办法所称数据产业，是指利用现代信息技术对数据进行收集、存储、加工、流通并由此形成产品和服务的活动的总称。", "第二条"),
        Block("article", "市数据资源管理局负责统筹协调本市数据产业促进工作。市财政局、市科技局按照各自职责配合做好相关工作。", "第三条"),
        Block("chapter", "扶持措施", "第二章"),
        Block("article", "对新设立的数据企业给予下列支持：", "第四条"),
        Block("item", "年营业收入首次达到2000万元以上的，一次性给予30万元奖励；", "（一）"),
        Block("item", "研发费用占营业收入的比例超过8%的，按照新增研发费用的10%给予补助，单个企业每年最高不超过150万元；", "（二）"),
        Block("item", "租用本市算力设施的，按照实际支出的百分之三十给予补贴，补贴期限不超过三年。", "（三）"),
        Block(
            "article",
            "申请本办法第四条规定支持的，应当于每年6月30日前向市数据资源管理局提出申请。市数据资源管理局应当自收到申请之日起15个工作日内会同市财政局完成审核。",
            "第五条",
        ),
        Block(
            "article",
            "数据企业弄虚作假骗取补助的，由市数据资源管理局责令退回，并处一万元以上五万元以下罚款；情节严重的，三年内不得申请本办法规定的支持，并依照《安徽省公共信用信息征集共享使用暂行办法》记入信用记录。",
            "第六条",
        ),
        Block("chapter", "附则", "第三章"),
        Block("article", "本办法由市数据资源管理局负责解释。", "第七条"),
        Block("article", "本办法自2024年4月1日起施行，有效期至2027年3月31日。《安庆市大数据产业扶持办法》（宜政办发〔2019〕12号）同时废止。", "第八条"),
        Block("annex", "附件1"),
        Block("caption", "重点数据平台建设任务表"),
        Block(
            "table",
            rows=(
                ("序号", "平台名称", "建设单位", "补助金额"),
                ("1", "城市算力平台", "市数据资源管理局", "500万元"),
                ("2", "医疗数据平台", "市卫生健康委", "120万元"),
                ("3", "农业遥感数据服务与共享交换平台（含县级分平台）", "市农业农村局", "80万元"),
            ),
        ),
    ),
)

MEASURES = Policy(
    fields=(
        ("索引号", "003256781/2025-00042"),
        ("制发机关", "安庆市人民政府"),
        ("成文日期", "2025-01-16"),
        ("编号", "宜政发〔2025〕3号"),
    ),
    blocks=(
        _number("宜政发〔2025〕3号"),
        Block("title", "安庆市人民政府关于支持低空经济高质量发展的若干措施"),
        Block("body", "为深入贯彻《安徽省低空经济发展规划（2024—2030年）》，抢抓产业变革机遇，推动全市低空经济高质量发展，结合我市实际，制定以下措施。"),
        Block("comma", "加快基础设施建设", "一、"),
        Block(
            "round",
            "完善起降网络。对新建并投入使用的公共起降场，按照实际投资额的20%给予补助，单个项目最高200万元。（责任单位：市交通运输局、市自然资源和规划局）",
            "（一）",
        ),
        Block("round", "搭建监管平台。由市公安局牵头，会同市数据资源管理局建设全市统一的低空飞行监管服务平台，2025年12月底前建成运行。", "（二）"),
        Block("comma", "培育壮大产业主体", "二、"),
        Block("round", "支持企业扩大规模", "（一）"),
        Block("dot", "对年产值首次突破1亿元、5亿元的整机企业，分别给予50万元、200万元奖励。", "1."),
        Block("dot", "对获得适航许可的机型，每个型号给予不超过300万元的一次性奖励，同一企业每年累计不超过600万元。", "2."),
        Block(
            "round",
            "鼓励科技创新。对承担国家重大科技专项的单位，按国家拨付经费的50%给予配套，最高1000万元。（牵头单位：市科技局；配合单位：市财政局、市发展改革委）",
            "（二）",
        ),
        Block("comma", "强化保障落实", "三、"),
        Block("round", "设立总规模10亿元的低空产业基金，其中市级财政首期出资不低于2亿元，具体办法由市财政局另行制定。", "（一）"),
        Block("round", "建立容错机制，对依照本措施第二条规定开展先行先试的，不作负面评价。", "（二）"),
        Block("body", "本措施自发布之日起施行，有效期3年。此前发布的有关规定与本措施不一致的，以本措施为准。"),
        Block("sign", "安庆市人民政府"),
        Block("sign", "2025年1月16日"),
    ),
)
