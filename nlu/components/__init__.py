"""Rasa graph components of general use: none of them knows a particular shop's intents or products."""
