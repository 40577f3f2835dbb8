"""The ports of `model.ports` over one SQLAlchemy connection, a file each.

Statements are built once, when a module is read: a turn's cost is theirs. What is read in order to be changed is locked
where the database works on several transactions at once (PostgreSQL); SQLite has one writer and ignores it.
"""
