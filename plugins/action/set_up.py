# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that set a host up, with a part of its view as one value. Documented in plugins/modules/set_up.py."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ansible.plugins.action import ActionBase

from ..plugin_utils._copies import ANNOUNCER, started
from ..plugin_utils._operate import set_up
from ..plugin_utils._operate.interpreter import explained
from ..plugin_utils._origin import origin, origin_of_roll_out, without_programs

Options = Mapping[str, Any]
# Part of the view -> the module that sets it up, and its options.
PARTS: Mapping[str, tuple[str, Callable[[str, Options], dict[str, Any]]]] = {
    "network": (
        "host_network",
        lambda state, given: set_up.network_options(
            state, given["network"], given["vips"], given["way_back"], given["keep_found"]
        ),
    ),
    "filter": ("packet_filter", lambda state, given: set_up.filter_options(state, given["filter"])),
    "services": (
        "ipvs_services",
        lambda state, given: set_up.services_options(state, given["services"], given["keepalived"], given["at_boot"]),
    ),
    "timeouts": ("ipvs_timeouts", lambda _state, given: set_up.timeouts_options(given["timeouts"])),
    "sync_daemon": ("ipvs_sync_daemon", lambda _state, given: set_up.sync_daemon_options(given["sync_daemon"])),
    "configuration": (
        "keepalived",
        lambda state, given: set_up.configuration_options(state, given["configuration"], given["password"]),
    ),
    "announcer": (
        "announcer",
        lambda state, given: set_up.announcer_options(state, given["announcer"], started(ANNOUNCER)),
    ),
    "speaker": ("bgp", lambda state, given: set_up.speaker_options(state, given["speaker"], given["neighbours"])),
}


class ActionModule(ActionBase):
    """Runs one of these modules on the host, and returns its result."""

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
                "services": {"type": "list", "elements": "dict"},
                "timeouts": {"type": "dict"},
                "sync_daemon": {"type": "dict"},
                "configuration": {"type": "dict"},
                "announcer": {"type": "dict"},
                "speaker": {"type": "dict"},
                "neighbours": {"type": "list", "elements": "dict", "no_log": True, "default": []},
                "vips": {"type": "list", "elements": "dict", "default": []},
                "way_back": {"type": "bool", "default": True},
                "keep_found": {"type": "bool", "default": False},
                "keepalived": {"type": "str"},
                "password": {"type": "str", "no_log": True},
                "at_boot": {"type": "bool", "default": True},
                "origin": {"type": "dict"},
            },
            mutually_exclusive=[tuple(PARTS)],
            required_one_of=[tuple(PARTS)],
        )
        module, options_of = next(PARTS[part] for part in PARTS if options[part] is not None)
        # What is deleted leaves no definition behind.
        asks = origin if options["state"] == "deleted" else origin_of_roll_out
        asked = {"origin": options["origin"] or asks(task_vars or {})}
        arguments = {**options_of(options["state"], options), **asked}
        told = self._execute_module(f"lvs.cluster.{module}", module_args=arguments, task_vars=task_vars)
        result.update(explained(without_programs(told)))
        return result
