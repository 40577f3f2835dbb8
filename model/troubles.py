"""What the providers' error codes mean for a message of ours, in answers and in statuses alike.

A code that stands in no table is `Trouble.REFUSED`. A code of a `*_BUSY` set is no trouble: what it tells of passes by
itself, and the same message may be tried again.

Sources: Meta's "WhatsApp error codes", Twilio's "Error and Warning Dictionary". Where a code has several causes, the
table takes the one that does least harm if it is wrong: one that may concern a single customer never stops a channel.
"""

from collections.abc import Mapping
from typing import Final

from model.message import Trouble

META_BUSY: Final = frozenset(
    {1, 2, 4, 80007, 80008, 130429, 131000, 131016, 131048, 131056, 131057, 131064, 133004, 133016}
)
"""Faults and maintenance on Meta's side, its rates (the number's, the account's, the pair's) and spam limits."""

META: Final[Mapping[int, Trouble]] = {
    **dict.fromkeys((470, 131047), Trouble.WINDOW_CLOSED),
    # 130472: their number is in an experiment that keeps marketing from them; 131049: they got enough of it lately.
    **dict.fromkeys((130472, 131049, 131050), Trouble.NO_MARKETING),
    # 130497: not to their country; 131021: it is our own number; 131030: not on a test number's list of recipients.
    **dict.fromkeys((130497, 131021, 131026, 131030, 131062), Trouble.UNREACHABLE),
    **dict.fromkeys(
        (131063, 132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132018, 132068, 132069),
        Trouble.TEMPLATE,
    ),
    **dict.fromkeys((131052, 131053), Trouble.MEDIA),
    # 131042: the shop has not paid Meta; 131037: the number's name is not approved; 131045, 133010: not registered.
    **dict.fromkeys(
        (0, 3, 10, 33, 190, *range(200, 300), 368, 131005, 131031, 131037, 131042, 131045, 133010),
        Trouble.CHANNEL_DOWN,
    ),
}
"""Trouble by the code of Meta's Graph API."""

TWILIO_BUSY: Final = frozenset(
    {14107, 20429, 20500, 20503, 21611, 30001, 30017, 30022, 63009, 63010, 63012, 63017, 63018, 63038}
)
"""Faults on Twilio's or the channel's side, full queues, rates and daily limits.

30008 (unknown) and 30410 (a carrier did not answer in time) are not among them: the text may have come, and a second
one would be paid for.
"""

TWILIO_UNSENT: Final = frozenset({14107, 30001, 63017, 63018, 63038})
"""Those of them by which Twilio tells, in a report too, that it never handed the message on: its own limits (14107,
30001, 63017, 63038) and WhatsApp's (63018). Of the others nobody can say whether the customer has it."""

TWILIO: Final[Mapping[int, Trouble]] = {
    63016: Trouble.WINDOW_CLOSED,
    # 21610: they wrote STOP; 63014, 63033: they blocked the shop.
    **dict.fromkeys((21610, 63014, 63033), Trouble.OPTED_OUT),
    **dict.fromkeys((63032, 63049), Trouble.NO_MARKETING),
    # 21408: not to their country; 21606, 21659: not from our number to theirs; 30004: their phone or carrier blocks it.
    **dict.fromkeys(
        (21211, 21214, 21219, 21265, 21266, 21268, 21401, 21407, 21408, 21606, 21608, 21612, 21614, 21635, 21659),
        Trouble.UNREACHABLE,
    ),
    **dict.fromkeys((30003, 30004, 30005, 30006, 30014, 30450, 30453), Trouble.UNREACHABLE),
    **dict.fromkeys((63003, 63015, 63024, 63031), Trouble.UNREACHABLE),
    **dict.fromkeys(
        (21654, 21655, 21656, 63027, 63028, 63029, 63030, 63040, 63041, 63042),
        Trouble.TEMPLATE,
    ),
    # 112xx: Twilio could not fetch the address we gave.
    **dict.fromkeys(
        (*range(11200, 11241), 11751, 12300, 21620, 21623, 30019, 63019, 63034, 63037),
        Trouble.MEDIA,
    ),
    **dict.fromkeys(
        (10001, 20003, 20005, 20006, 20008, 20403, 20404, 21212, 21603, 21607, 21660, 21661),
        Trouble.CHANNEL_DOWN,
    ),
    **dict.fromkeys((*range(21701, 21706), 30002, 63001, 63002, 63007, 63008), Trouble.CHANNEL_DOWN),
    # 63020, 63022, 63051: WhatsApp does not accept or has locked the shop's account there.
    **dict.fromkeys((63020, 63022, 63051), Trouble.CHANNEL_DOWN),
}
"""Trouble by Twilio's code, for SMS and WhatsApp."""
