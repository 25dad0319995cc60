"""The kinds of fact that are measured or tested: vital signs, laboratory, pathology, genes."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, model_validator

from fhirmap.case.fact import Fact
from fhirmap.case.fields import Named, Ref, Sites, Term, Trend, as_list, share
from fhirmap.case.printed import Amount, Normal
from fhirmap.codes import lookup

UNPRINTED_UNITS = frozenset({"{ratio}", "{INR}", "[pH]"})


class Vital(Fact):
    """A vital sign or a setting of respiratory support: `value: 85%`, `on: room air`."""

    named: ClassVar = ("vital sign",)
    said: Literal["present"] = "present"
    value: Amount
    on: str = ""


class _Result(Fact):
    """What laboratory tests and tissue markers share: a value or a result, never both; `flag` what is said of it."""

    said: Literal["present"] = "present"
    value: Amount | None = None
    result: Annotated[Term, Named("qualitative result")] | None = None
    flag: Annotated[Term, Named("interpretation")] | None = None
    specimen: Ref | None = None
    of: Ref | None = None
    kit: Ref | None = None
    method: str = ""

    @model_validator(mode="after")
    def _one_answer(self) -> Self:
        if self.value and self.result:
            raise ValueError("give a value or a result; make two facts of two answers")
        return self


class Lab(_Result):
    """A laboratory test or tumour marker: a `value` with its `normal` range, or a `result` in words.

    `flag` only when the report says it (`high`, `not elevated`); `trend` likewise.
    """

    named: ClassVar = ("lab", "tumour marker")
    said: Literal["present"] = "present"
    normal: Normal | None = None
    trend: Trend | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.value or self.result or self.flag or self.trend):
            raise ValueError("say what the test showed: value, result, flag or trend")
        return self

    @property
    def interpretation(self) -> Term | None:
        """What the report says (`flag`), else what value and printed range say, else nothing."""
        if self.flag or not (self.value and self.normal):
            return self.flag
        rating = self.normal.rates(self.value)
        return Term(rating, lookup(rating, "interpretation")) if rating else None

    @property
    def usual_unit(self) -> str:
        """The unit of a test that is printed without one (`{ratio}`, `[pH]`), else nothing."""
        unit = self.term.concept.unit if self.term.concept else ""
        return unit if unit in UNPRINTED_UNITS else ""


class Specimen(Fact):
    """Material that was tested; `source` is the procedure that it came from."""

    named: ClassVar = ("specimen",)
    said: Literal["present"] = "present"
    site: Sites = ()
    source: Ref | None = None


class Pathology(Fact):
    """What the pathologist saw in `specimen`: a histology (`is`), or words."""

    named: ClassVar = ("histology",)
    said: Literal["present", "absent", "suspected"] = "present"
    specimen: Ref | None = None
    of: Ref | None = None
    method: str = ""


class Stain(_Result):
    """An immunohistochemistry (or other tissue marker): `is: PD-L1`, `result: positive` or a `value`, `flag: low`."""

    named: ClassVar = ("biomarker",)
    said: Literal["present"] = "present"


class Kit(Fact):
    """The kit or assay that results were made with (`text`), and its `maker`, as printed."""

    said: Literal["present"] = "present"
    maker: str = ""


class Gene(Fact):
    """A gene result: `genes` (both partners of a fusion), the `alteration` in words, present or absent.

    `variant` keeps a printed name (`p.L858R`, `exon 19 deletion`).
    """

    may_be_unnamed: ClassVar = True
    said: Literal["present", "absent", "undetermined"] = "present"
    genes: Annotated[tuple[Annotated[Term, Named("gene")], ...], BeforeValidator(as_list)]
    alteration: str
    variant: str = ""
    origin: Literal["", "somatic", "germline"] = ""
    method: Annotated[Term, Named("genomic method")] | None = None
    kit: Ref | None = None
    specimen: Ref | None = None
    of: Ref | None = None

    @property
    def term(self) -> Term:
        """The result in words: `text`, else genes and alteration; a printed variant stands in parentheses."""
        words = self.text or f"{'-'.join(gene.text for gene in self.genes)} {self.alteration}"
        return Term(f"{words} ({self.variant})" if self.variant and self.variant not in words else words)


class Panel(Fact):
    """A molecular analysis with its `results`: the report that holds the gene facts together, and its `conclusion`.

    What is said of the panel (specimen, method, kit, of) is said of each result.
    """

    may_be_unnamed: ClassVar = True
    said: Literal["present"] = "present"
    specimen: Ref | None = None
    of: Ref | None = None
    method: Annotated[Term, Named("genomic method")] | None = None
    kit: Ref | None = None
    conclusion: str = ""
    results: tuple[Gene, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _share(cls, value: Any) -> Any:
        return share(value, "results", ("specimen", "method", "kit", "of"))
