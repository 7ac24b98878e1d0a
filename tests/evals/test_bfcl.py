"""BFCL's irrelevance sets as cases that allow no call."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from agent.assistant import LONGEST_QUESTION
from evals.adapters.bfcl import FILES, RELEVANT_TO_A_SHOP, load_irrelevance
from evals.errors import SuiteInvalid
from evals.observed import Observed, ObservedCall, ObservedTurn
from evals.scoring import score_case


def row(number: int | str, *messages: tuple[str, str]) -> dict[str, Any]:
    said = [{"role": role, "content": text} for role, text in messages]
    return {"id": f"live_irrelevance_{number}", "question": [said], "function": [{"name": "get_weather"}]}


def write(folder: Path, *rows: dict[str, Any], live: bool = True) -> Path:
    folder.mkdir(exist_ok=True)
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in rows)
    with gzip.open(folder / f"{FILES[live]}.gz", "wt", encoding="utf-8") as file:
        file.write(lines)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(
        tmp_path / "bfcl",
        row(1, ("system", "You are a pirate."), ("user", "What is the weather like in Lisbon?")),
        row(2, ("user", "北京今天多少度？")),
        row(3, ("user", "hi there"), ("assistant", "Hello!"), ("user", "book me a train")),
        row(4, ("user", "какая погода сегодня")),
        row(5, ("user", "tell me " + "everything " * 300)),
        row(RELEVANT_TO_A_SHOP[0].removeprefix("live_irrelevance_"), ("user", "is it still in stock?")),
    )


def test_questions_become_cases_without_a_call(folder: Path) -> None:
    suite = load_irrelevance(folder, live=True)
    weather, beijing = suite.cases[:2]
    assert weather.id == "bfcl-live_irrelevance_1"
    assert weather.store == "bazaar"
    assert {"abstention", "bfcl", "single"} <= set(weather.tags)
    assert (weather.language, beijing.language) == ("en", "zh")
    assert weather.turns[0].say == "What is the weather like in Lisbon?"


def test_any_call_fails_and_a_refusal_passes(folder: Path) -> None:
    case = load_irrelevance(folder, live=True).cases[0]
    declined = ObservedTurn(said="", outcome="declined", answer="That is outside what I can answer.")
    called = declined.model_copy(
        update={"outcome": "answered", "calls": [ObservedCall(tool="list_trending")]}
    )
    assert score_case(case, Observed(case_id=case.id, turns=[declined])).dimensions["abstention"]
    assert not score_case(case, Observed(case_id=case.id, turns=[called])).dimensions["abstention"]


def test_only_what_the_user_said_is_said_and_every_turn_counts(folder: Path) -> None:
    suite = load_irrelevance(folder, live=True)
    assert not any("pirate" in turn.say for case in suite.cases for turn in case.turns)
    conversation = suite.cases[2]
    assert [turn.say for turn in conversation.turns] == ["hi there", "book me a train"]
    assert "multi_turn" in conversation.tags
    assert all(expectation and expectation.no_call for expectation in conversation.expectations)


def test_a_third_language_is_tagged_and_long_questions_stay(folder: Path) -> None:
    cases = {case.id: case for case in load_irrelevance(folder, live=True).cases}
    assert "third_language" in cases["bfcl-live_irrelevance_4"].tags
    assert len(cases["bfcl-live_irrelevance_5"].turns[0].say) > LONGEST_QUESTION


def test_questions_for_a_shop_are_left_out(folder: Path) -> None:
    ids = [case.id for case in load_irrelevance(folder, live=True).cases]
    assert len(ids) == 5
    assert f"bfcl-{RELEVANT_TO_A_SHOP[0]}" not in ids


def test_a_sample_is_the_same_each_time_and_keeps_the_order(tmp_path: Path) -> None:
    write(tmp_path, *(row(number, ("user", f"question {number}")) for number in range(60)))

    def drawn(seed: int) -> list[str]:
        return [case.id for case in load_irrelevance(tmp_path, live=True, limit=20, seed=seed).cases]

    assert drawn(1) == drawn(1) != drawn(2)
    assert len(set(drawn(1))) == 20
    assert drawn(1) == sorted(drawn(1), key=lambda id_: int(id_.rsplit("_", 1)[1]))
    assert len(load_irrelevance(tmp_path, live=True, limit=999).cases) == 60


def test_a_missing_folder_says_where_to_get_the_set(tmp_path: Path) -> None:
    with pytest.raises(SuiteInvalid, match="bfcl-eval") as caught:
        load_irrelevance(tmp_path / "nowhere", live=False)
    assert FILES[False] in str(caught.value)


def test_rubbish_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / FILES[True]
    path.write_text(json.dumps(row(1, ("user", "hello"))) + '\n{"id": 7}\n', encoding="utf-8")
    with pytest.raises(SuiteInvalid, match=rf"{FILES[True]}:2: 'id'"):
        load_irrelevance(tmp_path, live=True)
    path.write_text("{not json\n", encoding="utf-8")
    with pytest.raises(SuiteInvalid, match=":1: not JSON"):
        load_irrelevance(tmp_path, live=True)
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(SuiteInvalid, match="is empty"):
        load_irrelevance(tmp_path, live=True)


def test_a_damaged_archive_is_an_error_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / f"{FILES[True]}.gz").write_bytes(b"no archive at all")
    with pytest.raises(SuiteInvalid, match=r"cannot be read.*bfcl-eval"):
        load_irrelevance(tmp_path, live=True)


def test_the_published_sets_load_whole(shared_data: Path) -> None:
    written = load_irrelevance(shared_data / "bfcl_v4", live=False).cases
    live = load_irrelevance(shared_data / "bfcl_v4", live=True).cases
    assert len(written) == 240
    assert len(live) == 884 - len(RELEVANT_TO_A_SHOP), "an id that is left out does not exist in the set"
    assert len({case.id for case in (*written, *live)}) == len(written) + len(live)
    assert sum(case.language == "zh" for case in live) >= 20
