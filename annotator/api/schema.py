"""What the OpenAPI schema says about every operation alike."""

from typing import Any


def describe_errors(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """drf-spectacular's hook: whatever is no success has the shape of errors.ErrorSerializer."""
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = {"description": "Refused, with the reason.", "content": error}
    return result
