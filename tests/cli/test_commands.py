"""The commands: data on stdout, words on stderr, the documented exit codes, nothing half-written."""

import json
import shutil
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from fhirmap.case.load import loads
from fhirmap.cli import COMMANDS, main
from tests.conftest import MINIMAL

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    return tmp_path


def run(*arguments: str, stdin: str | None = None) -> Result:
    return CliRunner().invoke(main, arguments, input=stdin)


def test_every_command_says_in_help_what_its_own_help_says() -> None:
    for name, help_text in COMMANDS.items():
        assert help_text in run(name, "--help").output.replace("\n  ", " "), name


def test_usage_errors_exit_2() -> None:
    assert run("nonsense").exit_code == 2
    assert run("build", "--nonsense").exit_code == 2
    assert run("cite", "otoshi-2020").exit_code == 2


def test_build_every_shipped_case_in_an_empty_directory(empty_directory: Path) -> None:
    result = run("build")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "otoshi-2020: " in result.stderr and "1 Patient" in result.stderr
    for name in ("transaction", "collection", "document"):
        made = (empty_directory / f"bundles/otoshi-2020/{name}.json").read_bytes()
        assert made == (ROOT / f"bundles/otoshi-2020/{name}.json").read_bytes()
    assert not list(empty_directory.rglob(".*"))


def test_one_bundle_of_three(empty_directory: Path) -> None:
    (empty_directory / "a.yaml").write_text(MINIMAL)
    assert run("build", "a.yaml", "--bundle", "document").exit_code == 0
    assert [path.name for path in (empty_directory / "bundles/small").iterdir()] == ["document.json"]
    assert json.loads(run("build", "a.yaml", "-o", "-", "--bundle", "collection").stdout)["type"] == "collection"
    assert run("build", "a.yaml", "-o", "-", "--bundle", "all").exit_code == 2


def test_build_from_stdin_to_stdout() -> None:
    result = run("build", "-", "-o", "-", stdin=MINIMAL)
    assert result.exit_code == 0
    assert json.loads(result.stdout)["type"] == "transaction"


def test_build_one_file_into_a_folder(empty_directory: Path) -> None:
    (empty_directory / "a.yaml").write_text(MINIMAL)
    assert run("build", "a.yaml", "-o", "out").exit_code == 0
    assert (empty_directory / "out/small/transaction.json").is_file()


@pytest.mark.parametrize(
    ("content", "code", "message"),
    [
        (MINIMAL + "background:\n  - drug: {is: crizotinb}\n", 3, "a.yaml:6: error: background[0].drug.is"),
        (MINIMAL + "background:\n  - lab: {is: CEA, value: 5 ng/ml, fhir: {status: done}}\n", 1, "a.yaml:6: error: Observation.status"),
        ("", 3, "a.yaml: the file is empty"),
        ("a: [\nb: ]]", 3, "a.yaml:2: not YAML"),
    ],
)
def test_a_bad_case_is_refused_and_the_good_one_built(content: str, code: int, message: str, empty_directory: Path) -> None:
    (empty_directory / "a.yaml").write_text(content)
    (empty_directory / "b.yaml").write_text(MINIMAL)
    result = run("build", "a.yaml", "b.yaml")
    assert result.exit_code == code
    assert message in result.stderr
    assert [path.name for path in (empty_directory / "bundles").iterdir()] == ["small"]


def test_a_refused_case_leaves_the_older_bundle_as_it_is(empty_directory: Path) -> None:
    (empty_directory / "a.yaml").write_text(MINIMAL)
    run("build", "a.yaml")
    before = (empty_directory / "bundles/small/transaction.json").read_bytes()
    (empty_directory / "a.yaml").write_text(MINIMAL + "nonsense: 1\n")
    assert run("build", "a.yaml").exit_code == 3
    assert (empty_directory / "bundles/small/transaction.json").read_bytes() == before


def test_an_unknown_case_name_has_the_nearest() -> None:
    result = run("build", "otosih-2020")
    assert result.exit_code == 3
    assert result.stderr.startswith("fhirmap: otosih-2020: no such case; did you mean otoshi-2020")


