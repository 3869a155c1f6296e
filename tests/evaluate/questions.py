"""The project's own questions over the real texts: checked, completed with their quotes, asked of a build and scored.

    python -m tests.evaluate.questions SET --build DIR [--errors], where SET is one of ``Half``

The files keep where an answer stands as offsets, never the sentences; ``expand`` reads the sentences back from the texts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Annotated, Literal, Self, cast, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from ingest import files
from tests.evaluate import scores

GOLD = scores.ROOT / "tests" / "gold"
SPAN_LIMIT = 120  # code points: a span points at the words that answer, not at a whole clause
WANTED_LIMIT = 12  # characters of one wanted string, for the files hold no sentence

Json = dict[str, object]
Half = Literal[
    "tune", "tune2", "figures", "city", "city2", "city3", "city4", "city5", "city6", "city7", "city8", "city9", "city10", "city11", "city12",
    "city13", "city14", "city15", "city16", "city17", "city18", "city19", "nones", "test",
    "invented", "elsewhere", "elsewhere2", "afield", "afield2", "bfield", "bfield2", "cfield", "cfield2", "dfield", "efield", "ffield", "gfield",
    "hfield", "ifield", "jfield", "kfield"
]  # fmt: skip
Kind = Literal[
    "agency", "ceiling", "amount", "deadline", "definition", "reference", "eligibility", "procedure", "list", "compare", "count", "passage", "match", "none"
]
# Sets over texts of our own, in folders of the same names, without a 2 behind; the others are over the real texts.
INVENTED: tuple[Half, ...] = (
    "invented",
    "elsewhere",
    "elsewhere2",
    "afield",
    "afield2",
    "bfield",
    "bfield2",
    "cfield",
    "cfield2",
    "dfield",
    "efield",
    "ffield",
    "gfield",
    "hfield",
    "ifield",
    "jfield",
    "kfield",
)
# Those over the real texts.
REAL: tuple[Half, ...] = tuple(half for half in get_args(Half) if half not in INVENTED)
# Sets of pairs: a question that the texts do not answer, and one in nearly the same words that they do.
PAIRED: tuple[Half, ...] = ("nones", "bfield2", "cfield2")
# Sets that are only measured: nothing is tuned on them and nobody reads their errors while building.
HELD: tuple[Half, ...] = ("city6", "dfield")
Text = Annotated[str, StringConstraints(min_length=1)]


class Labelled(BaseModel):
    """One line of a gold file; ``spans`` are (source, start, end), half-open code points of the decoded file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    id: Text
    type: Kind
    question: Text
    answer: Text
    agencies: list[Text] = Field(default_factory=list)
    value: float | int | str | None = None
    unit: Text | None = None
    must_include: list[Text]
    document: list[Text]
    paths: list[list[Text]]
    spans: list[tuple[Text, int, int]]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        """Refuse labels that could not be scored: an answer without a place, a refusal with one, a span or wanted string of the wrong length."""
        if (self.type == "none") == bool(self.document and self.paths and self.spans):
            raise ValueError(f"{self.id}: an answer needs document, paths and spans; a refusal has none")
        for source, start, end in self.spans:
            if not 0 <= start < end <= start + SPAN_LIMIT:
                raise ValueError(f"{self.id}: span {source} {start}-{end} is empty or longer than {SPAN_LIMIT}")
        for wanted in self.must_include:
            if not all(0 < len(form) <= WANTED_LIMIT for form in wanted.split("|")):
                raise ValueError(f"{self.id}: wanted string {wanted!r} is empty or longer than {WANTED_LIMIT}")
        return self


def labelled(path: Path) -> list[Labelled]:
    """Read a gold file; raises ValueError with file and line for a line that is no valid label."""
    out = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            out.append(Labelled.model_validate_json(line))
        except ValidationError as error:
            raise ValueError(f"{path.name}, line {number}: {error}") from error
    return out


