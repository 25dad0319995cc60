"""The kinds of fact that say what was found: diagnoses, symptoms, measurements, images, tests.

The class docstrings are the Case reference; the words are a clinician's.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BeforeValidator, model_validator

from fhirmap.case.fact import Fact, Named, Ref, Refs, Term, Whole, as_list, share
from fhirmap.case.printed import Amount, Duration, Normal, Size, Tnm
from fhirmap.case.when import When
from fhirmap.codes import UnknownConcept, lookup

Site = Annotated[Term, Named("site")]
Sites = Annotated[tuple[Annotated[Term, Named("site")], ...], BeforeValidator(as_list)]
Laterality = Annotated[Term, Named("laterality")]
UNPRINTED_UNITS = frozenset({"{ratio}", "{INR}", "[pH]"})
Trend = Literal["increased", "decreased", "unchanged", "worsened", "improved", "regressed", "resolved"]


class Age(Fact):
    """The patient's age at a moment, as printed (`50 years`, `32-year-old`). Never a birth date."""

    may_be_unnamed: ClassVar = True
    said: Literal["present"] = "present"
    value: Duration


class Smoking(Fact):
    """What is said of smoking: `is: never smoked`; `amount` as printed."""

    named: ClassVar = ("smoking status",)
    said: Literal["present"] = "present"
    amount: str = ""


class Social(Fact):
    """Another social or exposure fact: `about: occupation`, `text: plumber`."""

    said: Literal["present", "absent"] = "present"
    about: str


class Family(Fact):
    """A family history: `of: mother`, `is: lung cancer`; `said: absent` for none."""

    named: ClassVar = ("disorder", "cancer", "finding")
    said: Literal["present", "absent"] = "present"
    of: str = ""


class Diagnosis(Fact):
    """A diagnosed cancer or tumour. It hangs on the moment of the diagnosis; without one, in `background`.

    `status` is what it came to; `said: withdrawn` for a diagnosis later revised, with `why`.
    """

    named: ClassVar = ("cancer", "disorder", "histology")
    said: Literal["present", "suspected", "withdrawn", "undetermined"] = "present"
    histology: Annotated[Term, Named("histology")] | None = None
    site: Sites = ()
    laterality: Laterality | None = None
    since: str = ""
    status: Literal["active", "recurrence", "remission", "resolved", "inactive"] = "active"
    withdrawn: When | None = None
    why: str = ""
    based_on: Refs = ()


class Metastasis(Fact):
    """A metastasis of the cancer in `of`: one fact for each organ."""

    named: ClassVar = ("metastasis",)
    said: Literal["present", "absent", "suspected"] = "present"
    of: Ref
    site: Sites = ()
    laterality: Laterality | None = None
    based_on: Refs = ()


class Recurrence(Fact):
    """The return of the cancer in `of`."""

    named: ClassVar = ("recurrence",)
    said: Literal["present", "absent", "suspected"] = "present"
    of: Ref
    site: Sites = ()
    based_on: Refs = ()


class Stage(Fact):
    """The stage of the cancer in `of`: the group (`is: IIIA`), the `tnm` as printed, or both.

    `basis` and `edition` only when printed.
    """

    may_be_unnamed: ClassVar = True
    named: ClassVar = ("stage",)
    said: Literal["present"] = "present"
    of: Ref
    tnm: Tnm | None = None
    basis: Literal["", "clinical", "pathologic"] = ""
    edition: Annotated[Term, Named("staging method")] | None = None

    @property
    def categories(self) -> tuple[tuple[str, Term], ...]:
        """The T, N and M of `tnm` as printed, each with the concept of the printed or next coarser category."""
        return tuple((letter, _category(part)) for letter, part in self.tnm.parts.items()) if self.tnm else ()


def _category(part: str) -> Term:
    for name in (part, part.rstrip("abcd")):
        try:
            return Term(part, lookup(name, "tnm"))
        except UnknownConcept:
            continue
    return Term(part)


