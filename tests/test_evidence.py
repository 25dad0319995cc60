"""Finding phrases again: through line ends, hyphenation and spaces, and never by guessing."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhirmap.case.model import Case
from fhirmap.errors import InputError
from fhirmap.evidence import Evidence, Place, covered, find, locate, sidecar
from fhirmap.uncited import uncited

Make = Callable[..., Case]
WORDS = st.lists(st.text(alphabet="abcdefg", min_size=2, max_size=8), min_size=1, max_size=5)


@pytest.mark.parametrize(
    ("text", "phrase", "words"),
    [
        ("a cough, thoracodyn-\nia and", "thoracodynia", "thoracodyn-\nia"),
        ("CYFRA21-1 22.61 ng/\nml (normal", "22.61 ng/ml", "22.61 ng/\nml"),
        ("in  the\n\n  lung", "in the lung", "in  the\n\n  lung"),
        ("follow-\nup CT", "follow-up CT", "follow-\nup CT"),
        ("host\u2019s defence", "host's defence", "host\u2019s defence"),
        ("50 \u00d7 45 mm", "50 × 45 mm", "50 \u00d7 45 mm"),
    ],
)
def test_matching_sees_through_layout(text: str, phrase: str, words: str) -> None:
    (place,) = find(text, phrase)
    assert text[place.offset : place.offset + place.length] == words


@given(WORDS, st.integers(0, 40), st.sampled_from([" ", "\n", " \n", "\n\n  "]))
def test_a_phrase_is_found_however_its_words_are_spaced(words: list[str], before: int, space: str) -> None:
    text = "." * before + space.join(words) + "."
    assert Place(before, len(space.join(words))) in find(text, " ".join(words))


def test_case_and_spelling_matter() -> None:
    assert find("CEA 84.6", "cea 84.6") == []
    assert find("CEA 84.65", "84.60") == []


@pytest.mark.parametrize(
    ("cite", "rule"),
    [("not there", "phrase-not-found"), ("lung", "phrase-repeated"), ("{phrase: lung, nth: 3}", "phrase-not-found")],
)
def test_phrases_that_are_no_evidence(cite: str, rule: str, small_case: Make) -> None:
    case = small_case(f"problem: {{key: x, is: cough, cite: {cite}}}")
    evidence, findings = locate(case, "right lung and left lung " + "." * 100)
    assert [finding.rule for finding in findings] == [rule]
    assert findings[0].line == 6 and not evidence.places


def test_nth_says_which(small_case: Make) -> None:
    case = small_case(
        "problem: {key: x, is: cough, cite: {phrase: lung, nth: 2}}\nproblem: {key: y, is: fever, cite: {phrase: lung, nth: 1}}"
    )
    evidence, findings = locate(case, "right lung and left lung " + "." * 100)
    assert not findings
    assert evidence.places == {("lung", 1): Place(6, 4), ("lung", 2): Place(20, 4)}


def test_citing_too_much_is_an_error(small_case: Make) -> None:
    case = small_case("problem: {key: x, is: cough, cite: a cough for a month}")
    assert locate(case, "a cough for a month, then more")[1][0].rule == "cited-too-much"


def test_the_case_section_is_what_counts() -> None:
    text = "Title\n## Case report\n0123456789\n## Discussion\nmuch more text that is not counted\n"
    start = text.index("0123")
    assert covered([Place(start, 5)], text) == pytest.approx(5 / 11, abs=0.1)


def test_the_sidecar_keeps_what_was_found() -> None:
    evidence = Evidence("ab", {("x", 2): Place(3, 4)})
    assert Evidence.from_json(evidence.to_json()) == evidence
    assert sidecar("cases/a.yaml") == Path("cases/a.evidence.json")


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"sha256": 1, "phrases": [{}]}'])
def test_a_broken_sidecar_is_one_clear_error(data: bytes) -> None:
    with pytest.raises(InputError, match="fhirmap cite"):
        Evidence.from_json(data, "a.evidence.json")


TEXT = "Intro about 5 others with lung cancer.\nCase: CEA was 84.6 ng/ml in May 2019 (Fig. 2). EGFR was normal (1,2). KRAS too.\nEnd.\n"


def test_uncited_lists_figures_and_names(small_case: Make) -> None:
    rows = uncited(small_case("lab: {key: x, is: CEA, value: 84.6 ng/ml, cite: 84.6 ng/ml}"), TEXT)
    assert [(row.line, row.words, row.kind) for row in rows] == [
        (1, "5", "figure"),
        (1, "lung cancer", "cancer"),
        (2, "May 2019", "figure"),
        (2, "EGFR", "gene"),
        (2, "KRAS", "gene"),
    ]


def test_not_mapped_explains(small_case: Make) -> None:
    more = "not_mapped:\n  - {from: Intro, to: 'Case:', why: others}\n  - {phrase: May 2019, why: x}\n  - {phrase: KRAS, why: x}\n"
    facts = "lab: {key: x, is: CEA, value: 84.6 ng/ml, cite: 84.6 ng/ml}\ngene: {key: y, genes: EGFR, alteration: mutation, said: absent, cite: EGFR was normal}"
    assert uncited(small_case(facts, more), TEXT) == []


def test_not_mapped_must_be_in_the_report(small_case: Make) -> None:
    with pytest.raises(InputError, match="'nowhere' is not in the report"):
        uncited(small_case("", "not_mapped:\n  - {phrase: nowhere, why: x}\n"), TEXT)
