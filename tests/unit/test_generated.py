# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is generated from the words of a definition: it is fresh, complete, and says what the reader says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.host import HOST_FIELDS
from ansible_collections.lvs.cluster.plugins.plugin_utils._schema.parameters import PARAMETER_VARIABLES
from ansible_collections.lvs.cluster.tests.generate import editors, files, parts, roles
from ansible_collections.lvs.cluster.tests.mutations.definitions import DEFINITIONS, HOSTS

EXAMPLES = files.PROJECT / "inventory-examples"


class Loader(yaml.SafeLoader):
    """As Ansible reads YAML: a value may be encrypted."""


Loader.add_constructor("!vault", lambda loader, node: loader.construct_scalar(node))


@lru_cache(maxsize=1)
def validator() -> Draft202012Validator:
    schema = yaml.safe_load(editors.page())
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def refusals(variables: Mapping[str, Any]) -> list[str]:
    return [error.json_path for error in validator().iter_errors(variables)]


def variables_of_examples() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each file of variables, and those of each host and group in an inventory."""
    for path in sorted(EXAMPLES.glob("*/*_vars/**/*.yml")):
        text = path.read_text(encoding="utf-8")
        if not text.startswith("$ANSIBLE_VAULT"):
            yield str(path.relative_to(EXAMPLES)), yaml.load(text, Loader)
    for path in sorted(EXAMPLES.glob("*/hosts.yml")):
        for name, variables in inside(yaml.load(path.read_text(encoding="utf-8"), Loader)):
            yield f"{path.relative_to(EXAMPLES)}: {name}", variables


def inside(groups: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, group in groups.items():
        yield name, (group or {}).get("vars") or {}
        yield from ((host, variables or {}) for host, variables in ((group or {}).get("hosts") or {}).items())
        yield from inside((group or {}).get("children") or {})


@pytest.mark.parametrize(("path", "text"), [pytest.param(*made, id=made[0].name) for made in files.files().items()])
def test_a_generated_file_is_fresh(path: Path, text: str) -> None:
    assert path.read_text(encoding="utf-8") == text, f"{path} is stale: make generate"


@pytest.mark.parametrize("name", parts.RECORDS)
def test_every_key_says_what_it_is_for(name: str) -> None:
    assert [key for key, entry in parts.RECORDS[name].items() if not entry.doc.endswith(".")] == []


def test_every_variable_of_a_host_says_what_it_is_for() -> None:
    undocumented = {name for name, entry in HOST_FIELDS.items() if not entry.doc}
    assert undocumented == {
        "lvs_cluster",
        "lvs_services",
        "lvs_cluster_name",
        *PARAMETER_VARIABLES,
    }  # which are no host's


@pytest.mark.parametrize(("name", "variables"), list(variables_of_examples()))
def test_an_editor_takes_the_variables_of_every_example(name: str, variables: dict[str, Any]) -> None:
    assert refusals(variables) == []


@pytest.mark.parametrize("name", DEFINITIONS)
def test_an_editor_takes_definitions_that_use_every_key(name: str) -> None:
    cluster, services = DEFINITIONS[name]
    assert refusals({"lvs_cluster": cluster, "lvs_services": services}) == []


@pytest.mark.parametrize("host", HOSTS)
def test_an_editor_takes_what_hosts_can_have(host: str) -> None:
    assert refusals(HOSTS[host]) == []


SERVICE = {"name": "shop", "address": "192.0.2.198", "port": 80, "real_servers": "web"}


def refused_of_a_service(changed: Mapping[str, Any]) -> list[str]:
    return refusals({"lvs_services": [{**SERVICE, **changed}]})


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"port": "{{ port }}"},
        {"port": None},
        {"port": ["80", 443]},
        {"checks": {"type": "http", "status": "200-299"}},
        {"real_servers": [{"host": "web1", "weight": "{{ weight }}"}]},
    ],
)
def test_an_editor_takes_what_the_reader_takes(changed: dict[str, Any]) -> None:
    assert refused_of_a_service(changed) == []


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"port": 65536}, ".port"),
        ({"port": "http"}, ".port"),
        ({"scheduler": "wlcc"}, ".scheduler"),
        ({"lb_algo": "wlc"}, ""),
        ({"checks": {"type": "http", "query_name": "example.com"}}, ".checks"),
        ({"real_servers": [{"host": "web1", "weight": -1}]}, ".real_servers"),
        ({"name": "no name"}, ".name"),
        ({"one_packet": 1}, ".one_packet"),
    ],
)
def test_an_editor_refuses_a_mistake_where_it_stands(changed: dict[str, Any], place: str) -> None:
    assert refused_of_a_service(changed) == [f"$.lvs_services[0]{place}"]


def test_an_editor_refuses_an_unknown_variable_of_this_collection_alone() -> None:
    assert refusals({"lvs_wieght": 1}) != []
    assert refusals({"ansible_user": "root", "site": "north"}) == []


@pytest.mark.parametrize("role", roles.ROLES)
def test_no_play_can_use_the_entry_point_that_only_documents(role: str) -> None:
    """Ansible would fill in all variables on every host, and refuse what the reader takes."""
    spec = yaml.safe_load((files.PROJECT / f"roles/{role}/meta/argument_specs.yml").read_text(encoding="utf-8"))
    assert list(spec["argument_specs"]) == ["main", "definition"]
    assert not set(spec["argument_specs"]["main"]["options"]) & set(editors.VARIABLES)
    assert not (files.PROJECT / f"roles/{role}/tasks/definition.yml").exists()
