# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""host_network and packet_filter with the view of a host as one value. Documented in plugins/modules/set_up.py."""

from __future__ import annotations

from typing import Any

from ansible.plugins.action import ActionBase

from ..plugin_utils._operate.set_up import filter_options, network_options


class ActionModule(ActionBase):
    """Runs one of the two modules on the host, and returns its result."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(
            argument_spec={
                "state": {"type": "str", "choices": ["merged", "replaced", "deleted"], "required": True},
                "network": {"type": "dict"},
                "filter": {"type": "dict"},
                "vips": {"type": "list", "elements": "dict", "default": []},
                "way_back": {"type": "bool", "default": True},
            },
            mutually_exclusive=[("network", "filter")],
            required_one_of=[("network", "filter")],
        )
        state = options["state"]
        if options["filter"] is not None:
            name, arguments = "packet_filter", filter_options(state, options["filter"])
        else:
            arguments = network_options(state, options["network"], options["vips"], options["way_back"])
            name = "host_network"
        result.update(self._execute_module(f"lvs.cluster.{name}", module_args=arguments, task_vars=task_vars))
        return result
