# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""resolve as a user runs it: an inventory, the ansible command, and hosts that cannot be reached."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from ansible_collections.lvs.cluster.plugins.action.resolve import names_of
from ansible_collections.lvs.cluster.plugins.modules.resolve import RETURN
from ansible_collections.lvs.cluster.tests.unit import ansible_runs
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

HOSTS = """
all:
  vars:
    ansible_ssh_executable: /bin/false
  children:
    lvs_directors:
      hosts:
        lvs1: {ansible_host: 192.0.2.2}
    web:
      hosts:
        web1: {ansible_host: 192.0.2.21, lvs_weight: "{{ light }}"}
        web2: {ansible_host: web2.example.net, lvs_address: "{{ network ~ '.22' }}"}
    clients:
      hosts:
        client: {ansible_host: client.example.net}
"""
SERVICES = """
network: 192.0.2
light: 3
ports: {shop: 80}
lvs_cluster: {engine: static}
lvs_services:
  - name: shop
    address: "{{ network }}.198"
    port: "{{ ports.shop }}"
    scheduler: "{{ chosen | default('sh') }}"
    real_servers: web
"""


class Outcome(NamedTuple):
    """What the command printed for one host, "SUCCESS" or "FAILED!" and the result, and what it said beside for all."""

    status: str
    result: dict[str, Any]
    errors: str


Ansible = Callable[..., dict[str, Outcome]]


@pytest.fixture
def ansible(tmp_path: Path) -> Ansible:
    """The ansible command on an inventory of two files, in a home of its own."""

    def run(*arguments: str, hosts: str = HOSTS, services: str = SERVICES) -> dict[str, Outcome]:
        inventory = tmp_path / "inventory"
        (inventory / "group_vars").mkdir(parents=True, exist_ok=True)
        (inventory / "hosts.yml").write_text(hosts, encoding="utf-8")
        (inventory / "group_vars/all.yml").write_text(services, encoding="utf-8")
        words = ("adhoc", "-i", str(inventory), "-m", "lvs.cluster.resolve", *arguments)
        done = ansible_runs.ansible(tmp_path, *words, ANSIBLE_LOCALHOST_WARNING="0")
        decoder = json.JSONDecoder()
        outcomes = {
            start[1]: Outcome(start[2], decoder.raw_decode(done.stdout, start.end())[0], done.stderr)
            for start in re.finditer(r"^(\S+) \| (\S+) => (?={)", done.stdout, re.MULTILINE)
        }
        assert outcomes, done.stdout + done.stderr
        return outcomes

    return run


def failure(outcome: Outcome) -> list[str]:
    """The lines of a failure's message, without the code of a value that is refused."""
    assert outcome.status == "FAILED!"
    assert not outcome.result["changed"]
    message: str = outcome.result["msg"]
    return [re.sub(r" \[LVS00[13]\]$", "", line) for line in message.splitlines()]


def test_every_host_gets_its_view_and_none_is_connected_to(ansible: Ansible) -> None:
    outcomes = ansible("all")
    assert {host: (outcome.status, outcome.result["roles"]) for host, outcome in outcomes.items()} == {
        "lvs1": ("SUCCESS", ["director"]),
        "web1": ("SUCCESS", ["realserver"]),
        "web2": ("SUCCESS", ["realserver"]),
        "client": ("SUCCESS", []),
    }
    director = outcomes["lvs1"].result
    assert director["directors"] == ["lvs1"]
    assert director["network"]["addresses"] == [{"address": "192.0.2.198/32", "beside": "192.0.2.2", "announce": True}]
    (shop,) = director["services"]
    assert (shop["address"], shop["port"]) == ("192.0.2.198", 80)
    assert [(real["address"], real["weight"]) for real in shop["destinations"]] == [
        ("192.0.2.21", 3),
        ("192.0.2.22", 1),
    ]
    assert outcomes["web1"].result["network"]["addresses"] == [
        {"address": "192.0.2.198/32", "interface": "lo", "announce": False}
    ]


OWN_TEMPLATES = """
lvs_cluster: {keepalived_templates: templates}
lvs_services: [{name: shop, address: 192.0.2.198, port: 80, real_servers: [{address: 192.0.2.21}]}]
"""
INTERFACES = json.dumps({"interfaces": {"192.0.2.2": "eth1", "192.0.2.198": "eth1"}})


