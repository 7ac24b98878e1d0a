"""Mutants of the tools' schemas: what the model is offered, and what code reads its reply by."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from agent.planning import offered_tools
from evals.mutation.mutant import Mutant, Relevance, calls_tool, changed_toolbox, names_argument
from tools.toolbox import Parameter, Tool

Toolbox = dict[str, Tool]


def schema_mutants() -> list[Mutant]:
    """Return the mutants: tools removed and renamed, arguments removed, choices dropped."""
    return [mutant for tool in offered_tools() for mutant in _of_tool(tool)]


def _of_tool(tool: Tool) -> list[Mutant]:
    concerned = calls_tool(tool.name)
    return [
        _mutant(f"{tool.name}/removed", _without_tool(tool.name), concerned),
        _mutant(f"{tool.name}/renamed", _renamed(tool.name), concerned),
        *(mutant for parameter in tool.parameters for mutant in _of_parameter(tool, parameter)),
    ]


def _of_parameter(tool: Tool, parameter: Parameter) -> list[Mutant]:
    concerned = names_argument(tool.name, parameter.said)
    absent = _with_parameters(tool.name, lambda known: tuple(p for p in known if p.said != parameter.said))
    return [
        _mutant(f"{tool.name}.{parameter.said}/absent", absent, concerned),
        *(
            _mutant(
                f"{tool.name}.{parameter.said}/without-{choice}",
                _without_choice(tool.name, parameter.said, choice),
                concerned,
            )
            for choice in parameter.choices
        ),
    ]


def _mutant(name: str, change: Callable[[Toolbox], Toolbox], relevance: Relevance) -> Mutant:
    return Mutant(f"schema/{name}", lambda: changed_toolbox(change), ("replay", "strict replay"), relevance)


def _without_tool(name: str) -> Callable[[Toolbox], Toolbox]:
    return lambda tools: {known: tool for known, tool in tools.items() if known != name}


def _renamed(name: str) -> Callable[[Toolbox], Toolbox]:
    def change(tools: Toolbox) -> Toolbox:
        other = f"{name}_renamed"
        return {
            (other if known == name else known): (replace(tool, name=other) if known == name else tool)
            for known, tool in tools.items()
        }

    return change


def _with_parameters(
    name: str, change: Callable[[tuple[Parameter, ...]], tuple[Parameter, ...]]
) -> Callable[[Toolbox], Toolbox]:
    return lambda tools: {**tools, name: replace(tools[name], parameters=change(tools[name].parameters))}


def _without_choice(name: str, said: str, choice: str) -> Callable[[Toolbox], Toolbox]:
    def drop(parameter: Parameter) -> Parameter:
        left = tuple(known for known in parameter.choices if known != choice)
        return replace(parameter, choices=left) if parameter.said == said else parameter

    return _with_parameters(name, lambda known: tuple(map(drop, known)))
