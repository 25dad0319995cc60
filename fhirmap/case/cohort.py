"""The Case of a cohort: groups of patients, and what tables and text say of them. Never individuals.

A cell of a table is written as it is printed, `44 (52)`, and `as: n (%)` says how to read it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from fhirmap.case.fact import Fact
from fhirmap.case.fields import Key, Named, Node, Ref, Refs, Term, Whole, as_list
from fhirmap.case.model import Case, Entry, Section
from fhirmap.case.printed import Amount, Span
from fhirmap.case.when import When

_NAMES = {"n": "number of patients", "%": "percent", "p": "p-value", "HR": "hazard ratio"}
_CELL = re.compile(r"(?P<first>[^()]+?)\s*(?:\((?P<second>[^()]+)\))?")


class Criterion(Node):
    """What one must be to belong to a group: `about` and `text`; `exclude: true` what one must not be."""

    about: str
    text: str
    exclude: bool = False


class Group(Fact):
    """Patients counted together: `text` is the paper's name for them, `n` how many, `of` the group they are part of.

    `arm: true` for an arm of treatment.
    """

    said: Literal["present"] = "present"
    n: Whole | None = None
    of: Ref | None = None
    arm: bool = False
    period: When | None = None
    criteria: tuple[Criterion, ...] = ()

    @property
    def when(self) -> When | None:
        """The printed period of the group, if it has one."""
        return self.period


class Study(Section):
    """The study: its `period`, what it is about, and its `methods` in a few words."""

    title: str = ""
    period: When | None = None
    condition: Annotated[Term, Named("cancer", "disorder", "metastasis")] | None = None
    methods: str = ""
    ethics: str = ""
    keywords: Annotated[tuple[str, ...], BeforeValidator(as_list)] = ()

    @property
    def when(self) -> When | None:
        """Its period."""
        return self.period


class Figure(Node):
    """One number of a statistic: what it is (`mean`) and its value, a range, or words."""

    name: str
    text: str

    @property
    def span(self) -> Span | None:
        """The two ends, if it is a range or a confidence interval."""
        try:
            return Span.parse(self.text)
        except ValueError:
            return None

    @property
    def amount(self) -> Amount | None:
        """The value, if it is one number."""
        try:
            return None if self.span else Amount.parse(self.text)
        except ValueError:
            return None


class Statistic(Fact):
    """What is said of one group: `about: Sex`, `text: Females`, and its figures."""

    named: ClassVar = ("metastasis", "cancer", "finding", "disorder", "gene", "drug", "site", "procedure", "specimen")
    may_be_unnamed: ClassVar = True
    said: Literal["present"] = "present"
    about: str
    figures: tuple[Figure, ...] = ()

    @property
    def when(self) -> When | None:
        """None of its own: it holds for its group."""
        return None

    @property
    def words(self) -> str:
        """What is counted or measured: `Sex: Females`."""
        return ": ".join(dict.fromkeys(filter(None, (self.about, self.term.text))))


class Comparison(Statistic):
    """The p-value between groups: `group` and those it is compared `against`; `test` as the paper names it."""

    against: Refs = ()
    test: str = ""


class Row(Statistic):
    """A row of a table, or a sentence with numbers: one statistic for each group, and the p-value on their comparison.

    A row is about the table's groups, or about the `group` that it names.
    Either `cells` as printed, one for each group of the table, read `as` (`n (%)`, `mean (range)`), in `unit`;
    or `values` by name. `p` with its `test` compares the table's `pair`.
    """

    as_: str = Field("n", alias="as")
    unit: str = ""
    cells: tuple[str, ...] = ()
    values: dict[str, str] = Field(default_factory=dict)
    p: str = ""
    test: str = ""
    pair: Refs = ()
    statistics: tuple[Statistic, ...] = ()
    comparisons: tuple[Comparison, ...] = ()


class Table(Node):
    """A table, or a passage of the text: its `groups` are the columns."""

    table: Key
    title: str = ""
    groups: Refs
    pair: Refs = ()
    rows: tuple[Row, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _spread(cls, value: Any) -> Any:
        """Makes each row's statistics and comparisons, one for each group, of what stands in it."""
        if not isinstance(value, dict) or not isinstance(value.get("rows"), list):
            return value
        groups, pair = as_list(value.get("groups", [])), as_list(value.get("pair", []))
        return {**value, "rows": [_spread_row(row, groups, pair) if isinstance(row, dict) else row for row in value["rows"]]}


