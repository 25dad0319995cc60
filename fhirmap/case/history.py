"""The kinds of fact that a history and an examination give: age, habits, symptoms, problems, signs, course."""

from __future__ import annotations

from typing import ClassVar, Literal, Self

from pydantic import model_validator

from fhirmap.case.fact import Fact
from fhirmap.case.fields import ClinicalStatus, Laterality, Ref, Refs, Site, Sites, Trend, Whole
from fhirmap.case.printed import Amount, Duration
from fhirmap.case.when import When


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


class _Ailment(Fact):
    """What a symptom and any other problem share."""

    site: Sites = ()
    since: str = ""
    severity: str = ""
    status: ClinicalStatus = "active"
    resolved: When | None = None
    based_on: Refs = ()

    @property
    def onset(self) -> str:
        """Since when in the report's words, and as of when: `1-month history as of November 2018`."""
        return " as of ".join(filter(None, (self.since, self.when.text if self.when else ""))) if self.since else ""


class Symptom(_Ailment):
    """A complaint. `since` in the report's words (`1-month history`); `resolved` when it went, or `status: resolved`."""

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
    """What an examination found, or did not (`said: absent`); `during` names the procedure (a bronchoscopy)."""

    named: ClassVar = ("finding", "disorder")
    said: Literal["present", "absent", "suspected", "undetermined"] = "present"
    site: Site | None = None
    laterality: Laterality | None = None
    during: Ref | None = None
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
