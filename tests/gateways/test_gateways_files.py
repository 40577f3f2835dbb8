"""Customers' files are kept by what they are, whole, once, and given back to their own conversation alone."""

from pathlib import Path

import pytest

from gateways.files import KeptFiles, kind_of
from model.errors import Refused
from model.files import TYPES

BEGINNINGS = {
    "jpg": b"\xff\xd8\xff\xe0",
    "png": b"\x89PNG\r\n\x1a\n",
    "webp": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    "gif": b"GIF89a",
    "pdf": b"%PDF-1.7",
    "mp4": b"\x00\x00\x00\x18ftypmp42",
    "3gp": b"\x00\x00\x00\x18ftyp3gp5",
    "ogg": b"OggS",
    "mp3": b"ID3\x04",
    "amr": b"#!AMR\n",
}


def test_every_kind_that_is_kept_is_recognised() -> None:
    assert BEGINNINGS.keys() == TYPES.keys()
    assert {kind: kind_of(raw + b"....") for kind, raw in BEGINNINGS.items()} == {kind: kind for kind in TYPES}


@pytest.mark.parametrize(
    "raw", [b"", b"MZ", b"<html>", b"<svg xmlns=", b"PK\x03\x04", b" %PDF-1.7", b"\n\x89PNG\r\n\x1a\n", b"RIFF....WAVE"]
)
def test_anything_else_is_refused_and_nothing_is_kept(tmp_path: Path, raw: bytes) -> None:
    with pytest.raises(Refused, match="file_unreadable"):
        KeptFiles(tmp_path).keep(1, raw)
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize("kind", BEGINNINGS)
def test_a_file_comes_back_as_it_was(tmp_path: Path, kind: str) -> None:
    files, raw = KeptFiles(tmp_path), BEGINNINGS[kind] + b"x" * 1000
    file_id = files.keep(7, raw)
    assert file_id.endswith(f".{kind}")
    found = files.find(7, file_id)
    assert found
    assert found.read_bytes() == raw


def test_the_same_file_again_is_the_same_file(tmp_path: Path) -> None:
    files = KeptFiles(tmp_path)
    assert files.keep(7, BEGINNINGS["png"]) == files.keep(7, BEGINNINGS["png"])
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_another_conversation_has_not_got_it(tmp_path: Path) -> None:
    files = KeptFiles(tmp_path)
    assert files.find(8, files.keep(7, BEGINNINGS["png"])) is None


@pytest.mark.parametrize(
    "file_id",
    [
        "",
        ".",
        "..",
        "../7/x.png",
        "/etc/passwd",
        "x.png",
        "a" * 64,
        "a" * 64 + ".png",
        "A" * 64 + ".png",
        "a" * 64 + ".exe",
    ],
)
def test_what_is_no_id_finds_nothing(tmp_path: Path, file_id: str) -> None:
    files = KeptFiles(tmp_path)
    files.keep(7, BEGINNINGS["png"])
    (tmp_path / "7" / "x.png").write_bytes(b"not ours")
    assert files.find(7, file_id) is None
    assert files.find(7, f"{files.keep(7, BEGINNINGS['png'])}\n") is None
