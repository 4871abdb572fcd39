# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Definition -> kept -> written as variables -> read again beside another inventory: it comes to the same digest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml
from hypothesis import assume, given
from hypothesis import strategies as st
from jinja2.nativetypes import NativeEnvironment

from ansible_collections.lvs.cluster.plugins.module_utils._history.definitions import unpacked
from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.digest import digest
from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.document import (
    Document,
    document,
    pack,
    unpack,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.inventory import read_definitions, variables_of
from ansible_collections.lvs.cluster.plugins.plugin_utils._cluster.secrets import OF_VRRP
from ansible_collections.lvs.cluster.plugins.plugin_utils._rules.finding import DefinitionError
from ansible_collections.lvs.cluster.plugins.plugin_utils._undo.variables import (
    MARK,
    Today,
    differences,
    left,
    problems,
    text,
)

SECRET = "0ld-Pass"
ADDRESSES = {**{f"lvs{number}": f"192.0.2.{number}" for number in (1, 2)}}
ADDRESSES |= {f"web{number}": f"192.0.2.2{number}" for number in range(1, 5)}
WEB = sorted(host for host in ADDRESSES if host.startswith("web"))
Inventory = Mapping[str, Any]


class Loader(yaml.SafeLoader):
    """As Ansible reads a file of variables."""


Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))

SERVERS = st.one_of(
    st.just("web"),
    st.lists(st.sampled_from(WEB), min_size=1, unique=True).map(lambda hosts: [{"host": host} for host in hosts]),
    st.just([{"address": "198.51.100.9", "weight": 3}]),
)
SERVICES = st.fixed_dictionaries(
    {"port": st.integers(1, 9), "real_servers": SERVERS},
    optional={
        "scheduler": st.sampled_from(["rr", "wlc", "sh"]),
        "forward": st.sampled_from(["dr", "nat", "tun"]),
        "persistence_timeout": st.integers(1, 900),
        "checks": st.just([{"type": "http", "path": "/{{ not a template }}"}]),
        "sorry_server": st.just({"host": "web4"}),
    },
)
CLUSTERS = st.one_of(
    st.none(),
    st.fixed_dictionaries({"engine": st.just("static")}, optional={"name": st.just("shop")}),
    st.fixed_dictionaries(
        {
            "vrrp": st.fixed_dictionaries(
                {"virtual_router_id": st.integers(1, 255)}, optional={"password": st.just(SECRET)}
            )
        },
        optional={"timeouts": st.just({"tcp": 600}), "masquerade": st.booleans()},
    ),
)
VARIABLES = st.fixed_dictionaries(
    {},
    optional={
        "lvs_weight": st.integers(0, 9),
        "lvs_priority": st.integers(1, 254),
        "lvs_firewall": st.sampled_from(["nftables", "iptables"]),
        "lvs_interface": st.sampled_from(["eth0", "eth1"]),
        "lvs_other_addresses": st.just(["198.51.100.1", "203.0.113.1"]),
    },
)
INVENTORIES = st.fixed_dictionaries(
    {
        "lvs_cluster": CLUSTERS,
        "lvs_services": st.lists(SERVICES, min_size=1, max_size=3).map(
            lambda services: [
                {"name": f"s{number}", "address": f"192.0.2.{200 + number}", **each}
                for number, each in enumerate(services)
            ]
        ),
        "web": st.lists(st.sampled_from(WEB), min_size=1, unique=True),
        "hosts": st.fixed_dictionaries(dict.fromkeys(ADDRESSES, VARIABLES)),
    }
)


def filled_in(value: object, host: str) -> object:
    """As Ansible fills in the template of a variable, of which a definition takes nothing for no value."""
    if isinstance(value, str) and value.startswith("{{"):
        filled: object = NativeEnvironment().from_string(value).render(inventory_hostname=host)
        return None if filled == "" else filled
    return value


