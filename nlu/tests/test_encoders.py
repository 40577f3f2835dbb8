"""The sentence encoders, and the component that asks them."""

from pathlib import Path

import numpy as np
import pytest
from conftest import made
from nlu.components.embedding import SentenceEmbedding, is_latin
from nlu.encoders.encoder import LONGEST, encoder
from nlu.encoders.weights import ENCODERS, Weights
from rasa.shared.nlu.training_data.message import Message

ENGLISH, MULTILINGUAL = "all-MiniLM-L6-v2", "multilingual-e5-small"
NAMES = pytest.mark.parametrize("name", [ENGLISH, MULTILINGUAL])


@pytest.fixture(scope="module", params=[ENGLISH, MULTILINGUAL])
def weights(request: pytest.FixtureRequest) -> Weights:
    """Each encoder's published weights."""
    return ENCODERS[request.param]()


def alike(name: str, one: str, other: str) -> float:
    """The cosine of two texts."""
    return float(encoder(name).vector(one) @ encoder(name).vector(other))


@NAMES
@pytest.mark.parametrize("text", ["where is my order", "मेरा ऑर्डर कहाँ है", "", " ", "!", "👍", "\x00", "ठ" * 900])
def test_a_vector_has_length_one(name: str, text: str) -> None:
    vector = encoder(name).vector(text)
    assert vector.shape == (encoder(name).width,)
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("translation", ["मेरा ऑर्डर कहाँ है", "என் ஆர்டர் எங்கே", "నా ఆర్డర్ ఎక్కడ ఉంది"])
@pytest.mark.parametrize(
    "other", ["what is the price of the pickle", "do you deliver to chennai", "thank you very much"]
)
def test_a_translation_is_nearer_than_another_sentence(translation: str, other: str) -> None:
    text = "where is my order"
    assert alike(MULTILINGUAL, text, translation) > alike(MULTILINGUAL, text, other)
    assert alike(MULTILINGUAL, text, translation) > alike(MULTILINGUAL, translation, other)


@NAMES
def test_a_paraphrase_is_nearer_than_another_sentence(name: str) -> None:
    text = "where is my order"
    assert alike(name, text, "when will my parcel arrive") > alike(name, text, "how much is a jar of pickle")


@NAMES
def test_a_long_text_is_cut_and_answered_by_its_beginning(name: str) -> None:
    long = "where is my order " * 500
    tokens = encoder(name).tokens(long)
    assert len(tokens) == LONGEST
    assert tokens[-1] == encoder(name).tokens("short")[-1], "what ends a text ends a cut one"
    assert alike(name, long, long + "and much more") == pytest.approx(1, abs=1e-5)


@NAMES
def test_what_was_asked_before_is_answered_the_same(name: str) -> None:
    asked = encoder(name)
    assert np.array_equal(asked.vector("2 mango pickle"), asked.computed("2 mango pickle"))


def test_an_unknown_encoder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        encoder("no-such-encoder")
    with pytest.raises(KeyError):
        made(SentenceEmbedding, tmp_path, encoder="no-such-encoder")


def test_tensors_have_the_shapes_of_the_model(weights: Weights) -> None:
    width, inner = weights.width, weights.inner
    last = f"l{weights.layers - 1}"
    shapes = {
        "emb.ln.w": (width,), "emb.ln.b": (width,), "emb.pos": (512, width), "emb.type": (2, width),
        f"{last}.q.w": (width, width), f"{last}.q.b": (width,), f"{last}.ao.w": (width, width),
        f"{last}.fi.w": (inner, width), f"{last}.fi.b": (inner,), f"{last}.fo.w": (width, inner),
        f"{last}.fo.b": (width,), f"{last}.oln.w": (width,), f"{last}.oln.b": (width,),
    }  # fmt: skip
    assert {name: weights.tensor(name).shape for name in shapes} == shapes
    assert all(np.isfinite(weights.tensor(name)).all() for name in shapes)


def test_every_token_has_a_row_and_there_is_no_layer_beyond_the_last(weights: Weights) -> None:
    rows, width = weights.tensor("emb.word").shape
    assert (rows >= weights.tokenizer().get_vocab_size(), width) == (True, weights.width)
    with pytest.raises(KeyError):
        weights.tensor(f"l{weights.layers}.q.w")


def feature(folder: Path, text: str, *, latin: bool | None) -> float:
    """The length of the sentence vector that the component gives a text."""
    message = Message(data={"text": text})
    made(SentenceEmbedding, folder, encoder=ENGLISH, latin=latin).process([message])
    (found,) = message.features
    assert found.features.shape == (1, 384)
    return round(float(np.linalg.norm(found.features)), 4)


@pytest.mark.parametrize(("text", "latin"), [("where is it", True), ("कहाँ है", False), ("order எங்கே இருக்கு", False)])
def test_each_component_reads_its_own_script(tmp_path: Path, text: str, latin: bool) -> None:
    lengths = [feature(tmp_path, text, latin=reads) for reads in (True, False, None)]
    assert lengths == [float(latin), float(not latin), 1.0]


@pytest.mark.parametrize(("text", "expected"), [("500", True), ("👍", True), ("café", True), ("Привет", False)])
def test_a_text_without_letters_counts_as_latin(text: str, expected: bool) -> None:
    assert is_latin(text) is expected


def test_nothing_gets_zeros(tmp_path: Path) -> None:
    assert feature(tmp_path, "", latin=None) == 0
