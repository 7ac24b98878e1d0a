"""Runs a plan: words become arguments, independent calls run side by side, each with a time limit."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as CallTimeout
from dataclasses import dataclass, field
from typing import Any

from agent.events import ChartReady, Event, ToolFinished, ToolStarted
from agent.grounding import REFERENCE, span_resolver
from agent.memory import KeptPeriod, Memory, is_pronoun
from agent.pointing import is_place
from serving.interrupt import raise_if_stopped
from tools.figures import Figure, choose_figures, stated_figures
from tools.period_references import refer_period
from tools.periods import Period
from tools.product_choice import match_among
from tools.products import resolve_product
from tools.results import ToolError, ToolResult
from tools.shop import Shop
from tools.toolbox import Parameter, Tool, toolbox

logger = logging.getLogger(__name__)
CALL_TIMEOUT_SECONDS = 60.0
CACHED_RESULTS = 64
SIDE_BY_SIDE = 4


@dataclass(frozen=True)
class Step:
    """A call to run: the words that the user said, by argument."""

    tool: str
    said: dict[str, Any]


@dataclass(frozen=True)
class Executed:
    """A call that ran: what was said, what code made of it, what came back; `started` on the monotonic clock."""

    step: Step
    arguments: dict[str, Any]
    result: ToolResult
    seconds: float
    started: float = 0.0


@dataclass
class Executor:
    """Runs steps against one shop; answers a repeated call from its cache.

    Args:
        shop: the session's shop.
        timeout_seconds: the longest a call may take before the answer goes on without it.
    """

    shop: Shop
    timeout_seconds: float = CALL_TIMEOUT_SECONDS
    _cache: dict[str, ToolResult] = field(default_factory=dict)

    def run(self, steps: list[Step], memory: Memory, emit: Callable[[Event], None]) -> list[Executed]:
        """Run the steps and return them in the plan's order.

        Args:
            steps: what to run; a product "$1" waits for the first step's result.
            memory: the conversation so far, for "it" and "the second one".
            emit: takes the events as they happen.
        """
        done: dict[int, Executed] = {}
        pool = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="tool")
        try:
            for wave in _waves(steps):
                raise_if_stopped()
                arguments = {index: self._resolve(steps[index], memory, done) for index in wave}
                for index in wave:
                    emit(ToolStarted(index, steps[index].tool, steps[index].said))
                started = time.monotonic()
                futures = {
                    index: pool.submit(self._call, steps[index].tool, arguments[index]) for index in wave
                }
                for index, future in futures.items():
                    step = steps[index]
                    try:
                        result, seconds = future.result(self.timeout_seconds)
                    except CallTimeout:
                        result, seconds = self._overdue(step), time.monotonic() - started
                    done[index] = Executed(step, result.arguments, result, seconds, started)
                    _announce(index, done[index], emit)
        finally:
            # A call that hangs must not hold the answer back; its thread ends with the call.
            pool.shutdown(wait=False, cancel_futures=True)
        return [done[index] for index in range(len(steps))]

    def _resolve(self, step: Step, memory: Memory, done: dict[int, Executed]) -> dict[str, Any] | ToolError:
        return resolve_arguments(self.shop, toolbox()[step.tool], step.said, memory, done)

    def _call(self, tool: str, arguments: dict[str, Any] | ToolError) -> tuple[ToolResult, float]:
        started = time.monotonic()
        if isinstance(arguments, ToolError):
            result = ToolResult(tool=tool, arguments={}, as_of=self.shop.as_of, error=arguments)
        else:
            try:
                result = self._cached(tool, arguments)
            except Exception:
                # A broken tool is told like any other failure; the other calls still answer.
                logger.exception("%s broke on %s", tool, arguments)
                result = ToolResult(
                    tool=tool,
                    arguments=receipt_arguments(arguments),
                    as_of=self.shop.as_of,
                    error=_broken(tool),
                )
        return result, time.monotonic() - started

    def _cached(self, tool: str, arguments: dict[str, Any]) -> ToolResult:
        key = json.dumps([tool, receipt_arguments(arguments)], sort_keys=True, ensure_ascii=False)
        if key not in self._cache:
            result = toolbox()[tool].function(self.shop, **arguments)
            # Of the figures on offer a calculation says which it took.
            plain = receipt_arguments(arguments)
            used = {name: value for name, value in result.arguments.items() if name in plain}
            self._cache[key] = result.model_copy(update={"arguments": plain | used})
            while len(self._cache) > CACHED_RESULTS:
                self._cache.pop(next(iter(self._cache)))
        return self._cache[key]

    def _overdue(self, step: Step) -> ToolResult:
        error = ToolError(
            code="tool_timeout",
            message={
                "en": f"{step.tool} took too long and was left out.",
                "zh": f"{step.tool} 用时过长，这一步先略过。",
            },
            remedy={"en": "Ask again in a moment.", "zh": "请稍后再问一次。"},
        )
        return ToolResult(tool=step.tool, arguments={}, as_of=self.shop.as_of, error=error)


def resolve_arguments(
    shop: Shop, tool: Tool, said: dict[str, Any], memory: Memory, done: dict[int, Executed]
) -> dict[str, Any] | ToolError:
    """Return the arguments for the tool's function, or the first error that a word led to."""
    arguments: dict[str, Any] = {}
    for parameter in tool.parameters:
        is_figure = parameter.span is not None and parameter.span.kind == "figure"
        if parameter.said in said or is_figure:
            value = _resolve_span(shop, parameter, said.get(parameter.said, ""), memory, done)
            if isinstance(value, ToolError):
                return value
            arguments[parameter.name] = value
        elif parameter.required:
            return missing_argument(parameter.said)
    return arguments


