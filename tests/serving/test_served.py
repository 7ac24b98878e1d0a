"""One server a home: the other commands find it, strangers do not read its key, and nothing stale is believed."""

import stat
import subprocess
import sys
import threading

import pytest

from serving.connection import EmbeddedConnection, RemoteConnection, ServedConnection, connect
from serving.errors import AlreadyServed, ModelUnavailable
from serving.served import Served, announce, claim_home, find_served, keep_key, key_file
from serving.settings import Settings, keep_model

QUESTION = [{"role": "user", "content": "hi"}]


@pytest.fixture
def served(fake):
    """A server that is announced and ready."""
    with claim_home():
        keep_key("sesame")
        announcement = Served(url=fake.url, model="qwen3-8b", backend="vllm", ready=True)
        announce(announcement)
        yield announcement


def test_nobody_serves_an_empty_home():
    assert find_served() is None


def test_a_served_model_is_used_without_any_setting(served, fake):
    connection = connect()
    assert isinstance(connection, ServedConnection)
    assert connection.is_awake
    assert "Qwen3-8B" in connection.description
    assert connection.client().complete(QUESTION, max_tokens=5, timeout_seconds=5).text == "hello"
    connection.warm(QUESTION)
    connection.close()
    (sent,) = fake.requests
    assert fake.keys == ["Bearer sesame"]
    assert sent["model"] == "qwen3-8b"
    assert sent["chat_template_kwargs"] == {"enable_thinking": False}


def test_a_url_or_another_model_by_name_comes_first(served):
    named = connect(Settings(llm_url="http://127.0.0.1:9/v1", llm_model="m"))
    assert isinstance(named, RemoteConnection)
    assert isinstance(connect(Settings(model="qwen2.5-coder-0.5b")), EmbeddedConnection)
    keep_model("qwen3-8b")
    assert isinstance(connect(), ServedConnection)


def test_the_key_is_for_the_owner_only_and_gone_at_the_end(fake):
    with claim_home():
        keep_key("sesame")
        assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    assert not key_file().exists()


def test_while_it_starts_questions_are_not_sent(served, fake):
    announce(served.model_copy(update={"ready": False}))
    connection = connect()
    assert not connection.is_awake
    with pytest.raises(ModelUnavailable, match="being started"):
        connection.client()
    announce(served)
    assert connection.client().complete(QUESTION, max_tokens=5, timeout_seconds=5).text == "hello"
    connection.close()


def test_a_program_that_outlives_the_server_says_so(fake):
    with claim_home():
        keep_key("sesame")
        announce(Served(url=fake.url, model="qwen3-8b", backend="vllm", ready=True))
        connection = connect()
    with pytest.raises(ModelUnavailable, match="no longer served") as caught:
        connection.client()
    assert "shopcast serve --model qwen3-8b" in caught.value.remedy
    connection.close()


def test_a_new_key_after_a_new_start_is_used(served, fake):
    connection = connect()
    connection.client().complete(QUESTION, max_tokens=5, timeout_seconds=5)
    keep_key("other")
    connection.client().complete(QUESTION, max_tokens=5, timeout_seconds=5)
    connection.close()
    assert fake.keys == ["Bearer sesame", "Bearer other"]


def test_what_a_killed_server_left_behind_is_not_believed():
    program = (
        "from serving.served import *\n"
        "from serving.served import Served\n"
        "with claim_home():\n"
        "    announce(Served(url='http://127.0.0.1:9/v1', model='qwen3-8b', backend='vllm', ready=True))\n"
        "    print('up', flush=True); import threading; threading.Event().wait()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"up\n"
        assert find_served() is not None
        with pytest.raises(AlreadyServed, match="qwen3-8b"), claim_home():
            pass
        process.kill()
    assert find_served() is None
    with claim_home():
        pass


def test_looking_does_not_keep_a_server_from_starting():
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            find_served()

    threads = [threading.Thread(target=look) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(20):
            with claim_home():
                pass
    finally:
        stop.set()
        for thread in threads:
            thread.join()
