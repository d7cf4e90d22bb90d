"""The sockets the hub listens on, opened by the supervisor so that they outlive every worker."""

import errno
import socket
import sys
from typing import Final

# As many as the kernel takes: after a restart everybody comes back at once.
BACKLOG: Final = 2048

# Only Linux spreads connections over sockets that share a port; elsewhere the workers share one socket.
CAN_SPREAD: Final = sys.platform == "linux"


class PortError(Exception):
    """The hub cannot listen where it was told to; the message says why and what to do."""


def open_listeners(host: str, port: int, workers: int) -> list[socket.socket]:
    """One listening socket per worker (the same one for all where the system cannot spread), already taking connections.

    Raises PortError.
    """
    family, address = _resolve(host, port)
    try:
        _require_free(family, address)
        if not CAN_SPREAD:
            return [_listen(family, address, shared=False)] * workers
        return [_listen(family, address, shared=True) for _ in range(workers)]
    except OSError as error:
        raise PortError(_sentence(error, host, port)) from error


def require_port_free(host: str, port: int) -> None:
    """Returns when nobody listens there; raises PortError."""
    family, address = _resolve(host, port)
    try:
        _require_free(family, address)
    except OSError as error:
        raise PortError(_sentence(error, host, port)) from error


def _resolve(host: str, port: int) -> tuple[int, tuple[object, ...]]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        raise PortError(f"HUB_HOST is “{host}”, which is no address of this machine.") from error
    return found[0][0], found[0][4]


def _require_free(family: int, address: tuple[object, ...]) -> None:
    # Without SO_REUSEPORT, which would let two hubs share the port in silence.
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(address)
        probe.listen(1)


def _listen(family: int, address: tuple[object, ...], *, shared: bool) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if shared:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(address)
    listener.listen(BACKLOG)
    listener.setblocking(False)
    return listener


def _sentence(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} on {host} is in use by another program: stop it, or choose another one with --port."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} on {host} may only be opened by root: choose one above 1023 with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"HUB_HOST is “{host}”, which is no address of this machine."
    return f"Port {port} on {host} cannot be opened ({error.strerror}): choose another one with --port."
