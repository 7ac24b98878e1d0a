import json
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest

from agent.assistant import Assistant
from serving.embedder import default_embedder
from store.backup import BackupUnreadable, back_up, restore
from store.database import Store
from store.demo import bazaar
from store.errors import StoreError, StoreExists, StoreLocked
from store.location import list_stores, stores_home
from tests.agent.conftest import ScriptedConnection
from tools.shop import open_shop


@pytest.fixture(scope="module")
def shop_home(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    with bazaar.build(home, products=7, days=130, reviews=20) as store:
        store.save_answer({"question": "一共卖了多少"})
        folder = store.folder
    (folder / "feedback.jsonl").write_text('{"verdict": "up"}\n')
    (folder / "models").mkdir()
    (folder / "models" / "weights.bin").write_bytes(b"\x00" * 1000)
    (folder / "reviews_index").mkdir()
    (folder / "reviews_index" / "big").write_bytes(b"\x01" * 1000)
    (folder / "customers.secret").write_bytes(b"pepper")
    (folder / "customers.secret").chmod(0o600)
    return home


def _answers(home, name):
    shop = open_shop(name, None, home)
    try:
        product = shop.catalogue.products[0].product_id
        forecast = shop.engine.forecast(product, 14)
        info = shop.store.info
        return (
            shop.store.data_version(), shop.panel, np.asarray(forecast.mean), shop.store.answers(),
            (info.as_of, info.currency, info.timezone, info.label, info.review_count), shop.store.reviews(),
        )  # fmt: skip
    finally:
        shop.store.close()


def test_a_restored_store_answers_as_the_old_one_did(shop_home, tmp_path):
    held = back_up("bazaar", tmp_path / "copy.shopcast", home=shop_home)
    assert held == ["feedback.jsonl", "models/weights.bin", "store.duckdb"]
    assert restore(tmp_path / "copy.shopcast", home=tmp_path) == "bazaar"
    old, new = _answers(shop_home, "bazaar"), _answers(tmp_path, "bazaar")
    assert old[0] == new[0]
    assert old[1].equals(new[1])
    np.testing.assert_array_equal(old[2], new[2])
    assert old[3:5] == new[3:5]
    assert old[5].equals(new[5])
    folder = stores_home(tmp_path) / "bazaar"
    assert (folder / "models" / "weights.bin").read_bytes() == b"\x00" * 1000
    assert not (folder / "customers.secret").exists()
    assert list_stores(tmp_path) == ["bazaar"]


def _told(home):
    shop = open_shop("bazaar", default_embedder(), home)
    try:
        title = shop.catalogue.products[0].title
        scripted = ScriptedConnection()
        assistant = Assistant(shop, scripted)
        answers = []
        for question, calls in (
            ("What is trending?", [("list_trending", {})]),
            (f"{title} 未来14天能卖多少？", [("forecast_demand", {"product": title, "horizon": "14天"})]),
            (
                f"How many {title} were sold last week?",
                [("get_sales", {"product": title, "period": "last week"})],
            ),
            ("What do customers say about the battery?", [("search_reviews", {"query": "battery"})]),
        ):
            scripted.scripted.enqueue(*calls)
            answers.append(assistant.ask(question, conversation_id=question))
        assert [answer.outcome for answer in answers] == ["answered"] * 4
        parts = {"answer", "facts", "receipt", "citations", "tables", "charts", "caveats", "data_as_of"}
        return [answer.model_dump(include=parts) for answer in answers]
    finally:
        shop.store.close()


def test_the_assistant_says_the_same_over_a_restored_store(shop_home, tmp_path):
    back_up("bazaar", tmp_path / "copy.shopcast", home=shop_home)
    restore(tmp_path / "copy.shopcast", home=tmp_path)
    assert _told(shop_home) == _told(tmp_path)


def test_the_secret_comes_along_only_when_asked_for_and_stays_private(shop_home, tmp_path):
    back_up("bazaar", tmp_path / "copy.shopcast", with_secret=True, home=shop_home)
    restore(tmp_path / "copy.shopcast", as_name="二号店", home=tmp_path)
    secret = stores_home(tmp_path) / "二号店" / "customers.secret"
    assert secret.read_bytes() == b"pepper"
    assert secret.stat().st_mode & 0o077 == 0
    assert (tmp_path / "copy.shopcast").stat().st_mode & 0o077 == 0


def test_a_store_that_is_there_is_not_overwritten(shop_home, tmp_path):
    back_up("bazaar", tmp_path / "copy.shopcast", home=shop_home)
    with pytest.raises(StoreExists, match="--as NAME"):
        restore(tmp_path / "copy.shopcast", home=shop_home)
    assert restore(tmp_path / "copy.shopcast", as_name="other", home=shop_home) == "other"
    with Store.open("other", home=shop_home) as other:
        assert other.name == "other"
        other.delete()
    assert list_stores(shop_home) == ["bazaar"]


def _broken(tmp_path, file, change):
    """Return a backup with one file changed, its own sums unchanged."""
    unpacked = tmp_path / "unpacked"
    with tarfile.open(file) as archive:
        archive.extractall(unpacked, filter="data")
    change(unpacked)
    again = tmp_path / "changed.shopcast"
    with tarfile.open(again, "w:gz") as archive:
        for path in sorted(unpacked.rglob("*")):
            archive.add(path, path.relative_to(unpacked).as_posix(), recursive=False)
    return again


@pytest.mark.parametrize("damage", ["cut", "bits", "text", "missing", "changed", "extra", "format"])
def test_a_damaged_backup_restores_nothing(shop_home, tmp_path, damage):
    file = tmp_path / "copy.shopcast"
    back_up("bazaar", file, home=shop_home)
    content = file.read_bytes()
    if damage == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif damage == "bits":
        file.write_bytes(content[:2000] + bytes(200) + content[2200:])
    elif damage == "text":
        file.write_text("date,product,units\n")
    else:
        file = _broken(tmp_path, file, {
            "missing": lambda folder: (folder / "feedback.jsonl").unlink(),
            "changed": lambda folder: (folder / "feedback.jsonl").write_text("{}"),
            "extra": lambda folder: (folder / "more.jsonl").write_text("{}"),
            "format": lambda folder: (folder / "backup.json").write_text(
                json.dumps(json.loads((folder / "backup.json").read_text()) | {"format": 9})
            ),
        }[damage])  # fmt: skip
    with pytest.raises(BackupUnreadable, match=file.name):
        restore(file, home=tmp_path)
    assert list_stores(tmp_path) == []
    assert not stores_home(tmp_path).exists() or list(stores_home(tmp_path).iterdir()) == []


def test_a_backup_cannot_write_outside_its_store(shop_home, tmp_path):
    file = tmp_path / "evil.shopcast"
    (tmp_path / "payload").write_text("x")
    with tarfile.open(file, "w:gz") as archive:
        archive.add(tmp_path / "payload", "../../escaped")
    with pytest.raises(BackupUnreadable):
        restore(file, home=tmp_path / "home")
    assert not list((tmp_path / "home").rglob("escaped"))


def test_missing_files_and_folders_are_named(shop_home, tmp_path):
    with pytest.raises(BackupUnreadable, match="nowhere"):
        restore(tmp_path / "nowhere.shopcast", home=tmp_path)
    with pytest.raises(StoreError, match="cannot be written"):
        back_up("bazaar", tmp_path / "no" / "folder.shopcast", home=shop_home)
    assert [path.name for path in stores_home(shop_home).iterdir()] == ["bazaar"]


def test_a_store_in_use_is_not_backed_up_and_the_old_backup_stays(shop_home, tmp_path):
    file = tmp_path / "copy.shopcast"
    file.write_text("yesterday's")
    program = (
        f"import sys; from store.database import Store; store = Store.open('bazaar', home={str(shop_home)!r});"
        "print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).resolve().parents[2],
    ) as owner:  # fmt: skip
        assert owner.stdout.readline() == "open\n"
        with pytest.raises(StoreLocked, match=str(owner.pid)):
            back_up("bazaar", file, home=shop_home)
        owner.communicate("")
    assert file.read_text() == "yesterday's"
    assert [path.name for path in tmp_path.iterdir()] == ["copy.shopcast"]


def test_backing_up_leaves_the_lock_where_it_is(shop_home, tmp_path):
    """A process that reads the file beside DuckDB would lose its lock with the first close."""
    with Store.open("bazaar", home=shop_home) as store:
        store.copy_database(tmp_path / "copy.duckdb")
        program = f"from store.database import Store; Store.open('bazaar', home={str(shop_home)!r})"
        second = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=False,
            cwd=Path(__file__).resolve().parents[2],
        )  # fmt: skip
    assert second.returncode == 1 and "StoreLocked" in second.stderr
