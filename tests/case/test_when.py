import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fhirmap.case.when import When


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("June 2017", "2017-06", "2017-06"),
        ("2017", "2017", "2017"),
        ("5 June 2017", "2017-06-05", "2017-06-05"),
        ("June 5th, 2017", "2017-06-05", "2017-06-05"),
        ("Sept. 2019", "2019-09", "2019-09"),
        ("in November 2018", "2018-11", "2018-11"),
        ("2018-11-03", "2018-11-03", "2018-11-03"),
        ("from October to November 2014", "2014-10", "2014-11"),
        ("July to August 2015", "2015-07", "2015-08"),
        ("April 2001 to November 2008", "2001-04", "2008-11"),
        ("June 2004–December 2008", "2004-06", "2008-12"),
    ],
)
def test_dates_at_the_printed_precision(text: str, start: str, end: str) -> None:
    when = When.parse(text)
    assert (when.start, when.end, when.text) == (start, end, text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("30 February 2017", "impossible date"),
        ("2017-13", "impossible date"),
        ("Juni 2017", "is no date"),
        ("soon", "is no date"),
        ("May 2019 to April 2018", "ends before it starts"),
        ("", "is no date"),
    ],
)
def test_what_is_no_date(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        When.parse(text)


@given(st.text(max_size=40))
def test_hostile_text_is_a_value_error_or_a_date(text: str) -> None:
    try:
        when = When.parse(text)
    except ValueError:
        return
    assert re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", when.start)


@given(st.dates())
def test_never_finer_than_printed(date: object) -> None:
    day = str(date)
    assert When.parse(day).start == day
    assert When.parse(day[:7]).start == day[:7]
    assert When.parse(day[:4]).start == day[:4]
