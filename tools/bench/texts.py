"""Messages to measure with: all different, of many kinds, made of the catalogue's names."""

import itertools
import random
from collections.abc import Iterator

from model.catalogue import Catalogue

_SHAPES = (
    "please add {n} {product} {pack} to my cart today",
    "what is the price of {product} in the {pack} pack",
    "do you have {product} in stock right now, {n} packs",
    "is {product} very spicy or can my {n} kids eat it",
    "what can i eat {product} with, we are {n} people",
    "how much sugar is there in {pack} of {product} please",
    "how long does {product} {pack} keep after opening it",
    "i would like to buy {n} packs of {product} {pack} for home",
    "mujhe {n} {product} {pack} chahiye kal tak bhej do",
    "{product} {pack} ka daam kya hai bhaiya {n} lena hai",
    "kya {product} available hai {pack} mein {n} packet",
    "show me what is in my cart after the {n} {product}",
    "do you deliver {n} jars of {product} to pune and how soon",
    "any offers on {product} {pack} if i take {n} of them",
    "suggest me something like {product} for {n} guests tonight",
    "change the {product} {pack} to {n} packs instead please",
)


def texts(catalogue: Catalogue, seed: int = 7) -> Iterator[str]:
    """Different messages of about 8 to 12 words, in a fixed shuffled order."""
    names = [name for product in catalogue.products for code, name in product.name.items() if code in ("en", "hi-Latn")]
    packs = ("250g", "500g", "1 kg", "200 gm", "half kg")
    every = list(itertools.product(_SHAPES, sorted(set(names)), packs, range(1, 5)))
    random.Random(seed).shuffle(every)  # noqa: S311 - the same order every run
    for shape, product, pack, n in every:
        yield shape.format(product=product.lower(), pack=pack, n=n)
