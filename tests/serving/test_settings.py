"""Settings come from the environment, and a wrong one is named."""

from pathlib import Path

import pytest

from serving.errors import SettingsInvalid
from serving.settings import home, keep_model, load_settings


def test_home_is_read_at_each_call_and_not_created(monkeypatch, tmp_path):
    monkeypatch.setenv("SHOPCAST_HOME", str(tmp_path / "a"))
    assert home() == tmp_path / "a"
    monkeypatch.delenv("SHOPCAST_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "b"))
    assert home() == tmp_path / "b" / "shopcast"
    monkeypatch.delenv("XDG_DATA_HOME")
    assert home() == Path.home() / ".local" / "share" / "shopcast"
    assert list(tmp_path.iterdir()) == []


def test_an_empty_variable_counts_as_unset(monkeypatch):
    monkeypatch.setenv("SHOPCAST_LLM_URL", "")
    assert load_settings().llm_url is None


def test_the_key_is_not_shown_when_settings_are_printed(monkeypatch):
    monkeypatch.setenv("SHOPCAST_LLM_API_KEY", "very-secret")
    assert "very-secret" not in repr(load_settings())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SHOPCAST_LLM_TIMEOUT_SECONDS", "soon"),
        ("SHOPCAST_LLM_TIMEOUT_SECONDS", "-1"),
        ("SHOPCAST_WEB_PORT", "99999"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsInvalid) as caught:
        load_settings()
    assert name in caught.value.message
    assert value in caught.value.message


def test_a_kept_model_outlasts_the_shell_and_the_environment_wins(monkeypatch):
    monkeypatch.delenv("SHOPCAST_MODEL", raising=False)
    assert load_settings().model is None
    keep_model("qwen2.5-coder-0.5b")
    keep_model("qwen3-8b")
    assert load_settings().model == "qwen3-8b"
    monkeypatch.setenv("SHOPCAST_MODEL", "qwen2.5-coder-1.5b")
    assert load_settings().model == "qwen2.5-coder-1.5b"


@pytest.mark.parametrize("content", ["{not json", "[1]", "{}"])
def test_a_file_that_cannot_be_read_is_named_and_mended_by_choosing_again(content):
    home().mkdir(parents=True)
    (home() / "settings.json").write_text(content, encoding="utf-8")
    with pytest.raises(SettingsInvalid, match=r"settings\.json"):
        load_settings()
    keep_model("qwen3-8b")
    assert load_settings().model == "qwen3-8b"
