"""A file that people wrote stays as they wrote it; a case is added or nothing is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from evals.appending import append_case
from evals.errors import SuiteInvalid
from evals.suite import read_cases

HEAD = """\
# my suite
store: bazaar  # the demo
"""
MINE = f"""\
{HEAD}cases:
# the first
- id: one
  language: en
  skill: mine
  turns: ["Hello"]   # small talk
  expect: {{no_call: true}}
# at the end of the cases
"""
TEMPLATES = """
# my templates
templates:
  - id: t
    skill: mine
    parameters: {n: [1]}
    phrasings: {en: ["Hello {n}"]}
    expect: {no_call: true}
"""


def case(**changes: Any) -> dict[str, Any]:
    return {
        "id": "triaged-1",
        "skill": "triaged/no_call",
        "language": "zh",
        "store": "bazaar",
        "turns": ["讲个笑话: #1 \"好\" 'x'\n再来一个", "- " + "很长的话 " * 60],
        "expect": {"no_call": True},
    } | changes


def added(path: Path) -> Any:
    return next(found for found, _ in read_cases(path) if found.id == "triaged-1")


def test_a_new_file_is_a_suite(tmp_path: Path) -> None:
    path = tmp_path / "new" / "triaged.yaml"
    append_case(path, case())
    append_case(path, case(id="triaged-2"))
    assert [found.id for found, _ in read_cases(path)] == ["triaged-1", "triaged-2"]
    assert [turn.say for turn in added(path).turns] == case()["turns"]


@pytest.mark.parametrize("text", [MINE, MINE.rstrip("\n"), MINE + TEMPLATES, HEAD + TEMPLATES])
def test_what_stood_there_still_does(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    before = [found.id for found, _ in read_cases(path)]
    append_case(path, case(), "thumbs-down")
    assert {found.id for found, _ in read_cases(path)} == {*before, "triaged-1"}
    now = path.read_text(encoding="utf-8")
    left = iter(now.splitlines())
    assert all(line in left for line in text.splitlines())
    if "templates:" in text and "cases:" in text:
        assert now.index("triaged-1") < now.index("# my templates")


def test_a_case_that_spoils_the_file_leaves_it_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(MINE)
    with pytest.raises(SuiteInvalid):
        append_case(path, case(expect={"calls": [{"tool": "no_such_tool"}]}))
    assert path.read_text() == MINE
    fresh = tmp_path / "fresh.yaml"
    with pytest.raises(SuiteInvalid):
        append_case(fresh, case(turns=[]))
    assert not fresh.exists()


def test_a_list_in_brackets_is_left_alone_with_a_remedy(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("store: bazaar\ncases: []\n")
    with pytest.raises(SuiteInvalid, match=r"mine.yaml:2.*lines that begin with `- `"):
        append_case(path, case())
    assert path.read_text() == "store: bazaar\ncases: []\n"
