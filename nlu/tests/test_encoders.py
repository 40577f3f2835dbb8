"""The sentence encoders, and the component that asks them."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from conftest import made
from nlu.components.embedding import SentenceEmbedding, is_latin
from nlu.encoders import alone, kept
from nlu.encoders.alone import MOST_TOKENS, TextTokens
from nlu.encoders.encoder import LONG_TEXT, LONGEST, Encoder, encoder
from nlu.encoders.weights import ENCODERS, Floats, Weights
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


@pytest.mark.parametrize(("name", "text"), [(ENGLISH, "2 mango pickle!"), (MULTILINGUAL, "मेरा ऑर्डर कहाँ है?")])
def test_the_tokens_of_a_text_are_those_that_its_encoder_reads(name: str, text: str) -> None:
    asked, text_tokens = encoder(name), TextTokens(encoder(name), text)
    read = asked.tokens(text)
    assert read[-1 - len(text_tokens.ids) : -1] == text_tokens.ids
    assert text_tokens.rows(text_tokens.ids).shape == (len(text_tokens.ids), asked.width)
    assert TextTokens(asked, "").ids == []
    assert text_tokens.rows([]).shape == text_tokens.alone([]).shape == (0, asked.width)
    assert len(TextTokens(asked, text * 1000).ids) == MOST_TOKENS


def test_what_tokens_mean_by_themselves_is_computed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = encoder(ENGLISH)
    monkeypatch.setattr(real, "folder", tmp_path)
    text_tokens = TextTokens(real, "order orders zebra")
    order, orders, zebra = first = text_tokens.alone(text_tokens.ids)
    assert order @ orders > order @ zebra
    monkeypatch.setattr(alone, "lone", pytest.fail)
    assert np.array_equal(text_tokens.alone(text_tokens.ids), first)


class Counting(Encoder):
    """Stands in for an encoder: makes a vector of the letters, and notes for which texts it was asked to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []

    def computed(self, text: str) -> Floats:
        """Five numbers that tell texts apart."""
        self.asked.append(text)
        return np.array([len(text), *map(ord, f"{text:4}"[:4])], np.float32)


def same(encoder: Encoder, texts: Sequence[str]) -> bool:
    """Whether the vectors of texts are those that the encoder computes."""
    return np.array_equal(kept.vectors(encoder, texts), [Counting(Path()).computed(text) for text in texts])


def test_what_one_training_computed_the_next_does_not(tmp_path: Path) -> None:
    first, second = Counting(tmp_path), Counting(tmp_path)
    assert same(first, ["a", "b", "a", "अचार"])
    assert same(second, ["अचार", "c", "b"])
    assert (sorted(first.asked), second.asked) == (["a", "b", "अचार"], ["c"])
    assert [path.name for path in tmp_path.iterdir()] == [kept.FILE]


@NAMES
def test_a_kept_vector_is_the_very_same(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = encoder(name)
    monkeypatch.setattr(real, "folder", tmp_path)
    texts = ["where is my order", "मेरा ऑर्डर कहाँ है", "", "a" * (LONG_TEXT + 1)]
    vectors = [kept.vectors(real, texts) for _ in range(2)]
    assert np.array_equal(*vectors)
    assert np.array_equal(vectors[1], [real.vector(text) for text in texts])


@pytest.mark.parametrize("content", [b"", b"no archive", b"PK\x03\x04", b"PK\x05\x06" + bytes(18)])
def test_a_broken_file_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / kept.FILE).write_bytes(content)
    assert same(Counting(tmp_path), ["a"])
    again = Counting(tmp_path)
    assert same(again, ["a"])
    assert again.asked == []


def test_no_file_can_be_written_and_yet_there_are_vectors(tmp_path: Path) -> None:
    assert same(Counting(tmp_path / "absent"), ["a", "b"])


def test_what_was_asked_for_last_is_kept_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 3)
    for texts in (["a", "b"], ["c", "d"], ["a", "e"]):
        kept.vectors(Counting(tmp_path), texts)
    last = Counting(tmp_path)
    kept.vectors(last, ["a", "b", "c", "e"])
    assert last.asked == ["b"], "d and b made room"


def test_several_trainings_at_once_leave_a_whole_file(tmp_path: Path) -> None:
    parts = [[f"{part} {number}" for number in range(200)] for part in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda part: same(Counting(tmp_path), part), parts))
    last = Counting(tmp_path)
    kept.vectors(last, [text for part in parts for text in part])
    assert len(last.asked) < 1600, "one of them at least was kept"
    assert [path.name for path in tmp_path.iterdir()] == [kept.FILE]


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
