"""A classifier over HTTP: POST a picture to /predict; the Open Inference Protocol, version 2, for machines.

The picture is the body itself: no form, no address, no base64. Answers are those of `linnaeus predict --format json`. Nothing that a client
sends is answered with 5xx, but for 503 where too many ask at once.
"""

import asyncio
import contextlib
import io
import json
import tarfile
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from linnaeus._version import __version__
from linnaeus.delivery import answers, predictor
from linnaeus.delivery.answers import Predicted, Prediction
from linnaeus.delivery.onnx_model import OnnxModel
from linnaeus.delivery.writing import Wish
from linnaeus.errors import LinnaeusError
from linnaeus.web import guard
from linnaeus.web.batching import Batches
from linnaeus.web.decoders import Decoders
from linnaeus.web.guard import Guard, Limits

TYPES = ("image/", "application/octet-stream")
LONGEST = 4096  # pixels a side of raw pictures: the graph's own matrices grow with it


@dataclass(slots=True, kw_only=True)
class Service:
    """What the routes share."""

    model: OnnxModel
    name: str
    page: str
    limits: Limits
    decoders: Decoders
    batches: Batches
    counts: Counter[tuple[str, int]] = field(default_factory=Counter)  # requests by path and status

    async def predict(self, request: Request) -> Response:
        wish = self._asked(request, TYPES)
        content = await guard.body(request, self.limits)
        found = await self._answer(request.query_params.get("name", "image"), content, wish)
        if isinstance(found, str):
            raise HTTPException(422, found)
        return Response(answers.as_json(Predicted(predictions=(found,), unread=())), media_type="application/json")

    async def batch(self, request: Request) -> Response:
        """Pictures in a tar; a line of JSON for each, in their order, as soon as it is there."""
        wish = self._asked(request, ("application/x-tar", "application/octet-stream"))
        members = _members(await guard.body(request, self.limits))

        async def lines() -> AsyncIterator[str]:
            most, ahead = 2 * self.limits.processes, deque[tuple[str, asyncio.Task[Prediction | str]]]()
            waiting = iter(members)
            while True:
                for name, content in islice(waiting, most - len(ahead)):
                    ahead.append((name, asyncio.create_task(self._answer(name, content, wish))))
                if not ahead:
                    return
                name, task = ahead.popleft()
                found = await task
                yield answers.json_line(answers.unread(name, found) if isinstance(found, str) else answers.plain(found))

        return StreamingResponse(lines(), media_type="application/jsonl")

    def _asked(self, request: Request, types: tuple[str, ...]) -> Wish:
        """Raises HTTPException: 415 for a body of another type, 422 for what cannot be asked."""
        kind = request.headers.get("content-type", "application/octet-stream")
        if not kind.startswith(types):
            raise HTTPException(415, f"send {' or '.join(types)}, not {kind}")
        said = request.query_params
        try:
            top, sets = int(said.get("top", 1)), float(said["sets"]) if "sets" in said else None
            wish = Wish(top=top, sets=sets, unknown=said.get("unknown", "false") in ("true", "1"))
            predictor.check(self.model, wish.sets, wish.unknown)
        except ValueError as error:
            raise HTTPException(422, f"top is a whole number, sets a level: {error}") from None
        except LinnaeusError as error:
            raise HTTPException(422, str(error)) from None
        if top < 1:
            raise HTTPException(422, "top must be at least 1")
        return wish

    async def _answer(self, name: str, content: bytes, wish: Wish) -> Prediction | str:
        """What is said of a picture, or the reason why it cannot be read."""
        square = await self.decoders.square(content)
        if isinstance(square, str):
            return square
        raw_K = await self.batches.raw(square)
        return next(predictor.told(self.model, [name], raw_K[None], wish.top, wish.sets, wish.unknown))

    async def metadata(self, request: Request) -> Response:
        size, classes = self.model.preprocessing.channels, len(self.model.classes)
        return JSONResponse(
            {
                "name": self.name,
                "versions": ["1"],
                "platform": "onnx_onnxv1",
                "inputs": [{"name": "images", "datatype": "UINT8", "shape": [-1, -1, -1, 4 if size == 4 else 3]}],
                "outputs": [
                    {"name": name, "datatype": "FP32", "shape": [-1, classes]} for name in ("probabilities", "logits")
                ],
            }
        )

    async def infer(self, request: Request) -> Response:
        asked = await guard.body(request, self.limits)
        try:
            told = json.loads(asked)
            (one,) = told["inputs"]
            if one["name"] != "images" or one["datatype"] != "UINT8":
                raise ValueError("the input is named images, of datatype UINT8")
            images_NHWC = np.array(one["data"], np.uint8).reshape([int(side) for side in one["shape"]])
            channels = 4 if self.model.preprocessing.channels == 4 else 3
            if images_NHWC.ndim != 4 or images_NHWC.shape[3] != channels or not images_NHWC.size:
                raise ValueError(f"the shape is [N, H, W, {channels}]")
            if max(images_NHWC.shape[1:3]) > LONGEST:
                raise ValueError(f"pictures of more than {LONGEST} pixels a side go to /predict")
            wanted = [output["name"] for output in told.get("outputs", ())] or ["probabilities", "logits"]
            if set(wanted) - {"probabilities", "logits"}:
                raise ValueError("the outputs are probabilities and logits")
        except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
            raise HTTPException(422, f"not a request of the Open Inference Protocol: {error}") from None
        found = await asyncio.to_thread(self.model.outputs, images_NHWC, wanted)
        outputs = [
            {"name": name, "datatype": "FP32", "shape": list(values.shape), "data": values.ravel().tolist()}
            for name, values in zip(wanted, found, strict=True)
        ]
        return JSONResponse({"model_name": self.name, "id": str(told.get("id", "")), "outputs": outputs})

    async def metrics(self, request: Request) -> Response:
        lines = [
            f'linnaeus_requests_total{{path="{path}",status="{status}"}} {count}'
            for (path, status), count in sorted(self.counts.items())
        ]
        lines.append(f"linnaeus_decoder_deaths_total {self.decoders.deaths}")
        return PlainTextResponse("# TYPE linnaeus_requests_total counter\n" + "\n".join(lines) + "\n")


