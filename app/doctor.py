"""`haat doctor`: looks at every part and says what to mend."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import aiohttp
import click

from app import codes, processes, wiring
from app.responses import missing, read_responses
from app.settings import ROOT, Settings
from gateways.rasa import RasaNlu
from gateways.redis import ping
from gateways.shop_folder import read_shop
from gateways.whatsapp import Account, WhatsApp, number_rates, people_rates
from model.errors import HaatError, Unavailable, Undeliverable
from store import migrate
from store.queries import SqlQueries

_WAIT = aiohttp.ClientTimeout(total=5)

Check = Callable[[Settings], Awaitable[str]]


class Wrong(Exception):
    """A part is not as it should be; says what to do."""


async def examine(settings: Settings) -> None:
    """Check everything, tell each result, end with status 1 if anything is wrong."""
    well = [await _tell(name, check, settings) for name, check in _CHECKS]
    if not all(well):
        raise SystemExit(1)


async def _tell(name: str, check: Check, settings: Settings) -> bool:
    try:
        found, well = await check(settings), True
    except (Wrong, HaatError) as error:
        found, well = str(error), False
    mark = click.style("ok   ", fg="green") if well else click.style("MEND ", fg="red")
    click.echo(f"{mark}{name}: {found}")
    return well


async def _settings(settings: Settings) -> str:
    return f"{settings.env}, {settings.public_url}"


async def _responses(settings: Settings) -> str:
    responses = read_responses(ROOT / "data" / "responses")
    problems = missing(responses)
    if problems:
        raise Wrong("; ".join(problems[:5]))
    return f"{', '.join(responses)}: every text is there"


async def _shop(settings: Settings) -> str:
    catalogue = await asyncio.to_thread(read_shop, Path(settings.shop))
    return f"{settings.shop}: {len(catalogue.products)} products"


async def _database(settings: Settings) -> str:
    current = await asyncio.to_thread(migrate.current, settings.database_url)
    if current != migrate.head():
        raise Wrong(f"at {current or 'nothing'}, the code wants {migrate.head()}: run `haat migrate`")
    queries = SqlQueries(settings.database_url)
    try:
        depths = await queries.depths()
    finally:
        await queries.close()
    return f"up to date; waiting: {depths.inbox} messages, {depths.outbox} replies, {depths.effects} effects"


async def _nlu(settings: Settings) -> str:
    if not settings.nlu_urls:
        processes.nlu_command(0)
        return "none named: one is started here (environment and model are there)"
    async with aiohttp.ClientSession() as session:
        silent = [url for url in settings.nlu_urls if not await RasaNlu(session, [url]).healthy()]
    if silent:
        raise Wrong(f"no answer from {', '.join(silent)}: start it with `haat nlu`")
    return f"{len(settings.nlu_urls)} answering"


async def _redis(settings: Settings) -> str:
    if not settings.redis_url:
        return "not used (one process)"
    try:
        await ping(settings.redis_url)
    except Unavailable as error:
        raise Wrong(f"no answer from {error}: check HAAT_REDIS_URL") from error
    return "answering"


async def _razorpay(settings: Settings) -> str:
    if not settings.razorpay:
        return "off (no keys): customers pay cash on delivery"
    keys = aiohttp.encode_basic_auth(settings.razorpay_key_id, settings.razorpay_key_secret.get_secret_value())
    url = f"{settings.razorpay_api_url}/v1/payment_links?count=1"
    return await _keys_taken(url, keys, "RAZORPAY_API_URL", "RAZORPAY_KEY_ID and RAZORPAY_KEY_SECRET")


async def _keys_taken(url: str, keys: str, address: str, names: str) -> str:
    """Whether a provider answers to our keys; `address` and `names` are the settings to check where it does not."""
    try:
        headers = {"Authorization": keys}
        async with aiohttp.ClientSession(timeout=_WAIT, headers=headers) as session, session.get(url) as response:
            if response.status != 200:
                raise Wrong(f"answers {response.status}: check {names}")
    except (aiohttp.ClientError, TimeoutError) as error:
        raise Wrong(f"no answer ({type(error).__name__}): check {address}") from error
    return "keys accepted"


async def _whatsapp(settings: Settings) -> str:
    if not settings.whatsapp_phone_number_id:
        return "off (no token)"
    token = settings.whatsapp_access_token.get_secret_value()
    account = Account(settings.whatsapp_api_url, settings.whatsapp_phone_number_id, token)
    try:
        async with aiohttp.ClientSession() as session:
            profile = await WhatsApp(session, account, number_rates(), people_rates()).profile()
    except Undeliverable as refused:
        raise Wrong("the token is not accepted: check WHATSAPP_ACCESS_TOKEN and its permissions") from refused
    except Unavailable as silent:
        raise Wrong("no answer: check WHATSAPP_API_URL") from silent
    return f"{profile.name or 'the number'} is connected, quality {profile.quality or 'unknown'}"


async def _twilio(settings: Settings) -> str:
    if not settings.twilio_account_sid:
        return "off (no account)"
    keys = aiohttp.encode_basic_auth(settings.twilio_account_sid, settings.twilio_auth_token.get_secret_value())
    url = f"{settings.twilio_api_url}/2010-04-01/Accounts/{settings.twilio_account_sid}.json"
    return await _keys_taken(url, keys, "TWILIO_API_URL", "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN")


async def _letters(settings: Settings) -> str:
    if await asyncio.to_thread(migrate.current, settings.database_url) != migrate.head():
        return "not known while the database is behind"
    queries = SqlQueries(settings.database_url)
    try:
        letters = await queries.dead_letters(1)
    finally:
        await queries.close()
    if letters:
        raise Wrong("some could not be delivered: see `haat outbox`")
    return "every reply was delivered or is on its way"


async def _codes(settings: Settings) -> str:
    well, found = codes.told(settings, wiring.read_speech(settings).templates)
    if not well:
        raise Wrong(found)
    return found


_CHECKS: Sequence[tuple[str, Check]] = (
    ("settings", _settings),
    ("responses", _responses),
    ("shop folder", _shop),
    ("database", _database),
    ("NLU", _nlu),
    ("Redis", _redis),
    ("Razorpay", _razorpay),
    ("WhatsApp", _whatsapp),
    ("Twilio", _twilio),
    ("codes", _codes),
    ("undelivered", _letters),
)