def test_a_template_of_the_owners_is_found_beside_the_inventory(ansible: Ansible, tmp_path: Path) -> None:
    hosts = HOSTS.replace("{{ light }}", "1")
    (line,) = failure(ansible("lvs1", hosts=hosts, services=OWN_TEMPLATES)["lvs1"])
    assert line == (
        f"lvs_cluster.keepalived_templates: there is no folder {tmp_path}/inventory/templates or {tmp_path}/templates. "
        "This director was not changed."
    )
    template = tmp_path / "inventory/templates/keepalived/services.j2"
    template.parent.mkdir(parents=True)
    template.write_text("# {{ services.virtual_servers[0].lvs_sched | word }}\n", encoding="utf-8")
    outcome = ansible("lvs1", "-a", INTERFACES, hosts=hosts, services=OWN_TEMPLATES)["lvs1"]
    assert outcome.result["keepalived"].endswith("}\n# wlc\n")
    template.write_text("{{ servces }}\n", encoding="utf-8")
    (line,) = failure(ansible("lvs1", "-a", INTERFACES, hosts=hosts, services=OWN_TEMPLATES)["lvs1"])
    assert line.startswith(f"{template}, line 1: 'servces' is not defined; there are global_defs, vrrp, ")


def test_it_returns_what_it_documents_and_check_mode_is_no_different(ansible: Ansible) -> None:
    (real,) = ansible("lvs1", "-a", '{"overview": true}').values()
    (check,) = ansible("lvs1", "-a", '{"overview": true}', "--check").values()
    assert real == check
    assert not real.result["changed"]
    assert real.result.keys() - {"changed", "warnings"} == yaml.safe_load(RETURN).keys()


def test_one_host_is_told_of_all_where_a_task_asks_for_it(ansible: Ansible) -> None:
    result = ansible("lvs1,web1", "-a", '{"overview": true}')["web1"].result
    assert result["realservers"] == ["web1", "web2"]
    assert result["gathered"] == [
        {"host": "lvs1", "groups": ["lvs_cluster_directors"]},
        {"host": "web1", "groups": ["lvs_cluster_realservers"]},
    ]
    assert {"realservers", "gathered"}.isdisjoint(ansible("web1")["web1"].result)


def test_a_doubt_is_a_warning(ansible: Ansible) -> None:
    assert re.search(
        r"WARNING.*lvs_services\[0\]: Service shop: sh refuses .*\[LVS133\]", ansible("lvs1")["lvs1"].errors, re.DOTALL
    )
    assert "WARNING" not in ansible("lvs1", "-e", "chosen=wlc")["lvs1"].errors


def test_all_problems_are_in_one_message(ansible: Ansible) -> None:
    services = SERVICES.replace("{{ ports.shop }}", "70000").replace("real_servers: web", "real_servers: wep")
    assert failure(ansible("client", services=f"{services}\nlvs_clutser: {{}}")["client"]) == [
        "The definition of the cluster has 3 problems; nothing was done.",
        "hostvars[client, lvs1].lvs_clutser: unknown variable; did you mean lvs_cluster?",
        "lvs_services[0].port: '70000' is out of range: a port is a number from 1 to 65535",
        "lvs_services[0].real_servers: 'wep' is not a group of the inventory; did you mean web?",
    ]


def test_an_unknown_variable_matters_on_this_host_and_on_those_of_the_cluster(ansible: Ansible) -> None:
    expected = "unknown variable; did you mean lvs_weight?"
    on_member = HOSTS.replace("lvs_weight:", "lvs_wieght:")
    assert failure(ansible("lvs1", hosts=on_member)["lvs1"])[1:] == [f"hostvars[web1].lvs_wieght: {expected}"]
    on_client = HOSTS.replace("client.example.net", "client.example.net, lvs_wieght: 2")
    # One after the other: what one of them has read is kept for the next, which has variables of its own.
    outcomes = ansible("client,lvs1", "--forks", "1", hosts=on_client)
    assert failure(outcomes["client"])[1:] == [f"hostvars[client].lvs_wieght: {expected}"]
    assert outcomes["lvs1"].status == "SUCCESS"


