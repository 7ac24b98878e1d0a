import numpy as np
import pytest

from serving import text_training
from serving.text_model import TextModel
from serving.text_training import Labelled, fine_tune

transformers = pytest.importorskip("transformers", reason="the extra 'text' is not installed")

WORDS = "good great love bad poor broke dress tablet the is it".split()


@pytest.fixture
def tiny_encoder(tmp_path, monkeypatch):
    """An encoder of four small layers that knows eleven words: training takes a second."""
    vocabulary = tmp_path / "vocab.txt"
    vocabulary.write_text("\n".join(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS]), encoding="utf-8")
    folder = tmp_path / "encoder"
    transformers.BertTokenizerFast(str(vocabulary)).save_pretrained(folder)
    config = transformers.BertConfig(
        vocab_size=len(WORDS) + 5,
        hidden_size=32,
        num_hidden_layers=4,
        num_attention_heads=2,
        intermediate_size=64,
    )
    transformers.BertForSequenceClassification(config).save_pretrained(folder)
    monkeypatch.setattr(text_training, "base_encoder", lambda: folder)
    return folder


def reviews(count, seed):
    chance = np.random.default_rng(seed)
    labels = chance.integers(0, 2, count)
    praise, blame, rest = WORDS[:3], WORDS[3:6], WORDS[6:]
    texts = [
        " ".join([*chance.choice(rest, 3), chance.choice(praise if label else blame)]) for label in labels
    ]
    return Labelled(texts, labels)


def test_what_was_learnt_holds_on_reviews_not_seen_and_survives_saving(tiny_encoder, tmp_path):
    steps = []
    fit = fine_tune(
        reviews(1200, 1), reviews(100, 2), most_minutes=2, seed=7, tell=lambda done, _all: steps.append(done)
    )
    assert max(fit.checks) > 0.9
    fit.model.save(tmp_path / "saved")
    texts = ["it is good", "it is bad"]
    again = TextModel.load(tmp_path / "saved").score_reviews(texts)
    assert again[0] > again[1]
    assert np.allclose(again, fit.model.score_reviews(texts))
    assert steps == sorted(steps)


def test_training_stops_at_the_first_check_when_its_minutes_are_over(tiny_encoder):
    fit = fine_tune(reviews(600, 1), reviews(50, 2), most_minutes=0, seed=7, tell=lambda _done, _all: None)
    assert len(fit.checks) == 1


def test_the_same_seed_gives_the_same_model(tiny_encoder):
    def trained():
        fit = fine_tune(
            reviews(300, 1), reviews(50, 2), most_minutes=1, seed=3, tell=lambda _done, _all: None
        )
        return fit.model.score_reviews(["it is good"])

    assert trained() == pytest.approx(trained())
