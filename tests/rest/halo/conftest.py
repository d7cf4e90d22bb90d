"""What the tests of the Halo dialect against a real node share."""

import pytest

from hub.actions.ports import Ports
from hub.settings import Settings
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant


@pytest.fixture
async def tenant(ports: Ports, settings: Settings) -> Tenant:
    """A tenant of this test's own, made quickly."""
    return await make_tenant(ports, settings, open_secrets())
