# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A host whose Python is too old gets a sentence, in place of what that Python says of the first module."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.lvs.cluster.plugins.plugin_utils._operate.interpreter import explained
from ansible_collections.lvs.cluster.tests.pythons import find

WORDS = "The Python of this host is too old for the modules, which need 3.8 or newer"
DIED = {"failed": True, "rc": 1, "module_stdout": "", "msg": "MODULE FAILURE"}
BEFORE_3_7 = (
    '  File "/tmp/AnsiballZ_host_info.py", line 3\n    from __future__ import annotations\n    ^\n'
    "SyntaxError: future feature annotations is not defined\n"
)
OF_ANSIBLE = "ansible-core requires a minimum of Python version 3.9. Current version: 3.8.18 (default)"


def test_words_that_an_old_python_does_not_know_are_explained() -> None:
    told = explained({**DIED, "module_stderr": BEFORE_3_7})
    assert told["msg"].startswith(f"{WORDS}. Install a newer one")
    assert "ansible_python_interpreter: /usr/bin/python3.12" in told["msg"]
    assert (told["failed"], told["module_stderr"]) == (True, BEFORE_3_7)


def test_what_ansible_core_itself_needs_is_named() -> None:
    told = explained({"failed": True, "msg": OF_ANSIBLE})
    assert f"{WORDS}; ansible-core requires a minimum of Python version 3.9. Install" in told["msg"]


@pytest.mark.parametrize(
    "result",
    [
        {"changed": False, "module_stderr": BEFORE_3_7},  # it has run, whatever it has written
        {**DIED, "module_stderr": "Traceback\nOSError: [Errno 28] No space left on device"},
        {"failed": True, "msg": "rules: SyntaxError: is no word"},
    ],
)
def test_everything_else_stays_as_it_is(result: dict[str, Any]) -> None:
    assert explained(result) == result


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.7"])
def test_the_first_module_on_a_host_with_such_a_python_ends_with_the_sentence(tmp_path: Path, version: str) -> None:
    python = find(version)
    if python is None:
        pytest.skip(f"there is no Python {version} on this machine")
    test = {"lvs.cluster.set_up": {"state": "merged", "network": {"addresses": [], "sysctls": {}}}, "check_mode": True}
    play = {
        "hosts": "old",
        "gather_facts": False,
        "tasks": [{"block": [{"lvs.cluster.host_info": {}}], "rescue": [test]}],
    }
    (tmp_path / "play.yml").write_text(yaml.safe_dump([play]), encoding="utf-8")
    words = ["ansible-playbook", "-i", "old,", "-e", "ansible_connection=local"]
    words += ["-e", f"ansible_python_interpreter={python}", str(tmp_path / "play.yml")]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.stdout.count(WORDS) == 2, done.stdout
