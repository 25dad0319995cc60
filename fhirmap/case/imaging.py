"""The kinds of fact that images give: studies, their findings, lesions that are measured."""

from __future__ import annotations

from typing import ClassVar, Literal

from fhirmap.case.fact import Fact
from fhirmap.case.fields import Laterality, Ref, Refs, Site, Trend
from fhirmap.case.printed import Amount, Size


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
    why: str = ""
    of: Refs = ()
    findings: tuple[Finding, ...] = ()
