"""Lets changed profiles reach the lines of this process: their visitors, the chats they follow, the inboxes. Needs no Redis."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Protocol

from hub.domain.errors import StorageUnavailable
from hub.domain.profile import Profile
from hub.live.fanout import Fanout
from hub.live.inbox import Inboxes
from hub.live.registry import Registry

LOOK_EVERY_S = 2.0  # A change must reach every line of every process within 5 s.

ProfileKey = tuple[int, int]  # Tenant and profile.


class ProfileReader(Protocol):
    """Tells what profiles are now."""

    async def list_versions(self, tenant_ids: Iterable[int]) -> dict[ProfileKey, str]: ...

    async def list_current(self, keys: Iterable[ProfileKey]) -> list[Profile]: ...


class ProfileWatch:
    """Looks every few seconds, with one query for all tenants that are here and another for what has changed."""

    def __init__(self, registry: Registry, fanout: Fanout, inboxes: Inboxes, profiles: ProfileReader) -> None:
        self._registry = registry
        self._fanout = fanout
        self._inboxes = inboxes
        self._profiles = profiles
        self._known: dict[ProfileKey, str] = {}
        self._recent: set[ProfileKey] = set()

    async def run(self) -> None:
        """Looks until cancelled."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            try:
                await self.look()
            except StorageUnavailable:
                continue

    async def look(self) -> None:
        """Everybody here goes by the profiles as they are now."""
        callers = (session.caller for session in self._registry.list_known())
        tenants = {caller.tenant_id for caller in callers if caller is not None}
        tenants |= self._fanout.list_tenants() | self._inboxes.list_tenants()
        if not tenants:
            self._known, self._recent = {}, set()
            return
        versions = await self._profiles.list_versions(tenants)
        changed = {key for key, version in versions.items() if self._known.get(key) != version}
        # Once more the next time: a line or a feed that was just being made may have read what was there before.
        fresh = await self._profiles.list_current(changed | self._recent) if changed | self._recent else []
        self._known, self._recent = versions, changed
        if fresh:
            self._tell({(profile.tenant_id, profile.id): profile for profile in fresh})

    def _tell(self, profiles: Mapping[ProfileKey, Profile]) -> None:
        self._fanout.hear_profiles(profiles)
        for profile in profiles.values():
            self._inboxes.hear_profile(profile)
        for session in self._registry.list_known():
            session.mind_profiles(profiles)