def expand(path: Path, corpus_dir: Path) -> list[Json]:
    """Return the questions of a gold file as the scorer reads them: ``quote`` holds the words of the spans, in their order ("" for a refusal).

    Raises ValueError where a label is invalid or a span does not lie inside its text, OSError where a text is missing.
    """
    questions = labelled(path)
    texts = {source: files.read(corpus_dir / source, source).text for question in questions for source, _, _ in question.spans}
    out: list[Json] = []
    for question in questions:
        quotes = [texts[source][start:end] for source, start, end in question.spans]
        for quote, (source, start, end) in zip(quotes, question.spans, strict=True):
            if len(quote) != end - start or not quote.strip():
                raise ValueError(f"{question.id}: {source} has no words at {start}-{end}")
        out.append({**question.model_dump(exclude={"spans"}, exclude_none=True), "quote": quotes or ""})
    return out


def gold(half: Half) -> Path:
    """Return the gold file of a half: all may be looked at while building (same documents, or texts of our own), but those of HELD only measured."""
    return GOLD / f"questions.{half}.jsonl"


def texts(half: Half) -> Path:
    """Return the folder of the texts that a half asks about: the real ones, for INVENTED those written for it."""
    return GOLD / half.removesuffix("2") if half in INVENTED else scores.SHARED / "corpus"


def score(half: Half, build: Path) -> scores.Scores:
    """Ask a build the questions of a half on the gold's day and score the answers; raises CalledProcessError where the program or the scorer fails.

    For invented texts the figure ``reasons`` counts the refusals that say what they are wanted to say: the place, the title, the sentence that leaves it open.
    """
    with tempfile.TemporaryDirectory(prefix="policykg-questions-") as folder:
        file = Path(folder) / gold(half).name
        rows = expand(gold(half), texts(half))
        file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
        answers, sources = file.with_suffix(".answers"), Path(folder) / "texts"
        as_read(texts(half), sources)
        found = scores.questions(build.resolve(), file, answers, sources)
        return scores.Scores(found.figures | reasons(rows, answers), found.printed)


def as_read(folder: Path, into: Path) -> None:
    """Write every text of a folder as it is read, the one that offsets count in, under its own name."""
    into.mkdir()
    for path in filter(files.supported, sorted(folder.iterdir())):
        (into / path.name).write_bytes(files.read(path, path.name).text.encode())


def reasons(rows: list[Json], answers: Path) -> dict[str, float]:
    """Return the share of refusals, in percent, that say every string wanted of them; nothing where none is wanted."""
    said = [str(json.loads(line).get("answer")) for line in answers.read_text("utf-8").splitlines()]
    wanted = [(answer, cast("list[str]", row["must_include"])) for row, answer in zip(rows, said, strict=True) if row["type"] == "none"]
    told = [all(any(form in answer for form in want.split("|")) for want in wants) for answer, wants in wanted if wants]
    return {"reasons": round(100 * sum(told) / len(told), 1)} if told else {}


def main() -> int:
    """Print the score table of one half; 0, or 1 where the texts are missing or the program or the scorer failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluate.questions", description="Ask a build the project's own questions and score the answers.")
    parser.add_argument("half", choices=get_args(Half))
    parser.add_argument("--build", type=Path, required=True, metavar="DIR", help="a build of the texts of that half and nothing else")
    parser.add_argument("--errors", action="store_true", help="print the wrong answers first")
    arguments = parser.parse_args()
    if not (scores.SHARED / "eval").is_dir():
        print("questions not scored: no ../shared with the real texts", file=sys.stderr)
        return 1
    try:
        printed = score(arguments.half, arguments.build).printed
    except subprocess.CalledProcessError as error:
        print(f"questions not scored: {(error.stderr or str(error)).strip()}", file=sys.stderr)
        return 1
    print(printed if arguments.errors else table(printed), end="")
    return 0


def table(printed: str) -> str:
    """Return what the scorer printed after the wrong answers."""
    return printed[printed.index("type  ") :]


if __name__ == "__main__":
    sys.exit(main())
