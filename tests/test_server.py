"""A real HAPI FHIR server takes the transaction as it is, twice, and nothing changes the second time."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

pytestmark = pytest.mark.server
GOLDENS = sorted((Path(__file__).parents[1] / "bundles").glob("*/transaction.json"))


@pytest.fixture(scope="module")
def server(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a fresh HAPI server on loopback."""
    assert shutil.which("java") and shutil.which("mvn"), "the HAPI server needs Java 17 and Maven"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = (tmp_path_factory.mktemp("hapi") / "log").open("w")
    with (
        log,
        subprocess.Popen([shared / "oracle" / "hapi" / "run.sh", str(port)], stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        try:
            assert process.stdout is not None
            ready = next((line for line in process.stdout if line.startswith("ready")), None)
            assert ready, f"the server did not start: {Path(log.name).read_text()[-2000:]}"
            yield ready.split()[1]
        finally:
            process.kill()


def post(server: str, golden: Path) -> list[dict[str, str]]:
    """What curl would send; the response of each entry."""
    reply = httpx.post(server, content=golden.read_bytes(), headers={"Content-Type": "application/fhir+json"}, timeout=120)
    assert reply.status_code == 200, reply.text[:2000]
    return [entry["response"] for entry in reply.json()["entry"]]


@pytest.mark.parametrize("golden", GOLDENS, ids=lambda path: path.parent.name)
def test_twice_and_no_version_changes(server: str, golden: Path) -> None:
    first, second = post(server, golden), post(server, golden)
    assert {response["status"][:3] for response in first} == {"201"}
    assert {response["status"][:3] for response in second} == {"200"}
    assert {response["etag"].strip('W/"') for response in first + second} == {"1"}
