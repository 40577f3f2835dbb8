"""A voice note: an Ogg Opus file (RFC 7845) of silence, made here so that no recording need be kept."""

import struct

_SERIAL = 0x48616174
_FRAME = b"\xf8\xff\xfe"
"""Twenty milliseconds of silence, one channel."""
_SAMPLES = 960
_SKIP = 312


def voice_note(seconds: int = 2) -> bytes:
    """A recording of that length, 1 to 5 seconds: a page holds at most 255 packets."""
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 1, _SKIP, 48_000, 0, 0)
    tags = b"OpusTags" + struct.pack("<I", 7) + b"sandbox" + struct.pack("<I", 0)
    frames = [_FRAME] * (seconds * 50)
    end = _SKIP + len(frames) * _SAMPLES
    return _page(0, 2, 0, [head]) + _page(1, 0, 0, [tags]) + _page(2, 4, end, frames)


def _page(number: int, flags: int, position: int, packets: list[bytes]) -> bytes:
    lengths = bytes(len(packet) for packet in packets)
    start = struct.pack("<4sBBqII", b"OggS", 0, flags, position, _SERIAL, number)
    rest = bytes([len(lengths)]) + lengths + b"".join(packets)
    return start + struct.pack("<I", _checksum(start + bytes(4) + rest)) + rest


def _checksum(page: bytes) -> int:
    """CRC-32 as Ogg has it: polynomial 0x04c11db7, nothing reflected, starting from 0."""
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc
