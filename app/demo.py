"""`haat demo`: the shop, its NLU, the sandbox and the sign-ins of a demo, in one go, told step by step."""

import json
import secrets
import socket
import time
from contextlib import AsyncExitStack
from urllib.parse import urlsplit

import click

from app import manage, processes
from app.processes import Kept
from app.serve import until_told
from app.settings import ROOT, Settings
from app.templates import as_meta
from app.web import build_app, serving
from app.wiring import bring_up_to_date, build, nlu_ready, running
from model.errors import Fault

_NLU_WITHIN = 120.0
USERS = {"Asha": "agent", "Owner": "admin"}
PASSWORD = "haat-demo-2026"  # noqa: S105 - told to everyone who starts the demo; refused in production


def demo_settings(sandbox_port: int) -> dict[str, str]:
    """What a demo sets by itself: the sandbox's address, and keys that it and this run's bot alone know."""
    sandbox = f"http://127.0.0.1:{sandbox_port}"
    return {
        "WHATSAPP_API_URL": f"{sandbox}/v23.0",
        "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
        "WHATSAPP_ACCESS_TOKEN": secrets.token_urlsafe(24),
        "WHATSAPP_APP_SECRET": secrets.token_urlsafe(24),
        "WHATSAPP_VERIFY_TOKEN": secrets.token_urlsafe(24),
        "TWILIO_API_URL": sandbox,
        "TWILIO_ACCOUNT_SID": f"AC{secrets.token_hex(16)}",
        "TWILIO_AUTH_TOKEN": secrets.token_hex(16),
        "TWILIO_SMS_FROM": "+15005550006",
        "RAZORPAY_API_URL": sandbox,
        "RAZORPAY_KEY_ID": "rzp_test_HaatDemo",
        "RAZORPAY_KEY_SECRET": secrets.token_urlsafe(24),
        "RAZORPAY_WEBHOOK_SECRET": secrets.token_urlsafe(24),
    }


async def demo(settings: Settings) -> None:
    """Start everything; it ends with Ctrl-C. Raises Fault where it cannot start, saying what to do."""
    started = time.perf_counter()
    _check(settings)
    await _prepare(settings)
    async with AsyncExitStack() as stack:
        _step("Starting the sandbox and the NLU (a few seconds)")
        await _start(stack, settings)
        _welcome(settings, time.perf_counter() - started)
        await until_told()
        click.echo("Ending …")


def _check(settings: Settings) -> None:
    if settings.production:
        raise Fault("the demo is not for production: use `haat serve`")
    for port in (settings.port, _sandbox_port(settings)):
        if _taken(port):
            raise Fault(f"port {port} is in use: end what uses it, or set HAAT_PORT or HAAT_SANDBOX_PORT to another")


def _sandbox_port(settings: Settings) -> int:
    return urlsplit(settings.razorpay_api_url).port or 0


def _taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


async def _prepare(settings: Settings) -> None:
    _step("Preparing the database")
    bring_up_to_date(settings)
    _step("Loading the shop")
    await manage.seed_new(settings)
    _step("Making the demo's sign-ins")
    for name, role in USERS.items():
        await manage.add_user(settings, name, PASSWORD, role, demo=True)


async def _start(stack: AsyncExitStack, settings: Settings) -> None:
    """The sandbox, the NLU, the engine; the door opens last, when all of it answers."""
    sandbox = Kept("sandbox", processes.sandbox_command(_sandbox_port(settings)), _sandbox_env(settings))
    sandbox.start()
    stack.push_async_callback(sandbox.close)
    bot = await stack.enter_async_context(build(settings))
    if not await nlu_ready(bot, _NLU_WITHIN):
        raise Fault("the NLU did not start: run `haat nlu` to see why")
    await stack.enter_async_context(running(bot))
    await stack.enter_async_context(serving(build_app(bot), settings.host, settings.port))


def _sandbox_env(settings: Settings) -> dict[str, str]:
    return {
        "RAZORPAY_KEY_ID": settings.razorpay_key_id,
        "RAZORPAY_KEY_SECRET": settings.razorpay_key_secret.get_secret_value(),
        "RAZORPAY_WEBHOOK_SECRET": settings.razorpay_webhook_secret.get_secret_value(),
        "SANDBOX_WEBHOOK_URL": f"http://127.0.0.1:{settings.port}/webhooks/razorpay",
        "SANDBOX_SHOP_URL": settings.public_url,
        "WHATSAPP_PHONE_NUMBER_ID": settings.whatsapp_phone_number_id,
        "WHATSAPP_ACCESS_TOKEN": settings.whatsapp_access_token.get_secret_value(),
        "WHATSAPP_APP_SECRET": settings.whatsapp_app_secret.get_secret_value(),
        "WHATSAPP_VERIFY_TOKEN": settings.whatsapp_verify_token.get_secret_value(),
        "SANDBOX_WHATSAPP_TEMPLATES": json.dumps(as_meta(ROOT / "data" / "templates")),
        "TWILIO_ACCOUNT_SID": settings.twilio_account_sid,
        "TWILIO_AUTH_TOKEN": settings.twilio_auth_token.get_secret_value(),
        "TWILIO_SMS_FROM": settings.twilio_sms_from,
    }


def _step(what: str) -> None:
    click.echo(click.style("→ ", fg="cyan") + what)


def _welcome(settings: Settings, seconds: float) -> None:
    url = settings.public_url
    click.echo(click.style(f"\nThe shop is open ({seconds:.0f} s).\n", fg="green", bold=True))
    click.echo(f"  Chat with it     {url}/")
    click.echo(f"  The console      {url}/console   ({' or '.join(USERS)}, password {PASSWORD})")
    click.echo(f"  A telephone      {settings.razorpay_api_url}/phone   (WhatsApp and SMS without an account)")
    click.echo(f"  The sandbox      {settings.razorpay_api_url}/   (pretend payments)\n")
    click.echo('  Try: "2 mango pickle 500g and 1 kg gulab jamun", then "checkout".  Ctrl-C ends.\n')
