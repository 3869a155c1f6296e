"""Write the table of settings in docs/operate.md from the settings themselves.

python -m scripts.document_settings
"""

from __future__ import annotations

from pathlib import Path

from kg import config

PAGE = Path(__file__).resolve().parent.parent / "docs" / "operate.md"
BEGIN, END = "<!-- settings: python -m scripts.document_settings -->", "<!-- end of settings -->"


def table() -> str:
    """Return the settings as a table: key, environment variable, default, what it is about."""
    rows = ["| 项 | 环境变量 | 默认 | 说明 |", "| --- | --- | --- | --- |"]
    rows += [f"| `{v.key}` | `{config.variable(v.key)}` | {f'`{v.value}`' if v.value else '—'} | {v.about} |" for v in config.defaults()]
    return "\n".join(rows)


def page(text: str) -> str:
    """Return a page with the table of today between its marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text("utf-8")), "utf-8")
