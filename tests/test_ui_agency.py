"""The page of bodies: numbers, duties of one by document, and the networks."""

from __future__ import annotations

import json
from datetime import date

from kg import partners
from kg.library import Library
from kg.ui import graph, netting, parts
from tests import ui

OFFICE = "青岛市财政局"
ON = date.fromisoformat(ui.DAY)


def test_every_body_is_listed_with_its_roles() -> None:
    app = ui.open_page("agency")
    assert not app.exception
    rows = [ui.text_of(r) for r in ui.found(app, "tr")]
    assert any(r.startswith(OFFICE) for r in rows)


def test_one_body_shows_its_duties_by_document_with_links() -> None:
    app = ui.open_page("agency", name=OFFICE)
    assert not app.exception
    text = ui.drawn(app)
    assert "《青岛市科技保险费用补贴管理办法》" in text
    assert "组织预算绩效管理" in text
    assert "第二章 › 第六条" in text
    assert [s.value for s in app.subheader] == ["与谁共事", "发文"]


def test_roles_narrow_the_duties() -> None:
    roles = [ui.text_of(r[2][0]) for r in ui.found(ui.open_page("agency", name=OFFICE, role="解释"), "tr") if r[2]]  # type: ignore[index]
    assert set(roles) <= {"角色", "解释", "文件"} | {r for r in roles if r.startswith("《")}


def test_an_unknown_body_is_said_to_be_unknown() -> None:
    assert "没有这个机构" in ui.open_page("agency", name="月球管理局").warning[0].value


def test_joint_issuing_joins_the_issuers_of_a_document() -> None:
    shelf = Library.open(ui.sample_build()).shelf
    joint = partners.jointly(shelf, None, date.fromisoformat(ui.DAY))
    assert joint.has_edge("青岛市科学技术局", OFFICE)
    assert joint["青岛市科学技术局"][OFFICE]["weight"] >= 3


def test_a_network_is_laid_out_the_same_each_time_inside_its_frame() -> None:
    shelf = Library.open(ui.sample_build()).shelf
    joint = partners.jointly(shelf, None, date.fromisoformat(ui.DAY))
    look = graph.Look(lambda _: "agency", str, str, OFFICE)
    first = graph.layout(joint, look)
    assert first == graph.layout(joint, look)
    assert all(0 <= d.x <= 1 and 0 <= d.y <= 1 for d in first[0])
    assert [d.kind for d in first[0] if d.id == OFFICE] == ["agency focus"]


def test_the_network_of_the_page_is_plain_data() -> None:
    app = ui.open_page("agency", net="联合发文网络")
    drawn = [json.loads(e.proto.json) for e in app.get("bidi_component") if '"directed"' in e.proto.json]
    assert drawn
    assert OFFICE in {n["label"] for d in drawn for n in d["nodes"]}


def test_a_place_is_written_as_people_do() -> None:
    assert parts.place(("第二章", "第九条")) == "第二章 › 第九条"
    assert parts.place(("二、", "（三）", "1.")) == "二、（三） › 1."


def test_networks_of_bodies_are_narrowed_and_offered_as_files() -> None:
    app = ui.open_page("agency", net="协作网络")
    assert {b.label for b in app.get("download_button")} == {"节点 CSV", "边 CSV", "GraphML"}
    every = partners.together(partners.duties(Library.open(ui.sample_build()).shelf), partners.ROLES, None, ON)
    columns, *rows = netting.nodes_csv(every, "共同条款数").decode("utf-8-sig").splitlines()
    assert columns.split(",")[3:5] == ["共同条款数", "相连数"]
    assert len(rows) == len(every)
    cooperating = ui.open_page("agency", net="协作网络", **{"as": "配合"})
    assert not cooperating.exception
    assert "没有这样的联系" in ui.open_page("agency", net="联合发文网络", year="2011").info[0].value


def test_joint_issuing_is_counted_within_a_year() -> None:
    shelf = Library.open(ui.sample_build()).shelf
    whole, some = partners.jointly(shelf, None, ON), partners.jointly(shelf, None, ON, 2024)
    issued = [d for d in partners.originals(shelf) if d.issued and d.issued.year == 2024]
    assert set(some) == {name for d in issued for name in d.issuers} <= set(whole)
