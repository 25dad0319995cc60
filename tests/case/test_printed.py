import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhirmap.case.printed import Amount, Dose, Duration, Normal, Number, Size, Tnm
from fhirmap.codes import concepts

UNITS = sorted(
    {word for row in concepts() if row.kind == "unit" for word in row.words if not word[0].isdigit() and not word.startswith(("/", "×"))}
)


@pytest.mark.parametrize(
    ("text", "value", "unit", "ucum", "comparator"),
    [
        ("84.6 ng/ml", 84.6, "ng/ml", "ng/mL", ""),
        ("3,731 U/ml", 3731, "U/ml", "U/mL", ""),
        ("85%", 85, "%", "%", ""),
        ("<0.1 mg/dL", 0.1, "mg/dL", "mg/dL", "<"),
        ("≥ 5 mm", 5, "mm", "mm", ">="),
        ("584 IU/L", 584, "IU/L", "[IU]/L", ""),
        ("0.32", 0.32, "", "", ""),
        ("two weeks", 2, "weeks", "wk", ""),
    ],
)
def test_amounts(text: str, value: float, unit: str, ucum: str, comparator: str) -> None:
    amount = Amount.parse(text)
    assert (amount.value, amount.unit, amount.ucum, amount.comparator) == (value, unit, ucum, comparator)


@pytest.mark.parametrize(
    ("text", "message"), [("high", "no value as printed"), ("5 ng/mol", "did you mean"), ("", "no value"), ("1,2 mg", "unit")]
)
def test_what_is_no_amount(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Amount.parse(text)


@given(st.decimals(min_value=0, max_value=10**9, places=3), st.sampled_from(UNITS))
def test_an_amount_keeps_its_digits(number: object, unit: str) -> None:
    amount = Amount.parse(f"{number} {unit}")
    assert isinstance(amount.value, Number)
    assert amount.value.printed == str(number)
    assert math.isclose(amount.value, float(str(number)))


@given(st.text(max_size=30))
def test_hostile_text_is_a_value_error_or_a_value(text: str) -> None:
    for kind in (Amount, Dose, Duration, Normal, Size, Tnm):
        try:
            assert kind.parse(text).text == text
        except ValueError as error:
            assert str(error)


@pytest.mark.parametrize(
    ("normal", "value", "rating"),
    [
        ("<5.0 ng/ml", "84.6 ng/ml", "high"),
        ("<5.0 ng/ml", "5.0 ng/ml", "high"),
        ("<5.0 ng/ml", "4.9 ng/ml", "normal"),
        ("<=5.0 ng/ml", "5.0 ng/ml", "normal"),
        ("3.5-5.0 g/dL", "3.4 g/dL", "low"),
        ("3.5-5.0 g/dL", "5.0 g/dL", "normal"),
        (">60 %", "60 %", "low"),
        ("<5.0 ng/ml", "84.6 U/l", ""),
        ("<5.0 ng/ml", "<4 ng/ml", ""),
    ],
)
def test_a_printed_range_rates_a_value(normal: str, value: str, rating: str) -> None:
    assert Normal.parse(normal).rates(Amount.parse(value)) == rating


def test_a_normal_range_needs_a_limit() -> None:
    with pytest.raises(ValueError, match="no normal range"):
        Normal.parse("5.0 ng/ml")


@pytest.mark.parametrize(
    ("text", "times", "per_day", "value"),
    [
        ("250 mg twice daily", 2, False, 250),
        ("200 mg/day", None, True, 200),
        ("300 mg daily", None, True, 300),
        ("75 mg/m2", None, False, 75),
    ],
)
def test_doses(text: str, times: int | None, per_day: bool, value: int) -> None:
    dose = Dose.parse(text)
    assert (dose.times, dose.per_day, dose.amount.value, dose.text) == (times, per_day, value, text)


def test_sizes_put_the_longest_first() -> None:
    assert [length.value for length in Size.parse("54 × 64 × 75 mm").lengths] == [75, 64, 54]
    assert [length.ucum for length in Size.parse("19 mm").lengths] == ["mm"]
    with pytest.raises(ValueError, match="no size"):
        Size.parse("5 kg")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("cT4aN2M1c", {"t": "cT4a", "n": "cN2", "m": "cM1c"}),
        ("pT2 pN1", {"t": "pT2", "n": "pN1"}),
        ("T1N0M0", {"t": "T1", "n": "N0", "m": "M0"}),
    ],
)
def test_tnm(text: str, parts: dict[str, str]) -> None:
    assert Tnm.parse(text).parts == parts


def test_tnm_needs_a_category() -> None:
    with pytest.raises(ValueError, match="TNM"):
        Tnm.parse("stage IV")
