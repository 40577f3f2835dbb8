"""Machines at the other end, over real sockets: a talk with one of them has an end, though each answers the other."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.channels.channel_kit import META_NUMBER, SMS_NUMBER, Shop, Telephone
from tests.kit import eventually

pytestmark = pytest.mark.asyncio(loop_scope="module")

AWAY = "Thank you for contacting Sharma Traders. We are closed now and will get back to you."
NETWORKS = pytest.mark.parametrize(("network", "number"), [("sms", SMS_NUMBER), ("whatsapp", META_NUMBER)])


@asynccontextmanager
async def answering(phone: Telephone, answer: Callable[[str], str]) -> AsyncIterator[None]:
    """A machine holds this telephone: it answers whatever it is sent, at once and for ever."""

    answered: set[str] = set()

    def fresh() -> list[dict[str, Any]]:
        return [entry for entry in phone.told() if entry["id"] not in answered]

    async def go_on() -> None:
        while True:
            async with phone._news:
                await phone._news.wait_for(fresh)
            for entry in fresh():
                answered.add(entry["id"])
                if entry.get("text"):
                    await phone.says(answer(entry["text"]))

    machine = asyncio.create_task(go_on())
    try:
        yield
    finally:
        machine.cancel()
        await asyncio.gather(machine, return_exceptions=True)


async def ends(shop: Shop, phone: Telephone) -> list[str]:
    """What the bot said by the time when it says no more."""

    async def rests() -> bool:
        lines = await shop.lines(phone)
        return any(line["kind"] == "note" for line in lines) and lines[-1]["author"] == "customer"

    await eventually(rests)
    await shop.quiet()
    before = await shop.said(phone)
    await shop.quiet()
    assert before == await shop.said(phone)
    return before


@NETWORKS
async def test_with_an_automatic_answer(shop: Shop, network: str, number: str) -> None:
    phone = shop.telephone(network, number)
    async with answering(phone, lambda text: AWAY):
        await phone.says("hi")
        said = await ends(shop, phone)
    assert "rest_loop" == said[-1]
    assert 25 == len(said)
    notes = [line["text"] for line in await shop.lines(phone) if line["kind"] == "note"]
    assert 1 == len(notes)
    assert "from a machine" in notes[0]


@NETWORKS
async def test_with_an_echo(shop: Shop, network: str, number: str) -> None:
    phone = shop.telephone(network, number)
    async with answering(phone, lambda text: text):
        await phone.says("hi")
        said = await ends(shop, phone)
    assert ["greet", "rest_echo"] == said


@NETWORKS
async def test_a_person_whose_machine_answered_is_served_afterwards(shop: Shop, network: str, number: str) -> None:
    phone = shop.telephone(network, number)
    async with answering(phone, lambda text: AWAY):
        await phone.says("hi")
        await ends(shop, phone)
    await phone.says("2 mango pickle 250 g")
    await phone.hears("2 ×" if network == "whatsapp" else "2 x")
