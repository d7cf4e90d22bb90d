"""What the Halo dialect's tests share."""

from collections.abc import AsyncIterator

import pytest

from hub.actions.ports import Ports
from hub.settings import Settings
from tests.doubles.halo_client import HaloProgram, admin_program
from tests.doubles.node import RunningNode
from tests.doubles.secrets import open_secrets
from tests.doubles.tenant import Tenant, make_tenant


@pytest.fixture
async def tenant(ports: Ports, settings: Settings) -> Tenant:
    """A tenant of this test's own, made quickly: its agents cannot sign in by password."""
    return await make_tenant(ports, settings, open_secrets())


@pytest.fixture
async def admin(node: RunningNode, tenant: Tenant) -> AsyncIterator[HaloProgram]:
    """A program of the tenant's administrator."""
    async with admin_program(node.base_url, tenant) as program:
        yield program
