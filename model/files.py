"""The kinds of files that customers send and that are kept, by the ending of their ids."""

PICTURES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif"}
SOUNDS = {"ogg": "audio/ogg", "mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac"}
"""Recordings that browsers play: all kinds that WhatsApp takes but AMR, which no browser plays."""
TYPES = {
    **PICTURES,
    **SOUNDS,
    "pdf": "application/pdf",
    "mp4": "video/mp4",
    "3gp": "video/3gpp",
    "amr": "audio/amr",
}
"""The MIME type of each kind."""
