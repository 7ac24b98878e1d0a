"""Suites are read strictly: what is wrong is said with its file, line, key and remedy."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from evals.errors import SuiteInvalid
from evals.schema import SCHEMA_FILE, suite_schema, suite_schema_text
from evals.source import read_source
from evals.suite import SUITES, load_suite, shipped_suites

GOOD = """\
store: bazaar
skill: forecast/weeks
tags: [single]
cases:
  - id: hot
    language: en
    turns: ["What is hot?"]
    expect:
      calls:
        - tool: list_trending
          arguments: {direction: {one_of: [up, both]}}
templates:
  - id: weeks
    parameters:
      product: [{id: B002, en: pink night light, zh: 粉色兔子灯}]
      days: [7, 14]
    phrasings:
      en: ["How many {product.en} in {days} days?"]
      zh: ["{product.zh}未来{days}天能卖多少", "{days}天里{product.zh}卖得掉几个"]
    expect:
      calls:
        - tool: forecast_demand
          arguments: {product: "{product.id}", horizon: "{days}"}
"""


def write(folder: Path, text: str, name: str = "suite.yaml") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_template_makes_one_case_for_each_value_in_each_language(tmp_path: Path) -> None:
    cases = {case.id: case for case in load_suite(write(tmp_path, GOOD)).cases}

    assert list(cases) == ["hot", "weeks-en-1", "weeks-en-2", "weeks-zh-1", "weeks-zh-2"]
    assert cases["weeks-zh-2"].turns[0].say == "14天里粉色兔子灯卖得掉几个"
    expected = cases["weeks-en-2"].expectations[-1]
    assert expected is not None and expected.calls is not None
    horizon = expected.calls.expected[0].arguments["horizon"]
    assert horizon.equals == 14 and isinstance(horizon.equals, int)


def test_every_combination_of_a_template_on_demand(tmp_path: Path) -> None:
    text = GOOD.replace("    parameters:", "    combine: all\n    parameters:")
    said = [case.turns[0].say for case in load_suite(write(tmp_path, text)).cases if case.language == "zh"]
    assert len(said) == len(set(said)) == 4


def test_files_below_a_split_carry_it_and_can_be_selected(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "dev/a.yaml")
    write(tmp_path, GOOD.replace("id: hot", "id: hot2").replace("id: weeks", "id: weeks2"), "held_out/b.yaml")
    suite = load_suite(tmp_path)
    assert [case.id for case in suite.select(split="dev").cases] == [
        "hot", "weeks-en-1", "weeks-en-2", "weeks-zh-1", "weeks-zh-2"
    ]  # fmt: skip
    assert len(suite.select(split="held_out", limit=2).cases) == 2
    with pytest.raises(SuiteInvalid, match="no case is left"):
        suite.select(tags=["nosuch"])


@pytest.mark.parametrize(
    ("old", "new", "line", "said", "remedy"),
    [
        ("tool: list_trending", "tool: list_trendin", 10, "no tool 'list_trendin'", "did you mean 'list_trending'"),
        ('horizon: "{days}"', "horizn: 3", 23, "argument of forecast_demand 'horizn'", "did you mean 'horizon'"),
        ("    language: en", "    languge: en", 6, "languge", "did you mean 'language'"),
        ("{days}天", "{dyas}天", 17, "no parameter 'dyas'", "product.id, product.en, product.zh, days"),
        ("one_of: [up, both]", "one_of: []", 11, "one_of", "schema"),
        ("one_of: [up, both]", "near: 3", 11, "near", "schema"),
        ("one_of: [up, both]", "equals: 3, matches: x", 11, "exactly one of", "schema"),
        ("id: hot\n", "id: weeks-en-1\n", 13, "already used at", "its own id"),
        ("    language: en\n", "", 5, "language", "add it"),
        ('hot?"]\n    expect:', 'hot?"]\n    expext:', 8, "expext", "'expect'"),
        ("    language: en", "    language: en\n    language: zh", 7, "stands twice", "keep one"),
        ('["What is hot?"]', "[What is hot?]", 7, "not YAML", "quote texts"),
        ("store: bazaar", "[]", 1, "not YAML", "quote"),
        ("language: en", "language: fr", 6, "'en' or 'zh'", "schema"),
        ('hot?"]\n    expect:', 'hot?"]\n    expect:\n      no_call: true', 9, "contradict", "schema"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place_and_remedy(
    tmp_path: Path, old: str, new: str, line: int, said: str, remedy: str
) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(SuiteInvalid) as caught:
        load_suite(path)
    assert said in caught.value.message
    assert remedy in caught.value.remedy
    assert abs(int(caught.value.message.split(":")[1]) - line) <= 1


def test_a_missing_suite_names_the_nearest() -> None:
    with pytest.raises(SuiteInvalid, match="did you mean 'bazaar'"):
        load_suite("bazar")


def test_the_published_schema_is_the_one_that_the_code_reads_by() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == suite_schema_text(), "run `shopcast eval schema`"


def test_an_editor_with_the_schema_accepts_what_the_code_accepts() -> None:
    schema = json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))
    jsonschema.validate(yaml.safe_load(GOOD), schema)
    with pytest.raises(jsonschema.ValidationError, match="list_trendin"):
        jsonschema.validate(yaml.safe_load(GOOD.replace("list_trending", "list_trendin")), schema)


@pytest.mark.parametrize("file", sorted(SUITES.rglob("*.yaml")), ids=lambda path: "/".join(path.parts[-3:]))
def test_every_shipped_file_is_good_by_the_schema_and_points_to_it(file: Path) -> None:
    jsonschema.validate(read_source(file).data, suite_schema())
    first = file.read_text(encoding="utf-8").splitlines()[0]
    assert first.startswith("# yaml-language-server: $schema=")
    assert (file.parent / first.partition("$schema=")[2]).resolve() == SCHEMA_FILE


def test_the_shipped_suites_cover_what_they_promise() -> None:
    cases = load_suite("all").cases
    assert set(shipped_suites()) == {"bazaar", "online-retail"}
    assert len(cases) >= 400
    chinese = sum(case.language == "zh" for case in cases)
    assert 0.4 < chinese / len(cases) < 0.6
    for tag in ("single", "chained", "multi_turn", "abstention", "clarification", "injection"):
        assert sum(tag in case.tags for case in cases) >= 20, tag
    for tag in ("mixed_script", "hard_name", "hard_date"):
        assert sum(tag in case.tags for case in cases) >= 15, tag
    assert sum("held_out" in case.tags for case in cases) >= 200


def test_dev_and_held_out_share_no_skill() -> None:
    skills: dict[str, set[str]] = {"dev": set(), "held_out": set()}
    for case in load_suite("all").cases:
        (split,) = {"dev", "held_out"} & set(case.tags)
        skills[split].add(case.skill)
    assert not skills["dev"] & skills["held_out"]


def test_no_prompt_or_example_quotes_a_held_out_case() -> None:
    project = SUITES.parents[1]
    texts = {
        path: _squeezed(path.read_text(encoding="utf-8"))
        for folder in ("prompts", "agent", "tools", "ui", "docs")
        for path in (project / folder).rglob("*")
        if path.suffix in (".md", ".py", ".yaml", ".jsonl")
    }
    for case in load_suite("all").select(split="held_out").cases:
        for turn in case.turns:
            said = _squeezed(turn.say)
            # "thanks" and "and why?" are nobody's property.
            if len(said) >= 12:
                quoting = [path.name for path, text in texts.items() if said in text]
                assert not quoting, f"{case.id}: {turn.say!r} stands in {quoting}"


def _squeezed(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum())
