"""Where clients come from: what is counted by address counts what one customer has."""

from ipaddress import IPv4Address, IPv6Address, ip_address


def address_of(client: str) -> IPv4Address | IPv6Address | None:
    """The address as a server tells it, without its zone; None where it is none."""
    try:
        return ip_address(client.partition("%")[0])
    except ValueError:
        return None


def network_of(address: IPv4Address | IPv6Address) -> str:
    """In hex, the part that is one customer's: of IPv6 the network (/64), within which they have any address."""
    return (address.packed[:8] if address.version == 6 else address.packed).hex()
