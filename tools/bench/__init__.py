"""`make bench`: how fast and how large the bot is, with the real NLU and a durable store."""
