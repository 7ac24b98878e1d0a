"""`shopcast models` says what is here and what is used, and changes it."""

import hashlib
import json
import os

import pytest

from serving import registry
from serving.connection import EmbeddedConnection, connect
from serving.registry import find_gguf, find_model, verdict_file
from serving.served import Served, announce, claim_home
from serving.settings import home
from ui.cli import main

WEIGHTS = b"not really a model"


@pytest.fixture
def shopcast(monkeypatch, capsys):
    """Run the command line; returns (exit status, what it printed)."""
    for name in ("SHOPCAST_MODEL", "SHOPCAST_MODEL_FILE"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    return run


def rows(said: str) -> dict[str, list[str]]:
    """Return the two lines of each model by its name."""
    lines = said.splitlines()
    return {
        line.removeprefix("→").split()[0]: [line, lines[number + 1]]
        for number, line in enumerate(lines)
        if line.endswith(("here", "served"))
    }


@pytest.fixture
def file_is_here(monkeypatch):
    """A file in place of the default's weights, registered with its own sum."""
    default = find_gguf()
    tiny = default.model_copy(
        update={"sha256": hashlib.sha256(WEIGHTS).hexdigest(), "size_bytes": len(WEIGHTS)}
    )
    known = registry.registry()
    changed = known.model_copy(update={"models": {**known.models, default.name: tiny}})
    monkeypatch.setattr(registry, "registry", lambda: changed)
    path = home() / "models" / default.file_name
    path.parent.mkdir(parents=True)
    path.write_bytes(WEIGHTS)
    return path


def test_every_model_is_listed_with_what_a_choice_needs(shopcast, file_is_here):
    status, said = shopcast("models", "list")
    listed = rows(said)
    assert status == 0
    assert set(listed) == set(registry.registry().models)
    default, big = listed["qwen2.5-coder-1.5b"], listed["qwen3-8b"]
    assert default[0].startswith("→")
    assert not default[0].endswith("not here")
    assert big[0].endswith("not here")
    assert "vllm" in big[0]
    assert "16.4 GB" in big[0]
    assert "Apache-2.0" in big[0]
    assert "json_schema" in big[1]
    assert "prose not measured" in big[1]


def test_a_measured_model_shows_its_verdict(shopcast):
    for name, earned in (("qwen3-8b", True), ("qwen2.5-coder-1.5b", False)):
        verdict_file(name).parent.mkdir(parents=True, exist_ok=True)
        verdict_file(name).write_text(json.dumps({"earned": earned}), encoding="utf-8")
    _, said = shopcast("models", "list")
    assert "prose earned" in rows(said)["qwen3-8b"][1]
    assert "prose not earned" in rows(said)["qwen2.5-coder-1.5b"][1]


def test_the_served_one_is_marked(shopcast):
    with claim_home():
        announce(Served(url="http://127.0.0.1:9/v1", model="qwen3-8b", backend="vllm", ready=True))
        _, said = shopcast("models", "list")
    assert rows(said)["qwen3-8b"][0].endswith("served")


def test_used_it_is_the_model_of_later_commands_until_the_environment_says_otherwise(shopcast, monkeypatch):
    status, said = shopcast("models", "use", "qwen2.5-coder-0.5b")
    assert status == 0
    assert "shopcast models pull qwen2.5-coder-0.5b" in said
    connection = connect()
    assert isinstance(connection, EmbeddedConnection)
    assert connection.server.spec.name == "qwen2.5-coder-0.5b"
    monkeypatch.setenv("SHOPCAST_MODEL", "qwen2.5-coder-1.5b")
    assert connect().server.spec.name == "qwen2.5-coder-1.5b"
    assert "SHOPCAST_MODEL=qwen2.5-coder-1.5b wins" in shopcast("models", "use", "qwen2.5-coder-0.5b")[1]
    assert "because SHOPCAST_MODEL says so" in shopcast("models", "list")[1]


def test_a_model_for_vllm_says_that_it_must_be_served(shopcast):
    assert "shopcast serve --model qwen3-8b" in shopcast("models", "use", "qwen3-8b")[1]


@pytest.mark.parametrize("command", ["use", "pull", "verify"])
def test_an_unknown_model_lists_the_known_ones(shopcast, command):
    status, said = shopcast("models", command, "gpt-9")
    assert status == 1
    assert "qwen3-8b" in said


def test_verified_it_says_by_which_sum(shopcast, file_is_here):
    status, said = shopcast("models", "verify")
    assert status == 0
    assert hashlib.sha256(WEIGHTS).hexdigest() in said
    # A change that keeps size and time is found too: verifying reads every byte.
    times = file_is_here.stat()
    file_is_here.write_bytes(WEIGHTS[::-1])
    os.utime(file_is_here, ns=(times.st_atime_ns, times.st_mtime_ns))
    status, said = shopcast("models", "verify")
    assert status == 1
    assert "delete that file" in said


def test_pulling_what_is_here_fetches_nothing(shopcast, file_is_here):
    status, said = shopcast("models", "pull")
    assert status == 0
    assert str(file_is_here) in said


def test_a_missing_model_is_told_with_how_to_fetch_it(shopcast):
    status, said = shopcast("models", "verify")
    assert status == 1
    assert find_model().file_name in said
    assert "shopcast models pull" in said
