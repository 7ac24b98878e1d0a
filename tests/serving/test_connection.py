"""Which model answers follows from the environment."""

import pytest

from serving.connection import EmbeddedConnection, RemoteConnection, connect
from serving.errors import ModelMissing, ModelUnknown, SettingsInvalid
from serving.settings import Settings


def test_without_settings_the_embedded_default_is_chosen_and_not_yet_started():
    connection = connect(Settings())
    assert isinstance(connection, EmbeddedConnection)
    assert connection.server.pid is None
    assert "Qwen2.5-Coder-1.5B" in connection.description
    connection.close()


def test_a_url_wins_over_the_embedded_model(fake, monkeypatch):
    monkeypatch.setenv("SHOPCAST_LLM_URL", fake.url)
    monkeypatch.setenv("SHOPCAST_LLM_MODEL", "qwen3-4b")
    monkeypatch.setenv("SHOPCAST_LLM_API_KEY", "open")
    connection = connect()
    assert isinstance(connection, RemoteConnection)
    reply = connection.client().complete([{"role": "user", "content": "hi"}], max_tokens=5, timeout_seconds=5)
    connection.close()
    assert reply.text == "hello"
    assert fake.requests[0]["model"] == "qwen3-4b"
    assert fake.keys == ["Bearer open"]
    assert "qwen3-4b" in connection.description


@pytest.mark.parametrize(
    "written", ["http://localhost:8000", "http://localhost:8000/", "http://localhost:8000/v1/"]
)
def test_the_version_may_be_left_out_of_the_url(written):
    connection = connect(Settings(llm_url=written, llm_model="m"))
    assert connection.client().url == "http://localhost:8000/v1"


@pytest.mark.parametrize("written", ["localhost:8000", "ftp://server/v1", "http://"])
def test_what_is_no_url_is_refused(written):
    with pytest.raises(SettingsInvalid, match="SHOPCAST_LLM_URL"):
        connect(Settings(llm_url=written, llm_model="m"))


def test_a_url_without_a_model_is_refused():
    with pytest.raises(SettingsInvalid, match="SHOPCAST_LLM_MODEL"):
        connect(Settings(llm_url="http://localhost:8000"))


def test_an_unknown_model_lists_the_known_ones():
    with pytest.raises(ModelUnknown, match=r"qwen2\.5-coder-0\.5b"):
        connect(Settings(model="gpt-9"))


def test_a_missing_model_file_says_how_to_fetch_it(tmp_path, monkeypatch):
    monkeypatch.delenv("SHOPCAST_MODEL_FILE", raising=False)
    monkeypatch.setenv("SHOPCAST_HOME", str(tmp_path))
    connection = connect(Settings())
    with pytest.raises(ModelMissing, match="shopcast demo --once"):
        connection.client()
    connection.close()
