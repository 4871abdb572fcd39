# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""lvs.cf of piranha, with its daemon pulse, as a definition. Pure.

One file describes both directors, of which the primary one comes first.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .account import Account
from .directors import name_all
from .files import Files
from .imported import Imported, NotUnderstood, Source
from .piranha_config import Config
from .piranha_lines import Mistakes, statements
from .together import Director, Ways, together

NAME = "piranha"
_BLOCK = re.compile(r"^\s*(virtual|failover)\s+\S+\s*\{", re.MULTILINE)
_WORDS = re.compile(
    r"^\s*(serial_no|primary|backup|backup_active|heartbeat|heartbeat_port|keepalive|deadtime|nat_router|rsh_command)"
    r"\s*=",
    re.MULTILINE,
)
_WAYS = Ways(
    {},
    "no virtual server is active, so that there is no VIP",
    "piranha runs commands as root, and now keepalived does: choose a user with fewer rights",
)


def recognised(text: str) -> bool:
    """Whether a file may be lvs.cf of piranha; keepalived.conf is also found under this name."""
    return bool(_BLOCK.search(text)) or len({*_WORDS.findall(text)}) > 1


def read(sources: Sequence[Source], files: Files) -> Imported:
    """The file of the primary director, and perhaps that of the other one, which should say the same."""
    if len(sources) > 2:
        raise NotUnderstood(f"piranha has two directors, but there are {len(sources)} files: import one or two of them")
    book, mistakes = Account(), Mistakes()
    configs = [Config(statements(files, source.path, book, mistakes), book) for source in sources]
    directors = [configs[0].director(sources[0].director, 0), *_backup(configs, sources)]
    name_all(directors)
    found = together(directors, book, _WAYS)
    _add_private_addresses(found, directors, configs[0])
    found.mistakes = mistakes
    return found


def _backup(configs: Sequence[Config], sources: Sequence[Source]) -> list[Director]:
    """The other director, if there is one."""
    if len(sources) == 2 or configs[0].has_backup:
        return [configs[-1].director(sources[1].director if sources[1:] else "", 1)]
    return []


def _add_private_addresses(found: Imported, directors: Sequence[Director], config: Config) -> None:
    """The addresses on a network of its own, on which the directors hear each other."""
    if len(config.private) == len(directors):
        for director, address in zip(directors, config.private, strict=True):
            found.directors[director.name]["lvs_vrrp_address"] = address
