"""The HTTP server: uvicorn, on a socket that is open before anything else is said."""

import socket as sockets

import uvicorn
from starlette.applications import Starlette

from linnaeus.errors import UsageError

MOST_CONNECTIONS = 1000  # above it a client is told 503, so that slow ones cannot take all of the system's


def listening(host: str, port: int) -> sockets.socket:
    """A socket that listens there. Raises UsageError where it cannot."""
    family = sockets.AF_INET6 if ":" in host else sockets.AF_INET
    socket = sockets.socket(family, sockets.SOCK_STREAM)
    try:
        socket.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
        socket.bind((host, port))
        socket.listen(MOST_CONNECTIONS)
    except (OSError, OverflowError) as error:
        socket.close()
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"cannot listen at {host}, port {port}: {reason}; choose another with --port") from None
    return socket


def run(application: Starlette, socket: sockets.socket, stop_s: int) -> None:
    """Serve until SIGTERM or SIGINT, and then as long as answers are under way, `stop_s` seconds at most."""
    config = uvicorn.Config(
        application,
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=stop_s,
        limit_concurrency=MOST_CONNECTIONS,
        h11_max_incomplete_event_size=64 * 2**10,
        http="h11",
        ws="none",
        lifespan="on",
    )
    uvicorn.Server(config).run(sockets=[socket])
