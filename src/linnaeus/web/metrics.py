"""Counts and times of the service, in the text format that Prometheus reads."""

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field

EDGES = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds


@dataclass(slots=True)
class Metrics:
    """What has happened since the service began."""

    requests: Counter[tuple[str, int]] = field(default_factory=Counter)  # by route and status
    images: int = 0
    seconds: float = 0.0
    within: Counter[int] = field(default_factory=Counter)  # requests by the first edge that holds them

    def count(self, route: str, status: int, seconds: float) -> None:
        self.requests[route, status] += 1
        self.seconds += seconds
        self.within[bisect_left(EDGES, seconds)] += 1

    def text(self, waiting: int, deaths: int) -> str:
        """All of it; `waiting` images now, and so many `deaths` of decoding processes."""
        lines = ["# TYPE linnaeus_requests_total counter"]
        lines += [
            f'linnaeus_requests_total{{route="{route}",status="{status}"}} {count}'
            for (route, status), count in sorted(self.requests.items())
        ]
        lines.append("# TYPE linnaeus_request_seconds histogram")
        total = 0
        for place, edge in enumerate((*EDGES, "+Inf")):
            total += self.within[place]
            lines.append(f'linnaeus_request_seconds_bucket{{le="{edge}"}} {total}')
        lines += [f"linnaeus_request_seconds_sum {self.seconds:.6f}", f"linnaeus_request_seconds_count {total}"]
        for kind, name, value in (
            ("counter", "linnaeus_images_total", self.images),
            ("gauge", "linnaeus_images_waiting", waiting),
            ("counter", "linnaeus_decoder_deaths_total", deaths),
        ):
            lines += [f"# TYPE {name} {kind}", f"{name} {value}"]
        return "\n".join(lines) + "\n"
