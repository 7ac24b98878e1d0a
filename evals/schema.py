"""The published JSON schema of a suite's file: what editors complete and check while a case is written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evals.suite import SuiteFile
from tools.toolbox import toolbox

SCHEMA_FILE = Path(__file__).with_name("suite.schema.json")
# Short forms that validators expand before the models see them.
_SHORT_FORMS: dict[str, dict[str, Any]] = {
    "Matcher": {"type": ["string", "number", "boolean"]},
    "ExpectedCalls": {"type": "array", "items": {"$ref": "#/$defs/ExpectedCall"}, "minItems": 1},
    "Cites": {"type": "integer", "minimum": 0},
    "Clarify": {"const": True},
    "Turn": {"type": "string", "minLength": 1},
}


def suite_schema() -> dict[str, Any]:
    """Return the schema, the tools' names and arguments in it."""
    schema = SuiteFile.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "Shopcast evaluation suite"
    call = schema["$defs"]["ExpectedCall"]
    call["properties"]["tool"] = {"enum": list(toolbox())}
    call["allOf"] = [
        {
            "if": {"properties": {"tool": {"const": tool.name}}},
            "then": {
                "properties": {"arguments": {"propertyNames": {"enum": [p.said for p in tool.parameters]}}}
            },
        }
        for tool in toolbox().values()
    ]
    for name, short_form in _SHORT_FORMS.items():
        schema["$defs"][name] = {"anyOf": [short_form, schema["$defs"][name]]}
    return schema


def suite_schema_text() -> str:
    """Return the schema as it is published in `suite.schema.json`."""
    return json.dumps(suite_schema(), indent=2, ensure_ascii=False) + "\n"
