"""What every fact of a case has: a key, how it is said, the words it is cited from, its moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, PrivateAttr, field_validator, model_validator

from fhirmap.case.fields import Cite, Cites, Key, Node, Ref, Term
from fhirmap.case.moment import Moment
from fhirmap.case.when import When
from fhirmap.codes import UnknownConcept, lookup

Said = Literal["present", "absent", "suspected", "withdrawn", "undetermined", "refused", "not done", "past"]


class Fact(Node):
    """What all facts share. A kind of fact is a subclass in `facts.py` and a line in `model.Entry`.

    `is` names a concept of the kinds in `named`; `text` keeps the printed words (alone: text only,
    on purpose); `said` how the report says it; `cite` the phrases that prove it (short, literal;
    `{phrase: words, nth: 2}` where they stand more than once).
    """

    named: ClassVar[tuple[str, ...]] = ()
    may_be_unnamed: ClassVar[bool] = False

    key: Key
    is_: Any = Field(None, alias="is", description="name or synonym of a concept in the tables")
    text: str = ""
    said: Said = "present"
    cite: Cites = ()
    note: str = ""
    group: Ref = ""
    fhir: dict[str, Any] = Field(default_factory=dict, description="overlay merged last into the resource")

    _moment: Moment | None = PrivateAttr(None)
    _parent: Fact | None = PrivateAttr(None)

    @field_validator("is_", mode="before")
    @classmethod
    def _look_up(cls, value: Any) -> Any:
        if not cls.named:
            raise ValueError("this kind of fact has no `is`; use text")
        if not isinstance(value, str):
            raise ValueError("write a name")
        try:
            return Term(str(value), lookup(value, *cls.named))
        except UnknownConcept as unknown:
            raise ValueError(str(unknown)) from None

    @model_validator(mode="after")
    def _has_a_name(self) -> Self:
        if not (self.may_be_unnamed or self.is_ or self.text):
            raise ValueError("name it: is (a name of the tables) or text (words as printed)" if self.named else "give the text")
        return self

    @property
    def term(self) -> Term:
        """The fact's words and concept: `text` if given, else the name in `is`."""
        named: Term | None = self.is_
        return Term(self.text or (named.text if named else ""), named.concept if named else None)

    @property
    def kind(self) -> str:
        """The word for this kind of fact in a Case file."""
        return type(self).__name__.lower()

    @property
    def moment(self) -> Moment | None:
        """The moment it hangs on; none for background facts."""
        return self._moment

    @property
    def parent(self) -> Fact | None:
        """The fact it is written inside of: the study of a finding, the regimen of a drug."""
        return self._parent

    @property
    def when(self) -> When | None:
        """Its date, or span of dates, as printed."""
        return self._moment.when if self._moment else None

    @property
    def timing(self) -> str:
        """The words for its time where no date is printed, else nothing."""
        return self._moment.timing if self._moment and not self._moment.when else ""

    @property
    def subject(self) -> str:
        """Whom it is said of: the patient, or in a cohort the key of a group."""
        return self.group or "patient"

    @property
    def place(self) -> str:
        """Where it happened, if the moment says `at: hospital`."""
        return self._moment.at if self._moment else ""

    @property
    def evidence(self) -> tuple[Cite, ...]:
        """The phrases it is cited from, then those of its moment."""
        return (*self.cite, *(self._moment.cite if self._moment else ()))

    @property
    def terms(self) -> Iterator[Term]:
        """Every term it names: its own, its sites, genes, route, …"""
        for name in type(self).model_fields:
            value = getattr(self, name)
            yield from (term for term in (value if isinstance(value, tuple) else (value,)) if isinstance(term, Term))

    @property
    def parts(self) -> Iterator[Fact]:
        """The facts written inside this one."""
        for name in type(self).model_fields:
            value = getattr(self, name)
            if isinstance(value, tuple):
                yield from (part for part in value if isinstance(part, Fact))
            elif isinstance(value, Fact):
                yield value

    def hang(self, moment: Moment | None, parent: Fact | None = None) -> Iterator[Fact]:
        """Hangs it, and its parts, on a moment; gives them all, itself first. (The loader's.)"""
        self._moment, self._parent = moment, parent
        yield self
        for part in self.parts:
            yield from part.hang(moment, self)
