"""The checker: what stands between any writer, code or model, and the reader."""

from agent.checking.gate import check_prose, check_text
from agent.checking.violations import Violation

__all__ = ["Violation", "check_prose", "check_text"]
