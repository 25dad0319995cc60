"""What every fact of a case has: a key, how it is said, the words it is cited from, its moment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    PrivateAttr,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import core_schema

from fhirmap.case.printed import Duration
from fhirmap.case.when import When
from fhirmap.codes import Concept, UnknownConcept, lookup
from fhirmap.finding import nearest

MAX_CITE = 40

Said = Literal["present", "absent", "suspected", "withdrawn", "undetermined", "refused", "not done", "past"]


def _key(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", value):
        raise ValueError(f"{value!r} cannot be a key; use lower case letters, digits and hyphens, like ct-1")
    return value


def _whole(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,4}", value):
        raise ValueError(f"{value!r} is no whole number")
    return value


Key = Annotated[str, AfterValidator(_key)]
Whole = Annotated[int, BeforeValidator(_whole)]


class Node(BaseModel):
    """Every part of a case: unknown fields are errors, nothing is changed once read."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)


def as_list(value: Any) -> Any:
    """One value as a list of one: where a field takes one or several."""
    return value if isinstance(value, list) else [value]


def share(value: Any, parts: str, names: tuple[str, ...]) -> Any:
    """Gives the parts of a fact, as written, what the fact says and they do not."""
    if isinstance(value, dict) and isinstance(value.get(parts), list):
        shared = {name: value[name] for name in names if name in value}
        return {**value, parts: [{**shared, **part} if isinstance(part, dict) else part for part in value[parts]]}
    return value


def _known_key(key: str, info: ValidationInfo) -> str:
    """A reference must name a fact of the case; the loader gives the keys there are as context."""
    keys = (info.context or {}).get("keys")
    if keys is not None and key not in keys:
        raise ValueError(f"no fact has the key {key!r}{nearest(key, keys)}")
    return key


Ref = Annotated[str, BeforeValidator(_known_key)]
Refs = Annotated[tuple[Ref, ...], BeforeValidator(as_list)]


@dataclass(frozen=True)
class Term:
    """Something by name: the words to show and, where the tables have it, the concept."""

    text: str
    concept: Concept | None = None

    @property
    def kind(self) -> str:
        """The concept's kind, or nothing."""
        return self.concept.kind if self.concept else ""


@dataclass(frozen=True)
class Named:
    """The type of a field that names a concept of some kinds: `right`, `{is: right, text: right side}`, `{text: …}`."""

    kinds: tuple[str, ...]

    def __init__(self, *kinds: str) -> None:
        object.__setattr__(self, "kinds", kinds)

    def read(self, value: Any) -> Term:
        """The term that a field's value names. Raises `ValueError` with the nearest names."""
        if isinstance(value, Term):
            return value
        fields = value if isinstance(value, dict) else {"is": value}
        if not fields or set(fields) - {"is", "text"} or not all(isinstance(words, str) for words in fields.values()):
            raise ValueError("write the name, or {is: name, text: words as printed}, or {text: words} where no row fits")
        concept = lookup(fields["is"], *self.kinds) if "is" in fields else None
        return Term(str(fields.get("text") or fields["is"]), concept)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        words = {"type": "string", "description": f"name or synonym of a {' or '.join(self.kinds)} in the tables"}
        both = {"type": "object", "properties": {"is": words, "text": {"type": "string"}}, "additionalProperties": False}
        return {"anyOf": [words, both]}


class Cite(Node):
    """A short literal phrase of the report; `nth` tells which where it stands more than once."""

    phrase: Annotated[str, StringConstraints(min_length=2, max_length=MAX_CITE)]
    nth: Whole = Field(1, ge=1)

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: Any) -> Any:
        return {"phrase": value} if isinstance(value, str) else value


Cites = Annotated[tuple[Cite, ...], BeforeValidator(as_list)]


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
