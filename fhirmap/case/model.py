"""The Case: what one report says of one patient. It knows nothing of FHIR.

Added a kind of fact? Its class stands in `findings.py` or `treatment.py`, its word here in `Entry`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, StringConstraints, model_validator

from fhirmap.case import findings, treatment
from fhirmap.case.fact import Cite, Cites, Fact, Key, Moment, Node
from fhirmap.case.source import Source
from fhirmap.finding import nearest


class Section(Node):
    """A part of the case that is no fact of the timeline but, like one, has a key and its words."""

    cite: Cites = ()
    note: str = ""

    @property
    def key(self) -> str:
        """The key that facts, ids and messages use: the section's word in the file."""
        return type(self).__name__.lower()

    kind = key

    @property
    def evidence(self) -> tuple[Cite, ...]:
        """The phrases it is cited from."""
        return self.cite


class Report(Section):
    """The published report: bibliographic facts, only those that are verified."""

    title: str
    doi: Annotated[str, StringConstraints(pattern=r"^10\.\d{4,}/\S+$")] | None = None
    authors: str = ""
    journal: str = ""
    year: Annotated[str, StringConstraints(pattern=r"^\d{4}$")] | None = None
    volume: str = ""
    pages: str = ""

    @property
    def url(self) -> str:
        """The DOI as a link, or nothing."""
        return f"https://doi.org/{self.doi}" if self.doi else ""

    @property
    def author_names(self) -> list[str]:
        """The authors one by one."""
        return [name.strip() for name in self.authors.split(",") if name.strip()]

    @property
    def citation(self) -> str:
        """The reference as it is printed in a list of references."""
        volume = " ".join(filter(None, (self.year, f"{self.volume}: {self.pages}" if self.volume else "")))
        return ". ".join(filter(None, (self.authors, self.title, self.journal, volume)))


class Hospital(Section):
    """Where the patient was seen, if the report names it."""

    name: str
    city: str = ""
    country: str = ""


class Curated(Node):
    """When and by whom the case was abstracted: the only clock a bundle may show."""

    date: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d\d-\d\d$")]
    by: str


class Patient(Section):
    """Who the case is about; what the report does not say is left out."""

    sex: Literal["female", "male", "other", "unknown"] = "unknown"
    race: str = ""
    nationality: str = ""


class Document(Section):
    """The case as one document. It says nothing of its own and is not written in the file."""


class Unmapped(Node):
    """Something the report prints that is left out on purpose: a `phrase`, or all `from` one phrase `to` another."""

    phrase: str = ""
    from_: str = Field("", alias="from")
    to: str = ""
    why: str

    @model_validator(mode="after")
    def _one_form(self) -> Unmapped:
        if bool(self.phrase) == bool(self.from_):
            raise ValueError("name a phrase, or where it starts (from) and ends (to)")
        return self


class Entry(Node):
    """One fact, under the word for its kind."""

    age: findings.Age | None = None
    smoking: findings.Smoking | None = None
    social: findings.Social | None = None
    family: findings.Family | None = None
    diagnosis: findings.Diagnosis | None = None
    metastasis: findings.Metastasis | None = None
    recurrence: findings.Recurrence | None = None
    stage: findings.Stage | None = None
    symptom: findings.Symptom | None = None
    problem: findings.Problem | None = None
    sign: findings.Sign | None = None
    course: findings.Course | None = None
    performance: findings.Performance | None = None
    vital: findings.Vital | None = None
    lab: findings.Lab | None = None
    specimen: findings.Specimen | None = None
    pathology: findings.Pathology | None = None
    stain: findings.Stain | None = None
    gene: findings.Gene | None = None
    kit: findings.Kit | None = None
    panel: findings.Panel | None = None
    imaging: findings.Imaging | None = None
    lesion: findings.Lesion | None = None
    response: findings.Response | None = None
    visit: treatment.Visit | None = None
    procedure: treatment.Procedure | None = None
    surgery: treatment.Surgery | None = None
    radiotherapy: treatment.Radiotherapy | None = None
    drug: treatment.Drug | None = None
    regimen: treatment.Regimen | None = None
    event: treatment.Event | None = None
    death: treatment.Death | None = None

    @model_validator(mode="before")
    @classmethod
    def _one_kind(cls, value: Any) -> Any:
        if not isinstance(value, dict) or len(value) != 1:
            raise ValueError("a fact is one kind with its fields, like  - lab: {key: cea, is: CEA, …}")
        kind = next(iter(value))
        if kind not in cls.model_fields:
            raise ValueError(f"{kind!r} is no kind of fact{nearest(str(kind), cls.model_fields)} (kinds: {', '.join(cls.model_fields)})")
        return value

    @property
    def fact(self) -> Fact:
        """The fact."""
        fact: Fact = getattr(self, next(iter(self.model_fields_set)))
        return fact


class Happening(Moment):
    """A moment with the facts that hang on it."""

    facts: tuple[Entry, ...] = ()


class Case(Node):
    """What is common to every case: its report, who curated it, and what is left out on purpose.

    A case is a `PatientCase` or (`kind: cohort`) a `CohortCase`.
    """

    case: Key
    kind: Literal["patient", "cohort"]
    report: Report
    hospital: Hospital | None = None
    curated: Curated
    not_mapped: tuple[Unmapped, ...] = ()

    _source: Source = PrivateAttr(default_factory=Source)

    @property
    def source(self) -> Source:
        """The file it was read from."""
        return self._source

    @property
    def name(self) -> str:
        """The case's name: what its ids, files and folders are called by."""
        return self.case

    @property
    def subject(self) -> str:
        """The key of what the report is about."""
        raise NotImplementedError

    @property
    def sections(self) -> tuple[Section, ...]:
        """The parts of the case that are no facts."""
        raise NotImplementedError

    def hang(self) -> Iterator[Fact]:
        """Hangs every fact on its moment; gives them in the order of the file, parts after their fact."""
        raise NotImplementedError

    @cached_property
    def document(self) -> Document:
        """The document that the case makes."""
        return Document()

    @cached_property
    def facts(self) -> tuple[Fact, ...]:
        """Every fact in the order of the file, each part after the fact it is written in."""
        return tuple(self.hang())

    @property
    def parts(self) -> tuple[Section | Fact, ...]:
        """The sections and the facts: everything that becomes resources."""
        return (*self.sections, *self.facts)

    def of_kind(self, *kinds: str) -> tuple[Fact, ...]:
        """The facts of these kinds, in order."""
        return tuple(fact for fact in self.facts if fact.kind in kinds)


class PatientCase(Case):
    """A patient's case: the patient, `background` facts without a moment, and the timeline."""

    kind: Literal["patient"] = "patient"
    patient: Patient
    background: tuple[Entry, ...] = ()
    timeline: tuple[Happening, ...] = ()

    @property
    def subject(self) -> str:
        """The patient."""
        return "patient"

    @property
    def sections(self) -> tuple[Section, ...]:
        """Report, hospital (if named), patient, and the document that they make."""
        return (self.report, *((self.hospital,) if self.hospital else ()), self.patient, self.document)

    def hang(self) -> Iterator[Fact]:
        """Background facts, then those of the timeline."""
        for entry in self.background:
            yield from entry.fact.hang(None)
        for moment in self.timeline:
            for entry in moment.facts:
                yield from entry.fact.hang(moment)
