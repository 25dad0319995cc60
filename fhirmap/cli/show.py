"""`fhirmap show`."""

from __future__ import annotations

import shutil
import textwrap

import click

from fhirmap.case.cohort import CohortCase
from fhirmap.case.fact import Fact
from fhirmap.case.load import load_case
from fhirmap.case.model import Case, Happening, PatientCase
from fhirmap.case.say import say
from fhirmap.case.tests import Lab
from fhirmap.cli.show_cohort import show_cohort
from fhirmap.pipeline import case_file


@click.command(name="show")
@click.argument("case")
def show(case: str) -> None:
    """Show a case as a person reads it.

    Patient, diagnoses, timeline, laboratory, molecular profile and drugs. CASE is a path or a name;
    - is stdin. Colour only on a terminal, and not with NO_COLOR.
    """
    loaded = load_case(case_file(case))
    if isinstance(loaded, CohortCase):
        sections = [_report(loaded), *show_cohort(loaded)]
    else:
        assert isinstance(loaded, PatientCase)
        sections = _sections(loaded)
    for section in sections:
        if section:
            click.echo("\n".join(section) + "\n")


def _sections(case: PatientCase) -> list[list[str]]:
    return [_report(case), _patient(case), _diagnoses(case), *map(_moment, case.timeline), _laboratory(case), _genes(case), _drugs(case)]


def _heading(text: str) -> str:
    return click.style(text, bold=True)


def _wrapped(text: str, indent: str = "  ") -> str:
    width = min(shutil.get_terminal_size().columns, 120)
    return textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent + "  ")


def _report(case: Case) -> list[str]:
    hospital = case.hospital
    seen = ", ".join(filter(None, (hospital.name, hospital.city, hospital.country))) if hospital else ""
    return [_heading(case.name), *(_wrapped(line) for line in (case.report.citation, case.report.url, seen) if line)]


def _patient(case: PatientCase) -> list[str]:
    facts = [fact for entry in case.background if (fact := entry.fact).kind in ("smoking", "social", "family", "problem")]
    ages = [f"{say(age)} ({age.when.text})" if age.when else say(age) for age in case.of_kind("age")]
    words = ", ".join(filter(None, (case.patient.sex, case.patient.race, case.patient.nationality, *ages, *map(say, facts))))
    return [_heading("Patient"), _wrapped(words)]


def _diagnoses(case: Case) -> list[str]:
    facts = [fact for fact in case.of_kind("diagnosis", "stage", "recurrence", "metastasis") if fact.said != "absent"]
    return [_heading("Diagnoses"), *(_wrapped(_dated(fact)) for fact in facts)] if facts else []


def _dated(fact: Fact) -> str:
    return say(fact) + (f" ({fact.moment.timing or fact.moment.moment})" if fact.moment else "")


def _moment(moment: Happening) -> list[str]:
    title = moment.when.text if moment.when else moment.timing or moment.moment
    lines = [_heading(title)]
    for entry in moment.facts:
        lines.append(_wrapped(f"{entry.fact.kind:<12} {say(entry.fact)}"))
        lines += [_wrapped(f"- {say(part)}", " " * 15) for part in entry.fact.parts]
    return lines


def _laboratory(case: Case) -> list[str]:
    labs = [fact for fact in case.of_kind("lab") if isinstance(fact, Lab)]
    names = list(dict.fromkeys(lab.term.concept.name if lab.term.concept else lab.term.text for lab in labs))
    rows = []
    for name in names:
        same = [lab for lab in labs if (lab.term.concept.name if lab.term.concept else lab.term.text) == name]
        normal = next((lab.normal.text for lab in same if lab.normal), "")
        values = " -> ".join(f"{_answer(lab)}{_mark(lab)}".strip() for lab in same)
        rows.append(_wrapped(f"{name:<12} {values}" + (f"   [normal {normal}]" if normal else "")))
    return [_heading("Laboratory"), *rows] if rows else []


def _answer(lab: Lab) -> str:
    return lab.value.text if lab.value else lab.result.text if lab.result else ""


def _mark(lab: Lab) -> str:
    word = lab.interpretation.text if lab.interpretation else lab.trend or ""
    return f" ({click.style(word, fg='red') if word in ('high', 'low') else word})" if word else ""


def _genes(case: Case) -> list[str]:
    facts = case.of_kind("gene", "stain")
    return [_heading("Molecular profile"), *(_wrapped(say(fact)) for fact in facts)] if facts else []


def _drugs(case: Case) -> list[str]:
    drugs = case.of_kind("drug")
    return [_heading("Drugs"), *(_wrapped(_dated(drug)) for drug in drugs)] if drugs else []
