"""Running the scorers of ../shared/eval on a build: facts against the gold documents, answers against the gold questions."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

ON = "2026-11-20"
ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
KINDS = ("clauses", "amounts", "responsibilities", "references", "definitions")
ACCURACIES = {"role": "roles", "relation": "relations"}
COLUMNS = ("correct", "cite@1", "cite@3", "correct+cited", "answered")


@dataclass(frozen=True, slots=True)
class Scores:
    """Figures by name, in percent, and what the scorers printed."""

    figures: dict[str, float]
    printed: str


def policykg(build: Path, *arguments: str, tree: Path = ROOT) -> str:
    """Run the command of a checkout and return what it printed; raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", "kg", *arguments, "--build", str(build)]
    return subprocess.run(command, cwd=tree, check=True, capture_output=True, text=True).stdout


def extraction(tables: Path, gold: Path) -> Scores:
    """Score exported tables against gold documents."""
    scorer = module(SHARED / "eval" / "score_extraction.py")
    lines: list[str] = []
    found = scorer.score(str(tables), scorer.load_gold(str(gold)), errors=True, out=lines.append)
    figures = {kind: 100 * found["total"][kind]["f1"] for kind in KINDS}
    figures |= {name: 100 * found["accuracy"][key] for key, name in ACCURACIES.items()}
    figures["metadata"] = 100 * sum(found["metadata"].values()) / len(found["metadata"])
    return Scores({k: round(v, 2) for k, v in figures.items()}, "\n".join(lines))


def questions(build: Path, gold: Path, answers: Path, texts: Path) -> Scores:
    """Answer gold questions on a build that ingested the folder of texts, and score the answers."""
    answers.write_text(policykg(build, "ask", "--file", str(gold), "--json", "--on", ON), "utf-8")
    command = [sys.executable, str(SHARED / "eval" / "score_questions.py"), str(gold), str(answers), "--sources", str(texts), "--errors"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rows = {line.split()[0]: line.split()[1:] for line in printed.splitlines() if re.match(r"(ALL|none) ", line)}
    figures = {name: float(rows["ALL"][i]) for i, name in enumerate(COLUMNS, 1)}
    figures["refused"] = float(rows["none"][1])
    right, total = re.findall(r"quotes equal to their source text: (\d+) of (\d+)", printed)[0]
    figures["quotes"] = round(100 * int(right) / int(total), 2)
    return Scores(figures, printed)


def module(file: Path) -> ModuleType:
    """Load a scorer, whose own helpers lie beside it."""
    sys.path.insert(0, str(file.parent))
    try:
        spec = importlib.util.spec_from_file_location(file.stem, file)
        assert spec
        assert spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module
    finally:
        sys.path.remove(str(file.parent))


def load_floor() -> dict[str, dict[str, float]]:
    """Return the floors: set of gold → figure → least percent."""
    data: dict[str, dict[str, float]] = json.loads((Path(__file__).parent / "floor.json").read_text("utf-8"))
    return data
