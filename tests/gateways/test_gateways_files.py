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
    "m4a": b"\x00\x00\x00\x20ftypM4A ",
    "aac": b"\xff\xf1\x50\x80",
    "amr": b"#!AMR\n",
}


def box(kind: bytes, *inside: bytes) -> bytes:
    """A box of an MP4 (ISO/IEC 14496-12)."""
    raw = b"".join(inside)
    return (len(raw) + 8).to_bytes(4, "big") + kind + raw


def track(handler: bytes) -> bytes:
    """One that is for pictures (`vide`), sound (`soun`) or something else."""
    return box(b"trak", box(b"tkhd", bytes(84)), box(b"mdia", box(b"hdlr", bytes(8), handler, bytes(12), b"Handler\0")))


def film(brand: bytes, *handlers: bytes, moov_last: bool = True) -> bytes:
    """An MP4 with these tracks; most telephones write what tracks it has at the end."""
    moov, mdat = box(b"moov", box(b"mvhd", bytes(100)), *map(track, handlers)), box(b"mdat", bytes(5000))
    rest = (mdat, moov) if moov_last else (moov, mdat)
    return b"".join((box(b"ftyp", brand, bytes(4), b"isommp42"), *rest))


def test_every_kind_that_is_kept_is_recognised() -> None:
    assert BEGINNINGS.keys() == TYPES.keys()
    assert {kind: kind_of(raw + b"....") for kind, raw in BEGINNINGS.items()} == {kind: kind for kind in TYPES}


@pytest.mark.parametrize("moov_last", [True, False])
@pytest.mark.parametrize(
    ("brand", "handlers", "kind"),
    [
        (b"M4A ", (b"soun",), "m4a"),
        (b"M4B ", (b"soun",), "m4a"),
        (b"isom", (b"soun",), "m4a"),
        (b"mp42", (b"soun", b"text"), "m4a"),
        (b"isom", (b"vide", b"soun"), "mp4"),
        (b"mp42", (b"soun", b"vide"), "mp4"),
        (b"isom", (b"vide",), "mp4"),
        (b"isom", (), "mp4"),
        (b"3gp5", (b"vide", b"soun"), "3gp"),
        (b"qt  ", (b"vide", b"soun"), "mp4"),
    ],
)
def test_an_mp4_without_pictures_is_a_recording(
    brand: bytes, handlers: tuple[bytes, ...], kind: str, moov_last: bool
) -> None:
    assert kind_of(film(brand, *handlers, moov_last=moov_last)) == kind


@pytest.mark.parametrize("second", [0xF0, 0xF1, 0xF8, 0xF9])
def test_aac_is_told_from_mp3(second: int) -> None:
    """Both begin with set bits; the two of the layer are unset in AAC alone."""
    assert kind_of(bytes((0xFF, second, 0x50, 0x80)) + bytes(100)) == "aac"


@pytest.mark.parametrize("second", [0xF2, 0xF3, 0xFA, 0xFB])
def test_mp3_without_tags_is_known(second: int) -> None:
    assert kind_of(bytes((0xFF, second, 0x90, 0x64)) + bytes(100)) == "mp3"


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
