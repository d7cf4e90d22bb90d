"""What OpenAPI says of the Halo dialect beside its operations: who is admitted, and what its resources are."""

from collections.abc import Sequence
from typing import Any

from hub.rest.halo.errors import ErrorBody
from hub.rest.openapi import DescribedDialect
from hub.rest.operation import Operation

SCOPES = {
    "all": "Everything the agent may do.",
    "all:standard": "Everything but administration.",
    "admin": "Configuration; the agent must be an administrator.",
    "access:chat": "Chats and messages.",
    "read:tickets": "Read tickets.",
    "edit:tickets": "Read and change tickets.",
    "read:customers": "Read users.",
    "edit:customers": "Read and change users.",
    "read:kb": "Read articles.",
    "edit:kb": "Read and change articles.",
}

TAGS = {
    "Signing in": "Tokens for programs that act for an agent.",
    "Chats": "Conversations, what is said in them, and who types.",
    "Chat profiles": "The entrances through which visitors come.",
    "Workdays": "Opening hours that profiles go by.",
    "Holidays": "Days on which opening hours do not hold.",
    "Attachments": "Files of chats and tickets.",
    "Canned texts": "Texts that agents have ready.",
    "Agents": "Those who answer.",
    "Teams": "Agents who answer together.",
    "Users": "Visitors who have said who they are.",
    "Tickets": "What remains to be done after a chat.",
    "Statuses": "How far a ticket has come.",
    "Ticket types": "Kinds of tickets.",
    "Webhooks": "Who outside is told of what happens in chats, and what they were told.",
    "Knowledge base": "Articles that answer what is often asked.",
}


def describe_halo(operations: Sequence[Operation], base_url: str) -> DescribedDialect:
    """The dialect with these operations, at this address."""
    token_url = f"{base_url}/auth/token"
    flow = {"tokenUrl": token_url, "refreshUrl": token_url, "scopes": SCOPES}
    security: dict[str, dict[str, Any]] = {
        "oauth2": {
            "type": "oauth2",
            "description": "The access token of a program that acts for an agent, as `Authorization: Bearer …`.",
            "flows": {"clientCredentials": flow, "password": flow},
        },
        "chatToken": {
            "type": "http",
            "scheme": "bearer",
            "description": "The token of a visitor, told once when their first chat begins.",
        },
        "profileKey": {
            "type": "apiKey",
            "in": "query",
            "name": "key",
            "description": "The key of the chat profile, which every page with the widget holds.",
        },
        "attachmentLink": {
            "type": "apiKey",
            "in": "query",
            "name": "token",
            "description": "The token in an attachment's `download_url`.",
        },
    }
    return DescribedDialect(
        name="Halo",
        operations=operations,
        error=ErrorBody,
        security=security,
        agents_by="oauth2",
        visitors_by="chatToken",
        tags=TAGS,
    )
