"""What can go wrong with a model, in words of our own: nobody imports Rasa to say so."""

from __future__ import annotations


class NotReady(Exception):
    """No model is loaded yet."""


class BadModel(Exception):
    """The file is no model archive that this Rasa version can load."""


class TrainingFailed(Exception):
    """No model was made; the message is what there was to say."""
