"""`python -m app` is `haat`."""

from app.cli import main

main()
