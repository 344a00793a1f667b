"""What the OpenAPI schema says about every operation alike."""

from typing import Any

from annotator.api.mark_schema import components


def describe_errors(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular's hook: whatever is no success has the shape of errors.ErrorSerializer."""
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = {"description": "Refused, with the reason.", "content": error}
    return result


def add_components(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular's hook: what annotators' clients send is described by a JSON Schema of the domain."""
    schemas = result["components"]["schemas"]
    schemas |= dict(components())
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    for operations in result["paths"].values():
        for operation in operations.values():
            body = operation.get("requestBody", {})
            if "$ref" in body.get("content", {}).get("application/json", {}).get("schema", {}):
                body["required"] = True
    return result
