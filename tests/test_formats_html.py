"""Web pages as government sites build them and browsers save them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.files import Unreadable, encoding, html, read
from ingest.files.pagewords import is_tool
from tests import clock

BODY = (
    "<p>为了促进产业发展，根据有关规定，结合本市实际，制定本办法。</p><p>第一条　对符合条件的企业，给予奖励，最高30万元。</p>"
    "<p>第二条　本办法自印发之日起施行，有效期两年。</p>"
)


def lines(page: str | bytes) -> list[str]:
    raw = page.encode() if isinstance(page, str) else page
    return [line for line in html.read(raw, "甲.html").words.split("\n") if line]


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("<meta charset=gb2312>政策，条例".encode(), "政策"),
        ("<meta charset=utf-8>政策，条例".encode("gb18030"), "政策"),
        ("<meta charset=gb2312>镕基，喆，政策".encode("gb18030"), "喆"),
        ("<meta charset=big5>政策規定，條例".encode("big5"), "條例"),
        ('<?xml version="1.0" encoding="gbk"?>政策，条例'.encode("gbk"), "条例"),
        ("<p>政策，条例".encode("utf-16"), "条例"),
        ("\ufeff<p>政策".encode(), "<p>政策"),
        ("<p>政策，条例，规定，办法".encode() + "例".encode()[:2], "办法"),
        ("<meta charset=no-such>政策，条例".encode("gb18030"), "条例"),
        (b"<p>plain", "plain"),
    ],
)
def test_encodings(raw: bytes, text: str) -> None:
    decoded = encoding.decode(raw)
    assert decoded is not None
    assert text in decoded
    assert not decoded.startswith("\ufeff")


def test_tables_inside_tables_that_only_lay_out_the_page() -> None:
    menu = "<table><tr><td><a href=/a>机构职能</a></td></tr><tr><td><a href=/b>政策法规</a></td></tr></table>"
    data = "<table><tr><th>序号</th><th>项目</th></tr><tr><td>1</td><td>甲</td></tr></table>"
    page = f"<html><body><table><tr><td>{menu}</td><td><table><tr><td><h1>某市产业促进办法</h1>{BODY}{data}</td></tr></table></td></tr></table></body></html>"
    found = lines(page)
    assert found[0] == "某市产业促进办法"
    assert "第一条　对符合条件的企业，给予奖励，最高30万元。" in found
    assert found[-2:] == ["序号\t项目", "1\t甲"]
    assert not any("机构职能" in line for line in found)


def test_merged_cells_and_a_table_in_a_cell() -> None:
    table = (
        "<table><tr><th>类别</th><th>项目</th><th>标准</th></tr>"
        "<tr><td rowspan=2>人才</td><td>引进</td><td><table><tr><td>10</td><td>万元</td></tr></table></td></tr>"
        "<tr><td>培养</td><td>5万元<br>一次性</td></tr><tr><td colspan=2>合计</td><td>15万元</td></tr><tr><td colspan=3>注：以上均为上限。</td></tr></table>"
    )
    assert lines(f"<body><div>{BODY}{table}</div></body>")[-5:] == [
        *("类别\t项目\t标准", "人才\t引进\t10 万元", "\t培养\t5万元  一次性", "合计\t\t15万元", "注：以上均为上限。")
    ]


@pytest.mark.parametrize(
    "fields",
    [
        "<dl><dt>索引号：</dt><dd>A-1</dd><dt>发文机关：</dt><dd>某市人民政府</dd><dt>成文日期：</dt><dd>2024-01-02</dd></dl>",
        "<ul><li><b>索 引 号：</b>A-1</li><li><b>发文机关：</b>某市人民政府</li><li><b>成文日期：</b>2024-01-02</li></ul>",
        "<table><tr><td>索引号</td><td>A-1</td><td>发文机关</td><td>某市人民政府</td></tr><tr><td>成文日期</td><td>2024-01-02</td><td>主题分类</td><td></td></tr></table>",
        "<div><span>索引号：A-1</span></div><div>发文机关：某市人民政府</div><div>成文日期：2024-01-02</div>",
    ],
    ids=["terms", "list", "table", "blocks"],
)
def test_metadata_in_each_form(fields: str) -> None:
    found = lines(f"<body><div class=h><a>首页</a></div><div>{fields}</div><div><h1>某市产业促进办法</h1><div>{BODY}</div></div></body>")
    assert found[:4] == ["某市产业促进办法", "索引号\tA-1", "发文机关\t某市人民政府", "成文日期\t2024-01-02"]


def test_declared_fields_and_the_address_a_browser_kept() -> None:
    page = (
        "<!DOCTYPE html>\n<!-- saved from url=(0031)https://www.example.gov.cn/a.html -->\n<html><head>"
        '<meta name="ArticleTitle" content="某市产业促进办法"><meta name="PubDate" content="2024-01-05"></head>'
        f"<body><div>{BODY}</div></body></html>"
    )
    assert lines(page)[:3] == ["某市产业促进办法", "发布日期\t2024-01-05", "网址\thttps://www.example.gov.cn/a.html"]


def test_a_title_broken_into_two_lines_is_not_repeated() -> None:
    head = '<head><meta name="ArticleTitle" content="某市人民政府关于支持产业发展的意见"></head>'
    page = f"{head}<body><div><p>某市人民政府</p><p>关于支持产业发展的意见</p>{BODY}</div></body>"
    assert [line for line in lines(page) if "意见" in line] == ["关于支持产业发展的意见"]


def test_numbers_that_the_browser_counts() -> None:
    lists = "<ol><li>甲</li><li>乙</li></ol><ol start=3><li>丙</li></ol><ol style='list-style:none'><li>丁</li></ol>"
    more = "<ol><li>1.戊</li></ol><ul><li>己</li></ul>"
    assert lines(f"<body><div>{BODY}{lists}{more}</div></body>")[-6:] == ["1.甲", "2.乙", "3.丙", "丁", "1.戊", "己"]


def test_hidden_parts_scripts_and_comments_are_no_text() -> None:
    hidden = "<p style='display: none'>隐藏，隐藏。</p><p hidden>隐藏，隐藏。</p><script>var a = '脚本，脚本。'</script><!-- 注释，注释。 -->"
    found = lines(f"<body><div>{BODY}{hidden}</div></body>")
    assert not any(words in line for line in found for words in ("隐藏", "脚本", "注释"))


def test_line_breaks_of_the_markup_are_none_of_the_text() -> None:
    assert lines("<body><p>支持企\n   业发展，最高\n 30 万元。</p><p>Python\nand R，可以。</p></body>") == [
        "支持企业发展，最高 30 万元。",
        "Python and R，可以。",
    ]


def test_paragraphs_made_by_line_breaks() -> None:
    text = "一、总体要求<br>&nbsp;&nbsp;坚持创新，协调推进。<br/><br>二、主要任务<br>加快建设，提升能力。"
    assert lines(f"<body><div id=zoom>{text}</div><div class=foot>主办：某局</div></body>") == [
        "一、总体要求",
        "坚持创新，协调推进。",
        "二、主要任务",
        "加快建设，提升能力。",
    ]


def test_notice_and_instrument_in_two_boxes_are_both_kept() -> None:
    notice = "<div class=a><p>各县人民政府：</p><p>现将办法印发给你们，请认真贯彻，抓好落实，及时报告。</p></div>"
    found = lines(f"<body><div class=m>{notice}<div class=b>{BODY}</div></div></body>")
    assert found[0] == "各县人民政府："
    assert found[-1].startswith("第二条")


def test_a_page_saved_with_its_pictures(tmp_path: Path) -> None:
    head = 'From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="--b"\r\n\r\n'
    part = (
        "----b\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + f"<html><body><h1>某市产业促进办法</h1><div>{BODY}</div></body></html>"
        + "\r\n----b--\r\n"
    )
    path = tmp_path / "甲.mht"
    path.write_bytes((head + part).encode())
    assert "第一条" in read(path, path.name).text


@pytest.mark.parametrize(
    "line", ["首页 > 政务公开 > 政策文件", "【字体：大 中 小】", "打印 | 关闭", "上一篇：关于某事的公告", "某ICP备12345号-1", "当前位置：首页"]
)
def test_tools_of_a_page(line: str) -> None:
    assert is_tool(line)


@pytest.mark.parametrize(
    "line", ["主办单位：某市科技局", "版权所有人应当登记", "大力支持企业", "下载安装率不低于80%", "大中小企业融通发展", "一、打印制造", "首页\t内容"]
)
def test_lines_of_a_text_that_look_a_little_like_tools(line: str) -> None:
    assert not is_tool(line)


@pytest.mark.parametrize(
    "page",
    [
        "<div>" * 3_000 + "政策，条例。",
        "<b><i><font>" * 150 + "<p>政策。</p>" * 2_000 + "政策，条例。",
        "<table><tr><td>" * 1_000 + "政策，条例。",
        "<ol>" + "<li>政策，条例。" * 50_000 + "</ol>",
        "<p>" + "《" * 500_000 + "政策，条例。</p>",
    ],
    ids=["deep", "unclosed", "tables", "list", "brackets"],
)
def test_hostile_pages_are_read_in_time(page: str) -> None:
    whole = f"<html><body>{page}</body></html>"
    assert "政策，条例。" in "".join(lines(whole))
    assert clock.within(5, lambda: lines(whole))


@pytest.mark.parametrize("opening", ["<div>", "<div><span>", "<p><font color=a>", "<table><tr><td>", "<blockquote><ul>"])
def test_pages_nested_beyond_all_measure_are_refused(opening: str) -> None:
    def refused() -> None:
        with pytest.raises(Unreadable, match="嵌套过深"):
            lines("<html><body>" + opening * 200_000)

    assert clock.within(2, refused)


def test_many_tags_without_end_are_no_depth() -> None:
    page = "<html><body>" + "<p><span>政策，条例。<br><img src=a>" * 20_000 + "<li>甲<td>乙" * 9_000
    assert len(lines(page)) > 20_000


def test_pages_without_words_and_of_unknown_encoding(tmp_path: Path) -> None:
    path = tmp_path / "甲.html"
    path.write_bytes(b"<html><body><script>1</script></body></html>")
    with pytest.raises(Unreadable):
        read(path, path.name)
    path.write_bytes(b"<html>" + bytes(range(128, 256)) * 50)
    with pytest.raises(Unreadable):
        read(path, path.name)
