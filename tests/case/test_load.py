"""Errors of a Case file: all of them, each with file, line, field and the nearest right word."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fhirmap.case.load import load_case, loads
from fhirmap.case.model import Case
from fhirmap.errors import CaseError, InputError
from tests.conftest import MINIMAL


def errors(text: str) -> list[str]:
    with pytest.raises(CaseError) as caught:
        loads(text, "a.yaml")
    return [str(finding) for finding in caught.value.findings]


@pytest.mark.parametrize(
    ("fact", "place", "message"),
    [
        ("drug: {is: crizotinb}", "a.yaml:6: error: background[0].drug.is", "did you mean crizotinib"),
        ("lab: {is: CEA, value: 5 ng/mol}", "a.yaml:6: error: background[0].lab.value", "did you mean"),
        ("lab: {is: CEA, vlaue: 5 ng/ml}", "a.yaml:6: error: background[0].lab.vlaue", "did you mean value"),
        ("labb: {is: CEA}", "a.yaml:6: error: background[0]", "did you mean lab"),
        ("drug: {is: CEA}", "a.yaml:6: error: background[0].drug.is", "it is known as tumour marker"),
        ("drug: {is: cisplatin, said: refussed}", "a.yaml:6: error: background[0].drug.said", "did you mean refused"),
        ("metastasis: {is: metastasis to lung, of: cancr}", "a.yaml:6: error: background[0].metastasis.of", "no fact has the key 'cancr'"),
        ("lab: {key: CEA!, is: CEA}", "a.yaml:6: error: background[0].lab.key", "'CEA!'"),
        (
            "problem: {is: cough, cite: 'this phrase is much too long to be cited from a report'}",
            "background[0].problem.cite",
            "at most 40",
        ),
        ("drug: {is: cisplatin, until: 31 June 2019}", "background[0].drug.until", "impossible date"),
        ("drug: {is: cisplatin, cycles: none}", "background[0].drug.cycles", "'none'"),
        ("gene: {alteration: mutation}", "a.yaml:6: error: background[0].gene.genes", "missing"),
        ("course: {is: worsened}", "background[0].course.about", "missing"),
        ("age: {is: old, value: 50 years}", "background[0].age.is", "use text"),
        ("gene: {genes: EGFFR, alteration: mutation}", "background[0].gene.genes", "did you mean EGFR"),
        ("finding: {text: x}", "background[0]", "is no kind of fact"),
        ("[a, b]", "background[0]", "a fact is one kind with its fields"),
    ],
)
def test_a_wrong_fact(fact: str, place: str, message: str) -> None:
    found = errors(f"{MINIMAL}background:\n  - {fact}\n")
    assert len(found) == 1
    assert place in found[0]
    assert message in found[0]


def test_all_errors_come_at_once_in_the_order_of_their_lines() -> None:
    found = errors(
        MINIMAL.replace("female", "woman")
        + "background:\n  - drug: {is: crizotinb}\n  - drug: {key: x, is: cisplatin}\n  - lab: {key: x, is: CEA, value: 5 ng/ml}\n"
        + "timeline:\n  - moment: a\n    after: {moment: a}\n  - moment: b\n    when: Juni 2017\n"
    )
    assert [line.split(":")[1] for line in found] == ["4", "6", "8", "10", "13"]
    assert "the key 'x' is taken (line 7)" in found[2]
    assert "hangs on itself" in found[3]


def test_moments_that_hang_on_each_other() -> None:
    timeline = "timeline:\n  - moment: a\n    after: {moment: b}\n  - moment: b\n    before: {fact: x}\n    facts:\n  - moment: c\n    after: {fact: y}\n"
    found = errors(
        MINIMAL
        + timeline.replace("    facts:\n", "    facts:\n      - drug: {key: y, is: cisplatin}\n")
        + "    facts:\n      - drug: {key: x, is: cisplatin}\n"
    )
    assert len(found) == 2
    assert all("hangs on itself" in line for line in found)


def test_repeated_moments() -> None:
    assert "there is a moment 'a' already" in errors(MINIMAL + "timeline:\n  - {moment: a, words: x}\n  - {moment: a, words: x}\n")[0]


def test_a_moment_needs_one_anchor() -> None:
    assert "name one anchor" in errors(MINIMAL + "timeline:\n  - moment: a\n    after: {by: 5 days}\n")[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"- a\n", "a Case file is a mapping"),
        (b"case: \xff", "not UTF-8"),
        (b"case: [", "not YAML"),
        (b"case: a\ncase: b\n", "stands twice in one mapping (first in line 1)"),
        (b"a: " + b"[" * 64 + b"]" * 64, "nested deeper"),
        (b"a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n"
         b"d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n", "aliases"),
        (b"a: *nowhere", "no anchor"),
        (b"case: a\n---\ncase: b\n", "more than one YAML document"),
        (b"? [a]\n: b\n", "a key must be a plain word"),
        (b"x" * 5_000_001, "larger than"),
    ],
)  # fmt: skip
def test_bad_files(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message.replace("(", r"\(").replace(")", r"\)")) as caught:
        loads(content, "a.yaml")
    assert str(caught.value).startswith("a.yaml")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        load_case(tmp_path / "none.yaml")


def test_scalars_are_read_as_text(small_case: Callable[..., Case]) -> None:
    case = small_case("social: {about: drinks, text: no}\nlab: {is: CEA, value: 130.50 ng/ml}")
    assert case.facts[0].text == "no"
    assert repr(case.of_kind("lab")[0].value.value) == "130.50"  # type: ignore[attr-defined]


def test_parts_hang_where_their_fact_hangs(small_case: Callable[..., Case]) -> None:
    timeline = "timeline:\n  - moment: visit\n    when: May 2019\n    facts:\n      - regimen: {is: chemotherapy, cycles: 4, drugs: [{key: a, is: cisplatin}]}\n"
    regimen, drug = small_case("", timeline).facts
    assert (drug.parent, drug.moment, drug.cycles) == (regimen, regimen.moment, 4)  # type: ignore[attr-defined]
    assert drug.when is not None and drug.when.start == "2019-05"


def test_a_case_knows_its_lines() -> None:
    case = loads(MINIMAL + "background:\n  - lab:\n      key: cea\n      is: CEA\n      value: 5 ng/ml\n")
    assert case.source.line("cea") == 6
    assert case.source.line("cea", "normal", "value") == 9
    assert case.source.line("patient") == 4
    assert case.source.line("nothing") == 1
