"""The report's own clock: moments, dated or before or after something."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from fhirmap.case.fields import Cites, Key, Node, Ref, Whole
from fhirmap.case.printed import Duration
from fhirmap.case.when import When


class Relative(Node):
    """A place in time before or after a fact or another moment, by a printed amount or by none."""

    fact: Ref = ""
    moment: Ref = ""
    by: Duration | None = None
    cycle: Whole | None = Field(None, ge=1)

    @model_validator(mode="after")
    def _one_anchor(self) -> Relative:
        if bool(self.fact) == bool(self.moment):
            raise ValueError("name one anchor: fact or moment")
        return self


class Moment(Node):
    """A moment of the report's own clock: a printed date or span, or a place before or after something."""

    moment: Key
    when: When | None = None
    after: Relative | None = None
    before: Relative | None = None
    words: str = ""
    at: Literal["", "hospital"] = ""
    cite: Cites = ()

    @model_validator(mode="after")
    def _some_time(self) -> Moment:
        if not (self.when or self.after or self.before or self.words):
            raise ValueError("say when it was: when (as printed), after, before, or words (as the report tells it)")
        return self

    @property
    def relative(self) -> Relative | None:
        """Its place in time where no date is printed."""
        return self.after or self.before

    @property
    def timing(self) -> str:
        """The printed words for it, or what its fields say: `5 days after crizotinib`."""
        if self.words or self.when or not self.relative:
            return self.words or (self.when.text if self.when else "")
        by = f"{self.relative.by.text} " if self.relative.by else ""
        cycle = f"cycle {self.relative.cycle} of " if self.relative.cycle else ""
        return f"{by}{'after' if self.after else 'before'} {cycle}{self.relative.fact or self.relative.moment}"
