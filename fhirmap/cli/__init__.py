"""The command line: one file a command, imported only when it runs.

Data goes to stdout, words to stderr, `-` is stdin or stdout. Exit 0 good, 1 findings, 2 usage,
3 unreadable input, 4 server or network; never a count.
"""

from __future__ import annotations

import gc
import os
from importlib import import_module
from typing import Any

import click

from fhirmap import __version__
from fhirmap.errors import FhirmapError

COMMANDS = {
    "build": "Build FHIR bundles from Case files.",
    "cite": "Find a case's cited words in the report's text.",
    "codes": "Look a concept up by name, synonym or code.",
    "new": "Start a case: a commented skeleton that builds as it stands.",
    "schema": "Print the JSON Schema of a Case file, for editors.",
    "show": "Show a case as a person reads it.",
    "templates": "List, show or check the templates.",
}


class Commands(click.Group):
    """The group whose commands are modules of this package."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, without importing a command."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"{__name__}.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of --help, from `COMMANDS` alone."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what fhirmap raises becomes a message and an exit code."""
        gc.set_threshold(100_000)  # imports make many objects and no garbage: measured, a tenth of a build
        if os.environ.get("NO_COLOR"):
            ctx.color = False
        try:
            return super().invoke(ctx)
        except FhirmapError as error:
            click.echo(f"fhirmap: {error}" if error.exit_code == 3 and "\n" not in str(error) else str(error), err=True)
            ctx.exit(error.exit_code)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="fhirmap")
def main() -> None:
    """Map published case reports to FHIR R4, with evidence."""
