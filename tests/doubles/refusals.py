"""Every kind of refusal there is."""

from collections.abc import Iterator

from hub.domain.errors import HubError


def list_refusals(error: type[HubError] = HubError) -> Iterator[type[HubError]]:
    """The kind and those it divides into."""
    yield error
    for child in error.__subclasses__():
        yield from list_refusals(child)
