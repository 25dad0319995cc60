"""The kinds of fact that say what was done: procedures, drugs, radiotherapy, and what came of it."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, model_validator

from fhirmap.case.fact import Fact, Named, Refs, Term
from fhirmap.case.findings import Laterality, Sites, Vital
from fhirmap.case.printed import Amount, Dose, Duration
from fhirmap.case.when import When

Intent = Annotated[Term, Named("treatment intent")]
StopReason = Annotated[Term, Named("stop reason")]


class Visit(Fact):
    """A visit or admission to the report's hospital, and what it was `for`."""

    for_: Refs = Field((), alias="for")


class Procedure(Fact):
    """A procedure that is no cancer surgery: biopsy, bronchoscopy, oxygen therapy.

    `said: not done` or `refused` with `why`; `settings` are what it was run at (oxygen flow, FiO2).
    """

    named: ClassVar = ("procedure",)
    said: Literal["present", "refused", "not done", "past"] = "present"
    site: Sites = ()
    for_: Refs = Field((), alias="for")
    why: str = ""
    outcome: str = ""
    settings: tuple[Vital, ...] = ()


class Surgery(Fact):
    """An operation for the cancer in `for`."""

    named: ClassVar = ("surgery",)
    said: Literal["present", "refused", "not done", "past"] = "present"
    site: Sites = ()
    laterality: Laterality | None = None
    for_: Refs = Field((), alias="for")
    intent: Intent | None = None
    why: str = ""
    outcome: str = ""


class Radiotherapy(Fact):
    """A course of radiotherapy: total `dose` and `fractions` as printed."""

    said: Literal["present", "refused", "not done", "past"] = "present"
    site: Sites = ()
    dose: Amount | None = None
    fractions: int | None = Field(None, ge=1)
    intent: Intent | None = None
    for_: Refs = Field((), alias="for")
    why: str = ""


class Drug(Fact):
    """A drug as it was taken, refused or never given.

    `stopped` says in the report's words why it ended (`stop_reason` by name, if the tables have one);
    `duration` and `until` when. `ongoing: yes` if it goes on at the end of the report.
    """

    named: ClassVar = ("drug",)
    said: Literal["present", "refused", "not done", "past"] = "present"
    dose: Dose | None = None
    route: Annotated[Term, Named("route")] | None = None
    cycles: int | None = Field(None, ge=1)
    duration: Duration | None = None
    until: When | None = None
    ongoing: bool = False
    stopped: str = ""
    stop_reason: StopReason | None = None
    for_: Refs = Field((), alias="for")
    intent: Intent | None = None
    line: str = ""
    why: str = ""

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

    named: ClassVar = ("procedure",)
    said: Literal["present", "refused", "not done"] = "present"
    drugs: tuple[Drug, ...]
    cycles: int | None = Field(None, ge=1)
    until: When | None = None
    ongoing: bool = False
    stopped: str = ""
    stop_reason: StopReason | None = None
    for_: Refs = Field((), alias="for")
    intent: Intent | None = None
    line: str = ""
    why: str = ""

    @model_validator(mode="before")
    @classmethod
    def _share(cls, value: Any) -> Any:
        """Gives each drug what the regimen says and the drug does not."""
        shared = ("said", "cycles", "until", "ongoing", "stopped", "stop_reason", "for", "intent", "line", "why", "cite")
        if isinstance(value, dict) and isinstance(drugs := value.get("drugs"), list):
            for drug in (drug for drug in drugs if isinstance(drug, dict)):
                for name in shared:
                    if name in value:
                        drug.setdefault(name, value[name])
        return value


class Cause(Fact):
    """One of the possible causes of an event that could not be told apart."""

    named: ClassVar = ("disorder", "finding", "recurrence")
    said: Literal["suspected", "undetermined"] = "undetermined"


class Event(Fact):
    """An adverse event: `suspect` the drug, `causes` the alternatives when undetermined.

    `grade` with its `scale` (`CTCAE v5.0`) or `severity`, each only when printed.
    """

    named: ClassVar = ("adverse event", "disorder", "finding")
    said: Literal["present", "undetermined", "absent"] = "present"
    suspect: Refs = ()
    led_to: Refs = ()
    grade: int | None = Field(None, ge=1, le=5)
    scale: str = ""
    severity: Annotated[Term, Named("event severity")] | None = None
    outcome: Annotated[Term, Named("event outcome")] | None = None
    resolved: When | None = None
    causes: tuple[Cause, ...] = ()

    @property
    def causality(self) -> str:
        """How sure the cause is: `undetermined: pneumonitis or progression`."""
        return ": ".join(filter(None, (self.said, " or ".join(cause.term.text for cause in self.causes))))


class Death(Fact):
    """The patient's death; its date is the moment's."""


__all__ = [
    "Cause", "Death", "Drug", "Event", "Procedure", "Radiotherapy", "Regimen", "Surgery", "Visit",
]  # fmt: skip
