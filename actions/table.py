"""Which function answers what: intents, taps, and open questions."""

from actions import browse, care, cart, checkout, ordering, product, prove, store, talk, track, wishes
from actions.context import Action, Asker, Context, Tap
from model.conversation import Outcome

INTENTS: dict[str, Action] = {
    "browse": browse.browse,
    "search": browse.search,
    "recommend": browse.recommend,
    "offers": browse.offers,
    **{intent: product.about(intent, tell) for intent, tell in product.TELLERS.items()},
    "order": ordering.order,
    "remove_item": cart.remove_item,
    "change_quantity": cart.change_quantity,
    "show_cart": cart.show_cart,
    "clear_cart": cart.clear_cart,
    "apply_coupon": cart.apply_coupon,
    "checkout": checkout.checkout,
    "delivery_area": store.delivery_area,
    "delivery_time": store.delivery_time,
    "delivery_charge": store.delivery_charge,
    "payment_methods": store.payment_methods,
    "store_info": store.store_info,
    "track": track.track,
    "order_history": track.order_history,
    "reorder": track.on_order("reorder", track.reorder, lambda order: True),
    "cancel_order": track.on_order("cancel_order", track.ask_cancel, track.is_cancellable),
    "change_address": track.change_address,
    "return_item": care.return_item,
    "refund_status": care.refund_status,
    "complain": care.complain,
    "payment_problem": care.payment_problem,
    "feedback": care.feedback,
    **wishes.WISHES,
    "greet": talk.greet,
    "goodbye": talk.goodbye,
    "thank": talk.thank,
    "affirm": talk.affirm,
    "deny": talk.deny,
    "help": talk.help_,
    "human": talk.human,
    "change_language": talk.change_language,
    "out_of_scope": store.out_of_scope,
    "inform": talk.inform,
}


def _plain(action: Action) -> Tap:
    """A tap that means the same as an intent without any words."""

    def tapped(ctx: Context, _: str) -> Outcome:
        return action(ctx)

    return tapped


TAPS: dict[str, Tap] = {
    "categories": browse.categories,
    "category": browse.category_tap,
    "offers": _plain(browse.offers),
    **{intent: product.about_tapped(tell) for intent, tell in product.TELLERS.items()},
    "add": ordering.add_tap,
    "pick": ordering.pick_tap,
    "drop": cart.drop_tap,
    "change": cart.change_tap,
    "remove_item": cart.remove_tap,
    "show_cart": cart.show_cart,
    "clear_cart": cart.clear_cart,
    "checkout": checkout.checkout,
    "pay": checkout.pay_tap,
    "pay_order": checkout.pay_order_tap,
    "new_address": checkout.new_address,
    "leave": checkout.leave,
    "track": track.track_tap,
    "order_history": track.order_history,
    "reorder": track.on_tapped(track.reorder),
    "cancel_order": track.on_tapped(track.ask_cancel),
    "cancel_now": track.on_tapped(track.cancel_now),
    "keep_order": track.keep,
    "change_address": track.on_tapped(track.change_address_of),
    "return_item": track.on_tapped(care.return_of),
    "refund_status": track.on_tapped(care.refund_of),
    "complain": care.complain_tap,
    "prove": prove.prove,
    "order_items": ordering.items_tap,
    "rest": talk.rest_tap,
    "language": talk.language_tap,
    "help": talk.help_,
    "human": talk.human,
}

ASKERS: dict[str, Asker] = {
    "which_about": Asker(product.ask_which, product.answer_which),
    "which_pack": Asker(ordering.ask_open, ordering.answer_open),
    "count": Asker(cart.ask_count, cart.answer_count),
    "coupon": Asker(cart.ask_coupon, cart.answer_coupon),
    "address": Asker(checkout.ask_address, checkout.answer_address),
    "pay": Asker(checkout.ask_pay, checkout.answer_pay),
    "cancel": Asker(track.ask_cancel_again, track.answer_cancel),
    "new_street": Asker(track.ask_new_street, track.answer_new_street),
    "prove_number": Asker(prove.ask_number, prove.answer_number),
    "prove_code": Asker(prove.ask_code, prove.answer_code),
    "prove_anew": Asker(prove.ask_anew, prove.answer_anew),
    "trouble": Asker(care.ask_trouble, care.answer_trouble),
    "return": Asker(care.ask_return, care.answer_return),
    "wish": Asker(wishes.ask_wish, wishes.answer_wish),
}
