"""What a term means, by the clause that defines it."""

from __future__ import annotations

import re

from kg import sparql
from kg.answering import ask_graph, gist, passage, reply
from kg.answering.evidence import Candidate, Evidence
from ontology.answers import Answer, TextFact

# Where the term that is asked of stands: 细则所称的科技成果指什么.
_WHOLE = "(?:什么|啥)(?:是|叫)[^,。?]{{0,20}}?{0}”?(?:[呀啊呢吗的][,。?]|[,。?]|$)"
_ASKED = "所称的?{0}|(?:什么|啥)(?:是|叫){0}|{0}”?(?:这个词)?(?:是?指|是什么|的?定义|的?含义|怎么)"


# A meaning is asked for, and how texts tell one.
_MEANT = re.compile(r"是?指(?:什么|啥|的是)|定义|含义|何谓|概念|所称|所说")
_DEFINES = (
    '{0}[”"]?(?:模式)?(?:[^。；，的]{{0,12}}?(?:指|是|包括|即|为|：|:)|[^。；]{{0,20}}?(?:是指|指的是)|。)'
    '|(?:建设|打造|推出|设立|实施|开展|搭建)[“"]?{0}|(?:简称|统称|称为|称)[:：]?[“"]?{0}'
)
# A name of figures: 3×4, 10+1, 4+4+2; the sentence that coins it tells its parts.
_FORMULA = re.compile(r"[\dN一二三四五六七八九十]+(?:[×xX*+＋][\dN一二三四五六七八九十]+)+")
# A term that is given a short name: 青岛市科技创新贷款（以下简称“青科贷”），是指…; it stands so near to the term.
_SHORT = re.compile(r"(?:以下)?(?:简称|统称)[:：为]?[“\"]([\u4e00-\u9fffA-Za-z]{3,12})[”\"][）)]")
SHORT_WITHIN = 24


def answer(evidence: Evidence) -> Answer:
    """Answer with the definition whose term the question names, else with the clause that fits best."""
    terms = named_terms(evidence)
    marked = evidence.question.marked
    if not terms or (marked and not any(term in word or word in term for word in marked for term in terms[:1])):
        return told(evidence)
    documents = [d.iri for d in evidence.named]
    bound = sparql.bind(ask_graph.query("definitions"), term=terms[:1], document=ask_graph.iris(documents) if documents else None)
    rows = ask_graph.rows(evidence.shelf, bound)
    if not rows and documents:
        bound = sparql.bind(ask_graph.query("definitions"), term=terms[:1], document=None)
        rows = ask_graph.rows(evidence.shelf, bound)
    if not rows:
        return told(evidence)
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


def told(evidence: Evidence) -> Answer:
    """Answer with the clause that fits best, or refuse where a term in quotation marks is asked for and the clause only uses it: 种子期企业是指什么."""
    first = evidence.pool[0] if evidence.pool else None
    if first and (formula := next((t for t in evidence.question.marked if _FORMULA.fullmatch(t) and t in first.clause.text), None)):
        return spelled(evidence, first, formula)
    for term in evidence.question.marked if first and _MEANT.search(evidence.question.folded) else ():
        if first and term in first.clause.text and not re.search(_DEFINES.format(re.escape(term)), first.clause.text):
            return reply.refuse(evidence, f"文本没有给出“{term}”的定义。")
    return passage.answer(evidence)


def spelled(evidence: Evidence, holder: Candidate, term: str) -> Answer:
    """Answer with the sentence that coins a name of figures, which tells its parts."""
    bound = sparql.bind(ask_graph.query("passages"), clause=ask_graph.iris([holder.clause.iri]))
    told = next((s for s in gist.sentences(holder.clause.text) if term in s), holder.clause.text)
    cited = reply.sentence(evidence, holder.clause, told)
    facts = [TextFact("definition", r.need("text", str), r.need("clause", str)) for r in ask_graph.rows(evidence.shelf, bound)]
    return reply.answer(evidence, f"{reply.where(holder.document, holder.clause)}：“{reply.limit(cited.quote, 'definition')}”", facts, [cited], bound)


def named_terms(evidence: Evidence) -> list[str]:
    """Return the defined terms of the question: those in quotation marks and what is asked of first, then those outside a named title, the longest first."""
    question = evidence.question
    folded = question.folded
    titled = "".join(n.words for n in question.documents)
    defined = list(evidence.shelf.select("SELECT DISTINCT term, quote FROM definitions"))
    every = {str(row[0]) for row in defined}
    short = {m[1]: str(term) for term, quote in defined for m in _SHORT.finditer(str(quote)) if m.start() < len(str(term)) + SHORT_WITHIN}
    asked = {t for t in every if t and t in folded and re.search(_ASKED.format(re.escape(t)), folded)}
    whole = {t for t in every if t and t in folded and re.search(_WHOLE.format(re.escape(t)), folded)}
    called = next((short[name] for name in (*question.marked, *question.coined) if name in short and name not in every), None)
    if called:
        return [called]
    return sorted((t for t in every if t and t in folded), key=lambda t: (t not in question.marked, t not in whole, t not in asked, t in titled, -len(t), t))
