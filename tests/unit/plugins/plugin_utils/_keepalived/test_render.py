# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The templates of keepalived.conf: the laws of the role's own, and an owner's in their place."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived import data
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.configuration import configuration
from ansible_collections.lvs.cluster.plugins.plugin_utils._keepalived.render import (
    FIRST,
    ROLE_TEMPLATES,
    SECTIONS,
    TemplateMistake,
    own_templates,
)
from ansible_collections.lvs.cluster.plugins.plugin_utils._values.cluster import Cluster
from ansible_collections.lvs.cluster.tests.unit.plugins.plugin_utils.samples import parse, service

SOURCES = {name: (ROLE_TEMPLATES / name).read_text(encoding="utf-8") for name in (FIRST, *SECTIONS)}
VIEWS = [view for view in vars(data).values() if dataclasses.is_dataclass(view)]


def parsed(name: str) -> nodes.Template:
    return Environment().parse(SOURCES[name])


def text(own: Path | None = None) -> str:
    cluster: Cluster = parse(service(), engine=None)
    keepalived = replace(cluster.keepalived, templates=own and str(own))
    interfaces = {"192.0.2.2": "eth1", "192.0.2.198": "eth1"}
    return configuration(replace(cluster, keepalived=keepalived), cluster.directors[0], interfaces)