def _spread_row(row: dict[str, Any], groups: list[str], pair: list[str]) -> dict[str, Any]:
    shared: dict[str, Any] = {name: row[name] for name in ("is", "text", "about", "cite", "note") if name in row}
    key = row.get("key", "")
    groups = as_list(row.get("group", groups))
    cells = [str(cell) for cell in as_list(row.get("cells", []))]
    if cells and len(cells) != len(groups):
        raise ValueError(f"the row {key!r} has {len(cells)} cells for {len(groups)} groups; write - for an empty one")
    read = [_read(cell, str(row.get("as", "n")), str(row.get("unit", ""))) for cell in cells] or [row.get("values", {})] * len(groups)
    statistics = [
        {"key": f"{key}-{group}", **shared, "group": group, "figures": [{"name": name, "text": text} for name, text in figures.items()]}
        for group, figures in zip(groups, read, strict=True)
        if figures
    ]
    comparisons: list[dict[str, Any]] = []
    if row.get("p"):
        first, *others = as_list(row.get("pair", pair)) or groups
        figure = {"name": _NAMES["p"], "text": str(row["p"])}
        comparisons = [{"key": f"{key}-p", **shared, "group": first, "against": others, "test": row.get("test", ""), "figures": [figure]}]
    return {**row, "statistics": statistics, "comparisons": comparisons}


def _read(cell: str, form: str, unit: str) -> dict[str, str]:
    """A cell by its form: `44 (52)` as `n (%)` is 44 patients and 52 %."""
    if cell in ("-", ""):
        return {}
    names, figures = _CELL.fullmatch(form), _CELL.fullmatch(cell)
    if not names or not figures or bool(names["second"]) < bool(figures["second"]):
        raise ValueError(f"the cell {cell!r} does not read as {form!r}")
    pairs = [(name, figure) for name, figure in zip(names.groups(), figures.groups(), strict=True) if name and figure]
    return {_NAMES.get(name, name): f"{figure} {_unit(name, unit)}".strip() for name, figure in pairs}


def _unit(name: str, unit: str) -> str:
    return "%" if name == "%" else "" if name in ("n", "p", "HR", "95% CI") else unit


class CohortCase(Case):
    """A cohort: its report, study, groups, tables, and `facts` that hold for a group (drugs of an arm, its diagnosis)."""

    kind: Literal["cohort"] = "cohort"
    study: Study
    groups: tuple[Group, ...] = Field(min_length=1)
    tables: tuple[Table, ...] = ()
    background: tuple[Entry, ...] = ()

    @model_validator(mode="after")
    def _of_groups(self) -> Self:
        for entry in self.background:
            if not entry.fact.group:
                raise ValueError(f"the {entry.fact.kind} {entry.fact.key!r} needs a group: a cohort has no patient")
        return self

    @property
    def subject(self) -> str:
        """The key of the group that the report is about: the first."""
        return self.groups[0].key

    @property
    def sections(self) -> tuple[Section, ...]:
        """Report, hospital (if named), study, and the document that they make."""
        return (self.report, *((self.hospital,) if self.hospital else ()), self.study, self.document)

    def hang(self) -> Iterator[Fact]:
        """Groups, then the rows of the tables with their statistics, then facts."""
        for group in self.groups:
            yield from group.hang(None)
        for table in self.tables:
            for row in table.rows:
                yield from (fact for fact in row.hang(None) if fact is not row)
        for entry in self.background:
            yield from entry.fact.hang(None)
