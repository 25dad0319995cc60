"""The one tree of exceptions.

    FhirmapError
    ├── InputError            something given to fhirmap cannot be read or makes no sense (exit 3)
    │   ├── CaseError         a Case file: all its errors at once, as findings
    │   └── TemplateFault     a template: where, and what is wrong with it
    └── RefusedError          what was asked would be wrong to give out (exit 1)
        ├── InvalidResource   a resource that FHIR R4 does not allow, as findings
        └── EvidenceError     cited words that the report does not have, as findings

What is wrong with a file's *content* is data (`fhirmap.finding.Finding`); exceptions carry it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fhirmap.finding import Finding


class FhirmapError(Exception):
    """Everything fhirmap raises on purpose; `exit_code` is what the command line ends with."""

    exit_code = 3


class InputError(FhirmapError):
    """An input that cannot be read: which file, which line, what is wrong, what to do instead."""

    def __init__(self, message: str, *, file: str = "", line: int = 0) -> None:
        self.file, self.line = file, line
        place = f"{file}:{line}: " if file and line else f"{file}: " if file else ""
        super().__init__(place + message)


class _Findings(FhirmapError):
    """An error that is a list of findings."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = list(findings)
        super().__init__("\n".join(str(finding) for finding in self.findings))


class CaseError(_Findings, InputError):
    """A Case file with errors, all of them (`findings`)."""


class TemplateFault(InputError):
    """A template that cannot be compiled or rendered; the message names file, line and element."""


class RefusedError(_Findings):
    """What was asked for is refused, for the reasons in `findings`."""

    exit_code = 1


class InvalidResource(RefusedError):
    """A case (or a template) that would make a resource FHIR R4 does not allow."""


class EvidenceError(RefusedError):
    """Cited phrases that are not in the report, or stand in it more than once."""
