# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An imported definition as the files of an inventory: hosts.yml, group_vars/all.yml, IMPORT.md. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from .._rules.finding import Finding
from .._schema.words import DIRECTORS_GROUP
from .._yaml import Encrypted, Literal, dumped, literal
from .imported import Differences, Imported
from .page import page

REAL_SERVERS_GROUP = "real_servers"
HOSTS, VARIABLES, PAGE = "hosts.yml", "group_vars/all.yml", "IMPORT.md"
_VARIABLE = re.compile(r"\{\{ (\w+) \}\}")


def files(
    imported: Imported,
    told: Sequence[Finding],
    sources: Sequence[str],
    encrypt: Callable[[str], str] | None,
    differences: Differences | None = None,
    folder: str = "inventory",
) -> dict[str, str]:
    """Path in the inventory's folder -> text.

    told: what the rules say of the definition. sources: what was read. encrypt: makes text of ansible-vault of a
    secret; None where no vault password is at hand, so that the variable is for its owner to define. differences: as
    compared() has them; None where no director was read. folder: in which the files will lie, for the lines to type.
    """
    head = f"---\n# Imported from {', '.join(sources)}; IMPORT.md says what has become of each line.\n"
    groups = {DIRECTORS_GROUP: imported.directors, REAL_SERVERS_GROUP: imported.real_servers}
    hosts = {"all": {"children": {name: {"hosts": literal(hosts)} for name, hosts in groups.items() if hosts}}}
    variables = {"lvs_cluster": _with_own_template(imported), "lvs_services": literal(imported.services)}
    if encrypt:
        sealed = {name: Encrypted(encrypt(secret)) for name, secret in imported.secrets.items()}
        variables = _with_secrets(variables, sealed)
    return {
        HOSTS: head + dumped(hosts),
        VARIABLES: head + dumped(variables),
        PAGE: page(imported, told, sources, encrypt is not None, differences or {}, folder),
    }


def _with_own_template(imported: Imported) -> Any:
    """lvs_cluster, in which the password alone is a template: what stands in files must not be run as one."""
    cluster = literal(imported.cluster)
    if imported.secrets:
        cluster["vrrp"]["password"] = imported.cluster["vrrp"]["password"]
    return cluster


def _with_secrets(values: Any, sealed: Mapping[str, Encrypted]) -> Any:
    """The values, with each variable of a secret replaced by the secret itself, which is encrypted."""
    if isinstance(values, dict):
        return {key: _with_secrets(value, sealed) for key, value in values.items()}
    found = _VARIABLE.fullmatch(values) if isinstance(values, str) and not isinstance(values, Literal) else None
    return sealed.get(found[1], values) if found else values
