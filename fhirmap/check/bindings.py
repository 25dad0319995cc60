"""The required bindings of the coded elements that fhirmap's templates fill.

From the R4 value sets that https://hl7.org/fhir/R4 binds to them with strength `required`.
"""

from __future__ import annotations

_CLINICAL = frozenset(["active", "recurrence", "relapse", "inactive", "remission", "resolved"])
_VERIFICATION = frozenset(["unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"])
_EVENT = frozenset(["preparation", "in-progress", "not-done", "on-hold", "stopped", "completed", "entered-in-error", "unknown"])

REQUIRED: dict[str, frozenset[str]] = {
    "AdverseEvent.actuality": frozenset({"actual", "potential"}),
    "AdverseEvent.outcome": frozenset(["resolved", "recovering", "ongoing", "resolvedWithSequelae", "fatal", "unknown"]),
    "AdverseEvent.severity": frozenset({"mild", "moderate", "severe"}),
    "Bundle.type": frozenset(
        ["document", "message", "transaction", "transaction-response", "batch", "batch-response", "history", "searchset", "collection"]
    ),
    "Condition.clinicalStatus": _CLINICAL,
    "Condition.verificationStatus": _VERIFICATION,
    "Device.status": frozenset(["active", "inactive", "entered-in-error", "unknown"]),
    "DiagnosticReport.status": frozenset(
        ["registered", "partial", "preliminary", "final", "amended", "corrected", "appended", "cancelled", "entered-in-error", "unknown"]
    ),
    "DocumentReference.status": frozenset({"current", "superseded", "entered-in-error"}),
    "Encounter.status": frozenset(
        ["planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled", "entered-in-error", "unknown"]
    ),
    "FamilyMemberHistory.status": frozenset(["partial", "completed", "entered-in-error", "health-unknown"]),
    "ImagingStudy.status": frozenset(["registered", "available", "cancelled", "entered-in-error", "unknown"]),
    "MedicationStatement.status": frozenset(
        ["active", "completed", "entered-in-error", "intended", "stopped", "on-hold", "unknown", "not-taken"]
    ),
    "Observation.status": frozenset(
        ["registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"]
    ),
    "Patient.gender": frozenset({"male", "female", "other", "unknown"}),
    "Procedure.status": _EVENT,
    "Specimen.status": frozenset(["available", "unavailable", "unsatisfactory", "entered-in-error"]),
}
