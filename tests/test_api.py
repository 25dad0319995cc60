"""The public names: there, documented, lazily imported."""

import inspect
import subprocess
import sys

import fhirmap


def test_all_names_exist_and_are_documented() -> None:
    assert sorted(fhirmap.__all__) == fhirmap.__all__ or set(fhirmap.__all__) == set(fhirmap._WHERE)
    assert len(fhirmap.__all__) <= 12
    for name in fhirmap.__all__:
        thing = getattr(fhirmap, name)
        assert inspect.getdoc(thing), name
        assert name in dir(fhirmap)


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(fhirmap, "nothing")


def test_help_and_version_import_nothing_heavy() -> None:
    program = (
        "import sys; from fhirmap.cli import main\n"
        "try: main(sys.argv[1:], prog_name='fhirmap')\n"
        "except SystemExit: pass\n"
        "heavy = {'httpx', 'pydantic', 'jinja2', 'fhir', 'yaml', 'orjson', 'importlib.metadata'} & set(sys.modules)\n"
        "print(sorted(heavy), file=sys.stderr)"
    )
    for argument in ("--help", "--version"):
        run = subprocess.run([sys.executable, "-c", program, argument], capture_output=True, text=True, check=True)
        assert run.stderr.strip() == "[]", argument
        assert "fhirmap" in run.stdout