def test_a_place_that_cannot_be_written(empty_directory: Path) -> None:
    (empty_directory / "a.yaml").write_text(MINIMAL)
    (empty_directory / "out").write_text("a file")
    result = run("build", "a.yaml", "-o", "out")
    assert (result.exit_code, "cannot be written" in result.stderr) == (3, True)


def test_an_unknown_pack() -> None:
    result = run("build", "otoshi-2020", "--pack", "mcod")
    assert (result.exit_code, "did you mean mcode" in result.stderr) == (3, True)


def test_a_template_of_ones_own_with_a_fault(empty_directory: Path) -> None:
    (empty_directory / "mine").mkdir()
    (empty_directory / "mine/lab.yaml").write_text("status: '{{ fact.flagg }}'\n")
    result = run("build", "otoshi-2020", "--templates", "mine")
    assert result.exit_code == 3
    assert "mine/lab.yaml:1: at status: 'Lab' has no attribute 'flagg'" in result.stderr


def test_cite_writes_the_sidecar_and_uncited_lists_the_rest(empty_directory: Path) -> None:
    (empty_directory / "a.yaml").write_text(MINIMAL + "background:\n  - lab: {is: CEA, value: 5 ng/ml, cite: 5 ng/ml}\n")
    (empty_directory / "a.txt").write_text("The CEA level was 5 ng/ml in May 2019." + " And so on." * 9)
    assert "run `fhirmap cite" in run("build", "a.yaml").stderr
    assert run("cite", "a.yaml", "--report", "a.txt", "--check").exit_code == 3
    result = run("cite", "a.yaml", "--report", "a.txt", "--uncited")
    assert (result.exit_code, result.stdout) == (
        1,
        "a.txt:1: May 2019 (figure): … The CEA level was 5 ng/ml in May 2019. And so on. And so on. And so …\n",
    )
    assert json.loads((empty_directory / "a.evidence.json").read_text())["phrases"] == [
        {"phrase": "5 ng/ml", "nth": 1, "offset": 18, "length": 7}
    ]
    assert run("cite", "a.yaml", "--report", "a.txt", "--check").exit_code == 0
    assert "run `fhirmap cite" not in run("build", "a.yaml").stderr
    assert '"valueInteger": 18' in run("build", "a.yaml", "-o", "-").stdout


def test_cite_refuses_what_is_not_there(empty_directory: Path) -> None:
    (empty_directory / "a.yaml").write_text(MINIMAL + "background:\n  - lab: {is: CEA, value: 5 ng/ml, cite: 6 ng/ml}\n")
    (empty_directory / "a.txt").write_text("CEA 5 ng/ml")
    result = run("cite", "a.yaml", "--report", "a.txt")
    assert result.exit_code == 1
    assert "a.yaml:6: error: lab: '6 ng/ml' is not in the report" in result.stderr
    assert not (empty_directory / "a.evidence.json").exists()


@pytest.mark.parametrize(("data", "message"), [(None, "cannot be read"), (b"\xff", "not UTF-8")])
def test_cite_needs_a_readable_report(data: bytes | None, message: str, empty_directory: Path) -> None:
    if data:
        (empty_directory / "a.txt").write_bytes(data)
    result = run("cite", "otoshi-2020", "--report", "a.txt")
    assert (result.exit_code, message in result.stderr) == (3, True)


def test_codes() -> None:
    result = run("codes", "KL-6")
    assert result.exit_code == 0
    assert "text only" in result.stdout and "no LOINC found" in result.stdout
    assert "code      1920-8" in run("codes", "GOT").stdout
    assert "also      169069000 http://snomed.info/sct" in run("codes", "chest CT").stdout
    missing = run("codes", "crizotinb")
    assert (missing.exit_code, missing.stdout) == (1, "")
    assert "did you mean crizotinib" in missing.stderr
    assert run("codes", "CT", "--kind", "modality").stdout.startswith("CT [modality]")


