"""Settings, found once: arguments > FHIRMAP_* variables > fhirmap.toml > the defaults here."""

from __future__ import annotations

import os
import tomllib
import uuid
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from fhirmap.errors import InputError
from fhirmap.finding import nearest

PACKS = ("mcode", "genomics", "ips")


@dataclass(frozen=True)
class Settings:
    """What a run may be told. All of it has a default; nothing here changes what a report says.

    `namespace` is the UUID that resource ids are made in (version 5), `identifier_system` the URI
    of `Resource.identifier.system` and `tag_system` that of the project's tag; `packs` are the
    template folders laid over `base`, in their fixed order; `templates` is a user's own folder.
    """

    namespace: str = "0f5f1a36-6c1e-4f0e-9a55-2f0b8f6f7c21"
    identifier_system: str = "urn:oid:2.25.20432219792766039603593872348369878049.1"
    tag_system: str = "urn:oid:2.25.20432219792766039603593872348369878049.2"
    packs: tuple[str, ...] = PACKS
    templates: str = ""

    def __post_init__(self) -> None:
        try:
            uuid.UUID(self.namespace)
        except ValueError:
            raise InputError(f"namespace: {self.namespace!r} is no UUID") from None
        for pack in self.packs:
            if pack not in PACKS:
                raise InputError(f"packs: there is no pack {pack!r}{nearest(pack, PACKS)} (packs: base, {', '.join(PACKS)})")


def load_settings(**given: Any) -> Settings:
    """The settings of this process: `given` (those that are not None) over environment over `fhirmap.toml`.

    Raises `InputError` for an unknown name or a value of the wrong form.

    >>> load_settings(packs="base").packs
    ()
    """
    names = {field.name for field in fields(Settings)}
    values: dict[str, Any] = _from_file(Path("fhirmap.toml"), names)
    values |= {name: os.environ[f"FHIRMAP_{name.upper()}"] for name in names if f"FHIRMAP_{name.upper()}" in os.environ}
    values |= {name: value for name, value in given.items() if value is not None}
    if "packs" in values:
        values["packs"] = _packs(values["packs"])
    return Settings(**values)


def _from_file(path: Path, names: set[str]) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"not TOML: {error}", file=str(path)) from None
    for name in values:
        if name not in names:
            raise InputError(f"unknown setting {name!r}{nearest(name, names)}", file=str(path))
    return values


def _packs(value: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """Packs as written (`mcode,ips`, `base`, `all`) in their fixed order."""
    words = [word.strip() for word in value.split(",")] if isinstance(value, str) else list(value)
    chosen = set(PACKS if "all" in words else words) - {"base", ""}
    return (*(pack for pack in PACKS if pack in chosen), *sorted(chosen - set(PACKS)))
