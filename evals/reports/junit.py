"""JUnit XML: what CI systems show of a run, a test case for each case."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from evals.reports.headline import headlines
from evals.reports.result import Result
from evals.reports.wording import comparison_in_words, count
from evals.results import ResultRow, by_case
from evals.statistics import majority

# XML 1.0 cannot carry these, not even escaped.
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_xml(result: Result) -> str:
    """Return a run as JUnit XML; a case passes when more than half of its runs do."""
    run = result.run
    suite = ET.Element(
        "testsuite", name=_clean(run.suite), timestamp=run.started_at.isoformat("T", "seconds")
    )
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(result):
        ET.SubElement(properties, "property", name=name, value=_clean(value))
    for case_id, rows in by_case(run.rows).items():
        suite.append(_test_case(run.suite, case_id, rows))
    totals = {
        "tests": str(len(suite.findall("testcase"))),
        "failures": str(len(suite.findall("testcase/failure"))),
        "errors": str(len(suite.findall("testcase/error"))),
        "time": f"{run.seconds:.3f}",
    }
    suite.attrib.update(totals)
    root = ET.Element("testsuites", {"name": "shopcast eval", **totals})
    root.append(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _test_case(suite: str, case_id: str, rows: list[ResultRow]) -> ET.Element:
    first = rows[0]
    classname = f"{suite}.{first.skill}".replace("/", ".")
    seconds = sum(row.seconds for row in rows)
    test = ET.Element("testcase", classname=_clean(classname), name=case_id, time=f"{seconds:.3f}")
    if majority([row.passed for row in rows]):
        return test
    failed = [row for row in rows if not row.passed]
    kind = "error" if all(row.error is not None for row in failed) else "failure"
    problems = list(dict.fromkeys(problem for row in failed for problem in row.problems))
    body = ET.SubElement(test, kind, message=_clean("; ".join(problems)[:500]), type=_type(kind, failed))
    often = f"{len(failed)} of {count(len(rows), 'run')} failed\n" if len(rows) > 1 else ""
    body.text = _clean(often + "\n".join(problems))
    return test


def _type(kind: str, failed: list[ResultRow]) -> str:
    names = dict.fromkeys(name for row in failed for name, holds in row.dimensions.items() if not holds)
    return ",".join(names) if kind == "failure" else "error"


def _properties(result: Result) -> Iterator[tuple[str, str]]:
    run, figures = result.run, result.figures
    yield from (("target", run.target), ("model", run.model), ("machine", run.machine), ("k", str(run.k)))
    for name, estimate in headlines(figures):
        yield name, f"{estimate.rate:.4f} [{estimate.low:.4f}, {estimate.high:.4f}] n={estimate.cases}"
    if figures.costs:
        yield from ((name, f"{value:.3f}") for name, value in figures.costs)
    for breach in result.breaches:
        yield "breached floor", breach
    if result.comparison:
        yield "baseline", comparison_in_words(result.comparison)


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
