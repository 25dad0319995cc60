"""The kinds of fact that say what was done: procedures, drugs, radiotherapy, and what came of it."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import Field, model_validator

from fhirmap.case.fact import Fact
from fhirmap.case.fields import Laterality, Named, Refs, Sites, Term, Whole, share
from fhirmap.case.printed import Amount, Dose, Duration
from fhirmap.case.tests import Vital
from fhirmap.case.when import When

Intent = Annotated[Term, Named("treatment intent")]
StopReason = Annotated[Term, Named("stop reason")]


class Visit(Fact):
    """A visit or admission to the report's hospital, and what it was `for`."""

    said: Literal["present"] = "present"
    for_: Refs = Field((), alias="for")


class Procedure(Fact):
    """A procedure that is no cancer surgery: biopsy, bronchoscopy, oxygen therapy.

    `said: not done` or `refused` with `why`; `settings` are what it was run at (oxygen flow, FiO2).
    """

    named: ClassVar = ("procedure",)
    said: Literal["present", "refused", "not done"] = "present"
    site: Sites = ()
    for_: Refs = Field((), alias="for")
    why: str = ""
    outcome: str = ""
    settings: tuple[Vital, ...] = ()


class Surgery(Fact):
    """An operation for the cancer in `for`."""

    named: ClassVar = ("surgery",)
    said: Literal["present", "refused", "not done"] = "present"
    site: Sites = ()
    laterality: Laterality | None = None
    for_: Refs = Field((), alias="for")
    intent: Intent | None = None
    why: str = ""
    outcome: str = ""


class Radiotherapy(Fact):
    """A course of radiotherapy: total `dose` and `fractions` as printed."""

    may_be_unnamed: ClassVar = True
    said: Literal["present", "refused", "not done"] = "present"
    site: Sites = ()
    dose: Amount | None = None
    fractions: Whole | None = Field(None, ge=1)
    intent: Intent | None = None
    for_: Refs = Field((), alias="for")
    why: str = ""

    @model_validator(mode="after")
    def _in_gray(self) -> Self:
        if self.dose and self.dose.ucum not in ("Gy", "cGy"):
            raise ValueError(f"{self.dose.text!r} is no dose of radiotherapy; write it in Gy or cGy")
        return self

    @property
    def site_words(self) -> str:
        """Its sites in words."""
        return "; ".join(site.text for site in self.site)

    @property
    def words(self) -> str:
        """The course in one line: `palliative radiotherapy of the dorsal lesions, 20 Gy in 2 fractions`."""
        dose = f"{self.dose.text}{f' in {self.fractions} fractions' if self.fractions else ''}" if self.dose else ""
        return ", ".join(filter(None, (self.text or "radiotherapy", dose)))


class Drug(Fact):
    """A drug as it was taken, refused or never given.

    `stopped` says in the report's words why it ended (`stop_reason` by name, if the tables have one);
    `duration` and `until` when. `status: ongoing` if it goes on at the end of the report, `completed`
    if it is told as over; a drug that has an end, cycles or a reason to stop needs no status.
    """

    named: ClassVar = ("drug",)
    said: Literal["present", "refused", "not done", "past"] = "present"
    dose: Dose | None = None
    route: Annotated[Term, Named("route")] | None = None
    cycles: Whole | None = Field(None, ge=1)
    duration: Duration | None = None
    until: When | None = None
    status: Literal["", "ongoing", "completed"] = ""
    stopped: str = ""
    stop_reason: StopReason | None = None
    for_: Refs = Field((), alias="for")
    intent: Intent | None = None
    line: str = ""
    why: str = ""

    @property
    def state(self) -> str:
        """`refused`, `not done`, `ongoing`, `stopped`, `completed` or, where the report does not tell, `unknown`."""
        return state(self)

    @property
    def regimen(self) -> Regimen | None:
        """The regimen it is written inside of."""
        return self.parent if isinstance(self.parent, Regimen) else None

    @property
    def directions(self) -> str:
        """Line of treatment, dose, route and cycles in one line, as printed."""
        cycles = f"{self.cycles} {'cycle' if self.cycles == 1 else 'cycles'}" if self.cycles else ""
        words = (self.line, self.dose.text if self.dose else "", self.route.text if self.route else "", cycles)
        return ", ".join(filter(None, (*words, f"for {self.duration.text}" if self.duration else "")))


class Regimen(Fact):
    """Drugs given together (`is: chemotherapy`). What is said of the regimen is said of each of its drugs."""

    may_be_unnamed: ClassVar = True
    named: ClassVar = ("procedure",)
    said: Literal["present", "refused", "not done"] = "present"
    drugs: tuple[Drug, ...]
    cycles: Whole | None = Field(None, ge=1)
    until: When | None = None
    status: Literal["", "ongoing", "completed"] = ""
    stopped: str = ""
    stop_reason: StopReason | None = None
    for_: Refs = Field((), alias="for")
    intent: Intent | None = None
    line: str = ""
    why: str = ""

    @property
    def state(self) -> str:
        """As of a drug."""
        return state(self)

    @model_validator(mode="before")
    @classmethod
    def _share(cls, value: Any) -> Any:
        shared = ("said", "cycles", "until", "status", "stopped", "stop_reason", "for", "intent", "line", "why", "cite")
        return share(value, "drugs", shared)


def state(course: Drug | Regimen) -> str:
    """How a course of treatment stands, as far as the report tells."""
    if course.said in ("refused", "not done"):
        return course.said
    if course.status or course.stopped:
        return course.status or "stopped"
    ended = (
        course.until or course.cycles or course.said == "past" or (course.when and course.when.is_span) or getattr(course, "duration", None)
    )
    return "completed" if ended else "unknown"


class Cause(Fact):
    """One of the possible causes of an event that could not be told apart."""

    named: ClassVar = ("disorder", "finding", "recurrence")
    said: Literal["suspected", "undetermined"] = "undetermined"


class Event(Fact):
    """An adverse event: `suspect` the drug, `causes` the alternatives when undetermined.

    `grade` with its `scale` (`CTCAE v5.0`) or `severity`, each only when printed.
    """

    named: ClassVar = ("disorder", "finding", "adverse event")
    said: Literal["present", "undetermined", "absent"] = "present"
    suspect: Refs = ()
    led_to: Refs = ()
    grade: Whole | None = Field(None, ge=1, le=5)
    scale: str = ""
    severity: Annotated[Term, Named("event severity")] | None = None
    outcome: Annotated[Term, Named("event outcome")] | None = None
    resolved: When | None = None
    causes: tuple[Cause, ...] = ()

    @model_validator(mode="after")
    def _undetermined_what(self) -> Self:
        if self.said == "undetermined" and not (self.suspect or self.causes):
            raise ValueError("say whose part in it is undetermined: suspect, or the possible causes")
        return self

    @property
    def causality(self) -> str:
        """How sure the cause is: `undetermined: pneumonitis or progression`."""
        return ": ".join(filter(None, (self.said, " or ".join(cause.term.text for cause in self.causes))))


class Death(Fact):
    """The patient's death; its date is the moment's."""

    may_be_unnamed: ClassVar = True
    said: Literal["present"] = "present"
