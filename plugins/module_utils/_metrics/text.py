# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Values of metrics in the text format of Prometheus, as its node exporter reads it. Pure. Private to the collection.

https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4.
"""

from __future__ import annotations

from typing import Iterator, Tuple

from .model import METRICS, Metric
from .samples import Samples

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n"})


def exposition(values: Samples) -> str:
    """Return the text of all metrics that have a value."""
    return "".join(f"{line}\n" for line in _lines(values))


def _lines(values: Samples) -> Iterator[str]:
    for name, found in values.items():
        metric = METRICS[name]
        if found:
            yield f"# HELP {name} {metric.told}"
            yield f"# TYPE {name} {metric.kind}"
            yield from (f"{name}{_labels(metric, each.labels)} {_number(each.value)}" for each in found)


def _labels(metric: Metric, values: Tuple[str, ...]) -> str:
    told = ",".join(f'{name}="{value.translate(_ESCAPES)}"' for name, value in zip(metric.labels, values))
    return f"{{{told}}}" if told else ""


def _number(value: float) -> str:
    """Return whole numbers whole: a counter has more digits than a float would show."""
    return f"{value:d}" if isinstance(value, int) else f"{value:.3f}"
