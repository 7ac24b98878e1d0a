"""The registry's entries hold together."""

import pytest

from serving.errors import ModelUnknown
from serving.registry import GgufModel, find_model, recognise_model, registry, verdict_file


def test_the_default_is_an_entry():
    assert find_model() == registry().models[registry().default]


@pytest.mark.parametrize(
    "spec", [spec for spec in registry().models.values() if isinstance(spec, GgufModel)], ids=lambda s: s.name
)
def test_the_parts_add_up_to_the_file(spec):
    whole_parts = spec.source.part_bytes * (spec.source.parts - 1)
    assert whole_parts < spec.size_bytes <= whole_parts + spec.source.part_bytes
    numbers = range(1, spec.source.parts + 1)
    assert len({spec.source.requirement(number) for number in numbers}) == spec.source.parts


@pytest.mark.parametrize("served", ["qwen3-8b", "Qwen/Qwen3-8B", "qwen3:8b", "hub/mirror/Qwen3-8B"])
def test_a_model_is_recognised_by_what_other_servers_call_it(served):
    assert recognise_model(served) == find_model("qwen3-8b")


@pytest.mark.parametrize("served", ["gpt-9", "", "qwen3-8", "qwen3-80b"])
def test_another_model_is_not_mistaken_for_one(served):
    assert recognise_model(served) is None


def test_only_a_model_that_can_think_is_told_not_to():
    told = {spec.name for spec in registry().models.values() if spec.request_options}
    assert told == {"qwen3-8b"}


def test_a_verdict_lies_beside_the_weights(monkeypatch, tmp_path):
    monkeypatch.setenv("SHOPCAST_HOME", str(tmp_path))
    assert verdict_file("qwen3-8b") == tmp_path / "models" / "qwen3-8b.verdict.json"


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ModelUnknown, match=r"'llama'.*qwen2\.5-coder-1\.5b"):
        find_model("llama")
