"""Amounts as people in India write them."""


def rupees(paise: int) -> str:
    """`12345650` paise as `₹1,23,456.50`: the last three digits, then groups of two."""
    whole, rest = divmod(abs(paise), 100)
    sign = "-" if paise < 0 else ""
    return f"{sign}₹{_grouped(str(whole))}.{rest:02d}"


def _grouped(digits: str) -> str:
    head, tail = digits[:-3], digits[-3:]
    pairs = [head[max(end - 2, 0) : end] for end in range(len(head), 0, -2)]
    return ",".join([*reversed(pairs), tail])
