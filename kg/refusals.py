"""What a user reads when a query is not evaluated to its end, by the verdict of the child process or the pool."""

from __future__ import annotations

import re

from kg import guard
from kg.errors import PolicyKGError

_SAY = {
    "syntax": "查询语法有误：{}",
    "empty": "查询是空的",
    "update": "这里只读，不接受更新（INSERT、DELETE 等）",
    "service": "这里不提供 SERVICE（不访问其他服务器）",
    "long": f"查询超过 {guard.QUERY_BYTES >> 10} KB",
    "deep": f"查询的括号嵌套超过 {guard.NESTING} 层",
    "graph": "结果是图，请用格式 " + "、".join(guard.TRIPLES),
    "rows": "结果是表，请用格式 " + "、".join(guard.ROWS),
    "absent": "没有这个图：{}",
    "time": "查询超过 {} 秒，已停止；请缩小范围或加 LIMIT",
    "size": "查询结果太大；请加 LIMIT",
    "complex": "查询太复杂，无法解析：连写的运算或并列的部分太多",
    "memory": "查询用尽了分给它的内存，已停止；请缩小范围或加 LIMIT",
    "failed": "查询没有完成：{}",
    "busy": "正在处理的查询太多，请稍后再试",
}
_PLACE = re.compile(r"error at (\d+):(\d+): expected ?(.*)", re.S)
_CAUSES = {
    "Prefix not found": "前缀没有声明",
    "The SELECT contains a variable that is unbound": "SELECT 中有未绑定的变量",
}
_KEYWORD = re.compile(r"(?<![\w{+'])[A-Z]{3,}(?![\w}'])")


class QueryError(PolicyKGError):
    """A user's query that was not evaluated to its end; ``reason`` is the verdict, ``place`` line and column (from 1) of a slip in its syntax."""

    def __init__(self, reason: str, line: str, place: tuple[int, int] | None = None) -> None:
        super().__init__(line)
        self.reason = reason
        self.place = place


def refusal(verdict: str, detail: str) -> QueryError:
    """Return the error that a verdict and its detail stand for."""
    if verdict == "syntax":
        place = _PLACE.match(detail)
        return QueryError(verdict, _SAY[verdict].format(_syntax(detail)), (int(place[1]), int(place[2])) if place else None)
    return QueryError(verdict, _SAY[detail if verdict == "format" else verdict].format(detail))


def _syntax(detail: str) -> str:
    """Say where and, where it can be said in a few words, what the parser expected."""
    place = _PLACE.match(detail)
    if place is None:
        return detail.partition("\n")[0][:200]
    where = f"第 {place[1]} 行第 {place[2]} 列"
    if causes := [said for spoken, said in _CAUSES.items() if spoken in place[3]]:
        return f"{where}（{'，'.join(causes)}）"
    hints = list(dict.fromkeys(_KEYWORD.findall(place[3])))[:6]
    return where + (f"（这里可以是 {'、'.join(hints)} 等）" if hints else "")