def write(folder: Path, name: str, template: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(template, encoding="utf-8")
    return folder


def test_every_template_of_the_role_is_known() -> None:
    found = {str(path.relative_to(ROLE_TEMPLATES)) for path in ROLE_TEMPLATES.rglob("*") if path.is_file()}
    assert found == {FIRST, *SECTIONS}


@pytest.mark.parametrize("name", SOURCES)
def test_every_value_passes_the_filter_that_quotes(name: str) -> None:
    """But for the lines of the owner's own, and for a check, which a macro writes."""
    for output in parsed(name).find_all(nodes.Output):
        for part in output.nodes:
            assert (
                isinstance(part, nodes.TemplateData)
                or (isinstance(part, nodes.Filter) and part.name in ("word", "lines"))
                or (isinstance(part, nodes.Call) and isinstance(part.node, nodes.Getitem))
            ), (name, part)


def attributes() -> Iterator[str]:
    for name in SOURCES:
        yield from (attribute.attr for attribute in parsed(name).find_all(nodes.Getattr))


def test_templates_show_what_there_is_and_all_of_it() -> None:
    fields = {field.name for view in VIEWS if view is not data.Configuration for field in dataclasses.fields(view)}
    assert set(attributes()) == fields


def test_every_kind_of_check_has_a_macro() -> None:
    source = SOURCES["keepalived/checks.j2"]
    macros = set(re.findall(r"{% (?:macro|set) (\w+)", source))
    blocks = set(re.findall(r"^        ([A-Z_]+) {$", source, re.MULTILINE))
    assert macros == blocks | {"HTTP_GET", "SSL_GET"}


def test_no_template_decides_more_than_whether_and_how_often() -> None:
    for name in SOURCES:
        assert not list(
            parsed(name).find_all((nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.Concat, nodes.CondExpr))
        )


def test_an_owner_replaces_one_section(tmp_path: Path) -> None:
    write(
        tmp_path, "keepalived/global_defs.j2", "global_defs {\n    router_id {{ global_defs.router_id | word }}-b\n}\n"
    )
    before = text()
    assert text(tmp_path) == before.replace(
        "    router_id lvs1\n    script_user nobody\n    enable_script_security\n", "    router_id lvs1-b\n"
    )
    assert text(tmp_path) != before == text()


def test_an_owner_replaces_all_but_the_first_line(tmp_path: Path) -> None:
    write(tmp_path, FIRST, "{% for each in services.virtual_servers %}{{ each.lvs_sched | word }}\n{% endfor %}")
    assert text(tmp_path) == f"{text().splitlines()[0]}\n\nwlc\n"


@pytest.mark.parametrize(
    ("name", "template", "place", "said"),
    [
        (
            *("keepalived/vrrp.j2", "{# #}\n{{ vrpp }}\n", "keepalived/vrrp.j2, line 2"),
            "'vrpp' is not defined; there are global_defs, vrrp, raw, services, and what the template itself names.",
        ),
        (
            *(
                "keepalived/services.j2",
                "{% for each in vrrp.sync_group %}{% endfor %}",
                "keepalived/services.j2, line 1",
            ),
            "Vrrp has no 'sync_group'; it has hand_over, tracked, sync_groups, instances.",
        ),
        (
            "keepalived/checks.j2",
            "{% macro TCP_CHECK(check) %}\nTCP_CHECK\n{{ check.settings }}{{ check.setting }}\n{% endmacro %}",
            "keepalived/checks.j2, line 3",
            "Check has no 'setting'; it has kind, settings.",
        ),
        (
            *("keepalived/global_defs.j2", "{% if raw %}\n{% endfi %}", "keepalived/global_defs.j2, line 2"),
            "Encountered unknown tag 'endfi'.",
        ),
        (
            *("keepalived/global_defs.j2", "\n\n{{ raw | wrod }}", "keepalived/global_defs.j2, line 3"),
            "No filter named 'wrod'.",
        ),
        (
            *("keepalived/global_defs.j2", "{% include 'other.j2' %}", "keepalived/global_defs.j2, line 1"),
            f"there is no template 'other.j2' in {{folder}} or {ROLE_TEMPLATES}.",
        ),
        (
            *("keepalived/global_defs.j2", "{{ 1 // 0 }}", "keepalived/global_defs.j2, line 1"),
            "ZeroDivisionError: integer ",
        ),
        (
            *("keepalived/global_defs.j2", "{{ ''.__class__ }}", "keepalived/global_defs.j2, line 1"),
            "access to attribute '__class__' of 'str' object is unsafe.",
        ),
        (
            *("keepalived.conf.j2", "{% include 'keepalived.conf.j2' %}", "keepalived.conf.j2, line 1"),
            "RecursionError: ",
        ),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, name: str, template: str, place: str, said: str) -> None:
    write(tmp_path, name, template)
    with pytest.raises(TemplateMistake) as caught:
        text(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / place}: {said.format(folder=tmp_path)}")


def test_a_macro_that_is_missing_is_told(tmp_path: Path) -> None:
    write(tmp_path, "keepalived/checks.j2", "{% macro HTTP_GET(check) %}{% endmacro %}")
    line = SOURCES["keepalived/services.j2"].splitlines().index("{{ checks[check.kind](check) }}") + 1
    with pytest.raises(TemplateMistake) as caught:
        text(tmp_path)
    assert str(caught.value) == (
        f"{ROLE_TEMPLATES}/keepalived/services.j2, line {line}: <TemplateModule 'keepalived/checks.j2'> has no macro "
        "'TCP_CHECK'."
    )


def test_a_folder_begins_beside_the_first_that_has_it(tmp_path: Path) -> None:
    inventory, playbooks = tmp_path / "inventory", tmp_path / "playbooks"
    write(playbooks / "own", FIRST, "")
    beside = [str(inventory), str(playbooks)]
    assert own_templates("own", beside) == str(playbooks / "own")
    write(inventory / "own", FIRST, "")
    assert own_templates("own", beside) == str(inventory / "own")
    assert own_templates(str(playbooks / "own"), beside) == str(playbooks / "own")


def test_a_folder_that_is_not_there_or_replaces_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(TemplateMistake) as caught:
        own_templates("own", ["/one", "/two"])
    assert str(caught.value) == "lvs_cluster.keepalived_templates: there is no folder /one/own or /two/own."
    write(tmp_path, "services.j2", "")
    with pytest.raises(TemplateMistake) as caught:
        own_templates(str(tmp_path), ["/one"])
    assert str(caught.value) == (
        f"lvs_cluster.keepalived_templates: {tmp_path} replaces no template of keepalived.conf: there is none of "
        "keepalived.conf.j2, keepalived/global_defs.j2, keepalived/vrrp.j2, keepalived/services.j2, "
        f"keepalived/checks.j2 in it. Copy the one that you want to change from {ROLE_TEMPLATES}."
    )


def test_a_template_that_cannot_be_read_is_told_before_it_is_needed(tmp_path: Path) -> None:
    write(tmp_path, "keepalived/checks.j2", "\n{% macro %}")
    with pytest.raises(TemplateMistake, match=re.escape(f"{tmp_path}/keepalived/checks.j2, line 2: ")):
        own_templates(str(tmp_path), ["/"])
    (tmp_path / "keepalived/checks.j2").write_bytes(b"\xff")
    with pytest.raises(TemplateMistake, match=re.escape(f"{tmp_path}/keepalived/checks.j2: UnicodeDecodeError: ")):
        own_templates(str(tmp_path), ["/"])
