"""The words for everything that becomes a resource: the kinds of fact, of their parts, and of a case's sections."""

from __future__ import annotations

from fhirmap.case.cohort import Comparison, Group, Statistic, Study
from fhirmap.case.imaging import Finding
from fhirmap.case.model import Document, Entry, Hospital, Patient, Report
from fhirmap.case.treatment import Cause


def kinds() -> frozenset[str]:
    """What a template's `$fact` may say.

    >>> "lab" in kinds()
    True
    """
    others = (Finding, Cause, Group, Statistic, Comparison, Report, Hospital, Patient, Study, Document)
    return frozenset({*Entry.model_fields, *(kind.__name__.lower() for kind in others)})
