"""From a document to its measures and passages: `extract(document) -> Extraction`.

Papers are found, their tables and running text read into drafts (folded stretches), clauses that stand elsewhere
(in an annex table by article, in a rule for the whole plan) handed to the drafts they hold for; then every value
gets its span.  `Document.span` makes them all.
"""

from __future__ import annotations

from dataclasses import replace

from index_build.clauses.leads import read_lead_rules
from index_build.clauses.roles import names_first_lead
from index_build.dates import limit_signs
from index_build.doubts import doubts_of, guessed_labels, number_gaps, odd_names
from index_build.handed_down import hand_down
from index_build.model import Document, Extraction, Measure, Passage
from index_build.paper_drafts import PaperReading
from index_build.papers import find_papers
from index_build.sheet import read_sheet
from index_build.writer import Writer


def extract(document: Document) -> Extraction:
    """All policies, measures and passages of a document."""
    if not document.text.strip():
        return Extraction(document, (), (), (), document.warnings)
    sheet = read_sheet(document)
    readings: list[PaperReading] = []
    for paper in find_papers(sheet):
        before = readings[-1] if readings and paper.annex else None
        rule = names_first_lead(sheet.text, paper.start, paper.end) or (
            before is not None and before.first_is_lead
        )
        rules = read_lead_rules(sheet.text[paper.start : paper.end]) or (
            before.lead_rules if before else None
        )
        readings.append(PaperReading(sheet, paper, rule, rules))
    found = [reading.read() for reading in readings]
    hand_down(readings, found)
    measures: list[Measure] = []
    passages: list[Passage] = []
    warnings = list(document.warnings)
    signs = limit_signs(sheet.text)
    for reading, drafts in zip(readings, found, strict=True):
        writer = Writer(sheet, reading.paper.policy, reading.breaks, signs, reading.lead_rules)
        worded = (d for d in drafts.measures if any(a < b for a, b in d.body))  # more than a number
        ordered = sorted(worded, key=lambda d: d.start)
        own = writer.measures(ordered)
        with_clauses = sum(m.has_clause for m in own) > len(own) / 2
        odd = odd_names(own)
        for measure in own:
            doubts = doubts_of(measure, plan_has_clauses=with_clauses, odd=odd)
            measures.append(replace(measure, doubts=doubts) if doubts else measure)
        passages.extend(writer.passages(drafts.prose))
        warnings.extend(number_gaps(ordered, reading.paper.policy))
        if reading.own_labels:
            warnings.extend(guessed_labels(reading.own_labels.named(sheet), reading.paper.policy))
        warnings.extend(reading.table_doubts())
    policies = tuple(reading.paper.policy for reading in readings)
    return Extraction(document, policies, tuple(measures), tuple(passages), tuple(warnings))
