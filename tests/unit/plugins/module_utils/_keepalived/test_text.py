# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.text import StandIn

TEXT = """\
track_file standby {
    file /etc/lvs/standby
}
track_file /etc/lvs/drained/web1 {
    file "/etc/lvs/drained/web 1"
}
track_file /etc/lvsx/away {
    file /etc/lvsx/away
}
"""


def test_tracked_files_are_looked_for_in_the_stand_in_alone() -> None:
    instead = StandIn("/etc/lvs", "/tmp/.lvs-x")
    used = instead.used_in(TEXT)
    assert used == TEXT.replace("file /etc/lvs/standby", "file /tmp/.lvs-x/standby").replace(
        'file "/etc/lvs/', 'file "/tmp/.lvs-x/'
    )
    assert instead.unused_in(used) == TEXT


def test_a_stand_in_below_a_folder_that_is_there_leaves_the_rest_alone() -> None:
    used = StandIn("/etc/lvs/drained", "/tmp/.lvs-x").used_in(TEXT)
    assert used == TEXT.replace('file "/etc/lvs/drained/', 'file "/tmp/.lvs-x/')
