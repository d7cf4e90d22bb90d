"""What actions on deliveries need from outside: targets, and what is to be delivered to them. `hub.store` fulfils it. The rest is in `ports`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from hub.actions.desk_ports import Window
from hub.domain.delivery import (
    Answer,
    Attempt,
    Delivery,
    DeliveryState,
    Errand,
    PauseReason,
    Target,
    TargetHealth,
    Verdict,
)
from hub.domain.desk import Patch


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A secret as it is stored: `name` is what it was sealed for."""

    name: str
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of an errand, what follows, and maybe the ticket's number and address in the other system."""

    errand: Errand
    answer: Answer
    verdict: Verdict
    foreign: tuple[str, str | None] | None = None


class AddressRules(Protocol):
    """Which foreign addresses the hub may be told to call; `hub.outbound` fulfils it."""

    def require_allowed_url(self, text: str, *, field: str | None = None) -> None:
        """Nothing, or AddressRefused naming the field. Nobody is asked: what the name stands for is looked at with every call."""


class TargetStore(Protocol):
    """Where deliveries go."""

    async def list_targets(self, tenant_id: int, ids: Sequence[int] | None = None) -> list[Target]:
        """Those that are not deleted, by id."""

    async def save_targets(
        self, tenant_id: int, patches: Sequence[Patch], secrets: Sequence[SealedSecret]
    ) -> list[int]:
        """Their ids, in the order given; each new one gets one of the secrets, in that order. NotFound for a missing id."""

    async def delete_target(self, tenant_id: int, target_id: int) -> bool:
        """Whether there was one. What waits for it is given up."""

    async def pause_target(self, tenant_id: int, target_id: int, reason: PauseReason) -> bool:
        """Whether there is one. Nothing is sent from now on; what happens is still written down."""

    async def resume_target(self, tenant_id: int, target_id: int) -> bool:
        """Whether there is one. What has waited is due now, and has a new day."""

    async def replace_secret(
        self, tenant_id: int, target_id: int, secret: SealedSecret, keeps_old_for: timedelta
    ) -> bool:
        """Whether there is such a target. The one before signs too until its time is over."""

    async def measure_targets(self) -> list[TargetHealth]:
        """How it stands with the targets of all tenants."""


class DeliveryStore(Protocol):
    """What is to be delivered, and the log of what was."""

    async def claim(self, limit: int, per_target: int, lease: timedelta) -> list[Errand]:
        """Errands of whatever tenants that are due, taken until the lease is over; at most `per_target` of one target at a time in all processes."""

    async def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Writes down what came of them, all at once."""

    async def add_test(self, tenant_id: int, target_id: int) -> int | None:
        """The id of a new delivery that says nothing but that it is a test; None when there is no such target."""

    async def replay(
        self, tenant_id: int, target_id: int, from_position: int, limit: int
    ) -> tuple[int, int | None]:
        """Makes due what the target is told of, in at most `limit` events from this position on, whether that was delivered, given up or never written.

        How many deliveries, and where the next part begins; None when there are no more.
        """

    async def replay_tickets(self, tenant_id: int, target_id: int, from_position: int) -> int:
        """Makes due what it was told of tickets from this position on; how many."""

    async def get_position(self, tenant_id: int, since: datetime) -> int:
        """The position from which on all stands that happened at or after this time, and maybe some of the seconds before."""

    async def list_deliveries(
        self, tenant_id: int, target_id: int | None, state: DeliveryState | None, window: Window
    ) -> tuple[list[Delivery], int]:
        """One part of the log, newest first, and how many there are in all."""

    async def find_delivery(
        self, tenant_id: int, delivery_id: int
    ) -> tuple[Delivery, Errand, list[Attempt]] | None:
        """One delivery, the errand it was or will be, and its attempts in order."""

    async def prune(self, before: datetime, limit: int) -> int:
        """Removes at most so many that were over before then; how many."""

    async def begin_pruning(self, now: datetime, every: timedelta) -> bool:
        """Whether it is this process's turn: one in `every`."""


@dataclass(frozen=True, slots=True)
class Outbound:
    """What the courier and its webhooks work with."""

    targets: TargetStore
    deliveries: DeliveryStore
    addresses: AddressRules
    render_body: Callable[[Errand], bytes]  # What is sent.
