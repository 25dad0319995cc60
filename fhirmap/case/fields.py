"""The types of the fields of a case: keys, references to other facts, whole numbers, names of concepts, citations."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    StringConstraints,
    ValidationInfo,
    model_validator,
)
from pydantic_core import core_schema

from fhirmap.codes import Concept, lookup
from fhirmap.finding import nearest

MAX_CITE = 40

ClinicalStatus = Literal["active", "recurrence", "remission", "resolved", "inactive"]
"""What a condition came to, in FHIR's words."""


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


def _key(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", value):
        raise ValueError(f"{value!r} cannot be a key; use lower case letters, digits and hyphens, like ct-1")
    return value


def _whole(value: Any) -> Any:
    if isinstance(value, str) and not re.fullmatch(r"[0-9]{1,4}|[0-9]{1,3}(,[0-9]{3})+", value):
        raise ValueError(f"{value!r} is no whole number")
    return value.replace(",", "") if isinstance(value, str) else value


def _known_key(key: str, info: ValidationInfo) -> str:
    """A reference must name a fact of the case; the loader gives the keys there are as context."""
    keys = (info.context or {}).get("keys")
    if keys is not None and key not in keys:
        raise ValueError(f"no fact has the key {key!r}{nearest(key, keys)}")
    return key


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


Key = Annotated[str, AfterValidator(_key)]
Whole = Annotated[int, BeforeValidator(_whole)]
Ref = Annotated[str, BeforeValidator(_known_key)]
Refs = Annotated[tuple[Ref, ...], BeforeValidator(as_list)]
Cites = Annotated[tuple[Cite, ...], BeforeValidator(as_list)]
Site = Annotated[Term, Named("site")]
Sites = Annotated[tuple[Site, ...], BeforeValidator(as_list)]
Laterality = Annotated[Term, Named("laterality")]
Trend = Literal["increased", "decreased", "unchanged", "worsened", "improved", "regressed", "resolved"]
