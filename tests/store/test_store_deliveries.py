"""What becomes of replies on their way out: parts, statuses in any order, dead letters."""

import asyncio
from dataclasses import replace
from itertools import permutations

import pytest

from model.conversation import NEVER
from model.delivery import TEMPLATE
from model.message import Author, Channel, Progress, Sent, Status, Trouble
from model.ports import Queries, Store, UnitOfWork
from model.rows import DeadLetter, Delivery, OutboxRow
from tests.store.store_kit import NOW, SECOND, speak, talk

SENT, DELIVERED, READ, FAILED = Progress


def reply(uow: UnitOfWork, text: str = "hello", user: str = "asha") -> OutboxRow:
    conversation = talk(uow, user)
    return uow.outbox.add(conversation, speak(uow, conversation.id, text))


def status(progress: Progress, provider_id: str = "wamid.1", trouble: Trouble | None = None, code: str = "") -> Status:
    return Status(Channel.WHATSAPP, "shop", provider_id, progress, NOW, trouble, code)


async def report(store: Store, told: Status) -> Delivery | None:
    return await store.transact(lambda uow: uow.outbox.status(told, NOW))


async def went(store: Store, row: OutboxRow, provider_id: str = "wamid.1", *, more: bool = False) -> Delivery:
    return await store.transact(lambda uow: uow.outbox.went(row, Sent(provider_id, more), NOW))


async def progress(store: Store, row: OutboxRow) -> Progress | None:
    found = await store.transact(lambda uow: uow.outbox.deliveries(row.conversation_id, [row.seq]))
    return found.get(row.seq)


async def due(store: Store) -> list[OutboxRow]:
    return await store.transact(lambda uow: uow.outbox.due(NOW, 10, [*Channel]))


async def test_a_row_goes_part_by_part_and_is_done_with_the_last(store: Store) -> None:
    row = await store.transact(reply)
    await went(store, row, "wamid.1", more=True)
    (left,) = await due(store)
    assert (left.id, left.parts) == (row.id, 1)
    await went(store, left, "wamid.2", more=True)
    (left,) = await due(store)
    assert left.parts == 2
    assert await went(store, left, "wamid.3") == Delivery(row.conversation_id, row.seq, None, part=2)
    assert await due(store) == []


async def test_what_went_without_an_id_is_done_all_the_same(store: Store) -> None:
    row = await store.transact(reply)
    assert await went(store, row, "") == Delivery(row.conversation_id, row.seq, None)
    assert await due(store) == []
    assert await progress(store, row) is None


async def test_what_went_counts_as_sent_until_more_is_told(store: Store) -> None:
    row = await store.transact(reply)
    assert await progress(store, row) is None
    await went(store, row)
    assert await progress(store, row) is SENT
    for told in (SENT, DELIVERED, READ):
        assert await report(store, status(told)) == Delivery(row.conversation_id, row.seq, told)
        assert await progress(store, row) is told


@pytest.mark.parametrize("order", [*permutations((SENT, DELIVERED, READ))], ids="-".join)
@pytest.mark.parametrize("known_after", range(4))
async def test_in_whatever_order_statuses_come_it_ends_as_read(
    store: Store, order: tuple[Progress, ...], known_after: int
) -> None:
    """`known_after` so many of them came before our own note of having sent it."""
    row = await store.transact(reply)
    for told in order[:known_after]:
        await report(store, status(told))
    seen = await went(store, row)
    assert seen.progress == max(order[:known_after], key=[SENT, DELIVERED, READ].index, default=None)
    for told in order[known_after:]:
        await report(store, status(told))
    assert await progress(store, row) is READ


async def test_a_repeated_or_late_status_tells_nothing(store: Store) -> None:
    row = await store.transact(reply)
    await went(store, row)
    await report(store, status(READ))
    for late in (READ, DELIVERED, SENT):
        assert await report(store, status(late)) is None
    assert await report(store, status(FAILED, trouble=Trouble.UNREACHABLE)) is None
    assert await progress(store, row) is READ


async def test_a_failure_is_told_once_with_what_the_trouble_was(store: Store) -> None:
    row = await store.transact(reply)
    await went(store, row)
    failed = Delivery(row.conversation_id, row.seq, FAILED, Trouble.WINDOW_CLOSED, code="131047")
    assert await report(store, status(FAILED, trouble=Trouble.WINDOW_CLOSED, code="131047")) == failed
    assert await report(store, status(FAILED, trouble=Trouble.WINDOW_CLOSED)) is None
    assert await report(store, status(SENT)) is None
    assert await progress(store, row) is FAILED


async def test_a_message_that_was_said_to_have_failed_may_arrive_after_all(store: Store) -> None:
    row = await store.transact(reply)
    await went(store, row)
    await report(store, status(FAILED, trouble=Trouble.UNREACHABLE))
    assert await report(store, status(DELIVERED)) == Delivery(row.conversation_id, row.seq, DELIVERED)
    assert await progress(store, row) is DELIVERED


