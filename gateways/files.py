"""Files that customers send, kept in folders: one a conversation, each file under the hash of its content."""

import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from model.errors import Refused
from model.files import TYPES

_BEGINNINGS = {
    "jpg": rb"\xff\xd8\xff",
    "png": rb"\x89PNG\r\n\x1a\n",
    "webp": rb"RIFF....WEBPVP8[ LX]",
    "gif": rb"GIF8[79]a",
    "pdf": rb"%PDF-\d\.\d",
    "3gp": rb"....ftyp3g",
    "m4a": rb"....ftypM4[AB]",
    "mp4": rb"....ftyp",
    "ogg": rb"OggS",
    "mp3": rb"ID3|\xff[\xf2\xf3\xfa\xfb]",
    "aac": rb"\xff[\xf0\xf1\xf8\xf9]",
    "amr": rb"#!AMR",
}
"""AAC stands alone (ADTS: twelve set bits, MPEG-4 or -2, layer 0) or in an MP4 as `m4a`."""
_TRACK = rb"hdlr.{8}%s"
"""In an MP4, what a track is for: the box `hdlr`, its version and flags, a word of no meaning, then the kind (ISO/IEC
14496-12, 8.4.3)."""
_ID = re.compile(rf"[0-9a-f]{{64}}\.(?:{'|'.join(TYPES)})", re.ASCII)


def kind_of(raw: bytes) -> str | None:
    """Which of `model.files.TYPES`, by how the bytes begin; None for anything else.

    Many telephones write sound into an MP4 that begins as a film does: what tracks it has tells them apart.
    """
    kind = next((kind for kind, begins in _BEGINNINGS.items() if re.match(begins, raw, re.DOTALL)), None)
    return "m4a" if kind == "mp4" and _has_track(raw, b"soun") and not _has_track(raw, b"vide") else kind


def _has_track(raw: bytes, kind: bytes) -> bool:
    return re.search(_TRACK % kind, raw, re.DOTALL) is not None


@dataclass(frozen=True, slots=True)
class KeptFiles:
    """`model.ports.Files` below `folder`."""

    folder: Path

    def keep(self, conversation_id: int, raw: bytes) -> str:
        """See the port."""
        kind = kind_of(raw)
        if kind is None:
            raise Refused("file_unreadable")
        name = f"{hashlib.sha256(raw).hexdigest()}.{kind}"
        home = self.folder / str(conversation_id)
        home.mkdir(parents=True, exist_ok=True)
        if not (home / name).exists():
            _write(home, name, raw)
        return name

    def find(self, conversation_id: int, file_id: str) -> Path | None:
        """See the port."""
        path = self.folder / str(conversation_id) / file_id
        return path if _ID.fullmatch(file_id) and path.is_file() else None


def _write(home: Path, name: str, raw: bytes) -> None:
    """Whole or not at all, and on the disk before its id is told."""
    with tempfile.NamedTemporaryFile(dir=home, delete=False) as file:
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).replace(home / name)
