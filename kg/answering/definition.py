"""What a term means, by the clause that defines it."""

from __future__ import annotations

import re

from kg import sparql
from kg.answering import ask_graph, passage, reply
from kg.answering.evidence import Evidence
from ontology.answers import Answer, TextFact

# Where the term that is asked of stands: 细则所称的科技成果指什么.
_ASKED = "所称的?{0}|(?:什么|啥)(?:是|叫){0}|{0}”?(?:这个词)?(?:是?指|是什么|的?定义|的?含义|怎么)"


def answer(evidence: Evidence) -> Answer:
    """Answer with the definition whose term the question names, else with the clause that fits best."""
    terms = named_terms(evidence)
    marked = evidence.question.marked
    if not terms or (marked and not any(term in word or word in term for word in marked for term in terms[:1])):
        return passage.answer(evidence)
    documents = [d.iri for d in evidence.named]
    bound = sparql.bind(ask_graph.query("definitions"), term=terms[:1], document=ask_graph.iris(documents) if documents else None)
    rows = ask_graph.rows(evidence.shelf, bound)
    if not rows and documents:
        bound = sparql.bind(ask_graph.query("definitions"), term=terms[:1], document=None)
        rows = ask_graph.rows(evidence.shelf, bound)
    if not rows:
        return passage.answer(evidence)
    order = [c.clause.iri for c in evidence.candidates]
    rank = {iri: i for i, iri in enumerate(order)}
    rows.sort(key=lambda r: rank.get(r.need("clause", str), len(order)))
    top = rows[0]
    clause = evidence.shelf.clauses([top.need("clause", str)])[top.need("clause", str)]
    facts = [TextFact("definition", top.need("meaning", str), clause.iri)]
    cited = reply.citation(evidence, clause, top.need("start", int), top.need("end", int))
    document = evidence.shelf.documents[clause.document]
    text = f"{top.need('term', str)}：{top.need('meaning', str)}。{reply.where(document, clause)}"
    return reply.answer(evidence, f"{text}。", facts, [cited], bound)


def named_terms(evidence: Evidence) -> list[str]:
    """Return the defined terms of the question: those in quotation marks and what is asked of first, then those outside a named title, the longest first."""
    question = evidence.question
    folded = question.folded
    titled = "".join(n.words for n in question.documents)
    every = {str(row[0]) for row in evidence.shelf.select("SELECT DISTINCT term FROM definitions")}
    asked = {t for t in every if t and t in folded and re.search(_ASKED.format(re.escape(t)), folded)}
    return sorted((t for t in every if t and t in folded), key=lambda t: (t not in question.marked, t not in asked, t in titled, -len(t), t))
