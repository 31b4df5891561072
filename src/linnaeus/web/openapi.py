"""What the service understands, as OpenAPI 3.1 has it. A test holds it against the routes."""

from typing import Any

import msgspec

from linnaeus._version import __version__
from linnaeus.delivery.answers import Predicted, Prediction, Unread

_PLACE = "#/components/schemas/{name}"

_REFUSALS = {
    "400": "the request says something that cannot be",
    "401": "the token is missing",
    "403": "a page of another origin",
    "408": "the body came too slowly",
    "413": "the body is too large",
    "415": "the body is no raw image, or is compressed",
    "421": "the service goes by another name",
    "422": "the image cannot be read; `error` says why",
    "429": "too many images are waiting; Retry-After says when to come again",
}


def document() -> dict[str, Any]:
    """The whole description."""
    image = {"image/*": {"schema": {"type": "string", "format": "binary"}}}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Linnaeus",
            "version": __version__,
            "description": "Classifies images. Bodies are raw images.",
        },
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "schemas": {**_answers(), "Refusal": {"type": "object", "properties": {"error": {"type": "string"}}}},
        },
        "security": [{"token": []}],
        "paths": {
            "/": {"get": _said("a page to drop images on", "text/html", free=True)},
            "/openapi.json": {"get": _said("this description", free=True)},
            "/metrics": {"get": _said("counts and times, for Prometheus", "text/plain")},
            "/predict": {"post": _asked("Classify one image.", image, "application/json", "Predicted")},
            "/predict/batch": {
                "post": _asked(
                    "Classify the images of a tar: a JSON object a line, as they are done.",
                    {"application/x-tar": {"schema": {"type": "string", "format": "binary"}}},
                    "application/x-ndjson",
                    "Prediction",
                    "Unread",
                )
            },
            "/v2": {"get": _said("the server, by the Open Inference Protocol")},
            "/v2/health/live": {"get": _said("whether it lives", free=True)},
            "/v2/health/ready": {"get": _said("whether it answers", free=True)},
            "/v2/models/{model}": {"get": _said("what the model takes and gives") | _MODEL},
            "/v2/models/{model}/ready": {"get": _said("whether the model answers") | _MODEL},
            "/v2/models/{model}/infer": {
                "post": {
                    "summary": "Classify images by the Open Inference Protocol.",
                    "requestBody": {
                        "required": True,
                        "content": {"application/json": {}, "application/octet-stream": {}},
                    },
                    "responses": {"200": {"description": "probabilities, FP32 [N, K]"}} | _refused(),
                }
                | _MODEL
            },
        },
    }


_MODEL = {"parameters": [{"name": "model", "in": "path", "required": True, "schema": {"type": "string"}}]}
_CHOICES = [
    {"name": "top", "in": "query", "schema": {"type": "integer", "minimum": 1, "default": 1}},
    {"name": "sets", "in": "query", "schema": {"type": "number"}},
    {"name": "unknown", "in": "query", "schema": {"type": "boolean", "default": False}},
]


def _said(what: str, kind: str = "application/json", *, free: bool = False) -> dict[str, Any]:
    found: dict[str, Any] = {
        "summary": what,
        "responses": {"200": {"description": what, "content": {kind: {}}}} | _refused("421"),
    }
    return found | ({"security": []} if free else {})


def _answers() -> dict[str, Any]:
    """The schemas of what is answered, from the dataclasses themselves."""
    _, found = msgspec.json.schema_components([Predicted, Prediction, Unread], ref_template=_PLACE)
    return found


def _asked(what: str, takes: dict[str, Any], gives: str, *schemas: str) -> dict[str, Any]:
    either: list[dict[str, Any]] = [{"$ref": _PLACE.format(name=name)} for name in schemas]
    schema = either[0] if len(either) == 1 else {"oneOf": either}
    answer = {"description": "the answer", "content": {gives: {"schema": schema}}}
    body = {"required": True, "content": takes}
    return {"summary": what, "parameters": _CHOICES, "requestBody": body, "responses": {"200": answer} | _refused()}


def _refused(*only: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    return {
        status: {"description": why, "content": content}
        for status, why in _REFUSALS.items()
        if not only or status in only
    }
