"""The NLU runtime: Rasa components, training and a loopback server. Imports nothing of the bot's packages."""
