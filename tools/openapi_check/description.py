"""An OpenAPI description, and whether a request is as it says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

import orjson
import yaml
from jsonschema.exceptions import best_match
from openapi_schema_validator import OAS30Validator, OAS31Validator, oas30_format_checker, oas31_format_checker
from referencing import Registry
from referencing.jsonschema import DRAFT4, DRAFT202012

Json = dict[str, Any]
Place = tuple[str, ...]
"""Where something stands in a description: the names on the way to it."""
_HERE = "urn:description"
_JSON = "application/json"
_SHOWN = 120


@dataclass(frozen=True, slots=True)
class Request:
    """What was sent. `names` fill the placeholders of the path, `headers` have lower-case names."""

    method: str
    names: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    raw: bytes = b""


def read(path: Path) -> Json:
    """A description as it stands in its file (JSON or YAML). Raises ValueError where it is none."""
    raw = path.read_bytes()
    document = orjson.loads(raw) if path.suffix == ".json" else yaml.load(raw, Loader=yaml.CSafeLoader)
    if not isinstance(document, dict) or "openapi" not in document:
        raise ValueError(f"{path} is no OpenAPI description")
    return document


def _shown(message: str) -> str:
    """It begins with the value, which may be long, and ends with what is wrong with it."""
    return message if len(message) <= 2 * _SHOWN else f"{message[:_SHOWN]} … {message[-_SHOWN:]}"


class Description:
    """A description (OpenAPI 3.0 or 3.1) that requests can be held against."""

    def __init__(self, document: Json) -> None:
        self._document = document
        is_30 = str(document["openapi"]).startswith("3.0")
        self._validator = OAS30Validator if is_30 else OAS31Validator
        self._formats = oas30_format_checker if is_30 else oas31_format_checker
        resource = (DRAFT4 if is_30 else DRAFT202012).create_resource(document)
        self._registry = Registry().with_resource(_HERE, resource)

    @property
    def version(self) -> str:
        """The version that it gives itself."""
        return str(self._document["info"]["version"])

    def problems(self, path: str, request: Request) -> list[str]:
        """What is wrong with a request to this path (as the description writes it); [] where nothing is."""
        item = ("paths", path)
        operation = (*item, request.method.lower())
        if not self._has(operation):
            return [f"there is no {request.method} {path}"]
        parameters = [*self._listed((*item, "parameters")), *self._listed((*operation, "parameters"))]
        return [*self._of_parameters(parameters, request), *self._of_body((*operation, "requestBody"), request)]

    def wrong(self, value: Any, place: Place) -> list[str]:
        """What is wrong with a value, by the schema at this place."""
        pointer = "/".join(quote(name.replace("~", "~0").replace("/", "~1")) for name in place)
        schema = {"$ref": f"{_HERE}#/{pointer}"}
        errors = self._validator(schema, registry=self._registry, format_checker=self._formats).iter_errors(value)
        found = best_match(errors)
        return [f"{found.json_path}: {_shown(found.message)}"] if found else []

    def _of_parameters(self, parameters: list[Place], request: Request) -> Iterator[str]:
        """Every parameter has its shape, and no query parameter is unknown."""
        sent = {"path": request.names, "query": request.query, "header": request.headers}
        described = [(place, self._at(place)) for place in parameters]
        for place, parameter in described:
            name, kind = parameter["name"], parameter["in"]
            given = sent[kind].get(name.lower() if kind == "header" else name) if kind in sent else None
            if given is not None:
                yield from (f"{kind} {name}: {problem}" for problem in self.wrong(given, (*place, "schema")))
            elif parameter.get("required"):
                yield f"{kind} {name} is missing"
        known = {parameter["name"] for _, parameter in described if parameter["in"] == "query"}
        yield from (f"query {name} is unknown" for name in request.query if name not in known)

    def _of_body(self, place: Place, request: Request) -> list[str]:
        if not self._has(place):
            return ["there is a body where none is known"] if request.raw else []
        kind = request.headers.get("content-type", "").partition(";")[0]
        schema = (*self._true(place), "content", kind, "schema")
        if not self._has(schema):
            return [f"a body of type {kind!r} is not known"]
        value = orjson.loads(request.raw) if kind == _JSON else self._form(request.raw, schema)
        return self.wrong(value, schema)

    def _form(self, raw: bytes, schema: Place) -> Json:
        """Fields of a form: a list where one is known, else a text (a list, and so wrong, where it is repeated)."""
        given = parse_qs(raw.decode("utf-8"), keep_blank_values=True, strict_parsing=True)
        fields = (*self._true(schema), "properties")
        lists = {name for name in given if self._is_list((*fields, name))}
        return {name: values if name in lists or len(values) > 1 else values[0] for name, values in given.items()}

    def _is_list(self, place: Place) -> bool:
        return self._has(place) and self._at(self._true(place)).get("type") == "array"

    def _listed(self, place: Place) -> list[Place]:
        if not self._has(place):
            return []
        return [self._true((*place, str(number))) for number in range(len(self._at(place)))]

    def _true(self, place: Place) -> Place:
        """Where the thing itself stands, if only a reference to it stands here."""
        reference = self._at(place).get("$ref") if isinstance(self._at(place), dict) else None
        return self._true(tuple(reference.removeprefix("#/").split("/"))) if reference else place

    def _has(self, place: Place) -> bool:
        try:
            self._at(place)
        except (KeyError, IndexError, ValueError):
            return False
        return True

    def _at(self, place: Place) -> Any:
        found: Any = self._document
        for name in place:
            found = found[int(name)] if isinstance(found, list) else found[name]
        return found