def _resolve_span(
    shop: Shop, parameter: Parameter, said: Any, memory: Memory, done: dict[int, Executed]
) -> Any:
    kind = parameter.span.kind if parameter.span else "choice"
    if kind == "product":
        return _resolve_product(shop, str(said), memory, done)
    if kind == "figure":
        return _resolve_figures(str(said), memory, done)
    if kind == "period":
        return _resolve_period(shop, str(said), memory, done)
    return said if kind in ("choice", "text") else span_resolver(shop, kind)(str(said))


def _resolve_period(
    shop: Shop, said: str, memory: Memory, done: dict[int, Executed]
) -> Period | ToolError | None:
    """Resolve words that point back ("the month before that") from this plan's last period, else the talk's."""
    periods = [done[index].arguments.get("period") for index in sorted(done)]
    earlier = next((KeptPeriod.model_validate(kept) for kept in reversed(periods) if kept), memory.period)
    if earlier:
        referred = refer_period(said, Period(earlier.start, earlier.end), shop.as_of, shop.first_day)
        if referred is not None:
            return referred
    resolved: Period | ToolError = span_resolver(shop, "period")(said)
    return resolved


def _resolve_product(shop: Shop, said: str, memory: Memory, done: dict[int, Executed]) -> str | ToolError:
    reference = REFERENCE.match(said)
    if reference:
        found = done[int(reference.group(1)) - 1].result.products
        return found[0].product_id if found else nothing_found()
    referred = memory.refer(said)
    if referred:
        return referred
    if is_pronoun(said) or (memory.listed and is_place(said)):
        return missing_argument("product")
    offered = [shop.catalogue.get(product.product_id) for product in memory.listed if memory.asks]
    chosen = match_among(said, [product for product in offered if product])
    match = chosen if chosen.outcome == "found" else resolve_product(shop, said)
    return match.product_id if match.outcome == "found" else match.error()


def _resolve_figures(said: str, memory: Memory, done: dict[int, Executed]) -> tuple[Figure, ...]:
    """Return what may be reckoned with: this plan's own figures, else those that the conversation keeps."""
    fresh = [figure for index in sorted(done) for figure in stated_figures(done[index].result, index)]
    return tuple(choose_figures(said, fresh or memory.figures))


def _broken(tool: str) -> ToolError:
    return ToolError(
        code="tool_broke",
        message={"en": f"Something broke on our side in {tool}.", "zh": f"{tool} 这一步程序出错了。"},
        remedy={
            "en": "Ask in another way; the log has the details.",
            "zh": "请换个问法再试；详情已记入日志。",
        },
    )


def missing_argument(said: str) -> ToolError:
    """Return the question back for an argument that nobody gave."""
    asked = {"product": ("product", "商品"), "query": ("topic", "内容")}.get(said, (said, said))
    return ToolError(
        code=f"need_{said}",
        message={
            "en": f"The question does not say which {asked[0]}.",
            "zh": f"问题里没有说是哪个{asked[1]}。",
        },
        remedy={"en": f"Which {asked[0]} do you mean?", "zh": f"请问是哪个{asked[1]}？"},
    )


def nothing_found() -> ToolError:
    """Return the error of a step that builds on a step which found no product."""
    return ToolError(
        code="nothing_found",
        message={
            "en": "The step before found no product, so there was nothing to go on with.",
            "zh": "前一步没有找到商品，后面的计算无法进行。",
        },
        remedy={"en": "Name the product you mean.", "zh": "请直接说出商品名称。"},
    )


def receipt_arguments(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return resolved arguments as plain JSON, dates and all."""
    return {name: _plain(value) for name, value in arguments.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Period):
        return {"start": value.start.isoformat(), "end": value.end.isoformat()}
    return [figure.model_dump() for figure in value] if isinstance(value, tuple) else value


def _waves(steps: list[Step]) -> list[list[int]]:
    """Group steps so that each runs after the ones it refers to."""
    depth: list[int] = []
    for step in steps:
        if _reckons(step):
            depth.append(max(depth, default=-1) + 1)
            continue
        reference = REFERENCE.match(str(step.said.get("product", "")))
        depth.append(depth[int(reference.group(1)) - 1] + 1 if reference else 0)
    return [[i for i, d in enumerate(depth) if d == level] for level in range(max(depth, default=-1) + 1)]


def _reckons(step: Step) -> bool:
    """Whether a step calculates with what the steps before it state."""
    return any(p.span and p.span.kind == "figure" for p in toolbox()[step.tool].parameters)


def _announce(index: int, executed: Executed, emit: Callable[[Event], None]) -> None:
    step, result = executed.step, executed.result
    emit(ToolFinished(index, step.tool, step.said, executed.arguments, result.ok, executed.seconds, result))
    if result.chart:
        emit(ChartReady(index, result.chart))
