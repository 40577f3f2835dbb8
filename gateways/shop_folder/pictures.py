"""The pictures that products name."""

import re
from pathlib import Path

MAX_BYTES = 1024 * 1024
FORM = r"(?:[A-Za-z0-9_-][A-Za-z0-9_.-]*/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*\.(?:png|jpe?g)"
"""A picture's path within the folder: no `..`, no root."""

_JPEG = (b"\xff\xd8\xff", "JPEG")
_BEGINNINGS = {".png": (b"\x89PNG\r\n\x1a\n", "PNG"), ".jpg": _JPEG, ".jpeg": _JPEG}


def trouble(folder: Path, picture: str) -> str | None:
    """What is wrong with a picture of the folder; None where it can be shown or is no such path at all (see FORM).

    Nothing outside the folder is opened, also where a link leads there.
    """
    if not re.fullmatch(FORM, picture):
        return None
    try:
        path = (folder / picture).resolve()
        if not path.is_relative_to(folder.resolve()):
            return f"the picture {picture} lies outside the shop's folder; copy it into the folder"
        if not path.is_file():
            return f"there is no file {picture} in the shop's folder; add the picture or mend its name"
        return _unfit(path, picture)
    except (OSError, RuntimeError):  # resolve() tells of a loop of links by RuntimeError
        return f"the picture {picture} cannot be read; save it again"


def _unfit(path: Path, picture: str) -> str | None:
    beginning, kind = _BEGINNINGS[Path(picture).suffix]
    with path.open("rb") as file:
        head = file.read(len(beginning))
    if head != beginning:
        return f"the picture {picture} is not a {kind} inside, whatever its name says; export it as {kind}"
    if path.stat().st_size > MAX_BYTES:
        return f"the picture {picture} is larger than 1 MB; save it smaller"
    return None
