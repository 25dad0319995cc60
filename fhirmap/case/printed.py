"""Values as printed: what a report writes as text, parsed and kept verbatim beside it.

Each class has `parse(text)`, which raises `ValueError` in a clinician's words; as the type of a
field of the Case model it reads a string.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Self

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import core_schema
from typing_extensions import override

from fhirmap.codes import UnknownConcept, lookup

_NUMBER = r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_COMPARATORS = {"≤": "<=", "≥": ">=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
_AMOUNT = re.compile(rf"(?P<comparator><=|>=|[<>≤≥])?\s*(?P<number>{_NUMBER})\s*(?P<unit>.*)", re.S)
_SPAN = re.compile(rf"(?P<low>{_NUMBER})\s*(?:-|–|to)\s*(?P<high>{_NUMBER})\s*(?P<unit>.*)", re.S)
_TIMES = {"once daily": 1, "qd": 1, "twice daily": 2, "bid": 2, "three times daily": 3, "tid": 3, "four times daily": 4, "qid": 4}
_WORDS = {
    word: str(n)
    for n, word in enumerate(["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"])
}


class Number(float):
    """A number that remembers its digits: 130.50 stays 130.50 in the JSON fhirmap writes.

    >>> Number("3,731"), Number("130.50")
    (3731, 130.50)
    """

    printed: str

    def __new__(cls, text: str) -> Self:
        """Read a printed number."""
        digits = text.replace(",", "").removeprefix("+")
        number = super().__new__(cls, digits)
        number.printed = digits
        return number

    def __repr__(self) -> str:
        return self.printed


@dataclass(frozen=True)
class Printed:
    """The base of the parsed values: `text` is what the report prints."""

    text: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what is printed. Raises `ValueError` in a clinician's words."""
        raise NotImplementedError

    @classmethod
    def _read(cls, value: Any) -> Self:
        if isinstance(value, cls):
            return value
        if not isinstance(value, str):
            raise ValueError("write it as the report prints it")
        return cls.parse(value)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(cls._read)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "description": (cls.__doc__ or "").strip().split("\n")[0]}


def number(text: str) -> int | Number:
    """A printed number: whole ones as int, the others with their digits (`Number`)."""
    return Number(text) if "." in text else int(text.replace(",", ""))


@dataclass(frozen=True)
class Amount(Printed):
    """A measured value with its unit, as printed: `84.6 ng/ml`, `<0.1`, `85%`, `3,731 U/ml`.

    `unit` is the printed unit and `ucum` its UCUM code; both are empty where no unit is printed.

    >>> amount = Amount.parse("3,731 U/ml")
    >>> amount.value, amount.ucum
    (3731, 'U/mL')
    """

    value: int | Number
    unit: str
    ucum: str
    comparator: str = ""

    @override
    @classmethod
    def parse(cls, text: str) -> Self:
        match = _AMOUNT.fullmatch(numerals(text))
        if not match:
            raise ValueError(f"{text!r} is no value as printed; write number and unit, like 84.6 ng/ml")
        unit = match["unit"].strip()
        return cls(text, number(match["number"]), unit, ucum(unit), _COMPARATORS.get(match["comparator"] or "", ""))


@dataclass(frozen=True)
class Span(Printed):
    """Two values and their unit, as printed: `28.3–87.7 years`, `0.03-0.96`.

    >>> Span.parse("28.3–87.7 years").high.value
    87.7
    """

    low: Amount
    high: Amount

    @override
    @classmethod
    def parse(cls, text: str) -> Self:
        match = _SPAN.fullmatch(text.strip())
        if not match:
            raise ValueError(f"{text!r} is no range; write 28.3–87.7 years")
        low, high = (Amount.parse(f"{match[end]} {match['unit']}") for end in ("low", "high"))
        return cls(text, low, high)


@dataclass(frozen=True)
class Normal(Printed):
    """A normal range as printed: `<5.0 ng/ml`, `>60`, `3.5-5.0 g/dL`.

    >>> Normal.parse("<5.0 ng/ml").high.value
    5.0
    """

    low: Amount | None
    high: Amount | None

    @override
    @classmethod
    def parse(cls, text: str) -> Self:
        if _SPAN.fullmatch(text.strip()):
            span = Span.parse(text)
            return cls(text, span.low, span.high)
        limit = Amount.parse(text)
        if not limit.comparator:
            raise ValueError(f"{text!r} is no normal range; write <5.0 ng/ml, >60 % or 3.5-5.0 g/dL")
        return cls(text, None, limit) if "<" in limit.comparator else cls(text, limit, None)

    def rates(self, amount: Amount) -> str:
        """`high`, `low` or `normal` for a value in the same unit, else nothing.

        >>> Normal.parse("<5.0 ng/ml").rates(Amount.parse("84.6 ng/ml"))
        'high'
        """
        units = {limit.ucum for limit in (self.low, self.high) if limit}
        if amount.comparator or units != {amount.ucum}:
            return ""
        if self.high and (amount.value >= self.high.value if self.high.comparator == "<" else amount.value > self.high.value):
            return "high"
        if self.low and (amount.value <= self.low.value if self.low.comparator == ">" else amount.value < self.low.value):
            return "low"
        return "normal"


