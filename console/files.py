"""Pictures, papers and recordings that customers sent, for whoever is signed in."""

from aiohttp import web

from console.desk import desk_of
from console.forms import number
from model.files import PICTURES, SOUNDS, TYPES

FILE = "file"
"""The route's name."""
POLICY = "default-src 'none'; sandbox"
"""A file is a stranger's: opened by itself it may do nothing, whatever it says it is."""


async def show(request: web.Request) -> web.StreamResponse:
    """`GET /console/files/<conversation>/<id>`: the file, if it is that conversation's.

    Papers and films are handed out as downloads: in a sandbox no browser opens them.
    """
    files, conversation_id = desk_of(request).files, number(request.match_info["conversation"])
    path = files.find(conversation_id, request.match_info["id"])
    ending = path.suffix[1:] if path else ""
    if path is None or ending not in TYPES:
        raise web.HTTPNotFound
    headers = {"Content-Type": TYPES[ending]}
    if ending not in PICTURES and ending not in SOUNDS:
        headers["Content-Disposition"] = f'attachment; filename="{conversation_id}-{path.stem[:8]}.{ending}"'
    return web.FileResponse(path, headers=headers)
