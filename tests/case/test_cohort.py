"""Cohorts: how cells are read, what becomes of rows, and that no individual is made of a group."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from fhirmap import build
from fhirmap.case.cohort import CohortCase
from fhirmap.case.load import load_case, loads
from fhirmap.cli import main
from fhirmap.errors import CaseError

SMALL = Path(__file__).parents[1] / "data" / "small-cohort.yaml"
HEAD = """\
case: c
kind: cohort
report: {title: A cohort}
curated: {date: 2026-01-01, by: nobody}
study: {}
groups: [{key: all, text: everybody, n: "3,612"}, {key: some, text: some, n: 60, of: all}, {key: few, text: few, of: all}]
"""


def cohort(row: str, groups: str = "[all, some]") -> CohortCase:
    case = loads(f"{HEAD}tables:\n  - table: t\n    groups: {groups}\n    rows:\n      - {{key: r, about: Age, {row}}}\n", "c.yaml")
    assert isinstance(case, CohortCase)
    return case


def figures(row: str) -> list[tuple[str, list[tuple[str, str]]]]:
    statistics = cohort(row).tables[0].rows[0].statistics
    return [(str(one.group), [(figure.name, figure.text) for figure in one.figures]) for one in statistics]


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("cells: [85, 60]", [("all", [("number of patients", "85")]), ("some", [("number of patients", "60")])]),
        ("as: n (%), cells: [44 (52), '-']", [("all", [("number of patients", "44"), ("percent", "52 %")])]),
        (
            "as: mean (range), unit: years, cells: [59.8 (28.3–87.7), '-']",
            [("all", [("mean", "59.8 years"), ("range", "28.3–87.7 years")])],
        ),
        ("as: HR (95% CI), cells: ['-', 0.16 (0.03–0.96)]", [("some", [("hazard ratio", "0.16"), ("95% CI", "0.03–0.96")])]),
        ("group: few, values: {median: 5.8 months}", [("few", [("median", "5.8 months")])]),
        ("p: 0.05", []),
    ],
)
def test_how_cells_are_read(row: str, expected: list[tuple[str, list[tuple[str, str]]]]) -> None:
    assert figures(row) == expected


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("cells: [85]", "the row 'r' has 1 cells for 2 groups"),
        ("as: n (%), cells: [44 (52) 3, 1]", "the cell '44 (52) 3' does not read as 'n (%)'"),
        ("cells: [44 (52), 1]", "the cell '44 (52)' does not read as 'n'"),
        ("group: fewer, cells: [1]", "did you mean few"),
        ("cells: [1, 2], p: 0.05, pair: [al, some]", "did you mean all"),
    ],
)
def test_what_cannot_be_read(row: str, message: str) -> None:
    with pytest.raises(CaseError, match=r"c\.yaml:[0-9]+: error: tables") as caught:
        cohort(row)
    assert message in str(caught.value)


def test_a_cohort_has_no_patient() -> None:
    with pytest.raises(CaseError, match="patient: unknown field"):
        loads(HEAD + "patient: {sex: female}\n")
    with pytest.raises(CaseError, match="needs a group: a cohort has no patient"):
        loads(HEAD + "background: [{drug: {is: gefitinib}}]\n")


def resources(case: CohortCase, resource_type: str) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in build(case)["entry"] if entry["resource"]["resourceType"] == resource_type]


@pytest.mark.parametrize("file", [SMALL, SMALL.parents[2] / "cases" / "wu-2013.yaml"], ids=lambda path: path.stem)
def test_every_subject_is_a_group_and_plain_r4(file: Path) -> None:
    bundle = build(load_case(file))
    groups = {entry["fullUrl"] for entry in bundle["entry"] if entry["resource"]["resourceType"] == "Group"}
    for entry in bundle["entry"]:
        resource = entry["resource"]
        assert resource["resourceType"] != "Patient"
        assert "profile" not in resource["meta"]
        assert "subject" not in resource or resource["subject"]["reference"] in groups


def test_a_statistic_carries_its_figures_by_name_and_what_it_is_about() -> None:
    case = load_case(SMALL)
    assert isinstance(case, CohortCase)
    bone = next(one for one in resources(case, "Observation") if "Bone" in one["code"]["text"])
    assert "coding" not in bone["code"]
    assert (bone["valueQuantity"]["value"], bone["subject"]["display"]) == (Decimal(54), "NSCLC patients")
    about, count, percent = bone["component"]
    assert about["valueCodeableConcept"]["coding"][0]["system"] == "http://snomed.info/sct"
    assert (count["code"]["text"], percent["valueQuantity"]["code"], percent["valueQuantity"]["value"]) == ("number of patients", "%", 64)


def test_a_p_value_names_all_the_groups_that_it_compares() -> None:
    (p,) = resources(cohort("p: <0.001, test: log-rank test, pair: [all, some, few]"), "Observation")
    assert (p["subject"]["display"], [one["display"] for one in p["focus"]]) == ("everybody", ["some", "few"])
    assert (p["valueQuantity"]["comparator"], p["valueQuantity"]["value"], p["method"]["text"]) == ("<", 0.001, "log-rank test")


def test_show_prints_tables_as_tables() -> None:
    shown = CliRunner().invoke(main, ["show", str(SMALL)]).output
    assert " 85  NSCLC patients" in shown
    header, age, females = shown.partition("table-1")[2].splitlines()[1:4]
    assert header.split()[-1] == "p"
    assert age.startswith("  Age, mean (range), years")
    assert [females.index(word) for word in ("44 (52)", "35 (58)", "0.060")] == [age.index(word) for word in ("59.8", "61.4", "0.070")]
    assert "hazard ratio" in shown.partition("survival")[2].splitlines()[1]