class _Ailment(Fact):
    """What a symptom and any other problem share."""

    site: Sites = ()
    since: str = ""
    severity: str = ""
    resolved: When | None = None
    based_on: Refs = ()

    @property
    def onset(self) -> str:
        """Since when in the report's words, and as of when: `1-month history as of November 2018`."""
        return " as of ".join(filter(None, (self.since, self.when.text if self.when else ""))) if self.since else ""


class Symptom(_Ailment):
    """A complaint. `since` in the report's words (`1-month history`); `resolved` when it went."""

    named: ClassVar = ("finding", "disorder")
    said: Literal["present", "absent", "suspected", "past"] = "present"


class Problem(_Ailment):
    """Any other disease, condition or complication; `said: past` for history, `absent` if denied.

    `because` names what caused it, in the report's words.
    """

    named: ClassVar = ("disorder", "finding", "metastasis")
    said: Literal["present", "absent", "suspected", "withdrawn", "undetermined", "past"] = "present"
    because: str = ""


class Sign(Fact):
    """What the examination found, or did not (`said: absent`)."""

    named: ClassVar = ("finding", "disorder")
    said: Literal["present", "absent", "suspected", "undetermined"] = "present"
    site: Site | None = None
    laterality: Laterality | None = None
    value: Amount | None = None
    trend: Trend | None = None


class Course(Fact):
    """The course of the illness or of care: `about: respiratory condition`, `text: rapidly worsened`."""

    named: ClassVar = ("disease status", "follow-up", "finding")
    said: Literal["present"] = "present"
    about: str
    trend: Trend | None = None
    of: Refs = ()


class Performance(Fact):
    """A performance status. `scale` only when the report names it; `trend` in its words (`fell`)."""

    may_be_unnamed: ClassVar = True
    said: Literal["present"] = "present"
    value: Whole
    scale: Literal["", "ECOG", "Karnofsky"] = ""
    trend: str = ""

    @model_validator(mode="after")
    def _on_the_scale(self) -> Self:
        if self.value > {"ECOG": 5, "Karnofsky": 100}.get(self.scale, 100):
            raise ValueError(f"the {self.scale} scale has no {self.value}")
        return self


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


class Finding(Fact):
    """What an image shows, or does not (`said: absent`); `size` and `suv` as printed, `trend` against before.

    `lesion` names the lesion that was measured.
    """

    named: ClassVar = ("finding", "disorder", "metastasis", "follow-up", "recurrence")
    said: Literal["present", "absent", "suspected", "undetermined"] = "present"
    site: Site | None = None
    laterality: Laterality | None = None
    trend: Trend | None = None
    size: Size | None = None
    suv: Amount | None = None
    lesion: Ref | None = None


class Lesion(Fact):
    """A tumour that is followed by its size: where it is, and the cancer it belongs `to`."""

    may_be_unnamed: ClassVar = True
    said: Literal["present"] = "present"
    to: Ref
    site: Site
    laterality: Laterality | None = None


class Imaging(Fact):
    """An imaging study with its findings. `why` is what it was done for (`follow-up`)."""

    named: ClassVar = ("imaging",)
    said: Literal["present"] = "present"
    site: Sites = ()
    why: str = ""
    of: Refs = ()
    findings: tuple[Finding, ...] = ()


class Response(Fact):
    """How the disease in `of` stands, and by what evidence: `is: improved`, or a RECIST word if the report has it.

    `to` names the treatment; `criteria` (`RECIST 1.1`) only when printed.
    """

    named: ClassVar = ("disease status", "response")
    said: Literal["present"] = "present"
    of: Ref
    to: Refs = ()
    based_on: Refs = ()
    evidence_is: Annotated[Term, Named("disease status evidence")] | None = None
    criteria: Annotated[Term, Named("response method")] | None = None


__all__ = [
    "Age", "Course", "Diagnosis", "Family", "Finding", "Gene", "Imaging", "Kit", "Lab", "Lesion",
    "Metastasis", "Panel", "Pathology", "Performance", "Problem", "Recurrence", "Response", "Sign",
    "Smoking", "Social", "Specimen", "Stage", "Stain", "Symptom", "Vital",
]  # fmt: skip
