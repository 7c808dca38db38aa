"""Swagger UI, the schema, and whether the sandbox keeps to its schema."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection

from tests.sandbox import SHOP, Sandbox

ENDPOINTS = {
    "/v1/beats", "/v1/beats/{beat_id}", "/v1/beats/{beat_id}/similar", "/v1/users/{user_id}", "/v1/genres",
    "/v1/search", "/v1/orders",
}  # fmt: skip


@pytest.fixture(scope="module")
def unlimited() -> Iterator[Sandbox]:
    with Sandbox(limits="off") as server:
        yield server


@pytest.fixture(scope="module")
def document(unlimited: Sandbox) -> dict[str, Any]:
    found: dict[str, Any] = unlimited.get("/openapi.json", None).json()
    return found


def test_swagger_ui_needs_no_other_host(unlimited: Sandbox) -> None:
    page = unlimited.get("/docs", None)
    assert page.status_code == 200
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert any(address.endswith("swagger-ui-bundle.js") for address in addresses)
    for address in addresses:
        assert address.startswith("/static/")
        assert unlimited.get(address, None).status_code == 200
    assert '"validatorUrl": null' in page.text


def test_the_schema_describes_every_endpoint_status_and_key(document: dict[str, Any]) -> None:
    assert set(document["paths"]) == ENDPOINTS
    for path, operations in document["paths"].items():
        statuses = {"200", "401", "403", "429", "500"}
        statuses |= {"404"} if "{" in path else set()
        statuses |= set() if path == "/v1/genres" else {"400"}
        assert set(operations["get"]["responses"]) == statuses, path
        assert operations["get"]["security"]
    assert [scheme["scheme"] for scheme in document["components"]["securitySchemes"].values()] == ["bearer"]


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("path", sorted(ENDPOINTS))
def test_the_sandbox_keeps_to_its_schema(
    unlimited: Sandbox, document: dict[str, Any], path: str, mode: GenerationMode
) -> None:
    if (path, mode) == ("/v1/genres", GenerationMode.NEGATIVE):
        return  # it takes no parameters, so none can be wrong
    schema = schemathesis.openapi.from_dict(document)
    schema.config.update(base_url=unlimited.origin)

    @settings(max_examples=30, derandomize=True, database=None, phases=[Phase.generate])
    @given(case=schema[path]["GET"].as_strategy(generation_mode=mode))
    def check(case: schemathesis.Case[Any]) -> None:
        # A stray parameter or a key that we put right again makes a case "negative", and is rightly answered:
        # test_sandbox_errors says what must be refused.
        case.call_and_validate(
            headers={"Authorization": f"Bearer {SHOP}"}, timeout=10, excluded_checks=[negative_data_rejection]
        )

    check()