def test_a_template_that_cannot_be_filled_in_is_named_by_its_path(ansible: Ansible) -> None:
    services = SERVICES.replace("ports: {", "other: {") + "lvs_wieght: 2\n"
    (headline, problem, other) = failure(ansible("lvs1", services=services)["lvs1"])[:3]
    assert headline == "The definition of the cluster has 2 problems; nothing was done."
    assert other.startswith("hostvars[lvs1].lvs_wieght: unknown variable")
    assert problem.startswith("lvs_services: its template cannot be filled in: ")
    assert "'ports' is undefined" in problem
    assert problem.endswith(". Define ports for the directors, who read the definition")


def test_a_variable_of_ones_own_has_a_name_of_ones_own(ansible: Ansible) -> None:
    services = SERVICES.replace("{{ ports.shop }}", "{{ lvs_port }}")
    problem = " ".join(failure(ansible("lvs1", services=services)["lvs1"])[1:])
    assert problem.startswith("lvs_services: its template cannot be filled in: ")
    assert "'lvs_port' is undefined" in problem
    assert problem.endswith(
        ". Names that begin with lvs_ belong to this collection: give the variable another name, and define it for the "
        "directors, who read the definition"
    )


def test_a_hosts_own_template_needs_the_hosts_own_variables(ansible: Ansible) -> None:
    problem = " ".join(failure(ansible("lvs1", services=SERVICES.replace("light: 3", ""))["lvs1"])[1:])
    assert problem.startswith("hostvars[web1].lvs_weight: its template cannot be filled in: ")
    assert "'light' is undefined" in problem
    assert problem.endswith(". Define light for the host web1")


def test_without_a_definition_it_says_where_to_put_one(ansible: Ansible) -> None:
    assert failure(ansible("lvs1", services="{}")["lvs1"])[1:] == [
        "lvs_services: is not defined; its place is where all hosts see it: group_vars/all.yml"
    ]


def test_directors_that_serve_need_each_others_hardware_addresses(ansible: Ansible) -> None:
    options = {
        "services": SERVICES.replace("    port:", "    fwmark: 1\n    protocol: tcp\n    port:"),
        "hosts": HOSTS.replace("      hosts:\n        lvs1:", "      hosts:\n        web2: {}\n        lvs1:"),
    }
    assert ansible("web2", **options)["web2"].result["peers"] == ["lvs1"]
    for given in ('{"web2": "02:00:00:00:00:02"}', "{}"):  # the latter of a run for this director alone
        unknown = failure(ansible("web2", "-a", f'{{"hardware_addresses": {given}}}', **options)["web2"])
        assert unknown[0].startswith("web2: It does not know the MAC addresses of the directors lvs1. It must tell")
        assert unknown[0].endswith(" [LVS766]")
    known = ansible("web2", "-a", '{"hardware_addresses": {"lvs1": "02:00:00:00:00:01"}}', **options)["web2"].result
    assert {"kind": "unmarked", "mac": "02:00:00:00:00:01"} in known["filter"]["rules"]


def test_it_takes_no_other_options(ansible: Ansible) -> None:
    assert "Unsupported parameters" in " ".join(failure(ansible("lvs1", "-a", "port=80")["lvs1"]))


def test_a_director_whose_address_is_another_ones_is_told_what_to_name(ansible: Ansible) -> None:
    interfaces = json.dumps({"interfaces": {"198.51.100.5": "eth0"}})
    outcomes = ansible("lvs1", "-a", interfaces, services=SERVICES.replace("static", "keepalived"))
    assert outcomes["lvs1"].status == "FAILED!"
    message = outcomes["lvs1"].result["msg"]
    assert "192.0.2.2, on none of its interfaces" in message
    assert "lvs_interface" in message
    assert message.endswith("This director was not changed.")


def test_what_a_directors_keepalived_would_refuse_is_told(ansible: Ansible) -> None:
    services = SERVICES.replace("engine: static", "").replace(
        "real_servers: web", 'real_servers: web\n    checks: {type: udp, port: 53, payload: "00ff"}'
    )
    report = {
        "virtual_routers": [],
        "other_directors": [],
        "keepalived_runs": False,
        "addresses": ["192.0.2.2"],
        "heard": [],
    }
    interfaces = {"192.0.2.2": "eth0", "192.0.2.198": "eth0"}
    looked = {"interfaces": interfaces, "reported": "director_report"}
    for version, status in (("2.2.7", "FAILED!"), ("2.3.3", "SUCCESS")):
        told = f"director_report: {json.dumps({**report, 'keepalived_version': version})}\n"
        (outcome,) = ansible("lvs1", "-a", json.dumps(looked), services=services + told).values()
        assert outcome.status == status, outcome.result
        if status == "FAILED!":
            first, last = failure(outcome)
            assert first.startswith("lvs1: has keepalived 2.2.7. Service shop: the payload '00ff' ends in ff")
            assert last == "This director was not changed."


