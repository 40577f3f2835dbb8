"""Two refunds that Razorpay refused: the second was never concluded, for both were stored under the same empty id."""

from pathlib import Path

from model.message import Notice, NoticeKind
from model.order import RefundStatus
from store.sql import SqlStore
from tests.kit import Scene, new_database


async def test_each_refused_refund_is_marked_failed(tmp_path: Path) -> None:
    store = SqlStore(new_database(tmp_path))
    scene = await Scene(store).open()
    scene.razorpay.troubles["refund"] = ["refused", "refused"]
    order = await scene.order()
    for event in range(3):
        paid = scene.razorpay.pay(f"{order.number}-1")
        body = {"payment_id": paid.payment_id, "amount": paid.amount.paise, "currency": "INR", "method": "upi"}
        body |= {"at": 1, "reference": f"{order.number}-1", "link_id": f"plink_{order.number}-1"}
        await scene.engine.accept_notice(Notice("razorpay", f"evt_{event}", NoticeKind.PAYMENT, body))
    await scene.settle()
    refunds = await scene.do(lambda work: work.uow.payments.refunds_of(order.number))
    assert [refund.status for refund in refunds] == [RefundStatus.FAILED] * 2
    assert scene.told().count("refund_failed") == 2
    await store.close()
