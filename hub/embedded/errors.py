"""The one exception of this room; `pair` hands it to the supervisor."""


class EmbeddedError(Exception):
    """The embedded Postgres and Valkey cannot be used; the message is one sentence for people."""
