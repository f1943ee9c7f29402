"""Schemathesis asks everything that the document describes, rightly and wrongly, on the sample company.

Whatever is sent, no answer is a fault of ours, and every answer is one that the document describes.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.proofs.installation import Installation

pytestmark = [pytest.mark.slow, pytest.mark.long, pytest.mark.sqlite]
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
)


MANY = os.environ.get("BODEGA_EXAMPLES", "")
"""How many examples `make prove-api` has of everything; `make test` has one, of these alone."""
LEFT_OUT = (
    "asked-again consents fields follow-ups layouts marked-fields options organisations pipelines plans products rates"
    " relationships roles rules sensitive-topics stages teams territories topics types working-times"
).split()
"""Types of which each address is like one that another type has."""


class Sample(Installation):
    """With the sample company, whose people may sign in."""

    @property
    def surroundings(self) -> dict[str, str]:
        return super().surroundings | {"BODEGA_DEMO": "yes"}


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Installation]:
    made = Sample(tmp_path, f"sqlite:///{tmp_path / 'bodega.sqlite3'}")
    made.do("demo")
    yield made
    made.end()


def test_every_operation_answers_as_the_document_says(company: Installation, tmp_path: Path) -> None:
    said, _spent = company.do("token", "add", "anna@example.com", "--name", "schemathesis", "--write")
    secret = re.findall(r"bodega_\S+", said)[-1]
    port = company.serve("web").port
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", f"http://127.0.0.1:{port}/api/v1/openapi.json",
        "--url", f"http://127.0.0.1:{port}", "--header", f"Authorization: Bearer {secret}",
        "--checks", ",".join(CHECKS),
        "--phases", "coverage,fuzzing", "--max-examples", MANY or "1",
        "--generation-deterministic", "--no-shrink",
        "--continue-on-failure", "--no-color",
    ]  # fmt: skip
    if not MANY:
        command += ["--exclude-path-regex", f"^/api/v1/({'|'.join(LEFT_OUT)})/"]
    found = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stdout[-20_000:]
    tested = re.search(r"Tested: (\d+)", found.stdout)
    assert tested
    assert int(tested[1]) > (500 if MANY else 150)
