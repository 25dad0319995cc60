"""Any valid case builds without a structural finding: facts of every kind, in any number, moment and certainty."""

import json
from typing import Any, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fhirmap.case import disease, history, imaging, tests, treatment
from fhirmap.case.fact import Fact
from fhirmap.case.fields import Named, Term
from fhirmap.case.kinds import kinds
from fhirmap.case.load import loads
from fhirmap.case.model import Entry
from fhirmap.case.printed import Amount, Dose, Duration, Normal, Size, Tnm
from fhirmap.case.when import When
from fhirmap.codes import concepts
from fhirmap.pipeline import build

PRINTED: dict[Any, list[str]] = {
    Amount: ["84.6 ng/ml", "<0.1 mg/dL", "130.50 U/L", "85%", "2"],
    Dose: ["200 mg/day", "250 mg twice daily", "75 mg/m2"],
    Duration: ["5 days", "1 month"],
    Normal: ["<5.0 ng/ml", "3.5-5.0 g/dL", ">60 %"],
    Size: ["19 mm", "50 x 45 x 60 mm"],
    Tnm: ["cT4aN2M1c", "pT2N0", "M1"],
    When: ["2017", "June 2017", "5 June 2017", "July to August 2015"],
}
TEXT = st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=20).map(lambda text: f"x{text}x")
MOMENTS = ["{moment: m0, words: once}", "{moment: m1, when: June 2017}", "{moment: m2, when: 5 June 2017, at: hospital}", "{moment: m3, when: July to August 2015}",
           "{moment: m4, after: {fact: base, by: 5 days}}", "{moment: m5, before: {moment: m1}}"]  # fmt: skip


def words(kinds: tuple[str, ...]) -> st.SearchStrategy[str]:
    return st.sampled_from([row.name for row in concepts() if row.kind in kinds])


def leaves(annotation: Any) -> list[Any]:
    """What an annotation is made of, Named fields kept whole."""
    parts = getattr(annotation, "__metadata__", ())
    named = [part for part in parts if isinstance(part, Named)]
    return named or [leaf for part in get_args(annotation) for leaf in leaves(part)] or [annotation]


def value_of(kind: type[Fact], name: str, draw: st.DrawFn) -> Any:
    field = kind.model_fields[name]
    if name == "is_":
        return draw(words(kind.named))
    if name == "said":
        return draw(st.sampled_from([choice for choice in get_args(field.annotation) if isinstance(choice, str)]))
    if int in leaves(field.annotation) and name in ("value", "grade", "fractions", "cycles"):
        return draw(st.integers(1, 4))
    if "Ref" in str(field) or name in (
        "for_",
        "of",
        "to",
        "suspect",
        "based_on",
        "led_to",
        "specimen",
        "kit",
        "source",
        "lesion",
        "during",
    ):
        return None
    options = [leaf for part in (field.metadata or [field.annotation]) for leaf in leaves(part)] + leaves(field.annotation)
    named = next((option for option in [*field.metadata, *options] if isinstance(option, Named)), None)
    if named:
        return draw(words(named.kinds))
    for option in options:
        if option in PRINTED:
            return draw(st.sampled_from(PRINTED[option]))
        if isinstance(option, str):
            return draw(st.sampled_from([choice for choice in options if isinstance(choice, str) and choice]))
    return draw(st.booleans()) if bool in options else draw(TEXT)


CONDITION, CANCER, DRUG = "problem", "base", "base-drug"
REFERENCES = {
    "of": CANCER,
    "to": None,
    "for": CANCER,
    "suspect": DRUG,
    "based_on": "base-imaging",
    "specimen": "base-specimen",
    "source": "base-procedure",
    "kit": "base-kit",
    "lesion": "base-lesion",
    "during": "base-procedure",
}


