"""A model that keeps failing is left alone for a while, and taken back by itself."""

import os
import subprocess
import sys

import pytest

from serving.breaker import FAILURES_TOLERATED, PAUSE_SECONDS, Breaker, make_breaker, open_breakers
from serving.connection import RemoteConnection, connect
from serving.errors import ModelUnavailable, RequestTooLong
from serving.settings import Settings

DOWN = ModelUnavailable("the model server is down", "start it")
QUESTION = [{"role": "user", "content": "hi"}]


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def tripped(clock):
    breaker = Breaker(clock)
    for _ in range(FAILURES_TOLERATED):
        breaker.check()
        breaker.report(DOWN)
    return breaker


def test_four_failures_and_an_answer_leave_it_closed(clock):
    breaker = Breaker(clock)
    for _ in range(3):
        for _ in range(FAILURES_TOLERATED - 1):
            breaker.report(DOWN)
        breaker.report(None)
    breaker.check()
    assert not breaker.is_open


def test_open_it_refuses_at_once_and_says_why_and_for_how_long(tripped, clock):
    clock.now += 10
    with pytest.raises(ModelUnavailable, match=r"5 times in a row.*20 s more.*server is down") as caught:
        tripped.check()
    assert caught.value.remedy == "start it"


def test_after_the_pause_one_trial_goes_through_and_the_others_wait(tripped, clock):
    clock.now += PAUSE_SECONDS
    tripped.check()
    with pytest.raises(ModelUnavailable):
        tripped.check()
    tripped.report(None)
    tripped.check()
    assert not tripped.is_open


def test_a_failed_trial_costs_another_pause(tripped, clock):
    clock.now += PAUSE_SECONDS
    tripped.check()
    clock.now += 5
    tripped.report(DOWN)
    clock.now += PAUSE_SECONDS - 1
    with pytest.raises(ModelUnavailable):
        tripped.check()
    clock.now += 1
    tripped.check()


def test_a_trial_that_is_never_heard_of_again_does_not_lock_the_model_out(tripped, clock):
    clock.now += PAUSE_SECONDS
    tripped.check()
    clock.now += PAUSE_SECONDS
    tripped.check()


def test_long_questions_say_nothing_about_the_server(clock):
    breaker = Breaker(clock)
    for _ in range(20):
        breaker.report(RequestTooLong("too long", "ask a shorter one"))
    breaker.check()


def test_a_dead_server_is_asked_five_times_and_no_more(fake, clock):
    fake.status, fake.body = 500, {"error": {"message": "out of memory"}}
    breaker = Breaker(clock)
    connection = RemoteConnection(fake.client(breaker=breaker), breaker)
    for _ in range(12):
        with pytest.raises(ModelUnavailable):
            connection.client().complete(QUESTION, max_tokens=2, timeout_seconds=5)
    assert len(fake.requests) == FAILURES_TOLERATED
    fake.status, fake.body = 200, type(fake)().body
    clock.now += PAUSE_SECONDS
    for _ in range(3):
        connection.client().complete(QUESTION, max_tokens=2, timeout_seconds=5)
    connection.close()


def test_requests_through_another_transport_count_too(fake, clock):
    fake.status = 503
    breaker = Breaker(clock)
    client = fake.client(breaker=breaker).through(lambda transport: transport)
    for _ in range(FAILURES_TOLERATED):
        with pytest.raises(ModelUnavailable):
            client.complete(QUESTION, max_tokens=2, timeout_seconds=5)
    client.close()
    assert breaker.is_open


def test_a_missing_model_file_opens_it_as_well_and_stays_the_reason_given():
    connection = connect(Settings())
    for _ in range(FAILURES_TOLERATED + 1):
        with pytest.raises(ModelUnavailable, match="is missing") as caught:
            connection.client()
    assert "5 times in a row" in caught.value.message
    assert [pid for pid, _ in open_breakers()] == [os.getpid()]
    connection.close()
    assert list(open_breakers()) == []


def test_other_processes_see_it_open_until_it_closes():
    breaker = make_breaker()
    assert list(open_breakers()) == []
    for _ in range(FAILURES_TOLERATED):
        breaker.report(DOWN)
    assert list(open_breakers()) == [(os.getpid(), "the model server is down")]
    breaker.report(None)
    assert list(open_breakers()) == []


def test_what_a_killed_process_left_is_swept_up():
    breaker = make_breaker()
    for _ in range(FAILURES_TOLERATED):
        breaker.report(DOWN)
    with subprocess.Popen([sys.executable, "-c", "pass"]) as ended:
        ended.wait()
    notice = breaker._notice
    notice.rename(notice.with_name(f"breaker-{ended.pid}.json"))
    assert list(open_breakers()) == []
    assert list(notice.parent.iterdir()) == []
