"""Each backend gets the flags that fit the model, and its key where nobody else reads it."""

import hashlib
import json

import pytest

from serving import launching
from serving.errors import ModelCorrupt, ModelMissing, ModelUnavailable, SettingsInvalid
from serving.launching import choose_backend, make_launch
from serving.registry import HubModel, find_gguf, find_model
from serving.supervision import Patience, Supervisor


@pytest.fixture
def vllm(tmp_path, monkeypatch):
    """A set-up vLLM and a whole model folder; nothing of it is started."""
    python = tmp_path / "venv" / "python"
    python.parent.mkdir()
    python.touch()
    monkeypatch.setattr(launching, "VLLM_PYTHON", python)
    folder = tmp_path / "weights"
    folder.mkdir()
    for name in ("config.json", "tokenizer_config.json", "model.safetensors"):
        (folder / name).touch()
    monkeypatch.setenv("SHOPCAST_MODEL_FILE", str(folder))
    return folder


def follows(command: tuple[str, ...], flag: str) -> str:
    return command[command.index(flag) + 1]


def test_the_backend_follows_from_the_weights():
    assert choose_backend(find_model("qwen3-8b"), None) == "vllm"
    assert choose_backend(find_model(), None) == "embedded"
    assert choose_backend(find_model(), "embedded") == "embedded"
    with pytest.raises(SettingsInvalid, match="made for the backend 'embedded'"):
        choose_backend(find_model(), "vllm")


def test_vllm_is_bound_to_this_machine_and_holds_plans_to_schemas(vllm):
    command = make_launch(find_model("qwen3-8b"), 8123, "sesame").command
    assert follows(command, "--host") == "127.0.0.1"
    assert follows(command, "--port") == "8123"
    assert follows(command, "--model") == str(vllm)
    assert follows(command, "--served-model-name") == "qwen3-8b"
    assert follows(command, "--max-model-len") == "8192"
    assert json.loads(follows(command, "--structured-outputs-config"))["backend"] == "xgrammar"
    assert json.loads(follows(command, "--default-chat-template-kwargs")) == {"enable_thinking": False}
    assert "--enable-prefix-caching" in command


def test_a_model_that_cannot_think_is_not_told_to_stop(vllm):
    command = make_launch(find_model("qwen3-4b-instruct-2507"), 8123, "sesame").command
    assert "--default-chat-template-kwargs" not in command


def test_the_users_flags_come_last_and_so_win(vllm):
    flags = ("--max-model-len", "32768", "--kv-cache-dtype", "fp8")
    assert make_launch(find_model("qwen3-8b"), 8123, "sesame", flags).command[-4:] == flags


def test_the_key_is_in_no_command_line_and_nothing_is_reported_to_anybody(vllm):
    launch = make_launch(find_model("qwen3-8b"), 8123, "sesame")
    assert not any("sesame" in word for word in launch.command)
    assert launch.environment["VLLM_API_KEY"] == "sesame"
    assert launch.environment["VLLM_NO_USAGE_STATS"] == "1"
    assert "sesame" not in repr(launch)


def test_without_vllm_the_remedy_is_one_command(tmp_path, monkeypatch):
    monkeypatch.setattr(launching, "VLLM_PYTHON", tmp_path / "none")
    with pytest.raises(ModelUnavailable, match="not set up") as caught:
        make_launch(find_model("qwen3-8b"), 8123, "sesame")
    assert caught.value.remedy == "run `make vllm`"


def test_without_weights_nothing_is_started(tmp_path, monkeypatch, vllm):
    monkeypatch.setenv("SHOPCAST_MODEL_FILE", str(tmp_path / "none"))
    for spec in (find_model("qwen3-8b"), find_model()):
        with pytest.raises(ModelMissing):
            make_launch(spec, 8123, "sesame")


def test_the_embedded_server_takes_no_flags():
    with pytest.raises(SettingsInvalid, match="--kv-cache-dtype"):
        make_launch(find_gguf(), 8123, "sesame", ("--kv-cache-dtype", "fp8"))


def test_embedded_weights_are_verified_before_they_are_served(tmp_path, monkeypatch):
    path = tmp_path / "model.gguf"
    path.write_bytes(b"not a model")
    monkeypatch.setenv("SHOPCAST_MODEL_FILE", str(path))
    with pytest.raises(ModelCorrupt):
        make_launch(find_gguf(), 8123, "sesame")


def test_the_embedded_server_reads_its_line_and_says_why_it_died(tmp_path, monkeypatch, free_port):
    path = tmp_path / "model.gguf"
    path.write_bytes(b"not a model")
    monkeypatch.setenv("SHOPCAST_MODEL_FILE", str(path))
    spec = find_gguf().model_copy(update={"sha256": hashlib.sha256(b"not a model").hexdigest()})
    launch = make_launch(spec, free_port, "sesame")
    config = json.loads(launch.first_line)
    assert (config["port"], config["key"], config["model"]) == (free_port, "sesame", spec.name)
    supervisor = Supervisor(launch, lambda *_: None, Patience(check=0.05, deaths=1))
    with pytest.raises(ModelUnavailable, match=r"(?s)died 1 times.*failed to load model"):
        supervisor.run()


def test_only_models_for_vllm_need_to_be_served():
    with pytest.raises(SettingsInvalid, match="runs on vLLM") as caught:
        find_gguf("qwen3-8b")
    assert isinstance(find_model("qwen3-8b"), HubModel)
    assert "shopcast serve --model qwen3-8b" in caught.value.remedy
