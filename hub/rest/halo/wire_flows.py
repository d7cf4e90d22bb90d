"""The steps of a chat flow as Halo's clients send them. What a member does is the flow's business; here it has a type.

Members that are not listed are not kept.
"""

from typing import Annotated, Any

import msgspec
from msgspec import UNSET, Meta, UnsetType

MAX_STEPS = 500
MAX_EDGES = 100
MAX_STEP_KIND = 14

StepId = Annotated[int, Meta(ge=0, lt=2**31)]
Number = Annotated[int, Meta(ge=-1, lt=2**31)]  # -1 and 0 are how Halo's forms say "none".
Words = Annotated[str, Meta(max_length=4_000)]
Name = Annotated[str, Meta(max_length=200)]
Minutes = Annotated[int, Meta(ge=0, le=525_600)]


class Condition(msgspec.Struct, omit_defaults=True):
    """What must hold for an edge or a step to be taken."""

    fieldname: Name | UnsetType | None = UNSET
    value_type: Name | UnsetType | None = UNSET
    value_int: Number | UnsetType | None = UNSET
    value_string: Words | UnsetType | None = UNSET
    value_datetime: Name | UnsetType | None = UNSET
    value_float: float | UnsetType | None = UNSET
    partialmatch: bool | UnsetType | None = UNSET
    type: Number | UnsetType | None = UNSET


class Rule(msgspec.Struct, omit_defaults=True):
    """Conditions under a name."""

    id: Number | UnsetType | None = UNSET
    name: Name | UnsetType | None = UNSET
    precedence: Number | UnsetType | None = UNSET
    stopmatching: bool | UnsetType | None = UNSET
    criteria: list[Condition] | UnsetType | None = UNSET


class Translation(msgspec.Struct, omit_defaults=True):
    """A text in another language."""

    language_id: Number | UnsetType | None = UNSET
    fieldname: Name | UnsetType | None = UNSET
    translation: Words | UnsetType | None = UNSET


class Restriction(msgspec.Struct, omit_defaults=True):
    """Whom an edge is for."""

    field_id: Number | UnsetType | None = UNSET
    type: Number | UnsetType | None = UNSET
    value_id: Number | UnsetType | None = UNSET
    value_name: Name | UnsetType | None = UNSET


class OutputVariable(msgspec.Struct, omit_defaults=True):
    """Something a step remembers for later ones."""

    key: Name | UnsetType | None = UNSET
    value: Words | UnsetType | None = UNSET
    type: Number | UnsetType | None = UNSET
    data_type: Number | UnsetType | None = UNSET


class TeamRef(msgspec.Struct, omit_defaults=True):
    """A team that takes the chat."""

    id: Number
    name: Name | UnsetType | None = UNSET


class FlowSubDetail(msgspec.Struct, omit_defaults=True):
    """An edge: from a step to another, under a name that visitors see as a button."""

    id: Number | UnsetType | None = UNSET
    start_step: StepId | UnsetType | None = UNSET
    end_step: StepId | UnsetType | None = UNSET
    action_name: Name | UnsetType | None = UNSET
    seq: Number | UnsetType | None = UNSET
    chat_selection_order: Number | UnsetType | None = UNSET
    conditions: list[Condition] | UnsetType | None = UNSET
    time_limit_mins: Minutes | UnsetType | None = UNSET
    use_work_hours: bool | UnsetType | None = UNSET
    restrictions: list[Restriction] | UnsetType | None = UNSET
    translations: list[Translation] | UnsetType | None = UNSET


class FlowDetail(msgspec.Struct, omit_defaults=True):
    """A step. `steptype`: 0 message, 1 options, 2 input, 3 search articles, 4 search services, 5 log a ticket, 6 to people,
    7 verify the user, 8 automation, 9 AI answer, 10 feedback, 11 end, 12 jump to a flow, 13 variable, 14 own tickets.
    """

    step_id: StepId
    name: Name | UnsetType | None = UNSET
    isstart: bool | UnsetType = UNSET
    isend: bool | UnsetType = UNSET
    steptype: Annotated[int, Meta(ge=0, le=MAX_STEP_KIND)] | UnsetType = UNSET
    message: Words | UnsetType | None = UNSET
    message2: Words | UnsetType | None = UNSET
    input_field_id: Number | UnsetType | None = UNSET
    auto_action: Number | UnsetType | None = UNSET
    auto_action_type: Number | UnsetType | None = UNSET
    newticket_type: Number | UnsetType | None = UNSET
    newticket_tickettype_id: Number | UnsetType | None = UNSET
    newticket_template_id: Number | UnsetType | None = UNSET
    newticket_service_id: Number | UnsetType | None = UNSET
    chat_teams: list[TeamRef] | UnsetType | None = UNSET
    rules: list[Rule] | UnsetType | None = UNSET
    step_conditions: list[Condition] | UnsetType | None = UNSET
    actions: Annotated[list[FlowSubDetail], Meta(max_length=MAX_EDGES)] | UnsetType | None = UNSET
    chat_image_type: Number | UnsetType | None = UNSET
    note: Annotated[str, Meta(max_length=500)] | UnsetType | None = UNSET
    content: Words | UnsetType | None = UNSET
    ai_model: Annotated[str, Meta(max_length=50)] | UnsetType | None = UNSET
    virtual_agent_id: Annotated[str, Meta(max_length=50)] | UnsetType | None = UNSET
    output_variables: list[OutputVariable] | UnsetType | None = UNSET
    translations: list[Translation] | UnsetType | None = UNSET


Steps = Annotated[list[FlowDetail], Meta(max_length=MAX_STEPS)]


def step_as_given(step: FlowDetail) -> dict[str, Any]:
    """The members that were sent, and no others."""
    given: dict[str, Any] = msgspec.to_builtins(step)
    return given
