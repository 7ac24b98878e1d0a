"""What a merchant reads who imports while the store is open elsewhere, and who takes imports back."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Store
from ui.cli import main


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHOPCAST_HOME", str(tmp_path / "home"))
    file = tmp_path / "may.csv"
    file.write_text("date,product,units\n2024-05-01,tea,3\n2024-05-02,tea,4\n")
    return file


@pytest.fixture
def owner(file: Path) -> Iterator[int]:
    """A process that has the store "uk" open, as `shopcast web` would."""
    Store.create("uk", kind="imported", currency="GBP", timezone="UTC").close()
    program = (
        "import sys; from store.database import Store; store = Store.open('uk'); "
        "print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).resolve().parents[2],
    ) as process:  # fmt: skip
        assert process.stdout is not None and process.stdout.readline() == "open\n"
        yield process.pid
        process.communicate("")


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


@pytest.mark.parametrize(
    ("language", "says"),
    [("en", "is open in process {}. Remedy: a store has one owner"), ("zh", "店铺“uk”已被进程 {}打开")],
)
def test_an_import_into_a_store_in_use_says_who_has_it(
    file: Path, owner: int, capsys: pytest.CaptureFixture[str], language: str, says: str
) -> None:
    status, _, err = _run(
        capsys, "import", "sales", str(file), "--store", "uk", "--currency", "GBP", "--language", language
    )
    assert status == 1
    assert says.format(owner) in err
    assert f"kill {owner}" in err and "shopcast web" in err
    assert err.count("\n") == 1


def test_a_list_of_stores_shows_the_others_while_one_is_in_use(
    file: Path, owner: int, capsys: pytest.CaptureFixture[str]
) -> None:
    Store.create("de", kind="imported", currency="EUR", timezone="UTC").close()
    status, out, _ = _run(capsys, "stores")
    assert status == 0
    assert "de: de · imported" in out and f"'uk' is open in process {owner}" in out


def test_an_import_is_listed_and_taken_back(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(capsys, "import", "sales", str(file), "--store", "uk", "--currency", "GBP")[0] == 0
    assert "may.csv" in _run(capsys, "import", "list")[1]
    status, out, _ = _run(capsys, "import", "undo", "1")
    assert status == 0 and "batch 1 (may.csv) is undone: 2 rows gone" in out
    status, _, err = _run(capsys, "import", "undo", "1")
    assert status == 1 and "was undone before" in err


def test_a_backup_is_restored_under_another_name(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _run(capsys, "import", "sales", str(file), "--store", "uk", "--currency", "GBP")
    status, out, _ = _run(capsys, "backup", "uk", str(tmp_path / "uk.shopcast"))
    assert status == 0 and "import_profiles.json" in out and "store.duckdb" in out
    status, out, _ = _run(capsys, "restore", str(tmp_path / "uk.shopcast"), "--as", "uk2")
    assert status == 0 and "uk2: uk · imported · 1 products · 2024-05-01 to 2024-05-02" in out
