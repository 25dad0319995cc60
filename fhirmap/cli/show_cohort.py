"""A cohort as a person reads it: its groups, and its tables as tables."""

from __future__ import annotations

import click

from fhirmap.case.cohort import CohortCase, Row, Table
from fhirmap.case.say import say


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
    header = ["", *(names[group] for group in table.groups), "p"]
    rows = [header, *(_cells(row, table) for row in table.rows)]
    widths = [min(max(len(row[at]) for row in rows), 48) for at in range(len(header))]
    lines = ["  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [_bold(f"{table.table}: {table.title}" if table.title else table.table), *lines]


def _cells(row: Row, table: Table) -> list[str]:
    said = {one.group: "; ".join(f"{figure.name} {figure.text}" for figure in one.figures) for one in row.statistics}
    cells = row.cells or tuple(said.get(group, "") for group in table.groups)
    return [row.words, *cells, row.p]
