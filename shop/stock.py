"""Stock of several products at once: all or nothing. One product's statement is the store's."""

from collections.abc import Callable, Mapping

from model.ports import Catalogues


def _all_or_nothing(
    needs: Mapping[str, int], take: Callable[[str, int], bool], undo: Callable[[str, int], None]
) -> bool:
    """Products are taken in a fixed order, so that two customers never wait for each other."""
    taken: list[tuple[str, int]] = []
    for product_id, units in sorted(needs.items()):
        if not take(product_id, units):
            for done in taken:
                undo(*done)
            return False
        taken.append((product_id, units))
    return True


def hold_all(catalogue: Catalogues, needs: Mapping[str, int]) -> bool:
    """Reserve base units of every product, or none."""
    return _all_or_nothing(needs, catalogue.hold, catalogue.unhold)


def take_all(catalogue: Catalogues, needs: Mapping[str, int]) -> bool:
    """Sell free base units of every product, or none."""
    return _all_or_nothing(needs, catalogue.take, catalogue.put_back)


def unhold_all(catalogue: Catalogues, needs: Mapping[str, int]) -> None:
    """Let reserved units go."""
    for product_id, units in needs.items():
        catalogue.unhold(product_id, units)


def take_held_all(catalogue: Catalogues, needs: Mapping[str, int]) -> None:
    """Sell reserved units."""
    for product_id, units in needs.items():
        catalogue.take_held(product_id, units)


def put_back_all(catalogue: Catalogues, needs: Mapping[str, int]) -> None:
    """Return sold units to the shelf."""
    for product_id, units in needs.items():
        catalogue.put_back(product_id, units)
