"""The template files and their layers: `base`, the packs over it, a user's folder over both."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from fhirmap.errors import InputError, TemplateFault
from fhirmap.finding import nearest
from fhirmap.render.merge import merge
from fhirmap.render.template import Sandbox, Template, facts_of
from fhirmap.shipped import shipped
from fhirmap.yamltext import Map, parse

EVERY = "_every"
"""The tree under every template: id, meta, identifier, evidence. A `_` marks trees that only lie under others."""


@dataclass(frozen=True)
class Library:
    """The templates that a run uses: `packs` laid over `base`, then `user`, a folder that may be empty.

    `sandbox` compiles them, `kinds` are the words that `$fact` may say; a template is read and compiled when it is first asked for.
    """

    sandbox: Sandbox
    kinds: frozenset[str]
    packs: tuple[str, ...] = ()
    user: str = ""

    @cached_property
    def layers(self) -> tuple[Path, ...]:
        """The folders, lowest first."""
        layers = [shipped("templates") / name for name in ("base", *self.packs)]
        if self.user:
            if not Path(self.user).is_dir():
                raise InputError("no such folder of templates", file=self.user)
            layers.append(Path(self.user))
        return tuple(layers)

    @cached_property
    def _files(self) -> dict[str, list[Path]]:
        files: dict[str, list[Path]] = {}
        for layer in self.layers:
            for path in sorted(layer.glob("*.yaml")):
                files.setdefault(path.stem, []).append(path)
        return files

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The templates there are, in order."""
        return tuple(sorted(name for name in self._files if name[0] != "_"))

    @cached_property
    def _trees(self) -> dict[Path, Any]:
        return {}

    def _tree(self, path: Path) -> Any:
        if path not in self._trees:
            tree = parse(path.read_bytes(), _shown(path))
            if not isinstance(tree, Map):
                raise TemplateFault("a template is a mapping with resourceType", file=_shown(path), line=1)
            self._trees[path] = tree
        return self._trees[path]

    def files(self, name: str) -> list[Path]:
        """The files that make a template, lowest layer first. Raises `InputError` for an unknown name."""
        if name not in self._files:
            raise InputError(f"there is no template {name!r}{nearest(name, self.names)}")
        return self._files[name]

    def own_trees(self, name: str) -> list[tuple[str, Any]]:
        """The trees of a template's own files, each with its file's name."""
        return [(_shown(path), self._tree(path)) for path in self.files(name)]

    def tree(self, name: str) -> Map:
        """A template's tree: its layers merged over what it is `$like` and what lies under every template."""
        merged = Map()
        for tree in (*self._layers_of(EVERY), *self._layers_of(name)):
            merged = merge(merged, tree)
        return merged

    def _layers_of(self, name: str) -> list[Map]:
        """The trees that make a template, lowest first: those it is `$like`, then its own."""
        own = [self._tree(path) for path in self.files(name)]
        like = next((str(tree["$like"]) for tree in own if "$like" in tree), "")
        return [*(self._layers_of(like) if like else []), *own]

    def for_kind(self, kind: str) -> list[Template]:
        """The compiled templates of a kind of fact, the one without a role first."""
        if kind not in self._compiled:
            names = (name for name in self.names if kind in facts_of(self._tree(self.files(name)[0])))
            self._compiled[kind] = sorted(map(self.compile, names), key=lambda one: (bool(one.role), one.name))
        return self._compiled[kind]

    @cached_property
    def _compiled(self) -> dict[str, list[Template]]:
        return {}

    def compile(self, name: str) -> Template:
        """One template. Raises `TemplateFault`."""
        if name not in self._templates:
            template = Template(self.tree(name), _shown(self.files(name)[0]), self.sandbox)
            if not template.facts or not template.resource_type:
                raise TemplateFault("a template says $fact (the kind it renders) and resourceType", file=template.name, line=1)
            for kind in set(template.facts) - self.kinds:
                raise TemplateFault(f"$fact: there is no kind {kind!r}{nearest(kind, self.kinds)}", file=template.name, line=1)
            self._templates[name] = template
        return self._templates[name]

    @cached_property
    def _templates(self) -> dict[str, Template]:
        return {}


def _shown(path: Path) -> str:
    """A shipped template as `templates/base/lab.yaml`, a user's as its path."""
    home = shipped("templates")
    return f"templates/{path.relative_to(home).as_posix()}" if path.is_relative_to(home) else str(path)
