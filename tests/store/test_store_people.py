"""One person under several ids and on several channels; what they want to hear; how a number is proved."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from model.conversation import NEVER, Conversation
from model.errors import Conflict, Fault
from model.message import Address, Author, Channel
from model.order import Customer, Ticket, TicketKind
from model.ports import Queries, Store, UnitOfWork
from model.rows import CodesSent, Consent, Proof
from tests.store.store_kit import NOW, SECOND, Undo, address, hold_for, link_of, placed, talk

BSUID = "IN.13491208655302741918"
PHONE = "919845012345"
SMS = Address(Channel.SMS, "+15005550006", PHONE)
WHATSAPP = Address(Channel.WHATSAPP, "shop", PHONE)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("first", "second"), [(PHONE, BSUID), (BSUID, PHONE)])
async def test_a_conversation_is_found_by_either_id_once_both_were_told(store: Store, first: str, second: str) -> None:
    made = await store.transact(lambda uow: talk(uow, first))
    assert await store.transact(lambda uow: talk(uow, second, also=first)) == made
    found = await store.transact(lambda uow: [talk(uow, user) for user in (first, second)])
    assert found == [made, made]
    customers = await store.transact(lambda uow: [uow.identities.at(address(user)) for user in (first, second)])
    assert customers == [made.customer_id] * 2


async def test_a_new_conversation_has_both_ids_at_once(store: Store) -> None:
    made = await store.transact(lambda uow: talk(uow, PHONE, also=BSUID))
    assert made.address == address(PHONE)
    assert await store.transact(lambda uow: talk(uow, BSUID)) == made
    assert await store.transact(lambda uow: talk(uow, PHONE, also=BSUID)) == made


async def test_another_id_holds_for_one_account_alone(store: Store) -> None:
    made = await store.transact(lambda uow: talk(uow, PHONE, also=BSUID))
    elsewhere = replace(address(BSUID), account="other")
    assert (await store.transact(lambda uow: uow.conversations.open(elsewhere, NOW))).id != made.id


async def test_two_who_were_known_apart_stay_apart(store: Store) -> None:
    """Which of the two talks is meant is told by the id that the message came from."""
    by_phone, by_bsuid = await store.transact(lambda uow: (talk(uow, PHONE), talk(uow, BSUID)))
    assert await store.transact(lambda uow: talk(uow, PHONE, also=BSUID)) == by_phone
    assert await store.transact(lambda uow: talk(uow, BSUID)) == by_bsuid


async def test_nobody_is_at_an_address_that_never_wrote(store: Store) -> None:
    assert await store.transact(lambda uow: uow.identities.at(WHATSAPP)) is None


async def test_a_new_number_keeps_the_conversation_and_the_old_one_is_free_for_another_person(store: Store) -> None:
    made = await store.transact(lambda uow: talk(uow, "old"))
    assert await store.transact(lambda uow: uow.identities.move(address("old"), "new"))
    moved = await store.transact(lambda uow: talk(uow, "new"))
    assert moved == replace(made, address=address("new"))
    assert (await store.transact(lambda uow: talk(uow, "old"))).id != made.id


async def test_a_number_moves_where_it_is_but_the_second_id(store: Store) -> None:
    made = await store.transact(lambda uow: talk(uow, BSUID))
    await store.transact(lambda uow: talk(uow, "old", also=BSUID))
    assert await store.transact(lambda uow: uow.identities.move(address("old"), "new"))
    assert await store.transact(lambda uow: talk(uow, "new")) == made
    assert await store.transact(lambda uow: talk(uow, BSUID)) == made
    assert (await store.transact(lambda uow: talk(uow, "old"))).id != made.id


async def test_a_move_to_an_id_that_is_theirs_already_is_fine(store: Store) -> None:
    """The message from the new number came before the notice of the change."""
    made = await store.transact(lambda uow: talk(uow, "old", also=BSUID))
    await store.transact(lambda uow: talk(uow, "new", also=BSUID))
    assert await store.transact(lambda uow: uow.identities.move(address("old"), "new"))
    assert await store.transact(lambda uow: talk(uow, "new")) == replace(made, address=address("new"))
    assert (await store.transact(lambda uow: talk(uow, "old"))).id != made.id


async def test_nobody_moves_from_nowhere_or_into_another_persons_place(store: Store) -> None:
    old, new = await store.transact(lambda uow: (talk(uow, "old"), talk(uow, "new", also="newer")))
    assert not await store.transact(lambda uow: uow.identities.move(address("nobody"), "newest"))
    assert not await store.transact(lambda uow: uow.identities.move(address("old"), "new"))
    assert not await store.transact(lambda uow: uow.identities.move(address("old"), "newer"))
    assert await store.transact(lambda uow: (talk(uow, "old"), talk(uow, "new"))) == (old, new)


# ---------------------------------------------------------------- one customer, several conversations


def consent(customer_id: int, *, wanted: bool, marketing: bool = False, source: str = "said so") -> Consent:
    return Consent(customer_id, Channel.WHATSAPP, wanted, marketing, source, NOW)


def heed(uow: UnitOfWork, told: Consent) -> Customer:
    uow.customers.consent(told)
    return uow.customers.get(told.customer_id)


def ticket(uow: UnitOfWork, of: Conversation) -> None:
    uow.desk.add_ticket(Ticket(0, TicketKind.COMPLAINT, of.customer_id, of.id, None, "broken", NOW))


async def merged(store: Store) -> tuple[Conversation, Conversation]:
    """Ravi's customer became Asha's; both conversations as they were before."""

    def work(uow: UnitOfWork) -> tuple[Conversation, Conversation]:
        asha, ravi = talk(uow, "asha"), talk(uow, "ravi")
        ticket(uow, ravi)
        uow.customers.consent(consent(ravi.customer_id, wanted=False))
        uow.orders.add_hold(hold_for(placed(uow, "HT-RAVI", "ravi")))
        uow.identities.merge(ravi.customer_id, asha.customer_id)
        return asha, ravi

    return await store.transact(work)


async def test_what_was_one_customers_is_the_others_after_a_merge(store: Store) -> None:
    asha, ravi = await merged(store)
    orders = await store.transact(lambda uow: uow.orders.of_customer(asha.customer_id, 10))
    assert [order.number for order in orders] == ["HT-RAVI"]
    assert await store.transact(lambda uow: uow.orders.of_customer(ravi.customer_id, 10)) == []
    consents = await store.transact(lambda uow: uow.customers.consents(asha.customer_id))
    assert [(one.wanted, one.customer_id) for one in consents] == [(False, asha.customer_id)]
    hold = await store.transact(lambda uow: uow.orders.hold_of(asha.customer_id))
    assert hold
    assert hold.order_number == "HT-RAVI"
    assert await store.transact(lambda uow: uow.identities.at(ravi.address)) == asha.customer_id


async def test_whose_tickets_they_are_follows_too(store: Store, queries: Queries) -> None:
    asha, _ = await merged(store)
    tickets = await queries.tickets(False, 10)
    assert [found.customer_id for found in tickets] == [asha.customer_id]


async def test_a_turn_under_way_in_a_merged_conversation_starts_again(store: Store) -> None:
    asha, ravi = await merged(store)
    with pytest.raises(Conflict):
        await store.transact(lambda uow: uow.conversations.save(ravi))
    await store.transact(lambda uow: uow.conversations.save(asha))


async def test_silence_survives_a_merge(store: Store) -> None:
    asha, _ = await merged(store)
    assert (await store.transact(lambda uow: uow.customers.get(asha.customer_id))).silent


@pytest.mark.parametrize("marketing", [False, True])
async def test_whoever_was_silent_before_stays_silent_after_a_merge_into_them(store: Store, marketing: bool) -> None:
    def work(uow: UnitOfWork) -> Customer:
        asha, ravi = talk(uow, "asha"), talk(uow, "ravi")
        uow.customers.consent(consent(asha.customer_id, wanted=False, marketing=marketing))
        uow.identities.merge(ravi.customer_id, asha.customer_id)
        return uow.customers.get(asha.customer_id)

    customer = await store.transact(work)
    assert (customer.silent, customer.no_marketing) == (not marketing, marketing)


async def test_of_two_holds_each_stays_and_ends_by_itself(store: Store) -> None:
    def work(uow: UnitOfWork) -> int:
        mine, theirs = placed(uow, "HT-ASHA", "asha"), placed(uow, "HT-RAVI", "ravi")
        uow.orders.add_hold(hold_for(mine))
        uow.orders.add_hold(hold_for(theirs))
        uow.payments.add_link(link_of(theirs, "HT-RAVI-1"))
        uow.identities.merge(theirs.customer_id, mine.customer_id)
        return mine.customer_id

    customer = await store.transact(work)
    hold = await store.transact(lambda uow: uow.orders.hold_of(customer))
    assert hold
    assert hold.order_number == "HT-ASHA"
    ended = await store.transact(lambda uow: uow.orders.holds_ended(NOW))
    assert sorted(one.order_number for one in ended) == ["HT-ASHA", "HT-RAVI"]
    assert await store.transact(lambda uow: uow.orders.remove_hold("HT-RAVI"))


async def test_others_are_counted_but_not_the_conversation_itself(store: Store) -> None:
    asha, ravi = await merged(store)
    lone = await store.transact(lambda uow: talk(uow, "lone"))
    counts = await store.transact(lambda uow: [uow.identities.others(one.id) for one in (asha, ravi, lone)])
    assert counts == [1, 1, 0]


async def test_a_joined_conversation_is_the_other_customers_until_it_parts(store: Store) -> None:
    asha, ravi = await store.transact(lambda uow: (talk(uow, "asha"), talk(uow, "ravi")))
    await store.transact(lambda uow: uow.identities.join(ravi.id, asha.customer_id, NOW + HOUR))
    assert await store.transact(lambda uow: talk(uow, "ravi")) == replace(ravi, customer_id=asha.customer_id)
    await store.transact(lambda uow: uow.identities.part(ravi.id))
    parted = await store.transact(lambda uow: talk(uow, "ravi"))
    assert parted.customer_id not in (asha.customer_id, ravi.customer_id)
    assert await store.transact(lambda uow: uow.customers.get(parted.customer_id)) == Customer(parted.customer_id)
    assert await store.transact(lambda uow: uow.identities.lapsed(NOW + 2 * HOUR)) == []


async def test_whose_a_conversation_is_does_not_change_by_saving_what_was_loaded_before(store: Store) -> None:
    asha, ravi = await store.transact(lambda uow: (talk(uow, "asha"), talk(uow, "ravi")))

    def work(uow: UnitOfWork) -> Conversation | None:
        uow.identities.join(ravi.id, asha.customer_id, NOW + HOUR)
        uow.identities.move(ravi.address, "elsewhere")
        uow.conversations.save(ravi)
        return uow.conversations.get(ravi.id)

    saved = await store.transact(work)
    assert saved == replace(ravi, version=1, customer_id=asha.customer_id, address=address("elsewhere"))


async def test_a_proof_lapses_at_its_end_unless_it_was_given_anew(store: Store) -> None:
    asha, ravi = await store.transact(lambda uow: (talk(uow, "asha"), talk(uow, "ravi")))
    await store.transact(lambda uow: uow.identities.join(ravi.id, asha.customer_id, NOW))
    assert await store.transact(lambda uow: uow.identities.lapsed(NOW - SECOND)) == []
    assert await store.transact(lambda uow: uow.identities.lapsed(NOW)) == [ravi.id]
    await store.transact(lambda uow: uow.identities.join(ravi.id, asha.customer_id, NOW + HOUR))
    assert await store.transact(lambda uow: uow.identities.lapsed(NOW)) == []
    await store.transact(lambda uow: uow.identities.join(ravi.id, asha.customer_id, None))
    assert await store.transact(lambda uow: uow.identities.lapsed(NOW + 2 * HOUR)) == []


async def test_a_merge_undone_leaves_both_as_they_were(store: Store) -> None:
    asha, ravi = await store.transact(lambda uow: (talk(uow, "asha"), talk(uow, "ravi")))

    def work(uow: UnitOfWork) -> None:
        uow.customers.consent(consent(ravi.customer_id, wanted=False))
        uow.identities.merge(ravi.customer_id, asha.customer_id)
        uow.identities.move(ravi.address, "elsewhere")
        raise Undo

    with pytest.raises(Undo):
        await store.transact(work)
    assert await store.transact(lambda uow: (talk(uow, "asha"), talk(uow, "ravi"))) == (asha, ravi)
    assert not (await store.transact(lambda uow: uow.customers.get(asha.customer_id))).silent


# ---------------------------------------------------------------- what they want to hear


async def test_every_opt_in_and_opt_out_is_kept_in_order(store: Store) -> None:
    customer = (await store.transact(talk)).customer_id
    told = [
        consent(customer, wanted=True, source="wrote first"),
        consent(customer, wanted=False, marketing=True),
        consent(customer, wanted=False),
        consent(customer, wanted=True),
    ]
    known = [await store.transact(partial(heed, told=one)) for one in told]
    assert await store.transact(lambda uow: uow.customers.consents(customer)) == told
    flags = [(customer.silent, customer.no_marketing) for customer in known]
    assert flags == [(False, False), (False, True), (True, True), (False, True)]


async def test_saving_what_a_customer_told_of_themselves_undoes_no_silence(store: Store) -> None:
    customer = (await store.transact(talk)).customer_id
    before = await store.transact(lambda uow: uow.customers.get(customer))

    def work(uow: UnitOfWork) -> Customer:
        uow.customers.consent(consent(customer, wanted=False))
        uow.customers.consent(consent(customer, wanted=False, marketing=True))
        uow.customers.save(replace(before, name="Asha"))
        return uow.customers.get(customer)

    assert await store.transact(work) == Customer(customer, "Asha", silent=True, no_marketing=True)


async def test_one_customers_wishes_are_not_anothers(store: Store) -> None:
    asha, ravi = await store.transact(lambda uow: (talk(uow, "asha"), talk(uow, "ravi")))
    await store.transact(lambda uow: uow.customers.consent(consent(asha.customer_id, wanted=False)))
    assert not (await store.transact(lambda uow: uow.customers.get(ravi.customer_id))).silent
    assert await store.transact(lambda uow: uow.customers.consents(ravi.customer_id)) == []


# ---------------------------------------------------------------- proofs


def begin(uow: UnitOfWork, user: str = "asha", address_: Address = SMS) -> int:
    proof_id = uow.identities.add_proof(talk(uow, user).id, address_, NOW, NOW + HOUR)
    uow.identities.set_code(proof_id, f"hash {proof_id}")
    return proof_id


async def test_a_proof_comes_back_with_its_code_and_whom_it_is_of(store: Store) -> None:
    proof_id = await store.transact(begin)
    key = (await store.transact(talk)).id
    proof = await store.transact(lambda uow: uow.identities.proof(key, NOW))
    assert proof == Proof(proof_id, key, SMS, f"hash {proof_id}", 0, NOW + HOUR)


async def test_only_the_newest_proof_of_its_own_conversation_is_under_way(store: Store) -> None:
    first, second = await store.transact(lambda uow: (begin(uow), begin(uow)))
    asha, ravi = await store.transact(lambda uow: (talk(uow, "asha").id, talk(uow, "ravi").id))
    assert second > first
    found = await store.transact(lambda uow: uow.identities.proof(asha, NOW))
    assert found
    assert found.id == second
    assert await store.transact(lambda uow: uow.identities.proof(ravi, NOW)) is None


async def test_a_proof_that_is_over_or_too_old_is_none(store: Store) -> None:
    proof_id = await store.transact(begin)
    key = (await store.transact(talk)).id
    assert await store.transact(lambda uow: uow.identities.proof(key, NOW + HOUR - SECOND))
    assert await store.transact(lambda uow: uow.identities.proof(key, NOW + HOUR)) is None
    await store.transact(lambda uow: uow.identities.proof_done(proof_id))
    assert await store.transact(lambda uow: uow.identities.proof(key, NOW)) is None


async def test_tries_are_counted(store: Store) -> None:
    proof_id = await store.transact(begin)
    tries = [await store.transact(lambda uow: uow.identities.proof_tried(proof_id)) for _ in range(3)]
    assert tries == [1, 2, 3]
    key = (await store.transact(talk)).id
    found = await store.transact(lambda uow: uow.identities.proof(key, NOW))
    assert found
    assert found.tries == 3


async def test_tries_at_once_are_each_counted(store: Store) -> None:
    proof_id = await store.transact(begin)
    tries = await asyncio.gather(*(store.transact(lambda uow: uow.identities.proof_tried(proof_id)) for _ in range(10)))
    assert sorted(tries) == list(range(1, 11))


async def test_both_ids_told_at_once_by_many_make_one_conversation(store: Store) -> None:
    opened = await asyncio.gather(
        *(store.transact(partial(talk, user=PHONE, also=BSUID)) for _ in range(10)),
        *(store.transact(partial(talk, user=PHONE)) for _ in range(10)),
    )
    assert {conversation.id for conversation in opened} == {opened[0].id}
    assert (await store.transact(partial(talk, user=BSUID))).id == opened[0].id


async def test_a_try_at_no_proof_is_a_fault(store: Store) -> None:
    with pytest.raises(Fault):
        await store.transact(lambda uow: uow.identities.proof_tried(99))


async def test_codes_are_counted_by_chat_by_number_by_address_and_in_all(store: Store) -> None:
    other = replace(SMS, user="919000000000")

    def ask(uow: UnitOfWork, user: str, number: Address, peer: str, after: int) -> int:
        return uow.identities.add_proof(talk(uow, user).id, number, NOW + after * SECOND, NOW + HOUR, peer)

    def work(uow: UnitOfWork) -> None:
        ask(uow, "asha", SMS, "here", 0)
        ask(uow, "asha", other, "here", 1)
        ask(uow, "ravi", SMS, "there", 2)
        ask(uow, "ravi", replace(SMS, channel=Channel.WHATSAPP), "here", 3)
        uow.identities.proof_done(ask(uow, "meena", SMS, "", 4))

    await store.transact(work)
    asha = (await store.transact(talk)).id

    def counts(uow: UnitOfWork, number: str, peer: str, since: int = 0, wrote: int = -1) -> CodesSent:
        return uow.identities.codes_since(NOW + since * SECOND, asha, number, peer, NOW + wrote * SECOND)

    assert await store.transact(lambda uow: counts(uow, PHONE, "here")) == CodesSent(2, 4, 4, 2, 3, 5)
    assert await store.transact(lambda uow: counts(uow, PHONE, "here", wrote=0)) == CodesSent(2, 4, 3, 1, 3, 5)
    assert await store.transact(lambda uow: counts(uow, PHONE, "there", since=2)) == CodesSent(0, 3, 3, 1, 1, 3)
    assert await store.transact(lambda uow: counts(uow, "nobody", "nowhere")) == CodesSent(2, 0, 0, 0, 0, 5)


async def test_when_somebody_wrote_last_is_told_by_either_of_their_ids(store: Store) -> None:
    made = await store.transact(lambda uow: talk(uow, PHONE, also=BSUID))
    places = address(PHONE), address(BSUID), address("nobody")
    assert await store.transact(lambda uow: [uow.identities.wrote_at(place) for place in places]) == [NEVER] * 3
    await store.transact(lambda uow: uow.conversations.append(made.id, Author.CUSTOMER, {"text": "hi"}, NOW))
    await store.transact(lambda uow: uow.conversations.append(made.id, Author.BOT, {"text": "hi"}, NOW + SECOND))
    told = await store.transact(lambda uow: [uow.identities.wrote_at(place) for place in places])
    assert told == [NOW, NOW, NEVER]
