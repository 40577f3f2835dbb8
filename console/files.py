"""Pictures, papers and recordings that customers sent, for whoever is signed in."""

from aiohttp import web

from console.desk import desk_of
from console.forms import number

FILE = "file"
"""The route's name."""
PICTURES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif"}
SOUNDS = {"ogg": "audio/ogg", "mp3": "audio/mpeg"}
"""Recordings that browsers play."""
_OTHERS = {"pdf": "application/pdf", "mp4": "video/mp4", "3gp": "video/3gpp", "amr": "audio/amr"}
_TYPES = {**PICTURES, **SOUNDS, **_OTHERS}
POLICY = "default-src 'none'; sandbox"
"""A file is a stranger's: opened by itself it may do nothing, whatever it says it is."""


async def show(request: web.Request) -> web.StreamResponse:
    """`GET /console/files/<conversation>/<id>`: the file, if it is that conversation's.

    Papers and films are handed out as downloads: in a sandbox no browser opens them.
    """
    files, conversation_id = desk_of(request).files, number(request.match_info["conversation"])
    path = files.find(conversation_id, request.match_info["id"])
    ending = path.suffix[1:] if path else ""
    if path is None or ending not in _TYPES:
        raise web.HTTPNotFound
    headers = {"Content-Type": _TYPES[ending]}
    if ending not in PICTURES and ending not in SOUNDS:
        headers["Content-Disposition"] = f'attachment; filename="{conversation_id}-{path.stem[:8]}.{ending}"'
    return web.FileResponse(path, headers=headers)
