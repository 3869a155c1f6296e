"""The exports open in their own tools, say what they were made from, are the same each time, and are written whole or not at all."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

import frictionless
import networkx as nx
import openpyxl
import pyoxigraph as ox
import pytest
import rdflib

from kg import build, export
from kg.config import BASE
from kg.errors import PolicyKGError, UsageError
from kg.export import jsonld, networks, whole, workbook
from kg.shelf import Shelf
from tests import built

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

ON = date(2030, 5, 6)
NASTY = (
    "青山市茶园扶持办法\n索引号：1137020000000000012\n青政办字〔2029〕12号\n"
    "第一条 =1+1是补助的比例，@SUM和+3、-4也是。\n第二条 最高补助20万元，由青山市农业局负责。\n第三条 本办法自2029年1月1日起施行，有效期至2029年12月31日。\n"
)
RDFLIB = {".ttl": "turtle", ".nt": "nt", ".nq": "nquads", ".trig": "trig", ".rdf": "xml", ".jsonld": "json-ld"}


@pytest.fixture(scope="module")
def shelf() -> Shelf:
    return Shelf.open(built.sample())


@pytest.fixture(scope="module")
def nasty(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    folder = tmp_path_factory.mktemp("nasty")
    (folder / "in").mkdir()
    (folder / "in" / "=cmd.txt").write_text(NASTY, "utf-8")
    build.ingest(folder / "build", [folder / "in"], base=BASE)
    return Shelf.open(folder / "build")


@pytest.fixture(scope="module")
def expected(shelf: Shelf) -> set[tuple[str, str, str]]:
    """Return the triples of the build as rdflib writes them."""
    lines = "\n".join(f"{quad.triple} ." for quad in shelf.store.inner)
    return {(s.n3(), p.n3(), o.n3()) for s, p, o in rdflib.Graph().parse(data=lines, format="nt")}


@pytest.mark.parametrize("ending", sorted(RDFLIB))
def test_rdf_is_equal_in_rdflib(shelf: Shelf, tmp_path: Path, ending: str, expected: set[tuple[str, str, str]]) -> None:
    path = tmp_path / f"graph{ending}"
    count = export.write_rdf(shelf, path, ON)
    loaded = rdflib.Dataset(default_union=True)
    loaded.parse(path, format=RDFLIB[ending])
    found = {(s.n3(), p.n3(), o.n3()) for s, p, o in loaded.triples((None, None, None))}
    assert found == expected
    assert count == len(expected)
    text = path.read_text("utf-8")
    assert "2030-05-06" in text[:20000]
    assert shelf.manifest.built in text[:20000]


@pytest.mark.parametrize("ending", [".trig", ".nq"])
def test_named_graphs_are_kept(shelf: Shelf, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"graph{ending}"
    export.write_rdf(shelf, path, ON)
    loaded = list(ox.parse(path=str(path)))
    assert {str(q) for q in loaded} == {str(q) for q in shelf.store.inner}


def test_jsonld_has_plain_names_and_typed_values(shelf: Shelf, tmp_path: Path) -> None:
    path = tmp_path / "graph.jsonld"
    export.write_rdf(shelf, path, ON)
    data = json.loads(path.read_text("utf-8"))
    assert data["@context"]["issued"]["@type"].endswith("#date")
    assert data["@context"]["document"]["@type"] == "@id"
    document = next(node for node in data["@graph"] if node.get("@type") == "Document")
    assert isinstance(document["title"], str)
    assert date.fromisoformat(document["issued"])


def test_jsonld_says_other_types_and_languages_out_loud() -> None:
    subject = ox.NamedNode("http://example.org/s")
    issued = ox.NamedNode("https://w3id.org/policykg/ns#issued")
    other = ox.NamedNode("http://example.org/p")
    triples = [
        ox.Triple(subject, issued, ox.Literal("some day")),
        ox.Triple(subject, other, ox.Literal("字", language="zh")),
        ox.Triple(subject, other, subject),
    ]
    text = "".join(jsonld.lines(triples, {"build": "g1"}))
    assert {str(q.triple) for q in ox.parse(text.encode(), format=ox.RdfFormat.JSON_LD)} == {str(t) for t in triples}


def test_networks_open_in_networkx_with_the_same_counts(shelf: Shelf, tmp_path: Path) -> None:
    made = networks.combined(shelf, ON)
    assert {kind for _, kind in made.nodes(data="kind")} >= {"document", "clause", "agency"}
    assert {kind for *_, kind in made.edges(data="kind")} == {"cites", "duty", "issues jointly"}
    counts = networks.write_graphml(shelf, tmp_path / "n.graphml", ON), networks.write_gexf(shelf, tmp_path / "n.gexf", ON)
    assert set(counts) == {(len(made), made.size())}
    for loaded in (nx.read_graphml(tmp_path / "n.graphml"), nx.read_gexf(tmp_path / "n.gexf")):
        assert set(loaded) == set(made)
        assert set(loaded.edges) == set(made.edges)
        for one, other, data in made.edges(data=True):
            assert loaded.edges[one, other]["weight"] == data["weight"]
            assert loaded.edges[one, other]["kind"] == data["kind"]
    assert nx.read_graphml(tmp_path / "n.graphml").graph["on"] == "2030-05-06"
    assert "2030-05-06" in (tmp_path / "n.gexf").read_text("utf-8")


def test_joint_issuing_is_counted_and_dated(shelf: Shelf) -> None:
    made = networks.combined(shelf, ON)
    jointly = [(one, other, data) for one, other, data in made.edges(data=True) if data["kind"] == "issues jointly"]
    for one, other, data in jointly:
        names = {made.nodes[one]["label"], made.nodes[other]["label"]}
        both = [d for d in shelf.documents.values() if names <= set(d.issuers) and d.copy_of is None]
        assert data["weight"] == len(both)
        days = sorted(d.issued.isoformat() for d in both if d.issued)
        assert (data["first"], data["last"]) == (days[0], days[-1])


@pytest.mark.parametrize("name", ["tables", "network"])
def test_data_packages_are_valid(shelf: Shelf, tmp_path: Path, name: str) -> None:
    writer = export.write_tables if name == "tables" else networks.write_tables
    writer(shelf, tmp_path / "out", ON)
    done = frictionless.validate(str(tmp_path / "out" / "datapackage.json"))
    assert done.valid, done.flatten(["rowNumber", "fieldName", "message"])[:5]
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    assert (package["on"], package["built"]) == ("2030-05-06", shelf.manifest.built) if name == "network" else package["on"] == "2030-05-06"


def test_workbook_opens_and_has_every_row(shelf: Shelf, tmp_path: Path) -> None:
    counts = workbook.write_workbook(shelf, tmp_path / "w.xlsx", ON)
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    sheets = dict(zip(counts, book.sheetnames[1:], strict=True))
    for name, title in sheets.items():
        rows = list(book[title].iter_rows(values_only=True))
        assert rows[0] == export.COLUMNS[name]
        assert len(rows) - 1 == counts[name]
    cover = [cell.value for row in book.worksheets[0].iter_rows() for cell in row]
    assert {"2030-05-06", shelf.manifest.built} <= set(cover)


def test_links_of_the_workbook_lead_to_their_row(shelf: Shelf, tmp_path: Path) -> None:
    workbook.write_workbook(shelf, tmp_path / "w.xlsx", ON)
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    followed = 0
    for row in book["数额"].iter_rows(min_row=2):
        for cell in row:
            if cell.hyperlink and cell.hyperlink.location:
                sheet, _, place = cell.hyperlink.location.partition("!")
                assert book[sheet.strip("'")][place].value == cell.value
                followed += 1
    assert followed > 100


def test_text_stays_text_in_the_workbook(nasty: Shelf, tmp_path: Path) -> None:
    workbook.write_workbook(nasty, tmp_path / "w.xlsx", ON)
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    cells = [cell for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    dangerous = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@"))]
    assert dangerous, "the case has a file name that begins with ="
    assert all(cell.quotePrefix for cell in dangerous)
    row = dict(zip(export.COLUMNS["documents"], book["文件"][2], strict=True))
    assert row["index_number"].value == "1137020000000000012"
    assert (row["number"].data_type, row["number"].number_format) == ("s", "@")
    assert isinstance(row["effective"].value, datetime)


def test_numbers_with_too_many_digits_and_texts_too_long(tmp_path: Path) -> None:
    import xlsxwriter

    made = xlsxwriter.Workbook(str(tmp_path / "x.xlsx"))
    text = made.add_format()
    sheet = workbook._Sheet(made.add_worksheet(), workbook._Formats(text, text, text, text, text))
    workbook._number(sheet, 0, 0, "12345678901234567")
    workbook._number(sheet, 1, 0, "12345.5")
    workbook._text(sheet, 2, 0, "长" * 40000)
    made.close()
    cells = [row[0].value for row in openpyxl.load_workbook(tmp_path / "x.xlsx").active.iter_rows()]
    assert cells[:2] == ["12345678901234567", 12345.5]
    assert len(cells[2]) == 32767


KINDS = {
    "rdf": "g.trig",
    "graphml": "g.graphml",
    "gexf": "g.gexf",
    "xlsx": "g.xlsx",
    "dcat": "g.ttl",
    "report": "g.docx",
    "network": "net",
    "tables": "tab",
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(KINDS))
def test_equal_builds_give_equal_files(tmp_path: Path, kind: str) -> None:
    made = []
    for seed in ("1", "2"):
        target = tmp_path / seed / KINDS[kind]
        command = [sys.executable, "-m", "kg", "export", kind, str(target), "--build", str(built.sample()), "--on", "2030-05-06"]
        subprocess.run(command, check=True, env=dict(os.environ, PYTHONHASHSEED=seed), stdout=subprocess.DEVNULL)
        files = sorted(target.iterdir()) if target.is_dir() else [target]
        made.append({file.name: file.read_bytes() for file in files})
    assert made[0] == made[1]


def test_written_whole_or_not_at_all(tmp_path: Path) -> None:
    target = tmp_path / "x.ttl"
    target.write_text("before")

    def halfway_into_a_file() -> None:
        with whole.file(target) as fresh:
            fresh.write_text("half")
            raise OSError(28, "No space left on device")

    def halfway_into_a_folder() -> None:
        with whole.folder(tmp_path / "out") as fresh:
            (fresh / "a.csv").write_text("half")
            raise RuntimeError

    with pytest.raises(PolicyKGError):
        halfway_into_a_file()
    assert target.read_text() == "before"
    with pytest.raises(RuntimeError):
        halfway_into_a_folder()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.ttl"]


def test_a_folder_in_the_way_and_an_unknown_ending(shelf: Shelf, tmp_path: Path) -> None:
    (tmp_path / "d.ttl").mkdir()
    for write in (lambda: export.write_rdf(shelf, tmp_path / "d.ttl", ON), lambda: export.write_rdf(shelf, tmp_path / "d.doc", ON)):
        with pytest.raises(UsageError):
            write()


def test_csv_cells_are_what_the_tables_hold(nasty: Shelf, tmp_path: Path) -> None:
    export.write_tables(nasty, tmp_path / "out", ON)
    with (tmp_path / "out" / "documents.csv").open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert (row["source"], row["index_number"], row["status"]) == ("=cmd.txt", "1137020000000000012", "lapsed")
