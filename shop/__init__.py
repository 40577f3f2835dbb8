"""The business use cases. Plain synchronous code: a unit of work in, values out; no I/O of its own."""
