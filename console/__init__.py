"""The pages and sockets of agents and admins."""

from console.site import add_console

__all__ = ["add_console"]