def app(model: OnnxModel, *, name: str, page: str, limits: Limits) -> Guard:
    """The whole service, an ASGI application."""
    decoders = Decoders(model.preprocessing, limits.processes, limits.seconds)
    service = Service(model=model, name=name, page=page, limits=limits, decoders=decoders, batches=Batches(model))

    @contextlib.asynccontextmanager
    async def alive(_: Starlette) -> AsyncIterator[None]:
        service.batches.start()
        yield
        await service.batches.stop()
        decoders.close()

    made = Starlette(
        routes=[Route(path, answer, methods=[method]) for (method, path), answer in routes(service).items()],
        exception_handlers={HTTPException: _refused},
        lifespan=alive,
    )
    return Guard(_Counting(made, service.counts), limits)


def routes(service: Service) -> dict[tuple[str, str], Callable[[Request], Any]]:
    """By method and path; /openapi.json tells the same."""
    at = f"/v2/models/{service.name}"

    def saying(value: Any) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            return JSONResponse(value)

        return answer

    async def shown(request: Request) -> Response:
        return HTMLResponse(service.page)

    found: dict[tuple[str, str], Callable[[Request], Any]] = {
        ("GET", "/"): shown,
        ("POST", "/predict"): service.predict,
        ("POST", "/predict/batch"): service.batch,
        ("GET", "/metrics"): service.metrics,
        ("GET", "/v2"): saying({"name": "linnaeus", "version": __version__, "extensions": []}),
        ("GET", "/v2/health/live"): saying({"live": True}),
        ("GET", "/v2/health/ready"): saying({"ready": True}),
        ("GET", at): service.metadata,
        ("GET", f"{at}/ready"): saying({"name": service.name, "ready": True}),
        ("POST", f"{at}/infer"): service.infer,
    }
    found["GET", "/openapi.json"] = saying(_openapi([*found, ("GET", "/openapi.json")]))
    return found


def _openapi(known: list[tuple[str, str]]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for method, path in known:
        paths.setdefault(path, {})[method.lower()] = {"responses": {"200": {"description": "OK"}}}
    paths["/predict"]["post"] |= {
        "requestBody": {"required": True, "content": {"image/*": {"schema": {"type": "string", "format": "binary"}}}},
        "parameters": [
            {"name": name, "in": "query", "schema": {"type": kind}}
            for name, kind in (("top", "integer"), ("sets", "number"), ("unknown", "boolean"), ("name", "string"))
        ],
    }
    return {"openapi": "3.1.0", "info": {"title": "Linnaeus", "version": __version__}, "paths": paths}


def _members(content: bytes) -> list[tuple[str, bytes]]:
    """Name and content of each file in a tar that is not compressed. Raises HTTPException: 422."""
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            files = ((one.name, archive.extractfile(one)) for one in archive if one.isreg())
            return [(name, file.read()) for name, file in files if file is not None]
    except (tarfile.TarError, OSError, ValueError, EOFError) as error:
        raise HTTPException(422, f"not a tar without compression: {error}") from None


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return guard.refusal(error.status_code, error.detail, dict(error.headers or {}))


class _Counting:
    """Counts answers by path and status; unknown paths together."""

    def __init__(self, inner: Any, counts: Counter[tuple[str, int]]) -> None:
        self.inner, self.counts = inner, counts

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        async def counted(message: Any) -> None:
            if message["type"] == "http.response.start":
                path = scope["path"] if message["status"] not in (404, 405) else ""
                self.counts[path, message["status"]] += 1
            await send(message)

        await self.inner(scope, receive, counted)
