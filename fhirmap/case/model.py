"""The Case: what one report says of one patient. It knows nothing of FHIR.

Added a kind of fact? Its class stands in `history`, `disease`, `tests`, `imaging` or `treatment`, its word here in `Entry`.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, StringConstraints, model_validator

from fhirmap.case.disease import Diagnosis, Metastasis, Recurrence, Response, Stage
from fhirmap.case.fact import Fact
from fhirmap.case.fields import Cite, Cites, Key, Node
from fhirmap.case.history import Age, Course, Family, Performance, Problem, Sign, Smoking, Social, Symptom
from fhirmap.case.imaging import Imaging, Lesion
from fhirmap.case.moment import Moment
from fhirmap.case.source import Source
from fhirmap.case.tests import Gene, Kit, Lab, Panel, Pathology, Specimen, Stain, Vital
from fhirmap.case.treatment import Death, Drug, Event, Procedure, Radiotherapy, Regimen, Surgery, Visit
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

    age: Age | None = None
    smoking: Smoking | None = None
    social: Social | None = None
    family: Family | None = None
    diagnosis: Diagnosis | None = None
    metastasis: Metastasis | None = None
    recurrence: Recurrence | None = None
    stage: Stage | None = None
    symptom: Symptom | None = None
    problem: Problem | None = None
    sign: Sign | None = None
    course: Course | None = None
    performance: Performance | None = None
    vital: Vital | None = None
    lab: Lab | None = None
    specimen: Specimen | None = None
    pathology: Pathology | None = None
    stain: Stain | None = None
    gene: Gene | None = None
    kit: Kit | None = None
    panel: Panel | None = None
    imaging: Imaging | None = None
    lesion: Lesion | None = None
    response: Response | None = None
    visit: Visit | None = None
    procedure: Procedure | None = None
    surgery: Surgery | None = None
    radiotherapy: Radiotherapy | None = None
    drug: Drug | None = None
    regimen: Regimen | None = None
    event: Event | None = None
    death: Death | None = None

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
