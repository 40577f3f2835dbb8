"""shop.yml: who the shop is."""

from pydantic import ValidationInfo, field_validator

from gateways.shop_folder.advising import advice
from gateways.shop_folder.wording import Email, Entry, Gstin, Hours, Phone, Pincode, Prose, Short, StateCode, Zone
from model.catalogue import Shop


class AddressEntry(Entry):
    """Where it stands."""

    street: Short
    city: Short
    state: Short
    state_code: StateCode
    pincode: Pincode


class HoursEntry(Entry):
    """When it is open."""

    mon: Hours
    tue: Hours
    wed: Hours
    thu: Hours
    fri: Hours
    sat: Hours
    sun: Hours


class ShopEntry(Entry):
    """The whole file."""

    name: Short
    tagline: Prose
    about: Prose
    address: AddressEntry
    gstin: Gstin
    phone: Phone
    email: Email
    zone: Zone
    hours: HoursEntry

    @field_validator("gstin")
    @classmethod
    def _of_its_state(cls, gstin: str, info: ValidationInfo) -> str:
        address = info.data.get("address")
        if address and not gstin.startswith(address.state_code):
            raise advice(f"it must begin with the address's state_code, {address.state_code}; mend the wrong one")
        return gstin

    def shop(self) -> Shop:
        """The value."""
        own = dict(self) | dict(self.address) | {"hours": dict(self.hours)}
        del own["address"]
        return Shop(**own)
