"""The service as an ASGI application: its routes, in the order of the description."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import Any

import numpy as np
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from linnaeus._version import __version__
from linnaeus.data.images import decode, pixels
from linnaeus.delivery import answers
from linnaeus.delivery.answers import Answer, Predicted, Unread
from linnaeus.web import archives, bodies, inference_protocol, openapi, refusals
from linnaeus.web.batches import Row
from linnaeus.web.engine import Engine
from linnaeus.web.guard import Guard
from linnaeus.web.refusals import Refusal

VERSION = "1"  # of the model, by the inference protocol
HEADERS = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer", "Cache-Control": "no-store"}

Endpoint = Callable[["Service", Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What the routes serve: a classifier at work, under a name, behind a guard, and the page of it."""

    engine: Engine
    guard: Guard
    name: str
    page: str


def application(service: Service) -> Starlette:
    """The ASGI application; its processes begin and end with it."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        await service.engine.start()
        yield
        await service.engine.stop()

    routes = [
        Route(path, _guarded(service, path, endpoint), methods=[method]) for path, (method, endpoint) in ROUTES.items()
    ]
    return Starlette(routes=routes, lifespan=lifespan, exception_handlers={404: _lost, 405: _lost})


async def page(service: Service, _: Request) -> Response:
    """To drop images on; the token comes in the fragment of the link, which no server sees."""
    return HTMLResponse(service.page)


async def description(_: Service, __: Request) -> Response:
    """See `openapi`."""
    return JSONResponse(openapi.document())


async def metrics(service: Service, _: Request) -> Response:
    """See `metrics`."""
    engine = service.engine
    return Response(engine.metrics.text(engine.waiting, engine.decoders.deaths), media_type="text/plain; version=0.0.4")


async def predict(service: Service, request: Request) -> Response:
    """One raw image; the answer has the bytes of `linnaeus predict MODEL - --format json`."""
    engine, limits = service.engine, service.engine.limits
    wish = engine.wish(dict(request.query_params))
    bodies.check_raw(request)
    async with engine.room.whole(request, limits.body, limits.upload_s) as body:
        with engine.place():
            row = await engine.row(body)
    found = Predicted(predictions=(engine.answer("-", row, wish),), unread=())
    return Response(answers.as_json(found), media_type="application/json")


async def predict_batch(service: Service, request: Request) -> Response:
    """A tar of images; answers follow as they are done, an object a line, in the order of the archive."""
    engine, limits = service.engine, service.engine.limits
    wish = engine.wish(dict(request.query_params))
    file = SpooledTemporaryFile(archives.IN_MEMORY)  # noqa: SIM115  # closed when the last answer is sent
    try:
        await archives.keep(bodies.parts(request, limits.batch, limits.upload_s * 10), file)
    except BaseException:
        file.close()
        raise

    async def lines() -> AsyncIterator[str]:
        with file:
            try:
                async for name, content in archives.members(file, limits):
                    yield answers.json_line(await _of_member(name, content))
            except Refusal as refusal:  # the answers so far are sent already
                yield answers.json_line(Unread(name="-", error=refusal.reason))

    async def _of_member(name: str, content: bytes | None) -> Answer:
        try:
            if content is None:
                raise refusals.too_large(limits.body)
            return engine.answer(name, await engine.row(content), wish)
        except Refusal as refusal:
            return Unread(name=name, error=refusal.reason)

    return StreamingResponse(lines(), media_type="application/x-ndjson")


async def server(_: Service, __: Request) -> Response:
    """Name, version and extensions, by the inference protocol."""
    return JSONResponse(
        {"name": "linnaeus", "version": __version__, "extensions": ["binary_tensor_data", "classification"]}
    )


async def alive(_: Service, __: Request) -> Response:
    """For a supervisor."""
    return JSONResponse({"live": True})


async def ready(_: Service, __: Request) -> Response:
    """For a load balancer: what listens answers, since decoding processes and network began before."""
    return JSONResponse({"ready": True})


async def model(service: Service, request: Request) -> Response:
    """What the network takes and gives."""
    _check_model(service, request)
    told = service.engine.model
    return JSONResponse(inference_protocol.metadata(service.name, VERSION, told.preprocessing.channels, told.classes))


async def model_ready(service: Service, request: Request) -> Response:
    """Of the one model that there is."""
    _check_model(service, request)
    return JSONResponse({"name": service.name, "ready": True})


async def infer(service: Service, request: Request) -> Response:
    """Many images at once, by the Open Inference Protocol."""
    _check_model(service, request)
    engine, limits = service.engine, service.engine.limits
    async with engine.room.whole(request, limits.body, limits.upload_s) as body:
        asked, binary = inference_protocol.split(body, request.headers.get(inference_protocol.HEADER_LENGTH))
        given = inference_protocol.images(asked, binary, limits.waiting)
        with engine.place():
            rows_NK = np.stack(await asyncio.gather(*(_row(engine, one) for one in given)))
    told = {"name": service.name, "version": VERSION}
    content, headers = inference_protocol.response(asked, told, engine.calibrated(rows_NK), engine.model.classes)
    return Response(content, headers=headers)


ROUTES: Mapping[str, tuple[str, Endpoint]] = {
    "/": ("GET", page),
    "/openapi.json": ("GET", description),
    "/metrics": ("GET", metrics),
    "/predict": ("POST", predict),
    "/predict/batch": ("POST", predict_batch),
    "/v2": ("GET", server),
    "/v2/health/live": ("GET", alive),
    "/v2/health/ready": ("GET", ready),
    "/v2/models/{model}": ("GET", model),
    "/v2/models/{model}/ready": ("GET", model_ready),
    "/v2/models/{model}/infer": ("POST", infer),
}


async def _row(engine: Engine, image: Any) -> Row:
    if isinstance(image, bytes):
        return await engine.row(image)
    wanted = engine.model.preprocessing
    square = await asyncio.to_thread(
        lambda: decode.fit(pixels.pixels(image, wanted.channels), wanted.size, wanted.resize)
    )
    return await engine.of_square(square)


def _check_model(service: Service, request: Request) -> None:
    if request.path_params["model"] != service.name:
        raise Refusal(404, f"the model is called {service.name}")


def _guarded(service: Service, route: str, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """The endpoint behind the guard; what it refuses becomes an answer, and all is counted."""

    async def call(request: Request) -> Response:
        begun = time.perf_counter()
        try:
            service.guard.check(request.url.path, request.headers)
            response = await endpoint(service, request)
        except Refusal as refusal:
            response = _refused(refusal)
        response.headers.update(HEADERS)
        service.engine.metrics.count(route, response.status_code, time.perf_counter() - begun)
        return response

    return call


def _refused(refusal: Refusal) -> Response:
    # What is left of the body is not read: the connection cannot be used again.
    return JSONResponse({"error": refusal.reason}, refusal.status, {**refusal.headers, "Connection": "close"})


async def _lost(_: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    reason = "this path takes another method" if status == 405 else "there is nothing here; / is the page"
    return JSONResponse({"error": reason}, status, HEADERS)
