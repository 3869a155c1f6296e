"""A policy as a page of a government site: navigation, metadata table, tools, text, footer."""

from __future__ import annotations

from html import escape

from tests.makers.policy import Block, Policy


def make(policy: Policy, *, charset: str = "utf-8") -> str:
    """Return the page; ``charset`` is what it declares."""
    half = len(policy.fields) // 2
    cells = ["".join(f"<td>{'　'.join(name)}：</td><td>{value}</td>" for name, value in part) for part in (policy.fields[:half], policy.fields[half:])]
    body = "\n".join(_markup(block) for block in policy.blocks if block.kind not in ("red", "number"))
    return f"""<!DOCTYPE html><html><head><meta charset="{charset}">
<meta name="SiteName" content="安庆市人民政府"><meta name="ArticleTitle" content="{policy.title}"><meta name="PubDate" content="2025-01-20 09:30">
<title>{policy.title}_安庆市人民政府</title><style>p {{ margin: 0 }}</style><script>var a = "<p>不是正文，不要读。</p>";</script></head>
<body><div id="top"><ul><li><a href="/">首页</a></li><li><a href="/zw">政务公开</a></li><li><a href="/fw">政务服务</a></li></ul></div>
<div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/zc">政策文件</a> &gt; 市政府文件</div>
<table class="info"><tr>{cells[0]}</tr><tr>{cells[1]}</tr></table>
<div class="tools">【字体：<a>大</a> <a>中</a> <a>小</a>】 <a>打印</a> <a>关闭</a></div>
<div class="wrap"><div class="content" id="zoom">
{body}
</div></div>
<div class="more"><p>相关解读：<a href="/jd">一图读懂</a></p><p>上一篇：<a>关于印发某办法的通知</a></p></div>
<div class="foot"><p>主办：安庆市人民政府办公室　地址：某某路1号，邮编：246001</p><p>皖ICP备00000000号　网站标识码：0000000000</p></div>
</body></html>"""


def _markup(block: Block) -> str:
    if block.kind == "table":
        rows = "".join("<tr>" + "".join(f"<td><p>{escape(cell)}</p></td>" for cell in row) + "</tr>" for row in block.rows)
        return f'<div><table border="1"><tbody>{rows}</tbody></table></div>'
    if block.kind == "title":
        return f'<p style="text-align:center"><strong><span>{escape(block.words[:9])}</span><span>{escape(block.words[9:])}</span></strong></p>'
    # Editors wrap the markup where they like.
    words = block.line
    return f"<p>　　{escape(words[:40])}\n{escape(words[40:])}</p>" if len(words) > 44 else f"<p>&nbsp;&nbsp;&nbsp;&nbsp;{escape(words)}</p>"
