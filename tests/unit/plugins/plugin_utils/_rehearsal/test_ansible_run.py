# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A playbook that is run for a rehearsal: of this collection, with what is laid over the inventory; why it failed."""

from __future__ import annotations

import json
from pathlib import Path

from ansible_collections.lvs.cluster.plugins.plugin_utils._rehearsal.ansible_run import Controller, why_failed

EXAMPLE = Path(__file__).resolve().parents[5] / "inventory-examples" / "failover"


def test_a_playbook_of_this_collection_is_run_with_all_inventories(tmp_path: Path) -> None:
    overlay = tmp_path / "hosts.json"
    overlay.write_text(json.dumps({"all": {"hosts": {"web1": {}}}}))
    (tmp_path / "host_vars").mkdir()
    (tmp_path / "host_vars/web1.json").write_text(json.dumps({"lvs_color": "red"}))
    log = tmp_path / "01.log"
    status, printed = Controller([str(EXAMPLE), str(overlay)], []).play(log, "definition", {})
    assert status != 0
    assert "lvs_color" in why_failed(printed)
    (tmp_path / "host_vars/web1.json").unlink()
    status, printed = Controller([str(EXAMPLE), str(overlay)], []).play(log, "definition", {"lvs_cluster_name": "x"})
    assert "lvs_color" not in printed
    assert printed.startswith("== lvs.cluster.definition -e lvs_cluster_name=x\n")
    assert "lvs_color" in log.read_text()
    assert log.stat().st_mode & 0o777 == 0o600


def test_the_reason_is_the_message_of_the_first_task_that_failed() -> None:
    printed = (
        'ok: [web1]\nfatal: [lvs1]: FAILED! => {"changed": false, "msg": "web7 has not\\nanswered: \\"x\\""}\n'
        'fatal: [lvs2]: FAILED! => {"msg": "later"}\n'
    )
    assert why_failed(printed) == 'web7 has not answered: "x"'
    assert why_failed("ERROR! the playbook is not there\n") == "the playbook is not there"
    assert why_failed("PLAY RECAP") == ""
