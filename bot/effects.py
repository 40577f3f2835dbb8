"""Effects are carried out: outside any transaction, asked about before any second try, their result committed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import structlog

from bot.parts import Parts, wait_before
from model.effect import Effect, EffectKind
from model.errors import Fault, Unavailable
from model.ports import PaymentGateway
from shop import payments, refunds
from shop.work import Work

log = structlog.get_logger()

CLAIM = timedelta(seconds=60)
_SLOW_AFTER = 2
"""The customer is told that the link takes longer at this try."""
_GIVE_UP_AFTER = 8
"""Tries at making a link; refunds and closings are tried for good."""
_AT_ONCE = 8

Conclude = Callable[[Work], None]
"""What is committed of an effect's result, together with its done mark."""
Commit = Callable[[str, Conclude], Awaitable[None]]


class Effects:
    """Takes due effects and carries them out; `commit` runs a conclusion and delivers the replies it causes.

    `due` is set when there is something to carry out, at once or at the time of another try.
    """

    def __init__(self, parts: Parts, commit: Commit) -> None:
        self.due = asyncio.Event()
        self._parts = parts
        self._commit = commit

    async def carry_out_due(self) -> bool:
        """Carry out what is due now; tells whether there was anything."""
        now = self._parts.clock()
        taken = await self._parts.store.transact(lambda uow: uow.effects.take(now, now + CLAIM, _AT_ONCE))
        await asyncio.gather(*(self._one(effect) for effect in taken))
        return bool(taken)

    async def _one(self, effect: Effect) -> None:
        try:
            conclusion = await self._do(effect)
        except Unavailable as down:
            await self._later(effect, down.retry_after)
        except Fault as fault:
            log.error("effect_failed", effect=effect.id, kind=effect.kind.value, detail=fault.detail)
            reason = fault.detail
            await self._commit("bot", lambda work: _gave_up(work, effect, reason))
        except Exception:
            log.exception("effect_broke", effect=effect.id, kind=effect.kind.value)
            await self._later(effect, 5.0)
        else:
            await self._commit("razorpay", lambda work: _finish(work, effect, conclusion))

    async def _do(self, effect: Effect) -> Conclude:
        gateway = self._parts.payments
        if gateway is None:
            raise Fault("no payment provider is set up")
        return await _CARRY_OUT[effect.kind](self._parts, gateway, effect)

    async def _later(self, effect: Effect, seconds: float) -> None:
        wait = wait_before(seconds, effect.attempts - 1)
        due = self._parts.clock() + timedelta(seconds=wait)
        await self._commit("bot", lambda work: _again(work, effect, due))
        asyncio.get_running_loop().call_later(wait, self.due.set)


def _finish(work: Work, effect: Effect, conclusion: Conclude) -> None:
    conclusion(work)
    work.uow.effects.done(effect.id)


def _again(work: Work, effect: Effect, due: datetime) -> None:
    reference = str(effect.body.get("reference", ""))
    if effect.kind is EffectKind.CREATE_LINK and effect.attempts == _SLOW_AFTER:
        payments.link_delayed(work, reference)
    if effect.kind is EffectKind.CREATE_LINK and effect.attempts >= _GIVE_UP_AFTER:
        _gave_up(work, effect, "too many tries")
    else:
        work.uow.effects.retry(effect.id, due)


def _gave_up(work: Work, effect: Effect, reason: str) -> None:
    """It cannot be done: the customer or a person is told what to do instead."""
    work.uow.effects.dead(effect.id, reason)
    if effect.kind is EffectKind.CREATE_LINK:
        payments.link_failed(work, str(effect.body["reference"]))
    elif effect.kind is EffectKind.REFUND:
        refunds.progressed(work, str(effect.body["key"]), "", "failed")
    elif effect.kind is EffectKind.CLOSE_LINK:
        payments.link_over(work, str(effect.body["reference"]))


async def _create(parts: Parts, gateway: PaymentGateway, effect: Effect) -> Conclude:
    """Make a link; a second try first looks whether the first one made it after all."""
    reference = str(effect.body["reference"])
    wanted = await parts.transact("bot", lambda work: payments.link_wanted(work, reference))
    if wanted is None:
        return lambda work: None
    link, order = wanted
    made = await gateway.find(reference) if effect.attempts > 1 else None
    if made is None:
        customer = {"name": order.ship_to.name, "contact": order.ship_to.phone}
        made = await gateway.create(link, customer, f"Order {order.number}")
    state = made
    return lambda work: payments.link_made(work, reference, state)


async def _close(parts: Parts, gateway: PaymentGateway, effect: Effect) -> Conclude:
    """Cancel a link; where that comes too late, its payment is learnt of. Until it is over it is asked for again."""
    reference = str(effect.body["reference"])
    provider_id = await _provider_id(parts, gateway, reference)
    state = await gateway.cancel(provider_id) if provider_id else None
    if state and not payments.is_over(state):
        raise Unavailable("razorpay", 2.0)
    return lambda work: payments.link_state(work, reference, state)


async def _check(parts: Parts, gateway: PaymentGateway, effect: Effect) -> Conclude:
    """Ask how a link stands."""
    reference = str(effect.body["reference"])
    provider_id = await _provider_id(parts, gateway, reference)
    if provider_id is None:
        return lambda work: None
    state = await gateway.fetch(provider_id)
    return lambda work: payments.link_state(work, reference, state)


async def _provider_id(parts: Parts, gateway: PaymentGateway, reference: str) -> str | None:
    """Razorpay's id of a link of ours; looked up there where the answer to its making was lost."""
    link = await parts.store.transact(lambda uow: uow.payments.link(reference))
    if link and link.provider_id:
        return link.provider_id
    found = await gateway.find(reference)
    return found.provider_id if found else None


async def _refund(parts: Parts, gateway: PaymentGateway, effect: Effect) -> Conclude:
    """Send money back; the key makes a second try the same refund."""
    key = str(effect.body["key"])
    wanted = await parts.store.transact(lambda uow: uow.payments.refund(key))
    if wanted is None:
        raise Fault("a refund that was never stored")
    provider_id, status = await gateway.refund(wanted)
    return lambda work: refunds.progressed(work, key, provider_id, status)


_CARRY_OUT: dict[EffectKind, Callable[[Parts, PaymentGateway, Effect], Awaitable[Conclude]]] = {
    EffectKind.CREATE_LINK: _create,
    EffectKind.CLOSE_LINK: _close,
    EffectKind.CHECK_LINK: _check,
    EffectKind.REFUND: _refund,
}
