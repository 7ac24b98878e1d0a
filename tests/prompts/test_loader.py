import pytest

from prompts.loader import load_prompt


def test_fills_the_slots() -> None:
    prompt = load_prompt("planner", tools="- look(): looks")
    assert "- look(): looks" in prompt
    assert '"$1"' in prompt


def test_a_missing_prompt_names_those_that_exist() -> None:
    with pytest.raises(FileNotFoundError, match="planner"):
        load_prompt("planer")


def test_a_slot_that_does_not_match_is_an_error() -> None:
    with pytest.raises(ValueError, match="tools"):
        load_prompt("planner")
    with pytest.raises(ValueError, match="extra"):
        load_prompt("planner", tools="", extra="")