def test_new_builds_as_it_stands(empty_directory: Path) -> None:
    assert run("new", "my-case").exit_code == 0
    assert run("build", "my-case.yaml").exit_code == 0
    assert (empty_directory / "bundles/my-case/transaction.json").is_file()
    again = run("new", "my-case")
    assert (again.exit_code, "not overwritten" in again.stderr) == (3, True)
    (empty_directory / "cases").mkdir()
    assert run("new", "other").exit_code == 0 and (empty_directory / "cases/other.yaml").is_file()
    assert "case: third" in run("new", "third", "-o", "-").stdout
    assert run("new", "My Case").exit_code == 3


def test_the_skeletons_examples_are_good_too() -> None:
    skeleton = run("new", "my-case", "-o", "-").stdout
    lines = skeleton[skeleton.index("background") :].splitlines()
    kinds = ("- smoking", "- diagnosis", "- symptom", "- lab", "- gene", "- drug")
    examples = [line.strip("# ").strip() for line in lines if line.strip("# ").startswith(kinds)]
    assert len(examples) == 6
    loads(MINIMAL + "background:\n" + "".join(f"  {line}\n" for line in examples))


def test_schema_is_a_schema_of_every_kind_of_fact() -> None:
    schema = orjson.loads(run("schema").stdout)
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert {"lab", "drug", "gene", "imaging"} <= set(schema["$defs"]["Entry"]["properties"])


def test_show_reads_like_a_case() -> None:
    result = run("show", "otoshi-2020")
    assert result.exit_code == 0
    for words in (
        "female, 50 years (June 2017), never smoked",
        "CEA 84.6 ng/ml (normal <5.0 ng/ml, high)",
        "Molecular profile",
        "EGFR mutation (absent)",
        "crizotinib (200 mg/day, orally, stopped: ",
    ):
        assert words in result.stdout
    assert "\x1b[" not in result.stdout


def test_templates_list_show_and_check(empty_directory: Path) -> None:
    listed = run("templates", "list").stdout
    assert any(line.split() == ["lab", "lab", "Observation", "base,", "mcode"] for line in listed.splitlines())
    shown = run("templates", "show", "lab").stdout
    assert "mcode-tumor-marker-test" in shown and "derivation-reference" not in shown and "$all: evidence(fact)" in shown
    assert "mcode" not in run("templates", "show", "lab", "--pack", "base").stdout
    assert run("templates", "check").exit_code == 0
    assert "did you mean lab" in run("templates", "show", "labb").stderr
    shutil.copytree(ROOT / "templates/base", "mine")
    (empty_directory / "mine/lab.yaml").write_text("$fact: lab\nresourceType: Observation\nvalueQuantiy: 1\n")
    result = run("templates", "check", "--templates", "mine")
    assert (result.exit_code, "mine/lab.yaml:3: error: Observation.valueQuantiy" in result.stderr) == (1, True)
    (empty_directory / "mine/lab.yaml").write_text("$fact: labx\nresourceType: Observation\n")
    result = run("templates", "check", "--templates", "mine")
    assert (result.exit_code, "there is no kind 'labx'; did you mean lab" in result.stderr) == (3, True)


def test_settings_from_file_and_environment(empty_directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty_directory / "a.yaml").write_text(MINIMAL)
    (empty_directory / "fhirmap.toml").write_text('identifier_system = "urn:mine"\npacks = ["ips"]\n')
    assert "urn:mine" in run("build", "a.yaml", "-o", "-").stdout
    monkeypatch.setenv("FHIRMAP_IDENTIFIER_SYSTEM", "urn:theirs")
    assert "urn:theirs" in run("build", "a.yaml", "-o", "-").stdout
    (empty_directory / "fhirmap.toml").write_text("identifer_system = 1\n")
    assert "did you mean identifier_system" in run("build", "a.yaml").stderr
    (empty_directory / "fhirmap.toml").write_text("= 1\n")
    assert run("build", "a.yaml").exit_code == 3
    (empty_directory / "fhirmap.toml").write_text('namespace = "x"\n')
    assert "is no UUID" in run("build", "a.yaml").stderr
