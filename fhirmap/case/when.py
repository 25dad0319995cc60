"""Dates as printed, never finer: `June 2017` is 2017-06, `from July to August 2015` a span of months."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Self

from typing_extensions import override

from fhirmap.case.printed import Printed
from fhirmap.finding import nearest

_MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")
_MONTH_OF = {word: at for at, name in enumerate(_MONTHS, 1) for word in (name, name[:3])} | {"sept": 9}
_HEDGES = re.compile(r"^(?:in|since|from|during|early|mid|late|the (?:beginning|middle|end) of|around|about)[ -]+", re.I)
_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]+)\.?,? (\d{4})", re.I)
_MONTH_FIRST = re.compile(r"([a-z]+)\.?(?: (\d{1,2})(?:st|nd|rd|th)?)?,? (\d{4})", re.I)


@dataclass(frozen=True)
class When(Printed):
    """A date or a span of dates as printed; `start` and `end` are FHIR dates of the printed precision.

    >>> when = When.parse("from October to November 2014")
    >>> when.start, when.end
    ('2014-10', '2014-11')
    >>> When.parse("June 2017").start
    '2017-06'
    """

    start: str
    end: str

    @property
    def is_span(self) -> bool:
        """Whether it has a beginning and another end."""
        return self.start != self.end

    @property
    def to_the_day(self) -> bool:
        """Whether it is one date with its day."""
        return not self.is_span and len(self.start) == 10

    @override
    @classmethod
    def parse(cls, text: str) -> Self:
        words = " ".join(text.split())
        try:
            date = _date(words)
            return cls(text, date, date)
        except _NotADate:
            first, found, last = _split(words)
        if not found:
            raise ValueError(f"{text!r} is no date; write it as printed (June 2017, 5 June 2017, July to August 2015) or leave `when` out")
        end = _date(last)
        start = _date(first if re.search(r"\d{4}", first) else f"{first} {end[:4]}")
        if start > end:
            raise ValueError(f"{text!r} ends before it starts")
        return cls(text, start, end)


class _NotADate(ValueError):
    pass


def _split(words: str) -> tuple[str, str, str]:
    words = re.sub(r"^(?:from|between) ", "", words, flags=re.I)
    parts = re.split(r" (?:to|until|and|through) | ?– ?| - ", words, maxsplit=1)
    return (parts[0], "to", parts[1]) if len(parts) == 2 else (words, "", "")


def _date(words: str) -> str:
    """One date as an ISO date of its own precision; `_NotADate` if it is none, `ValueError` if impossible."""
    words = _HEDGES.sub("", words)
    if match := _ISO.fullmatch(words):
        return _checked(words, match[1], int(match[2] or 0), int(match[3] or 0), bool(match[2]), bool(match[3]))
    if match := _DAY_FIRST.fullmatch(words):
        return _checked(words, match[3], _month(match[2]), int(match[1]), True, True)
    if match := _MONTH_FIRST.fullmatch(words):
        return _checked(words, match[3], _month(match[1]), int(match[2] or 0), True, bool(match[2]))
    raise _NotADate(f"{words!r} is no date")


def _month(word: str) -> int:
    if word.casefold() not in _MONTH_OF:
        raise _NotADate(f"{word!r} is no month{nearest(word, _MONTHS)}")
    return _MONTH_OF[word.casefold()]


def _checked(words: str, year: str, month: int, day: int, has_month: bool, has_day: bool) -> str:
    try:
        datetime.date(int(year), month if has_month else 1, day if has_day else 1)
    except ValueError:
        raise ValueError(f"{words!r} is an impossible date") from None
    return year + (f"-{month:02}" if has_month else "") + (f"-{day:02}" if has_day else "")
