"""The command line: what is asked for is checked before anything listens."""

import argparse
import ipaddress
import logging
import os
from collections.abc import Sequence

from sandbox.server import build_app, serve
from sandbox.settings import SettingsError, read_settings


def main(argv: Sequence[str] | None = None) -> None:
    """Serve until told to stop. Exits with status 2, naming what is missing, where it may not start."""
    parser = _parser()
    args = parser.parse_args(argv)
    if not (args.expose or is_loopback(args.host)):
        parser.error(f"{args.host} can be reached from other machines; add --expose if that is meant")
    try:
        settings = read_settings(os.environ, args.host, args.port)
    except SettingsError as error:
        parser.error(str(error))
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    serve(build_app(settings), settings, parent=args.parent)


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach `host`; names other than localhost count as reachable."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sandbox", description="Local stand-ins for the shop's providers.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--port", type=int, default=8090, help="port to listen on (default: 8090)")
    parser.add_argument("--expose", action="store_true", help="allow an address that others can reach")
    parser.add_argument("--parent", type=int, metavar="PID", help="stop when this process ends")
    return parser
