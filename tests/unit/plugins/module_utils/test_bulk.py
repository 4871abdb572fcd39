# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is taken as it is must be what Ansible would have made of it; the judge is Ansible's own validator."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

import pytest
from ansible.module_utils import basic
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.lvs.cluster.plugins.module_utils._bulk import ECHO_LIMIT, BulkModule, InfoModule, echoed, fits
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import as_option, parse_services
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.options import SERVICES
from ansible_collections.lvs.cluster.tests.unit.plugins.module_utils import strategies

GOOD = {"address": "192.0.2.198", "port": 80, "destinations": [{"address": "192.0.2.21", "weight": 1}]}


def validated(services: list[Any]) -> tuple[list[str], Any]:
    """Ansible's errors, and the services as it hands them on."""
    result = ArgumentSpecValidator({"services": SERVICES}).validate({"services": services})
    return result.error_messages, result.validated_parameters["services"]


def without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_none(item) for name, item in value.items() if item is not None}
    return [without_none(item) for item in value] if isinstance(value, list) else value


@given(strategies.tables())
def test_a_table_in_the_words_of_the_module_is_taken_as_it_is(table: dict) -> None:
    services = [as_option(key, value) for key, value in table.items()]
    assert fits(services, SERVICES)
    errors, handed_on = validated(services)
    assert errors == []
    assert without_none(handed_on) == services
    assert parse_services(handed_on) == parse_services(services)


values = st.one_of(
    st.none(), st.booleans(), st.integers(-1, 70000), st.sampled_from(["80", "tcp", "dr", "yes", "", "x"]), st.just([])
)
destinations = st.dictionaries(st.sampled_from(["address", "port", "weight", "forward", "strange"]), values, max_size=4)
services = st.fixed_dictionaries(
    {},
    optional={
        "address": values,
        "port": values,
        "protocol": values,
        "one_packet": values,
        "scheduler_flags": st.one_of(values, st.lists(st.sampled_from(["fallback", "port", "x", 1]), max_size=3)),
        "destinations": st.one_of(values, st.lists(destinations, max_size=3)),
        "strange": values,
    },
)


@given(st.lists(services, max_size=3))
def test_what_is_taken_as_it_is_is_what_ansible_would_hand_on(listed: list) -> None:
    if fits(listed, SERVICES):
        errors, handed_on = validated(listed)
        assert errors == []
        assert without_none(handed_on) == without_none(listed)


@pytest.mark.parametrize(
    "odd",
    [
        {**GOOD, "port": "80"},
        {**GOOD, "port": True},
        {**GOOD, "protocol": "icmp"},
        {**GOOD, "strange": 1},
        {**GOOD, "scheduler_flags": "fallback,port"},
        {**GOOD, "scheduler_flags": ["strange"]},
        {**GOOD, "destinations": [{"weight": 1}]},
        {**GOOD, "destinations": [{"address": None}]},
        {**GOOD, "destinations": {"address": "192.0.2.21"}},
        {**GOOD, "destinations": ["192.0.2.21"]},
        "192.0.2.198:80",
    ],
)
def test_whatever_needs_a_look_goes_ansibles_own_way(odd: Any) -> None:
    assert fits([GOOD], SERVICES)
    assert not fits([GOOD, odd], SERVICES)


def loaded(monkeypatch: pytest.MonkeyPatch, module: type, services: list[Any], **arguments: Any) -> Any:
    """The options that a module has of these arguments when Ansible's wrapper starts it."""
    given = {"services": services, "state": "merged"}
    monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps({"ANSIBLE_MODULE_ARGS": given}).encode())
    monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
    return module(argument_spec={"services": SERVICES, "state": {"type": "str"}}, **arguments).params


@pytest.mark.parametrize(
    "services",
    [[GOOD], [GOOD, {**GOOD, "port": "80"}], [{**GOOD, "address": "__ansible_unsafe"}], []],
    ids=["taken", "converted", "perhaps marked", "empty"],
)
def test_the_options_are_those_of_an_ordinary_module(monkeypatch: pytest.MonkeyPatch, services: list[Any]) -> None:
    ours = loaded(monkeypatch, BulkModule, services, bulk="services")
    ordinary = loaded(monkeypatch, basic.AnsibleModule, services)
    assert without_none(ours["services"]) == without_none(ordinary["services"])
    assert {**ours, "services": 0} == {**ordinary, "services": 0}


def test_a_long_list_is_taken_once_and_only_its_beginning_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    many = [{**GOOD, "port": port} for port in range(1, ECHO_LIMIT + 3)]
    given = {"ANSIBLE_MODULE_ARGS": {"services": many}}
    monkeypatch.setattr(basic, "_ANSIBLE_ARGS", json.dumps(given).encode())
    monkeypatch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
    module = BulkModule(bulk="services", argument_spec={"services": SERVICES})
    assert module.take() == many
    kept = module.params["services"]
    assert kept == [*many[: ECHO_LIMIT - 1], "... and 3 more, left out of this result"]
    assert echoed(kept) == kept


def test_a_wrong_entry_is_told_in_ansibles_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        loaded(monkeypatch, BulkModule, [GOOD, {**GOOD, "strange": 1}], bulk="services")
    assert "Unsupported parameters" in json.loads(capsys.readouterr().out)["msg"]


json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=8,
)


def result_of(module: type, options: dict[str, Any], **result: Any) -> Any:
    """What a module prints at its end that was given the option `secret`."""
    arguments = json.dumps({"ANSIBLE_MODULE_ARGS": {"secret": "hidden"}}).encode()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(StringIO()) as printed:
        patch.setattr(basic, "_ANSIBLE_ARGS", arguments)
        patch.setattr(basic, "_ANSIBLE_PROFILE", "legacy", raising=False)
        started = module(argument_spec={"secret": {"type": "str", **options}})
        with pytest.raises(SystemExit):
            started.exit_json(changed=False, **result)
    return json.loads(printed.getvalue())


@settings(deadline=None)  # a module looks at its machine when it starts
@given(json_values, st.sampled_from(({"no_log": True}, {"no_log": False})))
def test_a_long_result_is_that_of_an_ordinary_module(value: Any, options: dict[str, Any]) -> None:
    told = {"listed": [value, "so hidden that nobody reads it"], "hidden": 7}
    assert result_of(InfoModule, options, **told) == result_of(basic.AnsibleModule, options, **told)


# In a process of its own, as on a host: where the controller's half of Ansible is loaded too, warnings go there.
WARNING = """
from ansible.module_utils import basic
from ansible_collections.lvs.cluster.plugins.module_utils._bulk import InfoModule
basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = b'{"ANSIBLE_MODULE_ARGS": {}}', "legacy"
module = InfoModule(argument_spec={})
module.warn("It is late")
module.exit_json(changed=False, listed=["at night"])
"""


def test_a_long_result_has_ansibles_warnings() -> None:
    done = subprocess.run([sys.executable, "-c", WARNING], capture_output=True, check=True, text=True)
    result = json.loads(done.stdout)
    assert "It is late" in json.dumps(result["warnings"])
    assert result["listed"] == ["at night"]


def test_a_secret_stays_out_of_a_long_result() -> None:
    """Else the test above might compare two that tell it."""
    assert "hidden" not in json.dumps(result_of(InfoModule, {"no_log": True}, listed=["hidden"]))
    assert result_of(InfoModule, {"no_log": False}, listed=["hidden"])["listed"] == ["hidden"]
    assert basic.remove_values({"told": "hidden"}, {"hidden"}) != {"told": "hidden"}
