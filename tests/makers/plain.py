"""A policy as plain text, the form that all others are compared with."""

from __future__ import annotations

from tests.makers.policy import Policy


def make(policy: Policy, *, fields: bool = False) -> str:
    """Return the policy as text: a blank line between paragraphs, tabs between cells; fields as rows below the first title."""
    lines: list[str] = []
    for block in policy.blocks:
        if block.kind == "table":
            lines.append("\n".join("\t".join("" if cell in "^<" else cell for cell in row) for row in block.rows))
        elif not (fields and block.kind in ("red", "number")):
            lines.append(block.line)
            if fields and block.words == policy.title:
                lines.append("\n".join(f"{name}\t{value}" for name, value in policy.fields))
    return "\n\n".join(lines) + "\n"
