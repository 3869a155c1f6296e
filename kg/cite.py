"""Citations to paste: GB/T 7714, plain text, Markdown, RIS and BibTeX, of one clause."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ontology.answers import Citation

EDITION_ZH: dict[str, str] = {"official": "官方文本", "news": "新闻报道", "digest": "摘编"}
STATUS_ZH: dict[str, str] = {"in force": "现行有效", "lapsed": "已失效", "not yet": "尚未施行", "unknown": "效力不明"}
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>$~])")
_LATEX = {"\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "&": r"\&", "#": r"\#", "$": r"\$", "_": r"\_", "^": r"\^{}", "~": r"\~{}"}


@dataclass(frozen=True, slots=True)
class Source:
    """What a citation names besides itself: who issued the document, and the day the citation is made for."""

    issuers: tuple[str, ...]
    on: date


def every(citation: Citation, source: Source) -> tuple[tuple[str, str], ...]:
    """Return the name of each form with the citation in it."""
    forms = (("GB/T 7714", gbt7714), ("纯文本", plain), ("Markdown", markdown), ("BibTeX", bibtex), ("RIS", ris))
    return tuple((name, form(citation, source)) for name, form in forms)


def gbt7714(citation: Citation, source: Source) -> str:
    """Write as GB/T 7714—2015 does: issuers. title: number[Z or EB/OL]. (date)[cited]. place in the text. address."""
    issuers = "，".join(source.issuers[:3]) + ("，等" if len(source.issuers) > 3 else "")
    number = f"：{citation.number}" if citation.number else ""
    medium = "EB/OL" if citation.url else "Z"
    issued = f"({citation.issued.isoformat()})" if citation.issued else ""
    cited = f"[{source.on.isoformat()}]"
    tail = f" {citation.url}." if citation.url else ""
    author = f"{issuers}. " if issuers else ""
    return f"{author}{citation.document}{number}[{medium}]. {issued}{cited}. {_place(citation)}{_note(citation)}.{tail}"


def plain(citation: Citation, source: Source) -> str:
    """Write the quote with title, number, place, day of issue and status."""
    about = [*([citation.number] if citation.number else []), *([f"{citation.issued.isoformat()}印发"] if citation.issued else [])]
    facts = [*about, f"{STATUS_ZH[citation.status]}（按{source.on.isoformat()}）"]
    return f"“{citation.quote}”——《{citation.document}》{_place(citation)}（{'，'.join(facts)}）{_note(citation)}"


def markdown(citation: Citation, source: Source) -> str:
    """Write the quote as a Markdown block quote with its source, signs escaped."""
    lines = (citation.quote, plain(citation, source).rpartition("——")[2])
    return "\n".join("> " + _MARKDOWN.sub(r"\\\1", line) for line in lines)


def bibtex(citation: Citation, source: Source) -> str:
    """Write a @misc entry."""
    fields = {
        "author": "{" + "} and {".join(map(_latex, source.issuers)) + "}" if source.issuers else "",
        "title": _latex(citation.document),
        "number": _latex(citation.number or ""),
        "year": str(citation.issued.year) if citation.issued else "",
        "month": str(citation.issued.month) if citation.issued else "",
        "note": _latex(f"{_place(citation)}：“{citation.quote}”（{STATUS_ZH[citation.status]}，按{source.on.isoformat()}）{_note(citation)}"),
        "url": citation.url or "",
        "urldate": source.on.isoformat(),
    }
    key = "policy" + (citation.issued.strftime("%Y%m%d") if citation.issued else "") + f"-{citation.start}"
    return f"@misc{{{key},\n" + ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value) + "\n}"


def ris(citation: Citation, source: Source) -> str:
    """Write a RIS record of type GOVDOC, lines ended by CRLF."""
    lines = [("TY", "GOVDOC"), *(("AU", name) for name in source.issuers), ("TI", citation.document)]
    day = citation.issued
    lines += [("M1", citation.number or ""), ("PY", str(day.year) if day else ""), ("DA", day.strftime("%Y/%m/%d") if day else "")]
    lines += [("SE", _place(citation)), ("N1", f"“{citation.quote}”")]
    lines += [("N1", f"{STATUS_ZH[citation.status]}（按{source.on.isoformat()}）{_note(citation)}"), ("UR", citation.url or "")]
    return "\r\n".join(f"{tag}  - {' '.join(value.split())}" for tag, value in lines if value) + "\r\nER  - \r\n"


def _place(citation: Citation) -> str:
    """Name the clause, and the page or paragraph of the file where it has one: 第二章第九条，原文第3页."""
    return "，".join(filter(None, ("".join(citation.path), f"原文{citation.place}" if citation.place else "")))


def _note(citation: Citation) -> str:
    return "" if citation.edition == "official" else f"（{EDITION_ZH[citation.edition]}，非官方文本）"


def _latex(text: str) -> str:
    return "".join(_LATEX.get(c, c) for c in text)
