# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest

from ansible_collections.lvs.cluster.plugins.module_utils._drain.options import parse_service
from ansible_collections.lvs.cluster.plugins.module_utils._ipvs.model import ServiceKey


def test_services_are_named_as_results_name_them() -> None:
    shop = ServiceKey("ipv4", "tcp", "192.0.2.198", 80, 0)
    keys = [shop, ServiceKey("ipv6", "udp", "2001:db8::c6", 53, 0), ServiceKey("ipv4", "", "", 0, 7)]
    keys.append(ServiceKey("ipv6", "", "", 0, 7))
    for key in keys:
        assert parse_service(str(key)) == key
    for words in ("shop", "tcp 192.0.2.198", "tcp x:80", "fwmark", "fwmark x", "fwmark 0", "fwmark 7 ipv5", ""):
        with pytest.raises(ValueError):  # noqa: PT011
            parse_service(words)
