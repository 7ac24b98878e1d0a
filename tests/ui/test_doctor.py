"""The doctor names what is missing or broken, with a remedy, and its exit status says whether it matters."""

import os
from collections.abc import Callable

import pytest

from serving.breaker import FAILURES_TOLERATED, make_breaker
from serving.client import Completion
from serving.errors import ModelRejected, ModelUnavailable
from serving.served import Served, announce, claim_home
from store.database import Store
from ui import doctor


class SomeoneElsesServer:
    """A model server of the user's own, with whatever it answers."""

    description = "qwen3-4b at http://gpu:8000/v1"

    def __init__(self, answer: Callable[[], str]) -> None:
        self.answer = answer

    def client(self):
        return self

    def complete(self, messages, *, schema=None, max_tokens, timeout_seconds):
        return Completion(self.answer(), 9, 4, 0.1, 0)

    def close(self) -> None:
        return


@pytest.fixture
def examined(monkeypatch):
    def examine(answer: Callable[[], str]) -> dict[str, doctor.Check]:
        monkeypatch.setattr(doctor, "connect", lambda: SomeoneElsesServer(answer))
        return {check.name: check for check in doctor.run_doctor()}

    return examine


def test_on_an_empty_machine_it_says_how_to_begin_and_exits_1(monkeypatch, capsys):
    monkeypatch.delenv("SHOPCAST_MODEL_FILE", raising=False)
    assert doctor.print_doctor() == 1
    said = capsys.readouterr().out
    assert "model file: the model file" in said
    assert said.count("remedy: run `shopcast demo") == 2


def test_with_everything_there_it_exits_0(monkeypatch, demo_home, capsys):
    monkeypatch.setenv("SHOPCAST_HOME", str(demo_home))
    monkeypatch.setattr(doctor, "connect", lambda: SomeoneElsesServer(lambda: '{"answer": "ok"}'))
    assert doctor.print_doctor() == 0
    said = capsys.readouterr().out
    assert "store bazaar: synthetic, 40 products" in said
    assert "review index of bazaar: holds the store's reviews" in said
    assert "forecasters of bazaar: not trained" in said
    assert {line.strip() for line in said.splitlines() if "remedy" in line} == {
        f"remedy: run `shopcast train --store {store}`" for store in ("bazaar", "complete-journey")
    }


@pytest.mark.parametrize(
    ("trained_on", "status", "found"),
    [
        ("", "missing", "not trained"),
        ("other sales", "missing", "on earlier sales"),
        ("these", "ok", "the store's"),
    ],
)
def test_forecasters_are_held_against_the_stores_sales(monkeypatch, demo_home, trained_on, status, found):
    with Store.open("bazaar", home=demo_home) as store:
        version = store.data_version() if trained_on == "these" else trained_on or None
        monkeypatch.setattr(doctor, "saved_version", lambda folder: version)
        check = doctor._check_forecasters(store)
    assert (check.status, check.stops_answering) == (status, status == "ok") and found in check.found


def test_a_model_file_with_a_wrong_sum_is_broken(monkeypatch, tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(b"not the weights")
    monkeypatch.setenv("SHOPCAST_MODEL_FILE", str(path))
    (check,) = [check for check in doctor.run_doctor() if check.name == "model file"]
    assert check.status == "broken"
    assert "sha256" in check.found
    assert "delete that file" in check.remedy


@pytest.mark.parametrize(
    "text", ["Sure! Here you go", '{"answer": "maybe"}', '{"answer": "ok", "more": 1}', "[]"]
)
def test_a_server_that_ignores_the_schema_is_broken(examined, text):
    checks = examined(lambda: text)
    assert checks["model server"].status == "ok"
    assert checks["answer by schema"].status == "broken"
    assert "response_format" in checks["answer by schema"].remedy


def test_a_server_that_is_down_is_broken_and_not_probed(examined):
    def refuse() -> str:
        raise ModelUnavailable("the model server at http://gpu:8000/v1 cannot be reached", "start the server")

    checks = examined(refuse)
    assert checks["model server"].status == "broken"
    assert checks["model server"].remedy == "start the server"
    assert "answer by schema" not in checks


def test_packages_that_differ_from_the_lock_are_named(monkeypatch, tmp_path, examined):
    lock = tmp_path / "requirements.lock"
    lock.write_text("numpy==0.0.1\nno-such-package==1.0\n", encoding="utf-8")
    monkeypatch.setattr(doctor, "_LOCK_FILE", lock)
    packages = examined(lambda: '{"answer": "ok"}')["packages"]
    assert packages.status == "missing"
    assert "instead of 0.0.1" in packages.found
    assert "no-such-package absent" in packages.found
    assert packages.stops_answering


def test_a_model_that_is_not_there_names_those_that_are(examined, monkeypatch):
    def refuse() -> str:
        raise ModelRejected("the model server answered 404: no such model", "check SHOPCAST_LLM_MODEL")

    names = [f"qwen-{number}" for number in range(10)]
    monkeypatch.setattr(SomeoneElsesServer, "offered_models", lambda *_: names, raising=False)
    remedy = examined(refuse)["model server"].remedy
    assert remedy.startswith("check SHOPCAST_LLM_MODEL. It serves 'qwen-0'")
    assert remedy.endswith("and 2 more")


def test_a_program_whose_model_rests_is_named(examined):
    breaker = make_breaker()
    for _ in range(FAILURES_TOLERATED):
        breaker.report(ModelUnavailable("the model server cannot be reached", "start it"))
    check = examined(lambda: '{"answer": "ok"}')[f"model breaker of process {os.getpid()}"]
    assert check.status == "broken"
    assert "cannot be reached" in check.found
    assert not check.stops_answering
    breaker.report(None)
    assert not any("breaker" in name for name in examined(lambda: '{"answer": "ok"}'))


def test_the_folder_of_a_served_model_is_looked_at(monkeypatch, tmp_path):
    monkeypatch.setenv("SHOPCAST_MODEL_FILE", str(tmp_path))
    with claim_home():
        announce(Served(url="http://127.0.0.1:9/v1", model="qwen3-8b", backend="vllm", ready=True))
        checks = {check.name: check for check in doctor.run_doctor()}
    assert checks["model file"].status == "missing"
    assert "shopcast models pull qwen3-8b" in checks["model file"].remedy
