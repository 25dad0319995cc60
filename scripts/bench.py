"""What scripts/bench runs: medians of process times (user + system), and resources per second in one process."""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from fhirmap import load_case, load_evidence
from fhirmap.check.structure import model_class
from fhirmap.evidence import Evidence, Place
from fhirmap.pipeline import check, render

RUNS = 11
CASE = Path("cases/otoshi-2020.yaml")
HELLO = "import click\n@click.command()\ndef main(): click.echo('hello')\nmain()"
IMPORTS = "import click, pydantic, jinja2, yaml, orjson, fhir.resources.R4B.observation"


def process(*command: str) -> tuple[float, float]:
    """Median process time in ms of a command, and its peak memory in MB."""
    times = []
    for _ in range(RUNS):
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            _, status, usage = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
        assert child.returncode == 0, command
        times.append((usage.ru_utime + usage.ru_stime) * 1000)
    return statistics.median(times), usage.ru_maxrss / 1024


def rate(work: Callable[[int], int], turns: int = 40) -> float:
    """Things done per second of process time, once warm."""
    work(0)
    start = time.process_time()
    done = sum(work(turn) for turn in range(1, turns + 1))
    return done / (time.process_time() - start)


def report(what: str, value: str, beside: str = "") -> None:
    print(f"{what:<52} {value:>14}   {beside}")


def main() -> None:
    python, fhirmap = sys.executable, str(Path(sys.executable).with_name("fhirmap"))
    bare, _ = process(python, "-c", "pass")
    hello, _ = process(python, "-c", HELLO)
    for argument in ("--version", "--help"):
        took, _ = process(fhirmap, argument)
        beside = f"{took / hello:.2f} x click hello-world ({hello:.0f} ms); bare Python {bare:.0f} ms"
        report(f"fhirmap {argument}", f"{took:.0f} ms", beside)
    imports, _ = process(python, "-c", IMPORTS)
    with tempfile.TemporaryDirectory() as folder:
        for what, cases in (("one case", (str(CASE),)), ("all cases", ())):
            took, memory = process(fhirmap, "build", *cases, "-o", folder)
            report(f"fhirmap build, {what}, three bundles, cold", f"{took:.0f} ms", f"its imports alone {imports:.0f} ms; {memory:.0f} MB")

    case, evidence = load_case(CASE), load_evidence(CASE)

    def other_offsets(turn: int) -> Evidence:
        return Evidence(evidence.sha256, {key: Place(place.offset + turn, place.length) for key, place in evidence.places.items()})

    def same(_: int) -> int:
        rendered = render(case, evidence=evidence)
        assert not check(case, rendered)
        return len(rendered)

    def varied(turn: int) -> int:
        rendered = render(case, evidence=other_offsets(turn))
        assert not check(case, rendered)
        return len(rendered)

    resources = [one.resource for one in render(case)]

    def validate_only(_: int) -> int:
        for one in resources:
            model_class(one["resourceType"]).model_validate(one)
        return len(resources)

    baseline = rate(validate_only)
    report("render and check, the same case again", f"{rate(same):,.0f} /s", f"fhir.resources' validation alone {baseline:,.0f} /s")
    report("render and check, every resource another", f"{rate(varied):,.0f} /s")
    report("peak memory of this process", f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
