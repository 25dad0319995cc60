"""Same case, same templates: same bytes, in any process, time zone, hash seed and locale."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_two_processes_two_time_zones() -> None:
    outputs = set()
    for zone, seed, locale in (("Pacific/Kiritimati", "1", "C"), ("America/Los_Angeles", "2", "C.UTF-8")):
        environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed, "LC_ALL": locale}
        command = [sys.executable, "-m", "fhirmap", "build", "otoshi-2020", "-o", "-"]
        outputs.add(subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True).stdout)
    assert len(outputs) == 1
    assert outputs.pop() == (ROOT / "bundles" / "otoshi-2020" / "transaction.json").read_bytes()
