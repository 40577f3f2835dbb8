"""How well the NLU understands: cross-validation, the test set, and other people's data, always with `config.yml`."""