@st.composite
def facts(draw: st.DrawFn, number: int) -> tuple[str, dict[str, Any]]:
    kind = draw(st.sampled_from(sorted(Entry.model_fields)))
    model: type[Fact] = next(
        part for part in get_args(Entry.model_fields[kind].annotation) if isinstance(part, type) and issubclass(part, Fact)
    )
    fact: dict[str, Any] = {"key": f"f{number}"}
    for name, field in model.model_fields.items():
        alias = field.alias or name
        nested = [part for part in leaves(field.annotation) if isinstance(part, type) and issubclass(part, Fact)]
        if name in ("key", "fhir", "cite", "group") or nested:
            continue
        if (alias in REFERENCES and "Ref" in str(field)) or (
            name in ("of", "to", "specimen", "kit", "source", "lesion", "suspect", "based_on") and kind not in ("family",)
        ):
            target = "base-drug" if kind == "response" and name == "to" else CANCER if name == "to" else REFERENCES[alias]
            if field.is_required() or draw(st.booleans()):
                fact[alias] = target
        elif (name == "is_" and model.named) or field.is_required() or draw(st.booleans()):
            if name == "is_" and not model.named:
                continue
            value = value_of(model, name, draw)
            if value is not None:
                fact[alias] = value
    if not model.may_be_unnamed and "is" not in fact:
        fact.setdefault("text", "words")
    if kind == "event" and fact.get("said") == "undetermined":
        fact["suspect"] = DRUG
    if kind == "radiotherapy" and "dose" in fact:
        fact["dose"] = "20 Gy"
    if "value" in fact:
        fact.pop("result", None)
    if kind == "lab" and not fact.keys() & {"value", "result", "flag", "trend"}:
        fact["trend"] = "increased"
    if kind == "regimen":
        fact["drugs"] = [{"key": f"d{number}", "is": "cisplatin"}]
    return kind, fact


BASE = """\
case: any
report: {title: Any report}
hospital: {name: A hospital}
curated: {date: 2026-01-01, by: nobody}
patient: {sex: female}
background:
  - diagnosis: {key: base, is: adenocarcinoma of lung}
  - problem: {key: problem, is: cough}
  - drug: {key: base-drug, is: cisplatin}
  - procedure: {key: base-procedure, is: biopsy, site: lung}
  - kit: {key: base-kit, text: A kit}
  - specimen: {key: base-specimen, is: tumor, source: base-procedure}
  - lesion: {key: base-lesion, to: base, site: lung}
  - imaging: {key: base-imaging, is: PET-CT, findings: [{key: base-finding, is: cough, size: 19 mm, suv: "2.4", lesion: base-lesion}]}
"""


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.data())
def test_any_valid_case_builds(data: st.DataObject) -> None:
    timeline = []
    for at, moment in enumerate(MOMENTS):
        drawn = [data.draw(facts(number=at * 10 + number)) for number in range(data.draw(st.integers(0, 3)))]
        entries = ", ".join(json.dumps({kind: fact}, ensure_ascii=False) for kind, fact in drawn)
        timeline.append(f"  - {moment[:-1]}, facts: [{entries}]}}")
    case = loads(BASE + "timeline:\n" + "\n".join(timeline) + "\n")
    bundle = build(case)
    assert len(bundle["entry"]) > len(case.facts)


def test_the_property_reaches_every_kind_of_fact() -> None:
    modules = {module.__name__ for module in (disease, history, imaging, tests, treatment)}
    every = {kind for base in Fact.__subclasses__() for kind in (base, *base.__subclasses__())}
    classes = {kind.__name__ for kind in every if kind.__module__ in modules and kind.__name__[0] != "_"}
    named = {
        leaf.__name__
        for field in Entry.model_fields.values()
        for leaf in leaves(field.annotation)
        if isinstance(leaf, type) and issubclass(leaf, Fact)
    }
    assert classes - named == {"Finding", "Cause"}, "a part of another fact, or forgotten in model.Entry"
    assert {name.lower() for name in classes} < kinds()
    assert Term("x").kind == ""
