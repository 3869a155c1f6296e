"""A network as an interactive picture: laid out here, drawn by one component from text nodes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import TypeAlias

import networkx as nx
import streamlit as st

from kg.ui.draw import asset

Network: TypeAlias = "nx.DiGraph[str] | nx.Graph[str]"
# A picture with more nodes than this is unreadable and slow to lay out: the busiest are shown.
MOST = 120
# A label longer than this is cut; the whole is in the hint.
LABEL = 14
# With more nodes than this they are drawn smaller.
CROWD = 60
# Width of a picture by its height.
ASPECT = 1.7


@dataclass(frozen=True, slots=True)
class Dot:
    """A node as drawn: position between 0 and 1, radius in pixels; ``href`` is where a click leads."""

    id: str
    label: str
    hint: str
    kind: str
    x: float
    y: float
    r: float
    href: str


@dataclass(frozen=True, slots=True)
class Line:
    """An edge as drawn between two nodes by their places in the list."""

    a: int
    b: int
    weight: int
    hint: str
    kind: str


@dataclass(frozen=True, slots=True)
class Look:
    """How nodes and edges of a network are drawn: a node's kind and where a click on it leads, an edge's words, the node in focus."""

    kind_of: Callable[[str], str]
    href_of: Callable[[str], str]
    hint_of: Callable[[str], str]
    focus: str = ""


def show(graph: Network, look: Look, *, key: str, said: str, height: int = 560) -> None:
    """Draw a network; ``said`` is what a screen reader says."""
    graph = busiest(graph)
    dots, lines = layout(graph, look)
    data = {
        "nodes": [asdict(d) for d in dots],
        "edges": [asdict(e) for e in lines],
        "directed": graph.is_directed(),
        "height": height + max(0, len(dots) - 30) * 6,
        "said": said,
        "name": key,
    }
    version = hashlib.sha256(json.dumps(data).encode()).hexdigest()
    component = st.components.v2.component("policykg.graph", html='<div class="frame"></div>', css=asset("graph.css"), js=asset("graph.js"))
    component(key=key, data=data | {"version": version})


def busiest(graph: Network, most: int = MOST) -> Network:
    """Return a network cut to its busiest nodes."""
    if len(graph) <= most:
        return graph
    degree = dict(graph.degree(weight="weight"))
    return graph.subgraph(sorted(graph, key=lambda n: (-degree[n], n))[:most])


def layout(graph: Network, look: Look) -> tuple[list[Dot], list[Line]]:
    """Return the nodes with their places, which are the same each time, and the edges."""
    order = sorted(graph)
    degree = dict(graph.degree(weight="weight"))
    places = _packed(tuple(order), tuple(sorted({(min(e), max(e)) for e in graph.edges})))
    dots = []
    for node in order:
        name = str(graph.nodes[node]["label"])
        kind = f"{look.kind_of(node)} focus" if node == look.focus else look.kind_of(node)
        label = name if len(name) <= LABEL else f"{name[:LABEL]}…"
        dots.append(Dot(node, label, f"{name}\n{degree[node]} 处关联", kind, *places[node], radius(degree[node], len(order)), look.href_of(node)))
    at = {node: i for i, node in enumerate(order)}
    lines = [Line(at[a], at[b], int(d["weight"]), look.hint_of(str(d["relations"])) + f" × {d['weight']}", "") for a, b, d in graph.edges(data=True)]
    return dots, lines


def radius(degree: int, among: int) -> float:
    """Return the radius of a node in pixels: its area grows with what it is linked to, up to a limit; among many nodes it is smaller."""
    return float(round((5 + min(degree, 40) ** 0.5 * 1.9) * (1 if among <= CROWD else 0.65), 1))


@lru_cache(maxsize=64)
def _packed(nodes: tuple[str, ...], edges: tuple[tuple[str, str], ...]) -> dict[str, tuple[float, float]]:
    """Lay out a network; the same one, drawn again, costs nothing."""
    plane: nx.Graph[str] = nx.Graph()
    plane.add_nodes_from(nodes)
    plane.add_edges_from(edges)
    return packed(plane)


def packed(plane: nx.Graph[str]) -> dict[str, tuple[float, float]]:
    """Lay out each part of a network that hangs together by itself, and the parts in rows, the largest first; places lie between 0 and 1."""
    groups = sorted((sorted(g) for g in nx.connected_components(plane)), key=lambda g: (-len(g), g))
    boxes = [(g, 1.5 * len(g) ** 0.5 + 0.4, len(g) ** 0.5 + 0.2) for g in groups]
    row = max(sum(w * h for _, w, h in boxes) ** 0.5 * ASPECT**0.5, max((w for _, w, _ in boxes), default=1.0))
    out: dict[str, tuple[float, float]] = {}
    x = y = tall = 0.0
    for group, wide, high in boxes:
        if x and x + wide > row + 1e-9:
            x, y, tall = 0.0, y + tall, 0.0
        for node, (u, v) in _alone(plane.subgraph(group)).items():
            out[node] = (x + (0.12 + 0.76 * u) * wide, y + (0.12 + 0.76 * v) * high)
        x, tall = x + wide, max(tall, high)
    xs, ys = [p[0] for p in out.values()] or [0.0], [p[1] for p in out.values()] or [0.0]
    return {node: (_scaled(p[0], xs), _scaled(p[1], ys)) for node, p in out.items()}


def _alone(part: nx.Graph[str]) -> dict[str, tuple[float, float]]:
    """Lay out a network that hangs together: two nodes one above the other, more by springs."""
    order = sorted(part, key=lambda n: (-part.degree(n), n))
    if len(order) <= 2:
        return {node: (0.5, float(i)) for i, node in enumerate(order)}
    places = nx.spring_layout(nx.Graph(sorted(part.edges)), k=2.6 / len(order) ** 0.5, seed=7, iterations=150)
    xs, ys = [float(p[0]) for p in places.values()], [float(p[1]) for p in places.values()]
    return {node: (_scaled(float(p[0]), xs), _scaled(float(p[1]), ys)) for node, p in places.items()}


def _scaled(value: float, among: list[float]) -> float:
    low, high = min(among), max(among)
    return 0.5 if high == low else round((value - low) / (high - low), 4)
