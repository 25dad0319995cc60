"""The tables: they are the verified ones, whole, and a word means one thing."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest

from fhirmap.codes import Concept, UnknownConcept, concepts, kinds, lookup, search

TABLES = sorted((Path(__file__).parents[2] / "fhirmap" / "codes").glob("*.csv"))
COLUMNS = ["name", "kind", "synonyms", "system", "code", "display", "unit", "modality", "also", "evidence", "confidence"]


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.stem)
def test_the_columns_are_the_fields(table: Path) -> None:
    assert next(csv.reader(table.read_text("utf-8").splitlines())) == COLUMNS
    assert set(COLUMNS) == set(Concept.__dataclass_fields__)


def test_every_verified_code_is_there_unchanged_and_no_other(shared: Path) -> None:
    verified = list(csv.DictReader((shared / "terminology" / "codes.csv").read_text("utf-8").splitlines()))
    wanted = Counter((row["system"], row["code"], row["display"]) for row in verified)
    ours = Counter((row.system, row.code, row.display) for row in concepts())
    assert not wanted - ours
    assert all(not code for _, code, _ in ours - wanted), "a code that nobody verified"


def test_a_word_means_one_thing_in_a_kind() -> None:
    words = Counter((row.kind, word if row.kind == "unit" else word.casefold()) for row in concepts() for word in row.words)
    assert [word for word, count in words.items() if count > 1] == []


def test_text_only_rows_say_why() -> None:
    assert all(row.evidence for row in concepts())
    assert all(row.confidence == "text-only" for row in concepts() if not row.code)


def test_further_codings_exist() -> None:
    assert all(len(row.codings) == 1 + len(row.also) for row in concepts() if row.code)


def test_units_of_tests_are_units() -> None:
    units = {row.code for row in concepts() if row.kind == "unit"}
    assert {row.unit for row in concepts() if row.unit} <= units


def test_each_kind_lives_in_one_file() -> None:
    homes: dict[str, set[str]] = {}
    for table in TABLES:
        for row in csv.DictReader(table.read_text("utf-8").splitlines()):
            homes.setdefault(row["kind"], set()).add(table.stem)
    assert {kind: files for kind, files in homes.items() if len(files) > 1} == {}
    assert set(homes) == set(kinds())


@pytest.mark.parametrize(
    ("word", "kind", "code"),
    [("GOT", "lab", "1920-8"), ("got", "lab", "1920-8"), ("EGFR", "gene", "HGNC:3236"), ("ng/ml", "unit", "ng/mL"), ("KL-6", "lab", "")],
)
def test_lookup(word: str, kind: str, code: str) -> None:
    assert lookup(word, kind).code == code


def test_units_are_case_sensitive() -> None:
    with pytest.raises(UnknownConcept, match=re.escape("'MG' is no unit")):
        lookup("MG", "unit")


def test_search_finds_by_code_then_by_part() -> None:
    assert [row.name for row in search("1920-8")] == ["AST"]
    assert len(search("metastasis")) == 1
    assert len(search("metastasis to")) > 5
    assert search("no such thing at all") == []
