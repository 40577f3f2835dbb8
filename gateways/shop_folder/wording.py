"""The types of the fields in a shop's files."""

from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, StringConstraints

from gateways.shop_folder import checks, pictures
from gateways.shop_folder.advising import one_of, written
from gateways.shop_folder.amounts import Amount
from model.money import Money


class Entry(BaseModel):
    """What stands in a file: strict, so that nothing is guessed, and a misspelt key is named."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]"
_SPAN = f"closed|{_CLOCK}-{_CLOCK}"
_NUMERAL = BeforeValidator(checks.digits)
_MONEY = PlainValidator(checks.rupees)
_AMOUNT = PlainValidator(checks.amount)

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Long = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Words = tuple[Short, ...]
SomeWords = Annotated[tuple[Short, ...], Field(min_length=1)]
Language = Annotated[str, AfterValidator(checks.language)]
Names = Annotated[dict[Language, Short], AfterValidator(checks.with_english)]
Prose = Annotated[dict[Language, Long], AfterValidator(checks.with_english)]

Id = Annotated[Short, written("[a-z0-9-]+", "write small letters a-z, digits and hyphens, such as mango-pickle")]
Sku = Annotated[Short, written("[A-Z0-9-]+", "write capitals A-Z, digits and hyphens, such as MANGO-PICKLE-250")]
Code = Annotated[Short, written("[A-Z0-9]{3,20}", "write 3 to 20 capitals A-Z and digits, such as WELCOME10")]

Rupees = Annotated[Money, _MONEY]
Price = Annotated[Money, _MONEY, AfterValidator(checks.price)]
Stock = Annotated[Amount, _AMOUNT]
Pack = Annotated[Amount, _AMOUNT, AfterValidator(checks.pack)]
Percent = Annotated[int, Field(ge=1, le=90)]
Grams = Annotated[str, PlainValidator(checks.number_up_to(100))]
Calories = Annotated[str, PlainValidator(checks.number_up_to(900))]
Milligrams = Annotated[str, PlainValidator(checks.number_up_to(40_000))]

Gstin = Annotated[Short, AfterValidator(checks.gstin)]
GstPercent = Annotated[int, one_of(0, 5, 12, 18, 28, 40)]
Hsn = Annotated[str, _NUMERAL, written("[0-9]{4}(?:[0-9]{2}){0,2}", 'write 4, 6 or 8 digits in quotes: "2001"')]
StateCode = Annotated[str, _NUMERAL, written("[0-9]{2}", 'write the two digits of the state for GST: "29"')]

Pincode = Annotated[str, _NUMERAL, written("[1-9][0-9]{5}", "write six digits, such as 560001")]
PincodeSpan = Annotated[tuple[int, int], PlainValidator(checks.pincodes)]
Days = Annotated[tuple[int, int], PlainValidator(checks.days)]
Phone = Annotated[str, written(r"\+?[0-9][0-9 -]{5,17}[0-9]", 'write it in quotes, such as "+91 80 4112 0000"')]
Email = Annotated[Short, written(r"[^@\s]+@[^@\s]+\.[^@\s.]+", "write an address such as hello@example.com")]
Zone = Annotated[Short, AfterValidator(checks.zone)]
Hours = Annotated[str, written(_SPAN, 'write "09:00-21:00" or closed'), AfterValidator(checks.hours)]
Picture = Annotated[Short, written(pictures.FORM, "write a PNG or JPEG file of this folder: pictures/mango-pickle.png")]
