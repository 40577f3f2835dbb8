"""`haat demo`: the shop, its NLU, the sandbox and the sign-ins of a demo, in one go, told step by step."""

import secrets
import time
from contextlib import AsyncExitStack

import click

from app import manage, processes
from app.processes import Kept
from app.serve import until_told
from app.settings import Settings
from app.web import build_app, serving
from app.wiring import bring_up_to_date, build, nlu_ready, running
from model.errors import Fault

_NLU_WITHIN = 120.0
USERS = {"asha": "agent", "owner": "admin"}
PASSWORD = "haat-demo-2026"  # noqa: S105 - told to everyone who starts the demo; refused in production


async def demo(sandbox_port: int) -> None:
    """Start everything; it ends with Ctrl-C."""
    started = time.perf_counter()
    keys = _sandbox_keys(sandbox_port)
    settings = Settings(**keys)  # type: ignore[arg-type]
    if settings.production:
        raise Fault("the demo is not for production: use `haat serve`")
    _step("Preparing the database")
    bring_up_to_date(settings)
    _step("Loading the shop")
    await manage.seed_new(settings)
    _step("Making the demo's sign-ins")
    for name, role in USERS.items():
        await manage.add_user(settings, name, PASSWORD, role, demo=True)
    async with AsyncExitStack() as stack:
        sandbox = Kept("sandbox", processes.sandbox_command(sandbox_port), _sandbox_env(settings, keys))
        _step("Starting the payment sandbox and the NLU (a few seconds)")
        sandbox.start()
        stack.push_async_callback(sandbox.close)
        bot = await stack.enter_async_context(build(settings))
        await stack.enter_async_context(running(bot))
        await stack.enter_async_context(serving(build_app(bot), settings.host, settings.port))
        if not await nlu_ready(bot, _NLU_WITHIN):
            raise Fault("the NLU did not start: run `haat nlu` to see why")
        _welcome(settings, time.perf_counter() - started)
        await until_told()
        click.echo("Ending …")


def _sandbox_keys(port: int) -> dict[str, str]:
    """Keys for this run, known to the bot and its sandbox alone."""
    return {
        "RAZORPAY_API_URL": f"http://127.0.0.1:{port}",
        "RAZORPAY_KEY_ID": "rzp_test_HaatDemo",
        "RAZORPAY_KEY_SECRET": secrets.token_urlsafe(24),
        "RAZORPAY_WEBHOOK_SECRET": secrets.token_urlsafe(24),
    }


def _sandbox_env(settings: Settings, keys: dict[str, str]) -> dict[str, str]:
    return {**keys, "SANDBOX_WEBHOOK_URL": f"http://127.0.0.1:{settings.port}/webhooks/razorpay"}


def _step(what: str) -> None:
    click.echo(click.style("→ ", fg="cyan") + what)


def _welcome(settings: Settings, seconds: float) -> None:
    url = settings.public_url
    click.echo(click.style(f"\nThe shop is open ({seconds:.0f} s).\n", fg="green", bold=True))
    click.echo(f"  Chat with it     {url}/")
    click.echo(f"  The console      {url}/console   ({' or '.join(USERS)}, password {PASSWORD})")
    click.echo(f"  The sandbox      {settings.razorpay_api_url}/   (pretend payments)\n")
    click.echo('  Try: "2 mango pickle 500g and 1 kg gulab jamun", then "checkout".  Ctrl-C ends.\n')
