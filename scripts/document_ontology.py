"""Writes docs/ontology.md from ontology/policy.ttl and ontology/shapes.ttl.

    python -m scripts.document_ontology [--check]

With --check nothing is written; exit 1 where the page is not what the vocabulary says.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from kg import examples, shapes, vocabulary
from kg.vocabulary import Word

PAGE = Path(__file__).resolve().parent.parent / "docs" / "ontology.md"
_PREFIXES = {
    "https://w3id.org/policykg/ns#": "pk:",
    "http://www.w3.org/2001/XMLSchema#": "xsd:",
    "http://purl.org/dc/terms/": "dcterms:",
    "http://data.europa.eu/eli/ontology#": "eli:",
    "http://www.w3.org/ns/org#": "org:",
    "http://www.w3.org/ns/prov#": "prov:",
    "http://www.w3.org/2004/02/skos/core#": "skos:",
    "http://www.w3.org/ns/dcat#": "dcat:",
    "http://www.w3.org/ns/oa#": "oa:",
    "https://schema.org/": "schema:",
}
_SAID = {
    "minCount": "必须有",
    "maxCount": "至多一个",
    "datatype": "数据类型",
    "in": "取值在表内",
    "nodeKind": "必须是 IRI",
    "class": "必须是该类",
    "minLength": "不得为空",
    "pattern": "格式",
    "minInclusive": "不小于",
    "minExclusive": "大于",
    "lessThan": "小于另一属性",
    "lessThanOrEquals": "不大于另一属性",
    "sparql": "一致性",
}


def page() -> str:
    """Return the page as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# 词汇说明"
    yield ""
    yield f"`{vocabulary.ONTOLOGY}` 版本 {vocabulary.version()}。本页由 `python -m scripts.document_ontology` 生成，请勿手改。"
    yield "`policykg serve` 的 `/ns` 以网页和 RDF 提供同样的内容。"
    for kind, name in vocabulary.KINDS.items():
        words = [word for word in vocabulary.words().values() if word.kind == kind]
        if name == "取值":
            continue
        yield from ("", f"## {name}", "")
        yield from (_schemes(words) if name == "取值表" else _terms(words))
    yield from ("", "## 约束（SHACL）", "", "导入时逐条检查，`policykg check` 与测试也检查；不合约束的图谱不会成为构建。", "")
    yield from _table(("类", "属性", "约束", "说明"), _constraints())
    yield from ("", "## 示例查询", "", "文件在 `kg/queries/examples/`，查询页上也有。", "")
    yield from _table(("任务", "查什么", "文件"), ((e.task, e.title, f"`{e.name}.rq`") for e in examples.all_examples()))


def _terms(words: Iterable[Word]) -> Iterator[str]:
    for word in words:
        yield f"### {word.zh} `{_short(word.iri)}`"
        yield ""
        yield f"{word.definition_zh} *{word.en}: {word.definition_en}*"
        yield ""
        said = (("上位", word.broader), ("定义域", word.domain), ("值域", word.range), ("对应", word.aligned))
        for head, iris in said:
            if iris:
                yield f"- {head}：" + "、".join(f"`{_short(iri)}`" for iri in iris)
        if any(iris for _, iris in said):
            yield ""


def _schemes(words: Iterable[Word]) -> Iterator[str]:
    every = vocabulary.words().values()
    for scheme in words:
        yield f"### {scheme.zh} `{scheme.name}`"
        yield ""
        yield from _table(("取值", "中文", "英文"), ((f"`{w.notation}`", w.zh, w.en) for w in every if w.scheme == scheme.iri))
        yield ""


def _constraints() -> Iterator[tuple[str, str, str, str]]:
    for check in shapes.checks():
        kinds = "、".join(vocabulary.label(target) for target in check.targets)
        yield kinds, f"`{_short(check.path)}`" if check.path else "", _SAID.get(check.component, check.component), check.message


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"


def _short(iri: str) -> str:
    return next((prefix + iri.removeprefix(space) for space, prefix in _PREFIXES.items() if iri.startswith(space)), iri)


def main() -> None:
    """Write the page, or say whether it is up to date."""
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
            raise SystemExit("docs/ontology.md is not what the vocabulary says: python -m scripts.document_ontology")
        return
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
