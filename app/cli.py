"""The command `haat`."""

import json
import os
import sys
from collections.abc import Awaitable, Coroutine
from pathlib import Path
from typing import Any

import click
import uvloop
from pydantic import ValidationError

from app import logs, processes
from app.settings import ROOT, Settings
from gateways.shop_folder import ShopFolderError
from model.errors import HaatError, Refused
from model.language import CODES
from model.order import OrderStatus

_LANGUAGES = click.Choice(CODES)


def settings_or_exit(given: dict[str, Any] | None = None, status: int = 2) -> Settings:
    """The settings; what is wrong with them ends the command with this status, told in one line each."""
    try:
        return Settings(**(given or {}))
    except ValidationError as error:
        for problem in error.errors():
            where = ".".join(str(part) for part in problem["loc"])
            click.echo(f"haat: {where + ': ' if where else ''}{problem['msg'].removeprefix('Value error, ')}", err=True)
        raise SystemExit(status) from None


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run a command; what cannot be done is told in a line, not in a stack trace."""
    try:
        uvloop.run(main)
    except KeyboardInterrupt:
        click.echo("")
    except ShopFolderError as error:
        raise click.ClickException(f"the shop's folder was not loaded; nothing was changed:\n{error}") from None
    except Refused as refused:
        details = ", ".join(f"{name} {value}" for name, value in refused.params.items())
        raise click.ClickException(f"{refused.key.replace('_', ' ')} ({details})") from None
    except HaatError as error:
        raise click.ClickException(str(error)) from None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="haat")
def main() -> None:
    """Haat: a shop that lives in a conversation."""
    os.umask(0o077)


@main.command()
def serve() -> None:
    """The bot, configured by the environment."""
    from app.serve import serve as serve_bot

    logs.set_up(readable=sys.stderr.isatty())
    run(serve_bot(settings_or_exit()))


@main.command()
@click.option("--port", default=5005, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="Processes that parse.")
def nlu(port: int, host: str, workers: int) -> None:
    """The NLU alone."""
    try:
        command = processes.nlu_command(port, host, workers)
    except HaatError as error:
        raise click.ClickException(str(error)) from None
    os.chdir(ROOT)
    os.execv(command[0], command)  # noqa: S606


@main.command()
@click.option("--port", default=8090, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
def sandbox(port: int, host: str) -> None:
    """The providers' stand-ins alone."""
    if settings_or_exit().production:
        raise click.ClickException("the sandbox is not for production")
    command = processes.sandbox_command(port, host)
    os.execv(command[0], command)  # noqa: S606


@main.command()
@click.option("--sandbox-port", envvar="HAAT_SANDBOX_PORT", default=8090, show_default=True)
def demo(sandbox_port: int) -> None:
    """Everything a newcomer needs, at http://127.0.0.1:8080 (what `make demo` starts)."""
    from app.demo import demo as run_demo
    from app.demo import demo_settings

    logs.set_up(readable=True)
    run(run_demo(settings_or_exit(demo_settings(sandbox_port))))


@main.command()
@click.option("--lang", type=_LANGUAGES, help="Begin in this language.")
@click.option("--json", "as_json", is_flag=True, help="One JSON reply a line.")
def chat(lang: str | None, as_json: bool) -> None:
    """A conversation in the terminal."""
    from app.terminal import chat as talk

    logs.set_up(readable=True, level=40)
    run(talk(settings_or_exit(), lang, as_json))


@main.command()
@click.argument("text")
def parse(text: str) -> None:
    """What the NLU hears, as Rasa's parse JSON."""
    from app.terminal import parse as hear

    logs.set_up(readable=True, level=40)
    run(_printing(hear(settings_or_exit(), text)))


async def _printing(result: Awaitable[Any]) -> None:
    click.echo(json.dumps(await result, ensure_ascii=False, indent=2))


@main.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
def seed(folder: Path | None) -> None:
    """Load a shop's catalogue; a wrong file is refused by file, line and reason."""
    from app import manage

    given = {"HAAT_SHOP": folder} if folder else {}
    run(manage.seed(settings_or_exit(given)))


@main.command()
def migrate() -> None:
    """Bring the database up to date."""
    from app import manage

    run(manage.migrate(settings_or_exit()))


@main.group()
def user() -> None:
    """The console's users."""


@user.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(["agent", "admin"]), default="agent", show_default=True)
@click.password_option(envvar="HAAT_NEW_PASSWORD")
def user_add(name: str, role: str, password: str) -> None:
    """Make a user of the console (the password is asked for, or read from HAAT_NEW_PASSWORD)."""
    from app import manage

    run(manage.add_user(settings_or_exit(), name, password, role))


@main.group()
def order() -> None:
    """Orders already placed."""


@order.command("set")
@click.argument("number")
@click.argument("status", type=click.Choice([status.value for status in OrderStatus]))
def order_set(number: str, status: str) -> None:
    """Move an order on; its customer is told."""
    from app import manage

    run(manage.set_order(settings_or_exit(), number.upper(), OrderStatus(status)))


@main.command()
def templates() -> None:
    """The message templates as Meta's API takes them, one JSON object a line."""
    from app.templates import as_meta

    for template in as_meta(ROOT / "data" / "templates"):
        click.echo(json.dumps(template, ensure_ascii=False))


@main.group(invoke_without_command=True)
@click.pass_context
def outbox(context: click.Context) -> None:
    """Replies that could not be delivered."""
    from app import manage

    if context.invoked_subcommand is None:
        run(manage.list_outbox(settings_or_exit()))


@outbox.command("replay")
@click.argument("ids", nargs=-1, type=int)
@click.option("--all", "everything", is_flag=True, help="All of them.")
def outbox_replay(ids: tuple[int, ...], everything: bool) -> None:
    """Send them again, by their numbers."""
    from app import manage

    if bool(ids) == everything:
        raise click.UsageError("name the replies by their numbers, or use --all")
    run(manage.replay_outbox(settings_or_exit(), list(ids)))


@main.command()
def doctor() -> None:
    """Check settings, database, NLU, Redis and providers; say what to mend."""
    from app.doctor import examine

    logs.set_up(readable=True, level=50)
    run(examine(settings_or_exit(status=1)))