def test_the_names_of_directors_that_are_the_sorry_server_themselves() -> None:
    names = names_of(parse(service(sorry_server={"address": "127.0.0.1"}), groups={"lvs_directors": ["lvs1", "lvs2"]}))
    assert names["sorry_servers"] == {
        "tcp 192.0.2.198:80": [{"address": "192.0.2.2", "port": 80}, {"address": "192.0.2.3", "port": 80}]
    }
    assert names["real_servers"]["192.0.2.3"] == "lvs2"
    assert names["real_servers"]["192.0.2.21"] == "web1"


PLAYS = """
- hosts: lvs1
  gather_facts: false
  vars:
    lvs_services: [{name: a, address: 192.0.2.198, port: 80, real_servers: [{host: web2}]}]
  tasks:
    - lvs.cluster.resolve:
    - ansible.builtin.set_fact: {lvs_address: 192.0.2.29}
      delegate_to: web2
      delegate_facts: true
    - lvs.cluster.resolve:
      register: kept
    - lvs.cluster.resolve: {anew: true}
      register: anew
    - ansible.builtin.debug:
        msg: "{{ [kept, anew] | map(attribute='services.0.destinations.0.address') }}"
- hosts: lvs1
  gather_facts: false
  vars:
    lvs_services: [{name: b, address: 192.0.2.199, port: 81, real_servers: [{host: web2}]}]
  tasks:
    - lvs.cluster.resolve:
      register: other
    - ansible.builtin.debug: {msg: "port {{ other.services.0.port }}"}
"""


def test_a_run_reads_a_definition_once(tmp_path: Path) -> None:
    """What changes after the first task has read it does not count, unless a task reads it anew."""
    (tmp_path / "hosts.yml").write_text(HOSTS, encoding="utf-8")
    (tmp_path / "run.yml").write_text(PLAYS, encoding="utf-8")
    done = ansible_runs.ansible(tmp_path, "playbook", "-i", "hosts.yml", "-e", "network=192.0.2", "run.yml")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(re.findall(r'"msg": (\[[^]]*\])', done.stdout)[0]) == ["192.0.2.22", "192.0.2.29"]
    assert '"msg": "port 81"' in done.stdout  # a play that defines another cluster reads that one


LOOK = """
- hosts: all
  gather_facts: false
  tasks:
    - lvs.cluster.resolve:
    - ansible.builtin.command:
        argv: [find, "{{ playbook_dir }}/tmp", -name, lvs.cluster-*, -printf, "%y %m\\n"]
      delegate_to: localhost
      vars: {ansible_connection: local}
      register: found
      run_once: true
    - ansible.builtin.debug: {msg: "{{ found.stdout_lines | unique | sort }}"}
      run_once: true
"""


def test_what_is_kept_is_for_its_user_alone_and_goes_with_the_run(tmp_path: Path) -> None:
    """And a role by itself, without the playbook definition before it, begins with many tasks at once."""
    (tmp_path / "hosts.yml").write_text(HOSTS, encoding="utf-8")
    (tmp_path / "run.yml").write_text(LOOK, encoding="utf-8")
    (tmp_path / "services.yml").write_text(SERVICES, encoding="utf-8")
    words = ("playbook", "-i", "hosts.yml", "-e", "@services.yml", "run.yml")
    done = ansible_runs.ansible(tmp_path, *words, ANSIBLE_LOCAL_TEMP=str(tmp_path / "tmp"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(re.findall(r'"msg": (\[[^]]*\])', done.stdout)[0]) == ["d 700", "f 600"]
    assert done.stderr.count("[LVS133]") == 1  # one of the tasks has read it, and tells its warnings
    assert list((tmp_path / "tmp").iterdir()) == []
