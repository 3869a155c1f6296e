"""Reads every law of an archive and checks its clause tree: article numbers without gap or repeat, chapters in order.

    python scripts/law_check.py ../shared/laws.tar.xz [--sample 100] [--seed 7] [--every]

Prints how many files hold articles, in how many of them the numbers run on, and each remaining file with the cause that its source shows.
``--sample`` files, drawn by a fixed seed, are checked for chapters too; ``--every`` checks the chapters of all files.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import tarfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest import clauses, documents, labels
from ingest.files import plain
from ingest.labels import Label
from ontology.records import Clause, Source

_ARTICLE_LINE = re.compile(r"^[ \t\u3000]*第[ \u3000]*[零〇○一二三四五六七八九十百千\d]+[ \u3000]*条(?:之[一二三四五六七八九十]+)?[ \u3000\t]", re.MULTILINE)
_HEADING_LINE = re.compile(r"^[ \t\u3000]*(第[零〇○一二三四五六七八九十百]+[编章节])(?!规定|的|、|至|和)[^。；：，\n]{0,40}$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Checked:
    """One file: articles found, breaks in their numbers, and breaks whose cause is not in the source."""

    name: str
    articles: int
    causes: tuple[str, ...]
    chapters: tuple[str, ...]


def main() -> int:
    """Print the figures; 0 where all files were read."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--every", action="store_true", help="check the chapters of every file")
    arguments = parser.parse_args()
    begun = time.perf_counter()
    found = [checked(name, text) for name, text in laws(arguments.archive)]
    held = [file for file in found if file.articles]
    broken = [file for file in held if file.causes]
    drawn = found if arguments.every else random.Random(arguments.seed).sample(held, min(arguments.sample, len(held)))
    wrong = [file for file in drawn if file.chapters]
    print(f"{len(found)} files read in {time.perf_counter() - begun:.0f} s, {len(held)} with articles")
    print(f"article numbers run on in {len(held) - len(broken)} of {len(held)} = {100 - 100 * len(broken) / max(1, len(held)):.2f} %")
    print(f"chapters as the source prints them in {len(drawn) - len(wrong)} of {len(drawn)} files drawn")
    for file in broken:
        print(f"  {file.name}: {'; '.join(file.causes)}")
    for file in wrong:
        print(f"  chapters of {file.name}: {'; '.join(file.chapters)}")
    return 0


def laws(archive: Path) -> Iterator[tuple[str, str]]:
    """Yield name and text of every file of an archive."""
    with tarfile.open(archive, "r:xz") as files:
        for member in files:
            opened = files.extractfile(member) if member.isfile() else None
            if opened is not None:
                yield member.name, plain.decode(opened.read(), member.name)


def checked(name: str, text: str) -> Checked:
    """Read one file and compare its clause tree with what its lines show."""
    source = Source(Path(name).name, "", text)
    trees = [clauses.split(source, document) for document in documents.split(source)]
    causes = [cause for tree in trees for cause in _breaks(text, _articles(tree))]
    articles = sum(len(_articles(tree)) for tree in trees)
    if not articles and len(_ARTICLE_LINE.findall(text)) > 1:
        return Checked(name, 1, ("no article was read",), ())
    return Checked(name, articles, tuple(causes), tuple(_chapters(text, trees)))


def _articles(tree: Sequence[Clause]) -> list[tuple[Label, Clause]]:
    """Return the articles of a text; those of its attachments where it has none itself."""
    units = [clause for clause in tree if clause.kind == "unit"]
    found = [(labels.read(clause.label), clause) for clause in units]
    articles = [(label, clause) for label, clause in found if label and label.kind == labels.ARTICLE]
    return [pair for pair in articles if not pair[1].path[0].startswith("附")] or articles


def _breaks(text: str, articles: Sequence[tuple[Label, Clause]]) -> Iterator[str]:
    """Yield where the numbers do not run on, and what the source shows there."""
    # Amendments of the constitution are numbered on from each other.
    expected, branch = articles[0][0].value if articles and "修正案" in text[:40] else 1, 0
    before = 0
    for label, clause in articles:
        step = label.value == expected and not label.branch
        inserted = label.value == expected - 1 and label.branch > branch
        if not step and not inserted:
            yield f"{label.name} follows 第{expected - 1}条: {_cause(text, before, clause.span.start, label, expected)}"
        expected, branch = label.value + 1, label.branch
        before = clause.span.start


def _cause(text: str, start: int, end: int, label: Label, expected: int) -> str:
    """Say whether the source itself leaves out or repeats the number."""
    if label.value < expected:
        return "the source prints the number again" if label.branch == 0 else "the source breaks the order"
    between = [labels.read(line.strip()) for line in text[start:end].splitlines()]
    missed = {found.value for found in between if found and found.kind == labels.ARTICLE} & set(range(expected, label.value))
    inside = [n for n in range(expected, label.value) if re.search(rf"第(?:{n}|{_chinese(n)})条", text[start:end])]
    if missed:
        return f"NOT READ: {sorted(missed)}"
    return f"printed inside a line: {inside}" if inside else "the source leaves the number out"


def _chinese(value: int) -> str:
    """Return a number below a thousand as articles write it, or a pattern of both ways to write the tens."""
    digits = "零一二三四五六七八九"
    hundreds, tens, ones = value // 100, value // 10 % 10, value % 10
    text = f"{digits[hundreds]}百" if hundreds else ""
    if tens:
        text += f"{digits[tens]}十" if tens > 1 or hundreds else "十"
    elif hundreds and ones:
        text += "零"
    return text + (digits[ones] if ones else "")


def _chapters(text: str, trees: Sequence[Sequence[Clause]]) -> Iterator[str]:
    """Yield the chapters that stand on lines of their own above articles and that no path holds, and the other way round."""
    for tree in trees:
        if not tree:
            continue
        start, end = tree[0].span.start, max(clause.span.end for clause in tree)
        first = next((clause.span.start for _, clause in _articles(tree)), end)
        lines = list(_HEADING_LINE.finditer(text, start, end))
        body = _behind_contents([(m[1], m.start()) for m in lines], first)
        read = [clause.label for clause in tree if (label := labels.read(clause.label)) and label.kind in labels.HEADED]
        if body != read:
            yield f"lines show {' '.join(body)}, read {' '.join(read)}"


def _behind_contents(found: Sequence[tuple[str, int]], first: int) -> list[str]:
    """Drop the entries of a contents list: heading lines above the first article that come again right above it."""
    above = [name for name, start in found if start < first]
    names = [name for name, _ in found]
    if not above:
        return names
    for size in range(len(above), 0, -1):
        rest = names[size:]
        if size >= len(rest) >= 1 and names[:size] == rest[:size]:
            return rest
    return names


if __name__ == "__main__":
    sys.exit(main())
