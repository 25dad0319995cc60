"""The kinds of fact that say what the disease is and how it stands: diagnosis, metastasis, stage, response."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from fhirmap.case.fact import Fact
from fhirmap.case.fields import ClinicalStatus, Laterality, Named, Ref, Refs, Sites, Term
from fhirmap.case.printed import Tnm
from fhirmap.case.when import When
from fhirmap.codes import UnknownConcept, lookup


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
    status: ClinicalStatus = "active"
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
    status: ClinicalStatus = "active"
    based_on: Refs = ()


class Recurrence(Fact):
    """The return of the cancer in `of`."""

    named: ClassVar = ("recurrence",)
    said: Literal["present", "absent", "suspected"] = "present"
    of: Ref
    site: Sites = ()
    laterality: Laterality | None = None
    status: ClinicalStatus = "recurrence"
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
