"""Where everything is kept: SQLite or PostgreSQL through SQLAlchemy Core, or dicts for tests."""