async def test_a_failure_that_was_quicker_than_our_note_is_told_with_the_note(store: Store) -> None:
    row = await store.transact(reply)
    unknown = Delivery(None, None, FAILED, Trouble.UNREACHABLE, code="131026")
    assert await report(store, status(FAILED, trouble=Trouble.UNREACHABLE, code="131026")) == unknown
    assert await went(store, row) == replace(unknown, conversation_id=row.conversation_id, seq=row.seq)


async def test_reports_and_our_note_at_once_lose_nothing(store: Store) -> None:
    row = await store.transact(reply)
    told = [report(store, status(one)) for one in (READ, SENT, DELIVERED) * 5]
    await asyncio.gather(*told[:7], went(store, row), *told[7:])
    assert await progress(store, row) is READ


async def test_a_status_is_of_one_account_alone(store: Store) -> None:
    row = await store.transact(reply)
    await went(store, row)
    await report(store, Status(Channel.WHATSAPP, "other", "wamid.1", READ))
    await report(store, Status(Channel.SMS, "shop", "wamid.1", READ))
    assert await progress(store, row) is SENT


async def test_of_several_parts_the_one_that_came_least_far_counts_and_a_failure_above_all(store: Store) -> None:
    row = await store.transact(reply)
    for place, name in enumerate("abc"):
        await went(store, replace(row, parts=place), name, more=name != "c")
    seen = []
    for name, told in (("a", READ), ("b", READ), ("c", DELIVERED), ("c", READ)):
        await report(store, status(told, name))
        seen.append(await progress(store, row))
    assert seen == [SENT, SENT, DELIVERED, READ]


async def test_one_failed_part_is_a_failure(store: Store) -> None:
    row = await store.transact(reply)
    await went(store, row, "a", more=True)
    await went(store, replace(row, parts=1), "b")
    await report(store, status(FAILED, "a"))
    await report(store, status(READ, "b"))
    assert await progress(store, row) is FAILED


async def test_only_the_lines_asked_for_are_told_of(store: Store) -> None:
    rows = await store.transact(lambda uow: [reply(uow, "1"), reply(uow, "2"), reply(uow, "3", "ravi")])
    for name, row in zip("abc", rows, strict=True):
        await went(store, row, name)
    key = rows[0].conversation_id
    assert await store.transact(lambda uow: uow.outbox.deliveries(key, [2, 3])) == {2: SENT}
    assert await store.transact(lambda uow: uow.outbox.deliveries(key, [])) == {}


async def test_pages_read_the_same(store: Store, queries: Queries) -> None:
    rows = await store.transact(lambda uow: [reply(uow, text) for text in "123"])
    await went(store, rows[0], "a")
    await went(store, rows[1], "b")
    await report(store, status(READ, "b"))
    key = rows[0].conversation_id
    assert await queries.deliveries(key, [1, 2, 3]) == {1: SENT, 2: READ}
    assert await queries.deliveries(key, []) == await queries.deliveries(99, [1]) == {}


async def resend(store: Store, failed: Delivery) -> OutboxRow:
    return await store.transact(lambda uow: uow.outbox.resend(failed, NOW + SECOND))


async def settled(store: Store, row: OutboxRow) -> bool:
    return await store.transact(lambda uow: uow.outbox.settled(row))


async def half_in_vain(store: Store) -> tuple[OutboxRow, Delivery]:
    """A reply of two parts, and its second, which failed."""
    row = await store.transact(reply)
    await went(store, row, "a", more=True)
    await went(store, replace(row, parts=1), "b")
    failed = await report(store, status(FAILED, "b"))
    assert failed == Delivery(row.conversation_id, row.seq, FAILED, part=1)
    return row, failed


async def test_a_part_that_went_in_vain_goes_again_alone_and_it_is_known_how_often(store: Store) -> None:
    row, failed = await half_in_vain(store)
    for times in (1, 2):
        other = await resend(store, failed)
        assert (other.seq, other.content, other.parts, other.resends) == (row.seq, row.content, 1, times)
        assert await due(store) == []
        assert await store.transact(lambda uow: uow.outbox.due(NOW + SECOND, 10, [*Channel])) == [other]
        await went(store, other, f"b{times}")
        assert await store.transact(lambda uow: uow.outbox.due(NOW + SECOND, 10, [*Channel])) == []
        again = await report(store, status(FAILED, f"b{times}"))
        assert again == Delivery(row.conversation_id, row.seq, FAILED, part=1, resends=times)
        failed = again


async def test_a_part_sent_again_counts_by_its_message_that_came_farthest(store: Store) -> None:
    row, failed = await half_in_vain(store)
    await report(store, status(READ, "a"))
    assert await progress(store, row) is FAILED
    await went(store, await resend(store, failed), "b1")
    assert await progress(store, row) is SENT
    await report(store, status(DELIVERED, "b1"))
    assert await progress(store, row) is DELIVERED


async def test_a_part_that_came_after_all_need_not_go_again(store: Store) -> None:
    row, failed = await half_in_vain(store)
    other = await resend(store, failed)
    await report(store, status(READ, "a"))
    assert not await settled(store, other), "another part came"
    await report(store, status(DELIVERED, "b"))
    assert await settled(store, other)
    assert not await settled(store, row), "what was never sent has not come"


