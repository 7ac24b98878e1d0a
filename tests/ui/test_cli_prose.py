"""`shopcast models earn` says the figures and keeps the verdict."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from agent.prose import read_verdict
from serving.client import Completion
from store.demo import bazaar
from ui.cli_prose import earn


class Inventor:
    """A model that answers every brief with the same number of its own."""

    model = "qwen2.5-coder-1.5b"
    description = "inventor"

    def client(self, on_progress: Any = None) -> "Inventor":
        return self

    def complete(self, messages: list[dict[str, str]], **_: Any) -> Completion:
        return Completion(json.dumps({"text": "We sold 777 units."}), 100, 10, 0.5, 0)

    def close(self) -> None: ...


def test_an_inventor_is_told_what_it_lacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOPCAST_HOME", str(tmp_path))
    monkeypatch.setattr("serving.connection.connect", lambda settings: Inventor())
    monkeypatch.setattr("evals.prose.PRODUCTS", 2)
    bazaar.build(tmp_path, products=8, days=240, reviews=40).close()
    said = CliRunner().invoke(earn, ["qwen2.5-coder-1.5b", "--show"])
    assert said.exit_code == 1, said.output
    assert "100.0%" in said.output and "not earned" in said.output and "777" in said.output
    kept = read_verdict("qwen2.5-coder-1.5b")
    assert kept is not None and not kept.earned and kept.sent_back == 1.0
    assert len(kept.sha256) == 64
