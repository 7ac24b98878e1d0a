"""The command line as a user types it; the model server is one that nobody runs, so keywords plan."""

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.answer import Answer
from store.database import Store
from store.demo import bazaar
from ui.cli import main


@pytest.fixture(scope="session")
def built_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with bazaar.build(tmp_path_factory.mktemp("cli"), products=16, days=200, reviews=40) as store:
        return store.folder


@pytest.fixture
def home(built_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    base = tmp_path / "home"
    shutil.copytree(built_store, base / "stores" / "bazaar")
    monkeypatch.setenv("SHOPCAST_LLM_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("SHOPCAST_LLM_MODEL", "nobody")
    return base


class Ran:
    def __init__(self, status: int, out: str, err: str) -> None:
        self.status, self.out, self.err = status, out, err


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]):
    def run(*arguments: str) -> Ran:
        with pytest.raises(SystemExit) as ended:
            main(list(arguments))
        captured = capsys.readouterr()
        code = ended.value.code
        return Ran(code if isinstance(code, int) else int(code is not None), captured.out, captured.err)

    return run


def test_help_lists_the_commands_without_loading_the_house() -> None:
    started = time.monotonic()
    listed = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "ui.cli", "--help"], capture_output=True, text=True, check=True,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert time.monotonic() - started < 30
    for command in ("ask", "web", "demo", "doctor", "import", "stores", "train"):
        assert command in listed.stdout
    loaded = {line.rpartition("|")[2].strip() for line in listed.stderr.splitlines()}
    assert not loaded & {"torch", "gradio", "chromadb", "duckdb", "pandas", "langgraph", "statsmodels"}


def test_ask_prints_words_and_receipt(run, home: Path) -> None:
    ran = run("ask", "What is trending?")
    assert ran.status == 0
    assert "list_trending" in ran.out and "Receipt" in ran.out
    assert "language model did not answer" in ran.out.replace("\n", " ")


def test_ask_json_is_an_answer(run, home: Path) -> None:
    ran = run("ask", "上周卖了多少", "--json")
    answer = Answer.model_validate_json(ran.out)
    assert ran.status == 0 and answer.language == "zh"
    assert answer.calls[0].arguments["period"]["start"] < answer.calls[0].arguments["period"]["end"]
    assert all(fact.source.tool == "get_sales" for fact in answer.facts)


def test_a_question_that_fails_ends_in_status_1(run, home: Path) -> None:
    ran = run("ask", "How many purple zeppelins will sell in 14 days?")
    assert ran.status == 1 and "product" in ran.out


def test_no_store_names_the_remedy(run, home: Path) -> None:
    shutil.rmtree(home / "stores")
    ran = run("ask", "What is trending?")
    assert ran.status == 1
    assert "no store named 'bazaar'" in ran.err and "shopcast demo" in ran.err


def test_two_processes_cannot_open_one_store(run, home: Path) -> None:
    program = (
        "import sys; from store.database import Store; store = Store.open('bazaar'); "
        "print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).resolve().parents[2],
    ) as owner:  # fmt: skip
        assert owner.stdout is not None and owner.stdout.readline() == "open\n"
        ran = run("ask", "What is trending?")
        assert ran.status == 1 and str(owner.pid) in ran.err and "Remedy" in ran.err
        owner.communicate("")
    assert run("ask", "What is trending?").status == 0, "nothing was lost"


def test_many_questions_from_a_file(run, home: Path, tmp_path: Path) -> None:
    title = _a_title(home)
    lines = [
        {"id": "a", "question": "What is trending?", "store": "bazaar"},
        {"id": "b", "turns": [f"How many {title} will sell in 14 days?", "and for 30 days?"]},
        {"id": "c", "question": "What is trending?", "store": "nowhere"},
    ]
    questions = tmp_path / "questions.jsonl"
    questions.write_text("\n".join([*(json.dumps(line) for line in lines), "not json"]), encoding="utf-8")
    ran = run("ask", "--file", str(questions), "--out", str(tmp_path / "answers.jsonl"))
    answers = {
        line["id"]: line
        for line in map(json.loads, (tmp_path / "answers.jsonl").read_text("utf-8").splitlines())
    }
    assert ran.status == 1 and "2 of 4 answered" in ran.err
    assert answers["a"]["calls"][0]["tool"] == "list_trending"
    days = [turn["calls"][0]["arguments"]["horizon_days"] for turn in answers["b"]["turns"]]
    assert days == [14, 30]
    assert "no store named 'nowhere'" in answers["c"]["error"] and "not JSON" in answers[4]["error"]


def _a_title(home: Path) -> str:
    with Store.open("bazaar", home=home) as store:
        return str(store.products().sort_values("launched_on").title.iloc[0])


def test_import_guesses_columns_and_changes_nothing_the_second_time(run, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "销售.csv"
    file.write_bytes("日期,商品,销量\n2026-01-01,红伞,3\n2026-01-02,红伞,5\n坏日期,红伞,1\n".encode("gbk"))
    first = run("import", "sales", str(file), "--store", "mine", "--currency", "CNY")
    assert first.status == 0
    assert (
        "3 rows read, 2 used" in first.out
        and "the date cannot be read" in first.out
        and "guessed" in first.out
    )
    again = run("import", "sales", str(file), "--store", "mine")
    assert again.status == 0 and "0 new, 0 changed" in again.out
    asked = run("ask", "一共卖了多少", "--store", "mine")
    assert asked.status == 0 and "8 件" in asked.out


def test_a_file_that_cannot_be_read_leaves_no_store_behind(run, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "photo.csv"
    file.write_bytes(bytes(range(256)) * 20)
    ran = run("import", "sales", str(file), "--store", "mine")
    assert ran.status == 1 and "Remedy" in ran.err
    assert not (home / "stores" / "mine" / "store.duckdb").exists()


def test_a_column_option_without_a_header_is_explained(run, home: Path, tmp_path: Path) -> None:
    ran = run("import", "sales", str(tmp_path / "x.csv"), "--store", "mine", "--column", "units")
    assert ran.status == 2 and "FIELD=HEADER" in ran.err