async def test_what_is_left_of_a_line_need_not_go_where_its_template_does(store: Store) -> None:
    row, failed = await half_in_vain(store)
    other = await resend(store, failed)
    assert not await settled(store, other)
    instead = await again(store, row)
    assert instead
    assert [await settled(store, one) for one in (row, other, instead)] == [True, True, False]
    await went(store, instead, "c")
    assert await settled(store, other)


async def test_a_line_is_kept_while_any_of_it_is_a_letter(store: Store) -> None:
    def kept(uow: UnitOfWork) -> list[bool]:
        return [uow.outbox.kept(row.conversation_id, seq) for seq in (row.seq, row.seq + 1)]

    row, failed = await half_in_vain(store)
    other = await resend(store, failed)
    assert await store.transact(kept) == [False, False]
    await store.transact(lambda uow: uow.outbox.dead(other.id, "refused"))
    assert await store.transact(kept) == [True, False]
    await store.transact(lambda uow: uow.outbox.revive([other.id], NOW))
    assert await store.transact(kept) == [False, False]


async def again(store: Store, row: OutboxRow) -> OutboxRow | None:
    return await store.transact(lambda uow: uow.outbox.again(row.conversation_id, row.seq, TEMPLATE, NOW + SECOND))


async def test_a_line_that_went_in_vain_goes_again_in_another_form(store: Store) -> None:
    row = await store.transact(reply)
    await went(store, row)
    other = await again(store, row)
    assert other
    assert other.id > row.id
    assert (other.seq, other.content, other.form, other.attempts) == (row.seq, row.content, TEMPLATE, 0)
    assert await due(store) == []
    assert await store.transact(lambda uow: uow.outbox.due(NOW + SECOND, 10, [*Channel])) == [other]


async def test_a_line_goes_once_in_a_form(store: Store) -> None:
    row = await store.transact(reply)
    await went(store, row)
    other = await again(store, row)
    assert other
    assert await again(store, row) is None
    await went(store, other, "wamid.2")
    assert await again(store, row) is None
    failed = status(FAILED, "wamid.2", Trouble.TEMPLATE)
    assert await report(store, failed) == Delivery(row.conversation_id, row.seq, FAILED, Trouble.TEMPLATE, TEMPLATE)
    assert await again(store, row) is None


async def test_the_template_counts_where_one_went_in_a_lines_place(store: Store) -> None:
    row = await store.transact(reply)
    await went(store, row)
    await report(store, status(FAILED, trouble=Trouble.WINDOW_CLOSED))
    other = await again(store, row)
    assert other
    await went(store, other, "wamid.2")
    assert await progress(store, row) is SENT
    await report(store, status(DELIVERED, "wamid.2"))
    assert await progress(store, row) is DELIVERED


async def test_dead_rows_are_listed_newest_first_and_go_again_when_revived(store: Store, queries: Queries) -> None:
    rows = await store.transact(lambda uow: [reply(uow, text) for text in "123"])

    def bury(uow: UnitOfWork) -> None:
        uow.outbox.retry(rows[0].id, NOW)
        uow.outbox.dead(rows[0].id, "refused")
        uow.outbox.dead(rows[2].id, "template")

    await store.transact(bury)
    key = rows[0].conversation_id
    assert await queries.dead_letters(10) == [
        DeadLetter(rows[2].id, key, Channel.WHATSAPP, "template", 0, NOW),
        DeadLetter(rows[0].id, key, Channel.WHATSAPP, "refused", 1, NOW),
    ]
    assert [letter.id for letter in await queries.dead_letters(1)] == [rows[2].id]
    assert await store.transact(lambda uow: uow.outbox.revive([rows[0].id, rows[1].id, 99], NOW + SECOND)) == 1
    assert [row.content["text"] for row in await due(store)] == [], "the revived one comes first"
    revived, other = await store.transact(lambda uow: uow.outbox.due(NOW + SECOND, 10, [*Channel]))
    assert (revived.id, revived.attempts, other.id) == (rows[0].id, 0, rows[1].id)
    assert [letter.id for letter in await queries.dead_letters(10)] == [rows[2].id]
    assert await store.transact(lambda uow: uow.outbox.revive([], NOW)) == 0


async def test_statuses_are_forgotten_after_a_time(store: Store) -> None:
    row = await store.transact(reply)
    await went(store, row)
    assert await store.transact(lambda uow: uow.outbox.forget(NOW)) == 0
    assert await progress(store, row) is SENT
    assert await store.transact(lambda uow: uow.outbox.forget(NOW + SECOND)) == 1
    assert await progress(store, row) is None


async def test_a_row_knows_when_the_customer_wrote_last(store: Store) -> None:
    def work(uow: UnitOfWork) -> list[OutboxRow]:
        first = reply(uow)
        uow.conversations.append(first.conversation_id, Author.CUSTOMER, {"text": "hi"}, NOW + SECOND)
        return [first, reply(uow)]

    first, second = await store.transact(work)
    assert [first.wrote_at, second.wrote_at] == [NEVER, NOW + SECOND]
    assert {row.wrote_at for row in await due(store)} == {NOW + SECOND}
