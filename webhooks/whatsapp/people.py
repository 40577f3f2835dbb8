"""Who a message is from: their number where Meta tells it, their user id where it does not, or both."""

from collections.abc import Mapping
from dataclasses import dataclass

from model.message import Address, Channel
from webhooks.tame import Wild, id_of, name_of, number_of, part, parts


@dataclass(frozen=True, slots=True)
class Person:
    """`number` is digits without plus; `user_id` is Meta's own id of them for this business (BSUID)."""

    number: str
    user_id: str
    name: str = ""

    @property
    def user(self) -> str:
        """What they are called as a user of the channel; empty where Meta tells nothing."""
        return self.number or self.user_id

    @property
    def also(self) -> str:
        """Their other id."""
        return self.user_id if self.number else ""

    @property
    def phone(self) -> str:
        """E.164, or empty."""
        return f"+{self.number}" if self.number else ""

    def address(self, account: str) -> Address:
        """Where they are reached through this number of the shop."""
        return Address(Channel.WHATSAPP, account, self.user)


def people_of(value: Wild) -> dict[str, Person]:
    """The contacts of a batch by each of their ids; where there is but one, they also stand for who is not named."""
    found: dict[str, Person] = {}
    contacts = parts(value, "contacts")
    for person in map(_contact, contacts):
        for known_as in filter(None, (person.number, person.user_id)):
            found.setdefault(known_as, person)
        if len(contacts) == 1:
            found[_UNNAMED] = person
    return found


def sender_of(message: Wild, people: Mapping[str, Person]) -> Person:
    """The message's own ids, completed by the contact that shares one of them.

    `from` may be an id that is no number; then it is the user id.
    """
    told = id_of(message.get("from"))
    number = number_of(told)
    user_id = id_of(message.get("from_user_id")) or ("" if number else told)
    known = people.get(number or user_id or _UNNAMED) or people.get(user_id or number) or _NOBODY
    return Person(number or known.number, user_id or known.user_id, known.name)


def _contact(contact: Wild) -> Person:
    profile = part(contact, "profile")
    name = name_of(profile.get("name")) or name_of(profile.get("username"))
    return Person(number_of(contact.get("wa_id")), id_of(contact.get("user_id")), name)


_UNNAMED = ""
_NOBODY = Person("", "")
