"""A cohort as a person reads it: its groups, and its tables as tables."""

from __future__ import annotations

import textwrap
from itertools import zip_longest

import click

from fhirmap.case.cohort import CohortCase, Row, Table
from fhirmap.case.say import say

WIDTH = 40
"""The widest column; longer cells go on in the next line."""


def show_cohort(case: CohortCase) -> list[list[str]]:
    """The sections of the output: groups, each table, other facts."""
    names = {group.key: group.text for group in case.groups}
    groups = [
        f"  {group.n if group.n is not None else '':>5}  {group.text}" + (f"  (of {names[group.of]})" if group.of else "")
        for group in case.groups
    ]
    facts = [f"  {names[entry.fact.group]}: {entry.fact.kind} {say(entry.fact)}" for entry in case.background]
    return [[_bold("Groups"), *groups], *(_table(table, names) for table in case.tables), [_bold("Of groups"), *facts] if facts else []]


def _bold(text: str) -> str:
    return click.style(text, bold=True)


def _table(table: Table, names: dict[str, str]) -> list[str]:
    """A table as printed: its columns are the groups, and the figures that its rows name."""
    groups = table.groups if any(row.cells for row in table.rows) else ()
    figures = tuple(dict.fromkeys(name for row in table.rows for name in row.values))
    header = ["", *(names[group] for group in groups), *figures]
    rows = [[_label(row), *(row.cells or [""] * len(groups)), *(row.values.get(name, "") for name in figures)] for row in table.rows]
    if any(row.p for row in table.rows):
        header, rows = [*header, "p"], [[*cells, row.p] for cells, row in zip(rows, table.rows, strict=True)]
    widths = [min(max(len(row[at]) for row in (header, *rows)), WIDTH) for at in range(len(header))]
    title = f"{table.table}: {table.title}" if table.title else table.table
    return [_bold(title), *(line for row in (header, *rows) for line in _lines(row, widths))]


def _label(row: Row) -> str:
    """What a row counts, and how its cells read: `Sex: Females, n (%)`."""
    return ", ".join(filter(None, (row.words, "" if row.as_ == "n" else row.as_, row.unit)))


def _lines(cells: list[str], widths: list[int]) -> list[str]:
    wrapped = (textwrap.wrap(cell, width) for cell, width in zip(cells, widths, strict=True))
    return [
        "  " + "  ".join(part.ljust(width) for part, width in zip(parts, widths, strict=True)).rstrip()
        for parts in zip_longest(*wrapped, fillvalue="")
    ]
