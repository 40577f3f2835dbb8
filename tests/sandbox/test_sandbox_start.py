"""Starting the sandbox as a process, and when it refuses to."""

import asyncio
import os
import socket
import sys
from asyncio.subprocess import PIPE, Process

import pytest
from aiohttp import ClientError, ClientSession

from sandbox.cli import is_loopback
from sandbox.razorpay.settings import read_razorpay
from sandbox.settings import SettingsError, read_settings

KEYS = {
    "RAZORPAY_KEY_ID": "rzp_test_sandbox",
    "RAZORPAY_KEY_SECRET": "s3cret-of-the-key",
    "RAZORPAY_WEBHOOK_SECRET": "new-secret, old-secret",
}


async def started(*arguments: str, **env: str) -> Process:
    """`python -m sandbox` with nothing but `env` in its environment."""
    kept = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.getcwd()}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "sandbox", *arguments, env=kept | env, stdout=PIPE, stderr=PIPE
    )


async def ended(process: Process) -> tuple[int, str]:
    """Its exit status and all that it said."""
    async with asyncio.timeout(20):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, (out + err).decode()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def serving(port: int) -> str:
    """The index page, once there is one."""
    async with asyncio.timeout(20), ClientSession() as http:
        while True:
            try:
                async with http.get(f"http://127.0.0.1:{port}/") as answer:
                    return await answer.text()
            except ClientError:
                await asyncio.sleep(0.05)


async def test_it_names_every_missing_setting_and_shows_no_secret() -> None:
    status, said = await ended(await started(RAZORPAY_KEY_SECRET="s3cret-of-the-key"))

    assert status == 2
    assert "missing: RAZORPAY_KEY_ID, RAZORPAY_WEBHOOK_SECRET" in said
    assert "s3cret" not in said


async def test_it_listens_where_others_can_reach_it_only_if_told() -> None:
    status, said = await ended(await started("--host", "0.0.0.0", **KEYS))  # noqa: S104

    assert status == 2
    assert "--expose" in said


async def test_it_serves_until_told_to_stop() -> None:
    port = free_port()
    process = await started("--port", str(port), **KEYS)

    assert "Razorpay" in await serving(port)
    process.terminate()
    status, said = await ended(process)

    assert status == 0
    assert "secret" not in said


async def test_it_ends_with_the_process_that_it_was_told_to_follow() -> None:
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", "input()", stdin=PIPE)
    port = free_port()
    process = await started("--port", str(port), "--parent", str(parent.pid), **KEYS)
    await serving(port)

    parent.kill()
    await parent.wait()

    assert (await ended(process))[0] == 0


async def test_it_ends_at_once_where_that_process_is_gone_already() -> None:
    parent = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await parent.wait()

    process = await started("--port", str(free_port()), "--parent", str(parent.pid), **KEYS)

    assert (await ended(process))[0] == 0


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"RAZORPAY_KEY_ID": "rzp_live_1"}, "is a live key"),
        ({"RAZORPAY_WEBHOOK_SECRET": " , "}, "missing: RAZORPAY_WEBHOOK_SECRET"),
        ({"SANDBOX_RAZORPAY_CHAOS": "{"}, "SANDBOX_RAZORPAY_CHAOS"),
        ({"SANDBOX_RAZORPAY_CHAOS": '{"explode": 1}'}, "unknown knobs: explode"),
        ({"SANDBOX_RAZORPAY_CHAOS": '{"fail_with": 418}'}, "fail_with takes one of 429"),
    ],
)
def test_settings_that_make_no_sense_are_refused(change: dict[str, str], said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        read_razorpay(KEYS | change)


def test_settings_are_read_from_the_environment() -> None:
    env = KEYS | {"SANDBOX_RAZORPAY_CHAOS": '{"duplicate": true, "drop": ["order.paid"]}'}

    settings = read_razorpay(env)

    assert settings is not None
    assert settings.webhook_secrets == ("new-secret", "old-secret")
    assert settings.webhook_url == "http://127.0.0.1:8080/webhooks/razorpay"
    assert (settings.knobs.duplicate, settings.knobs.drop) == (True, ("order.paid",))
    assert "secret" not in repr(settings).replace("old_secret", "")


@pytest.mark.parametrize(
    ("env", "host", "address"),
    [
        ({}, "127.0.0.1", "http://127.0.0.1:8090"),
        ({}, "::1", "http://[::1]:8090"),
        ({"SANDBOX_PUBLIC_URL": "https://pay.example.com/"}, "127.0.0.1", "https://pay.example.com"),
    ],
)
def test_customers_get_the_public_address(env: dict[str, str], host: str, address: str) -> None:
    assert read_settings(KEYS | env, host, 8090).public_url == address


@pytest.mark.parametrize(
    ("host", "only_here"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("10.0.0.5", False),
        ("shop", False),
    ],
)
def test_what_counts_as_this_machine_only(host: str, only_here: bool) -> None:
    assert is_loopback(host) is only_here
