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
    "mp4": rb"....ftyp",
    "ogg": rb"OggS",
    "mp3": rb"ID3|\xff[\xf2\xf3\xfb]",
    "amr": rb"#!AMR",
}
_ID = re.compile(rf"[0-9a-f]{{64}}\.(?:{'|'.join(TYPES)})", re.ASCII)


def kind_of(raw: bytes) -> str | None:
    """Which of `model.files.TYPES`, by how the bytes begin; None for anything else."""
    return next((kind for kind, begins in _BEGINNINGS.items() if re.match(begins, raw, re.DOTALL)), None)


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