def seen(given: Inventory, **said: object) -> dict[str, Any]:
    """The variables of a task. said: beside the inventory, for all hosts."""
    cluster = {} if given["lvs_cluster"] is None else {"lvs_cluster": given["lvs_cluster"]}
    whole = {
        host: {
            "ansible_host": address,
            "lvs_services": given["lvs_services"],
            **cluster,
            **given["hosts"].get(host, {}),
            **{name: filled_in(value, host) for name, value in said.items()},
        }
        for host, address in ADDRESSES.items()
    }
    groups = {"all": [*ADDRESSES], "lvs_directors": ["lvs1", "lvs2"], "web": given["web"]}
    return {"inventory_hostname": "lvs1", "groups": groups, "hostvars": whole, **whole["lvs1"]}


def read(variables: Mapping[str, Any]) -> Document:
    """What is kept of the definition, as a director hands it back."""
    definitions = read_definitions(variables, lambda value: value)
    (cluster,), (said,) = definitions.clusters.every, definitions.said
    packed = pack(document(cluster.name, digest(cluster), said))
    assert unpacked(packed).digest == digest(cluster)
    assert json.loads(unpacked(packed).text) == unpack(packed)
    return unpack(packed)


def usable(given: Inventory) -> Document:
    try:
        return read(seen(given))
    except DefinitionError:
        assume(False)
        raise


def today_of(given: Inventory, then: Document, password: object = SECRET) -> Today:
    variables = seen(given)
    hosts = variables_of(variables, lambda value: value, then["hosts"])
    return Today(read(variables), variables["groups"], hosts, {} if password is None else {OF_VRRP: password})


@given(INVENTORIES, INVENTORIES)
def test_the_variables_give_the_definition_beside_any_inventory(before: Inventory, after: Inventory) -> None:
    then, _now = usable(before), usable(after)
    today = today_of(after, then)
    assert problems(then, today) == []
    assert left(then, today) == []
    written = text(then, today, "ansible-playbook lvs.cluster.site -e @undo.yml")
    assert MARK in written.splitlines()[1]
    again = read(seen(after, **yaml.load(written, Loader)))
    assert again["digest"] == then["digest"]


@given(INVENTORIES)
def test_nothing_that_is_kept_or_shown_is_secret(given_today: Inventory) -> None:
    then = usable(given_today)
    assert SECRET not in json.dumps(then)
    assert differences(then, then) == []


PLAIN: Inventory = {
    "lvs_cluster": {"vrrp": {"password": SECRET}},
    "lvs_services": [{"name": "shop", "address": "192.0.2.198", "port": 80, "real_servers": "web"}],
    "web": ["web1", "web2"],
    "hosts": {},
}


def test_the_password_is_todays_as_it_stands_in_the_inventory() -> None:
    then = read(seen(PLAIN))
    written = text(then, today_of(PLAIN, then, "{{ vault_vrrp_password }}"), "")
    assert '    password: "{{ vault_vrrp_password }}"\n' in written
    assert SECRET not in written


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"hosts": {}}, 'web2 is no host of the inventory today: put it back there (ansible_host: "192.0.2.22")'),
        (
            {"groups": {"lvs_directors": ["lvs1"]}},
            "lvs2 was a director and is none today: put it back into the group lvs_",
        ),
        (
            {"groups": {"lvs_directors": ["lvs1", "lvs2", "lvs3"]}},
            "lvs3 is a director today and was none: take it out of",
        ),
        (
            {"secrets": {}},
            "lvs_cluster.vrrp.password was set, which is never kept, and is not set today: set it",
        ),
    ],
)
def test_what_variables_cannot_say_is_named(changed: dict[str, Any], words: str) -> None:
    then = read(seen(PLAIN))
    assert any(problem.startswith(words) for problem in problems(then, today_of(PLAIN, then)._replace(**changed)))


def test_how_a_host_is_reached_stays_and_is_named() -> None:
    then = read(seen(PLAIN))
    moved = {**PLAIN, "hosts": {"web2": {"ansible_host": "192.0.2.29"}}}
    assert left(then, today_of(moved, then)) == ['web2: ansible_host was "192.0.2.22" then and is "192.0.2.29" now']
