# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The alert rules and the dashboard that are shipped, and the page about them: only metrics that exist."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

from ansible_collections.lvs.cluster.plugins.module_utils._metrics.model import METRICS
from ansible_collections.lvs.cluster.plugins.module_utils._metrics.units import INTERVAL_S

DOCS = Path(__file__).resolve().parents[2] / "docs"
RULES = yaml.safe_load((DOCS / "metrics/alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
DASHBOARD = json.loads((DOCS / "metrics/dashboard.json").read_text(encoding="utf-8"))
PAGE = (DOCS / "metrics.md").read_text(encoding="utf-8")
NAME = re.compile(r"\blvs_\w+")


def misused(expression: str) -> list[str]:
    """What an expression names that is no metric, and labels of a metric that it does not have."""
    wrong = [name for name in NAME.findall(expression) if name not in METRICS]
    for name, selector in re.findall(r"(lvs_\w+)\{([^}]*)\}", expression):
        known = {*METRICS[name].labels, "instance", "job"} if name in METRICS else set()
        wrong += [f"{name}.{label}" for label in re.findall(r"(\w+)\s*=~?", selector) if label not in known]
    return wrong


def test_alerts_use_metrics_that_exist() -> None:
    assert [wrong for rule in RULES for wrong in misused(rule["expr"])] == []
    labels = {label for metric in METRICS.values() for label in metric.labels} | {"instance", "job"}
    for rule in RULES:
        said = " ".join(rule["annotations"].values())
        assert {*re.findall(r"\$labels\.(\w+)", said)} <= labels
        assert rule["labels"]["severity"] in ("critical", "warning", "info")


def test_a_reading_is_old_when_several_are_missing() -> None:
    (rule,) = [rule for rule in RULES if rule["alert"] == "LvsMetricsOld"]
    assert int(rule["expr"].rpartition(" ")[2]) >= 4 * INTERVAL_S


def test_the_dashboard_uses_metrics_that_exist() -> None:
    expressions = [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]
    queries = [each["definition"] for each in DASHBOARD["templating"]["list"] if each["type"] == "query"]
    assert len(expressions) >= 15
    assert [wrong for expression in [*expressions, *queries] for wrong in misused(expression)] == []
    variables = {each["name"] for each in DASHBOARD["templating"]["list"]}
    used = {name for text in expressions for name in re.findall(r"\$(\w+)", text) if name != "__rate_interval"}
    assert used <= variables


def test_the_panels_do_not_overlap() -> None:
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])

    def apart(one: dict[str, Any], two: dict[str, Any]) -> bool:
        beside = one["x"] + one["w"] <= two["x"] or two["x"] + two["w"] <= one["x"]
        return beside or one["y"] + one["h"] <= two["y"] or two["y"] + two["h"] <= one["y"]

    for one, two in combinations([panel["gridPos"] for panel in DASHBOARD["panels"]], 2):
        assert apart(one, two)
        assert one["x"] + one["w"] <= 24


def test_the_page_has_every_metric_and_every_alert() -> None:
    """What it says of a metric is what the metric says of itself."""
    rows = dict(re.findall(r"^\| `(lvs_\w+)`[^|]*\| (.*) \|$", PAGE, re.MULTILINE))
    assert rows == {name: metric.told for name, metric in METRICS.items()}
    alerts = re.findall(r"^\| `(Lvs\w+)` \|", PAGE, re.MULTILINE)
    assert alerts == [rule["alert"] for rule in RULES]