@dataclass(frozen=True)
class Dose(Printed):
    """A dose as printed: `200 mg/day`, `250 mg twice daily`, `75 mg/m2`, `300 mg daily`.

    `times` is stated only by words like `twice daily`; `daily` and `/day` make `amount` a total per day.

    >>> Dose.parse("250 mg twice daily").times, Dose.parse("200 mg/day").per_day
    (2, True)
    """

    amount: Amount
    times: int | None
    per_day: bool

    @override
    @classmethod
    def parse(cls, text: str) -> Self:
        words = re.sub(r" (?:a|per) day$", " daily", " ".join(text.split()))
        for word, times in _TIMES.items():
            if words.endswith(f" {word}"):
                return cls(text, Amount.parse(words.removesuffix(word).rstrip(" ,")), times, False)
        daily = re.fullmatch(r"(.+?)(?: ?/ ?day| ?/ ?d| daily)", words)
        return cls(text, Amount.parse(daily[1] if daily else words), None, daily is not None)


@dataclass(frozen=True)
class Size(Printed):
    """The dimensions of a lesion as printed: `19 mm`, `50 x 45 x 60 mm`, longest first in `lengths`.

    >>> [length.value for length in Size.parse("50 × 45 × 60 mm").lengths]
    [60, 50, 45]
    """

    lengths: tuple[Amount, ...]

    @override
    @classmethod
    def parse(cls, text: str) -> Self:
        parts = re.split(r"\s*[x×*]\s*", text.strip())
        unit = Amount.parse(parts[-1]).unit
        lengths = [Amount.parse(part if part[-1:].isalpha() else f"{part} {unit}") for part in parts]
        if len(lengths) > 3 or {length.ucum for length in lengths} - {"mm", "cm"}:
            raise ValueError(f"{text!r} is no size; write one to three lengths in mm or cm, like 50 x 45 x 60 mm")
        return cls(text, tuple(sorted(lengths, key=lambda length: length.value, reverse=True)))


@dataclass(frozen=True)
class Duration(Printed):
    """A length of time or an age as printed: `5 days`, `1 month`, `three years`, `32-year-old`.

    >>> Duration.parse("5 days").amount.ucum
    'd'
    """

    amount: Amount

    @override
    @classmethod
    def parse(cls, text: str) -> Self:
        amount = Amount.parse(re.sub(r"-?(year|month|week|day)s?-old$", r" \1", text.strip()))
        if amount.ucum not in {"min", "h", "d", "wk", "mo", "a"}:
            raise ValueError(f"{text!r} is no length of time; write 5 days, 1 month or 30 years")
        return cls(text, amount)


@dataclass(frozen=True)
class Tnm(Printed):
    """A TNM classification as printed, `cT4aN2M1c`: the parts with their prefix (`cT4a`, `cN2`, `cM1c`).

    >>> Tnm.parse("cT4aN2M1c").parts
    {'t': 'cT4a', 'n': 'cN2', 'm': 'cM1c'}
    """

    parts: dict[str, str]

    @override
    @classmethod
    def parse(cls, text: str) -> Self:
        match = re.fullmatch(
            r"(y?[cpra]?)(T(?:\d[a-d]?(?:mi)?|is|X))?([cp]?)(N(?:\d[a-c]?|X))?([cp]?)(M(?:\d[a-c]?|X))?", "".join(text.split())
        )
        if not match or not any(match.group(2, 4, 6)):
            raise ValueError(f"{text!r} is no TNM classification; write it as printed, like cT4aN2M1c")
        first = match[1]
        parts = {letter: (match[at - 1] or first) + match[at] for letter, at in (("t", 2), ("n", 4), ("m", 6)) if match[at]}
        return cls(text, parts)


def numerals(text: str) -> str:
    """Text whose leading number word is a numeral: `two weeks` is `2 weeks`."""
    text = " ".join(text.split())
    word, space, rest = text.partition(" ")
    return _WORDS.get(word.casefold(), word) + space + rest


def ucum(unit: str) -> str:
    """The UCUM code of a printed unit, none for none. Raises `ValueError`."""
    try:
        return lookup(unit, "unit").code if unit else ""
    except UnknownConcept as unknown:
        raise ValueError(str(unknown).replace(" (or give it as text: only)", "")) from None
