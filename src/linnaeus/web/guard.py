"""Who may ask: the names that the service goes by, the pages that may call it, and the token of its link."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass

from starlette.datastructures import Headers

from linnaeus.web.refusals import Refusal

# What needs no token: the page, which has none before its script runs, and what a load balancer asks.
OPEN = ("/", "/openapi.json", "/v2/health/live", "/v2/health/ready")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """`hosts` are what a Host header may say, with their port; `token` is "" where nobody needs one."""

    hosts: Collection[str]
    token: str

    def check(self, path: str, headers: Headers) -> None:
        """Raise Refusal: 421 for another host, as a stranger's page with a rebound name gives it, 403 for another origin, 401 without
        the token.
        """
        host = headers.get("host", "").lower()
        if host not in self.hosts:
            raise Refusal(421, f"this service is not called {host or 'nothing'}")
        origin = headers.get("origin")
        if origin is not None and origin.lower() not in {f"{scheme}://{host}" for scheme in ("http", "https")}:
            raise Refusal(403, "pages of other origins may not call this service")
        if self.token and path not in OPEN and not _same(_bearer(headers), self.token):
            raise Refusal(401, "the token of the service's link is needed", {"WWW-Authenticate": "Bearer"})


def _bearer(headers: Headers) -> str:
    scheme, _, token = headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def _same(given: str, wanted: str) -> bool:
    return secrets.compare_digest(given.encode(), wanted.encode())
