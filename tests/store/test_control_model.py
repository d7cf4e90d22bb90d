"""Chat control against a simple model: whatever two agents do, one after the other or at once, comes to what the model says of some order."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import permutations
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.actions.chats import end_chat
from hub.actions.holding import accept_chat, leave_chat, reopen_chat, take_over_chat
from hub.actions.messages import post_message
from hub.actions.offers import decline_offer, invite_agent, transfer_chat
from hub.actions.ports import Ports
from hub.domain.errors import HubError
from tests.doubles.conversation import begin_chat, read_stream, require_dense
from tests.doubles.tenant import Tenant

ACTS = ["accept", "leave", "end", "transfer", "invite", "decline", "take_over", "reopen", "post"]
LEASE_S = 3600.0


@dataclass(frozen=True)
class Act:
    """What one of the two agents does; 0 is the supervisor."""

    agent: int
    name: str


@dataclass(frozen=True)
class Model:
    """A chat as the rules have it. `offer` is its kind, for whom and from whom."""

    state: str = "queued"
    holder: int | None = None
    inside: frozenset[int] = frozenset()
    offer: tuple[str, int, int] | None = None

    def after(self, act: Act) -> "Model | None":
        """The chat after the act; None when it is refused."""
        me, other = act.agent, 1 - act.agent
        is_inside, is_open = me in self.inside, self.state != "ended"
        match act.name:
            case "accept" if self.state == "queued":
                return self._held_by(me)
            case "accept" if self.state == "active" and self.offer is not None and self.offer[1] == me:
                if self.offer[0] == "invite":
                    return replace(self, inside=self.inside | {me}, offer=None)
                return self._held_by(me)
            case "leave" if is_inside and is_open:
                left = replace(self, inside=self.inside - {me})
                if self.state == "active" and self.holder == me:
                    return replace(left, state="queued", holder=None, offer=None)
                return left
            case "end" if is_inside and is_open:
                return replace(self, state="ended", offer=None)
            case "transfer" if self.state == "active" and self.holder == me and self.offer is None:
                return replace(self, offer=("transfer", other, me))
            case "invite" if self.state == "active" and is_inside and self.offer is None:
                return replace(self, offer=("invite", other, me))
            case "decline" if self.offer is not None and me in self.offer[1:]:
                return replace(self, offer=None)
            case "take_over" if me == 0 and is_open and self.holder != me:
                return self._held_by(me)
            case "reopen" if not is_open:
                return replace(self, state="active", holder=me, inside=self.inside | {me})
            case "post" if is_inside and is_open:
                return self
        return None

    def _held_by(self, agent: int) -> "Model":
        stay = self.inside - ({self.holder} if self.holder is not None else set())
        return Model("active", agent, stay | {agent})


def outcomes_of(model: Model, acts: Sequence[Act]) -> tuple[tuple[bool, ...], Model]:
    """Which of the acts succeed, in this order, and what the chat is then."""
    done = []
    for act in acts:
        fresh = model.after(act)
        done.append(fresh is not None)
        model = fresh or model
    return tuple(done), model


acts = st.builds(Act, st.integers(0, 1), st.sampled_from(ACTS))
steps = st.lists(st.lists(acts, min_size=1, max_size=2), min_size=4, max_size=16)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=steps)
async def test_whatever_agents_do_at_once_comes_to_what_they_could_have_done_one_after_the_other(
    ports: Ports, tenant: Tenant, steps: list[list[Act]]
) -> None:
    agents = (tenant.marta, tenant.jonas)
    await ports.presence.renew_presence([(tenant.id, agent.id, LEASE_S) for agent in agents])
    ports.availability.forget_facts(tenant.id)
    chat = (await begin_chat(ports, tenant)).chat.id
    model = Model()

    for step in steps:
        done = await asyncio.gather(*(carry_out(ports, tenant, chat, act) for act in step))
        found = await model_of(ports, tenant, chat)
        lawful = []
        for order in permutations(range(len(step))):
            succeeded, after = outcomes_of(model, [step[number] for number in order])
            lawful.append((tuple(succeeded[order.index(number)] for number in range(len(step))), after))
        assert (tuple(done), found) in lawful, (model, step)
        model = found

    require_dense(await read_stream(ports, tenant.id, chat))
    require_dense(await read_stream(ports, tenant.id, chat, "staff"))
    assert [one for one in await ports.routing.list_stranded() if one.chat_id == chat] == []


async def carry_out(ports: Ports, tenant: Tenant, chat: int, act: Act) -> bool:
    """Whether the act was not refused."""
    agents = (tenant.marta, tenant.jonas)
    agent, other, cid = agents[act.agent], agents[1 - act.agent], str(uuid4())
    try:
        match act.name:
            case "accept":
                await accept_chat(ports, agent, chat, cid)
            case "leave":
                await leave_chat(ports, agent, chat, cid)
            case "end":
                await end_chat(ports, agent, chat, cid)
            case "transfer":
                await transfer_chat(ports, agent, chat, cid, to_id=other.id)
            case "invite":
                await invite_agent(ports, agent, chat, cid, other.id)
            case "decline":
                await decline_offer(ports, agent, chat, cid)
            case "take_over":
                await take_over_chat(ports, agent, chat, cid)
            case "reopen":
                await reopen_chat(ports, agent, chat, cid)
            case _:
                await post_message(ports, agent, chat, "Hello", cid)
    except HubError:
        return False
    return True


async def model_of(ports: Ports, tenant: Tenant, chat_id: int) -> Model:
    """The chat as the store has it, in the model's words."""
    chat = await ports.chats.find_chat(tenant.id, chat_id)
    assert chat is not None
    numbers = {tenant.marta.id: 0, tenant.jonas.id: 1}
    offer = None
    if chat.offer is not None and chat.offer.to is not None and chat.offer.sender is not None:
        offer = (chat.offer.kind, numbers[chat.offer.to.id], numbers[chat.offer.sender.id])
    inside = frozenset(numbers[one.id] for one in chat.participants if one.id in numbers and not one.left)
    return Model(chat.state, None if chat.holder_id is None else numbers[chat.holder_id], inside, offer)
