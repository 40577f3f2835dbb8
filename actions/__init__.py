"""What the bot can do, one file an intent family; an action returns an Outcome and never sends or waits."""
