"""The promises about messages hold whatever is done to nodes, Redis and Postgres while people talk."""

import pytest

from tests.faults.faults import Fault
from tests.faults.figures import Figures
from tests.faults.rig import Rig
from tests.faults.trial import require_enough, run_trial

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_everybody_sees_everything_once_and_in_order(
    rig: Rig, fault: Fault, seed: int, seconds: float, figures: Figures
) -> None:
    outcome = await run_trial(rig, fault, seed, seconds)

    figures.add(f"{fault.id} {fault.name} #{seed}", outcome.describe(), fault.aim)
    require_enough(outcome, fault, seconds)
