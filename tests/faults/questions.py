"""Counts what a hub asks Postgres, from the bytes that pass: every statement that is executed, and the transactions around them."""

EXECUTE, SIMPLE_QUERY = b"E", b"Q"
BEGINNING = 5  # A message is its kind in one byte and its length in four.
ENCRYPTION_REQUEST = 80877103
NEVER_COUNTED = (b"BEGIN", b"COMMIT", b"ROLLBACK")


class Questions:
    """All of one proxy. Each connection has a reader of its own."""

    def __init__(self) -> None:
        self.count = 0

    def begin_connection(self) -> "_Reader":
        """Reads what one connection says, from its first byte."""
        return _Reader(self)


class _Reader:
    def __init__(self, questions: Questions) -> None:
        self._questions = questions
        self._data = bytearray()
        self._has_started = False

    def feed(self, data: bytes) -> None:
        """The next bytes."""
        self._data += data
        while not self._has_started and len(self._data) >= 8:
            length, code = int.from_bytes(self._data[:4]), int.from_bytes(self._data[4:8])
            if len(self._data) < length:
                return
            del self._data[:length]
            self._has_started = code != ENCRYPTION_REQUEST
        while self._has_started and len(self._data) >= BEGINNING:
            length = 1 + int.from_bytes(self._data[1:BEGINNING])
            if len(self._data) < length:
                return
            self._count(bytes(self._data[:1]), bytes(self._data[BEGINNING:length]))
            del self._data[:length]

    def _count(self, kind: bytes, body: bytes) -> None:
        if kind == EXECUTE or (kind == SIMPLE_QUERY and not body.startswith(NEVER_COUNTED)):
            self._questions.count += 1
