"""Mutants of the arguments: words resolved to another value, arguments lost on the way or added unasked."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

from evals.mutation.mutant import Mutant, leaves_out, names_argument, patched
from tools.periods import last_days
from tools.shop import Shop
from tools.toolbox import Parameter, toolbox

_RESOLUTION = "agent.execution.resolve_arguments"
_OTHER_SERVICE_LEVEL = 0.75
_UNASKED_DAYS = 9
_UNASKED_UNITS = 7.0
_DAY = timedelta(days=1)

Arguments = dict[str, Any]


def argument_mutants() -> list[Mutant]:
    """Return the mutants of every argument of every tool."""
    return [
        mutant
        for tool in toolbox().values()
        for parameter in tool.parameters
        for mutant in _of_parameter(tool.name, parameter)
    ]


def _of_parameter(tool: str, parameter: Parameter) -> list[Mutant]:
    where = f"argument/{tool}.{parameter.said}"
    concerned = names_argument(tool, parameter.said)
    found = [
        Mutant(
            f"{where}/{_how_altered(parameter)}",
            lambda: _resolved(tool, lambda shop, known: _altered(shop, parameter, known)),
            relevance=concerned,
        ),
        Mutant(f"{where}/dropped-from-plan", lambda: _unplanned(tool, parameter.said), relevance=concerned),
        Mutant(
            f"{where}/lost-in-resolution",
            lambda: _resolved(tool, lambda _, known: _without(known, parameter.name)),
            relevance=concerned,
        ),
    ]
    if not parameter.required:
        unasked = Mutant(
            f"{where}/added-unasked",
            lambda: _resolved(tool, lambda shop, known: _added(shop, tool, parameter, known)),
            relevance=leaves_out(tool, parameter.said),
        )
        found.append(unasked)
    return found


def _resolved(tool: str, change: Callable[[Shop, Arguments], Arguments]) -> AbstractContextManager[None]:
    """Have a tool's arguments changed after code resolved the words."""

    def by(original: Callable[..., Any]) -> Callable[..., Any]:
        def resolve(shop: Shop, of: Any, *rest: Any) -> Any:
            found = original(shop, of, *rest)
            return change(shop, found) if of.name == tool and isinstance(found, dict) else found

        return resolve

    return patched(_RESOLUTION, by=by)


@contextmanager
def _unplanned(tool: str, said: str) -> Iterator[None]:
    """Have an argument fall out of the plan, as if the model had not written it and nothing recovered it."""

    def ground_less(original: Callable[..., Arguments]) -> Callable[..., Arguments]:
        def ground(shop: Shop, question: str, call: Any, memory: Any, *, position: int) -> Arguments:
            found = original(shop, question, call, memory, position=position)
            return _without(found, said) if call.tool == tool else found

        return ground

    def recover_less(original: Callable[..., Arguments]) -> Callable[..., Arguments]:
        def recover(shop: Shop, question: str, name: str, known: Arguments, memory: Any) -> Arguments:
            found = original(shop, question, name, known, memory)
            return _without(found, said) if name == tool else found

        return recover

    with (
        patched("agent.steps.ground_call", by=ground_less),
        patched("agent.steps.recover_span", by=recover_less),
    ):
        yield


def _without(known: Arguments, name: str) -> Arguments:
    return {key: value for key, value in known.items() if key != name}


def _kind(parameter: Parameter) -> str:
    if parameter.span and parameter.said != "category":
        return parameter.span.kind
    return "choice" if parameter.choices else parameter.said


def _how_altered(parameter: Parameter) -> str:
    return {
        "product": "another-product",
        "duration": "off-by-one",
        "period": "shifted-by-a-day",
        "quantity": "times-ten",
        "percent": "another-level",
        "text": "other-words",
        "figure": "another-figure",
        "choice": "flipped",
        "category": "another-category",
        "limit": "off-by-one",
    }[_kind(parameter)]


def _altered(shop: Shop, parameter: Parameter, known: Arguments) -> Arguments:
    if parameter.name not in known:
        return known
    value = known[parameter.name]
    change: dict[str, Callable[[], Any]] = {
        "product": lambda: _another(value, [p.product_id for p in shop.catalogue.products]),
        "duration": lambda: value + 1,
        "period": lambda: replace(value, start=value.start - _DAY, end=value.end - _DAY),
        "quantity": lambda: value * 10 or _UNASKED_UNITS,
        "percent": lambda: _OTHER_SERVICE_LEVEL,
        "text": lambda: "nothing in particular",
        "figure": lambda: tuple(figure.model_copy(update={"value": figure.value + 1}) for figure in value),
        "choice": lambda: _another(value, list(parameter.choices)),
        "category": lambda: _another(value, [*shop.catalogue.categories("en")]),
        "limit": lambda: value + 1,
    }
    return {**known, parameter.name: change[_kind(parameter)]()}


def _another(value: Any, known: list[Any]) -> Any:
    return next(other for other in known if other != value)


def _added(shop: Shop, tool: str, parameter: Parameter, known: Arguments) -> Arguments:
    default = _default(tool, parameter)
    is_asked = known.get(parameter.name, default) != default
    return known if is_asked else {**known, parameter.name: _unasked(shop, tool, parameter)}


def _default(tool: str, parameter: Parameter) -> Any:
    return inspect.signature(toolbox()[tool].function).parameters[parameter.name].default


def _unasked(shop: Shop, tool: str, parameter: Parameter) -> Any:
    """Return a value that a careless planner might fill in."""
    made: dict[str, Callable[[], Any]] = {
        "product": lambda: shop.catalogue.products[0].product_id,
        "duration": lambda: _UNASKED_DAYS,
        "period": lambda: last_days(shop.as_of, _UNASKED_DAYS),
        "quantity": lambda: _UNASKED_UNITS,
        "percent": lambda: _OTHER_SERVICE_LEVEL,
        "text": lambda: str(_UNASKED_DAYS),
        "figure": lambda: (),
        "choice": lambda: [choice for choice in parameter.choices if choice != _default(tool, parameter)][-1],
        "category": lambda: shop.catalogue.categories("en")[0],
        "limit": lambda: _UNASKED_DAYS,
    }
    return made[_kind(parameter)]()
