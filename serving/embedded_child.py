"""The child process that holds the model: `python -m serving.embedded_child`, configured on stdin.

The first line of stdin is the configuration (with the key, which therefore never stands on a command
line); stdin then stays open for as long as the parent lives. Kept to few imports: it starts quickly.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from typing import Any

import xllamacpp

_PARENT_CHECK_SECONDS = 1.0
# Prompts of other shapes than the last one, kept beside it: four of the longest.
_PROMPT_CACHE_MIB = 512


def main() -> None:
    """Load the model, tell the parent the address on stdout, serve until the parent goes."""
    config = json.loads(sys.stdin.readline())
    # llama.cpp may write to stdout: keep the real one for the hand-shake, send the rest to the log.
    handshake = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    threading.Thread(target=_exit_when_stdin_closes, daemon=True).start()
    threading.Thread(target=_exit_when_orphaned, args=(config["parent_pid"],), daemon=True).start()
    server = xllamacpp.Server(_parameters(config))
    print(json.dumps({"address": server.listening_address}), file=handshake, flush=True)
    threading.Event().wait()


def _parameters(config: dict[str, Any]) -> Any:
    params = xllamacpp.CommonParams()
    params.model.path = config["model_path"]
    params.model_alias = {config["model"]}
    params.hostnames = ["127.0.0.1"]
    params.port = config["port"]
    params.api_keys = [config["key"]]
    # Empty, not "*": no page in a browser may talk to the model.
    params.cors_origins = ""
    params.cors_credentials = False
    params.ui = False
    params.n_ctx = config["context_tokens"]
    params.n_parallel = 1
    params.slot_save_path = config["slot_folder"]
    params.cache_ram_mib = _PROMPT_CACHE_MIB
    params.use_jinja = True
    params.cpuparams.n_threads = config["threads"]
    params.cpuparams_batch.n_threads = config["threads"]
    if config["drafting"]:
        _let_draft(params, **config["drafting"])
    return params


def _let_draft(params: Any, match_tokens: int, draft_tokens: int) -> None:
    """Guess from what stands in the context already; the model checks a guess in one step, not in several."""
    kind = xllamacpp.common_speculative_type.COMMON_SPECULATIVE_TYPE_NGRAM_MAP_K
    params.speculative.types = [kind]
    params.speculative.ngram_map_k.size_n = match_tokens
    params.speculative.ngram_map_k.size_m = draft_tokens


def _exit_when_stdin_closes() -> None:
    # Also reached when the parent is killed with -9: its end of the pipe closes with it.
    sys.stdin.read()
    os._exit(0)


def _exit_when_orphaned(parent_pid: int) -> None:
    # A process that the parent forked may hold the pipe open, hence a second watch. The kernel's own
    # "signal at parent's death" is no use: it fires when the thread that started us ends.
    while os.getppid() == parent_pid:
        time.sleep(_PARENT_CHECK_SECONDS)
    os._exit(0)


if __name__ == "__main__":
    main()
