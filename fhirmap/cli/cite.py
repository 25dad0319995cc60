"""`fhirmap cite`."""

from __future__ import annotations

from pathlib import Path

import click

from fhirmap.case.load import load_case
from fhirmap.errors import EvidenceError, InputError
from fhirmap.evidence import locate, sidecar
from fhirmap.pipeline import case_file, write
from fhirmap.uncited import uncited


@click.command(name="cite")
@click.argument("case")
@click.option("--report", required=True, metavar="TEXT", help="The report's text file (UTF-8).")
@click.option("--uncited", "show_uncited", is_flag=True, help="List what the report prints and no fact cites; exit 1 if there is any.")
@click.option("--check", "check_only", is_flag=True, help="Write nothing; exit 1 if the evidence file is not up to date.")
def cite(case: str, report: str, show_uncited: bool, check_only: bool) -> None:
    """Find a case's cited words in the report's text.

    Their places (offset and length in code points) are kept in CASE.evidence.json beside the case,
    so that building needs no report. A phrase that is not found, or found twice without `nth`, is
    an error (exit 1), and nothing is written.
    """
    loaded = load_case(case_file(case))
    text = _read(report)
    evidence, findings = locate(loaded, text)
    if findings:
        raise EvidenceError(findings)
    path = sidecar(loaded.source.file)
    if check_only and (not path.is_file() or path.read_bytes() != evidence.to_json()):
        raise InputError("not up to date; run `fhirmap cite` without --check", file=str(path))
    if not check_only:
        write(path, evidence.to_json())
    click.echo(f"{loaded.name}: {len(evidence.places)} phrases found -> {path}", err=True)
    rows = uncited(loaded, text) if show_uncited else []
    for row in rows:
        click.echo(f"{report}:{row.line}: {row.words} ({row.kind}): … {row.around} …")
    raise SystemExit(1 if rows else 0)


def _read(report: str) -> str:
    try:
        return Path(report).read_bytes().decode("utf-8")
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", file=report) from None
    except UnicodeDecodeError:
        raise InputError("not UTF-8; save the report's text as UTF-8", file=report) from None
