"""How each backend is started for a model: the flags that fit it, the key where nobody else reads it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from serving.embedded import CHILD_COMMAND, child_config, child_environment
from serving.errors import ModelUnavailable, SettingsInvalid
from serving.hub import ready_folder
from serving.registry import GgufModel, HubModel
from serving.served import Backend
from serving.settings import home
from serving.supervision import Launch
from serving.weights import Progress, ready_path

_PROJECT = Path(__file__).resolve().parents[1]
VLLM_PYTHON = _PROJECT / ".venv-vllm" / "bin" / "python"

# Nothing is reported to anybody, and the hub is not asked at each start for what lies on the disk.
_QUIET = {"VLLM_NO_USAGE_STATS": "1", "DO_NOT_TRACK": "1", "HF_HUB_OFFLINE": "1"}
# Free to write white space between the fields, a small model may write nothing else until its tokens are spent.
_HELD_TO_SCHEMA = {"backend": "xgrammar", "disable_any_whitespace": True}


def choose_backend(spec: GgufModel | HubModel, wanted: Backend | None) -> Backend:
    """Return what can run the model.

    Raises:
        SettingsInvalid: another backend was asked for than the one that its weights are made for.
    """
    fitting: Backend = "vllm" if isinstance(spec, HubModel) else "embedded"
    if wanted not in (None, fitting):
        raise SettingsInvalid(
            f"the weights of {spec.name!r} are made for the backend {fitting!r}, not for {wanted!r}",
            "choose another model with --model; `shopcast models list` shows each one's backend",
        )
    return fitting


def make_launch(
    spec: GgufModel | HubModel,
    port: int,
    key: str,
    flags: tuple[str, ...] = (),
    on_progress: Progress | None = None,
) -> Launch:
    """Return how the model is served on 127.0.0.1.

    Args:
        spec: the model; its weights must be on this machine.
        port: where the server listens.
        key: what requests must carry.
        flags: the user's own, for vLLM; they win over ours.
        on_progress: told how far the verifying is.

    Raises:
        ModelMissing: the weights are not here.
        ModelCorrupt: they are not the registered ones.
        ModelUnavailable: vLLM is not set up.
        SettingsInvalid: flags for the embedded server, which takes none.
    """
    if isinstance(spec, HubModel):
        return _launch_vllm(spec, port, key, flags)
    if flags:
        raise SettingsInvalid(
            f"the embedded server takes no flags ({' '.join(flags)!r} given)",
            "leave them out, or serve with vLLM",
        )
    return _launch_embedded(spec, port, key, on_progress)


def _launch_embedded(spec: GgufModel, port: int, key: str, on_progress: Progress | None) -> Launch:
    config = child_config(spec, ready_path(spec, progress=on_progress), key, port)
    return Launch(
        command=CHILD_COMMAND,
        environment=child_environment(),
        folder=_PROJECT,
        first_line=json.dumps(config) + "\n",
        health_url=f"http://127.0.0.1:{port}/health",
        log_path=home() / "logs" / "served-model.log",
    )


def _launch_vllm(spec: HubModel, port: int, key: str, flags: tuple[str, ...]) -> Launch:
    if not VLLM_PYTHON.exists():
        raise ModelUnavailable(f"vLLM is not set up: {str(VLLM_PYTHON)!r} is missing", "run `make vllm`")
    leash = (sys.executable, str(Path(__file__).with_name("leash.py")))
    server = (str(VLLM_PYTHON), "-m", "vllm.entrypoints.openai.api_server")
    return Launch(
        command=(*leash, *server, *_vllm_flags(spec, port), *flags),
        # The key goes by the environment: a command line can be read by every user of the machine.
        environment={**_QUIET, **os.environ, "VLLM_API_KEY": key},
        # Not the project: `-m` puts the working folder first on the path, and our package names are common words.
        folder=home() / "run",
        first_line="",
        health_url=f"http://127.0.0.1:{port}/health",
        log_path=home() / "logs" / "served-model.log",
    )


def _vllm_flags(spec: HubModel, port: int) -> tuple[str, ...]:
    flags = ["--model", str(ready_folder(spec)), "--served-model-name", spec.name]
    flags += ["--host", "127.0.0.1", "--port", str(port)]
    flags += ["--max-model-len", str(spec.context_tokens), "--enable-prefix-caching"]
    flags += ["--structured-outputs-config", json.dumps(_HELD_TO_SCHEMA)]
    # The folder's own sampling defaults would apply where a request says nothing.
    flags += ["--generation-config", "vllm", "--disable-uvicorn-access-log"]
    if spec.thinking == "off":
        flags += ["--default-chat-template-kwargs", json.dumps({"enable_thinking": False})]
    return tuple(flags)
