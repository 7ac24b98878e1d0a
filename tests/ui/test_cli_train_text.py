from click.testing import CliRunner

from store.database import Store
from tools import text_training
from tools.text_training import Score, TextTrial
from ui.cli_train_text import train_text

SCORES = {"trained": Score(0.95, 0.9), "embedding": Score(0.93, 0.88), "shipped": Score(0.94, 0.87)}


def run(monkeypatch, tmp_path, *, is_used):
    Store.create("words", kind="imported", currency="EUR", timezone="UTC").close()

    def trial(_shop, *, most_minutes, seed, tell):
        assert (most_minutes, seed) == (2.0, 3)
        for step in range(1, 4):
            tell(step, 3)
        return TextTrial(1400, 400, SCORES, 1.5, is_used)

    monkeypatch.setattr(text_training, "train_text", trial)
    return CliRunner().invoke(train_text, ["words", "--minutes", "2", "--seed", "3"])


def test_every_model_is_scored_beside_the_others_and_the_verdict_is_said(monkeypatch, tmp_path):
    result = run(monkeypatch, tmp_path, is_used=True)
    assert result.exit_code == 0
    for said in (
        "1,400 reviews",
        "400 held-out",
        "AUC 0.950",
        "AUC 0.930",
        "AUC 0.940",
        "is used for this store",
    ):
        assert said in result.output


def test_a_model_that_is_no_better_is_not_used_and_the_merchant_is_told(monkeypatch, tmp_path):
    assert "the shipped model stays in use" in run(monkeypatch, tmp_path, is_used=False).output


def test_a_store_that_is_not_there_is_one_clear_error(monkeypatch):
    result = CliRunner().invoke(train_text, ["nowhere"])
    assert result.exception is not None and "nowhere" in str(result.exception)
