"""What the bus tests share."""

from collections.abc import AsyncIterator

import pytest

from tests.doubles.valkey import OwnValkey


@pytest.fixture
async def valkey() -> AsyncIterator[OwnValkey]:
    """A running server that the test may end."""
    server = OwnValkey()
    await server.start()
    yield server
    await server.finish()
