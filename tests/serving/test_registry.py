"""The registry's entries hold together."""

import pytest

from serving.errors import ModelUnknown
from serving.registry import find_model, registry


def test_the_default_is_an_entry():
    assert find_model() == registry().models[registry().default]


@pytest.mark.parametrize("name", sorted(registry().models))
def test_the_parts_add_up_to_the_file(name):
    spec = find_model(name)
    whole_parts = spec.source.part_bytes * (spec.source.parts - 1)
    assert whole_parts < spec.size_bytes <= whole_parts + spec.source.part_bytes
    numbers = range(1, spec.source.parts + 1)
    assert len({spec.source.requirement(number) for number in numbers}) == spec.source.parts


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ModelUnknown, match=r"'llama'.*qwen2\.5-coder-1\.5b"):
        find_model("llama")
