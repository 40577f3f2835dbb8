"""Drawn pictures of products: `shapes` and `canvas` below, pieces of food above, `recipes` says who gets what."""
