# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a report of the clusters, on the controller alone. Documented in plugins/modules/report.py."""

from __future__ import annotations

import time
from typing import Any

from ansible.plugins.action import ActionBase
from ansible.release import __version__ as core_version

from ..plugin_utils._cluster.kept import read_once
from ..plugin_utils._cluster.registered import registered, taking_part
from ..plugin_utils._operate import doctor
from ..plugin_utils._operate.answer import worst
from ..plugin_utils._report.about import About
from ..plugin_utils._report.bundle import MARK as BUNDLE_MARK
from ..plugin_utils._report.bundle import bundle
from ..plugin_utils._report.formats import FORMATS, MARK
from ..plugin_utils._report.subject import subject_of
from ..plugin_utils._schema.parameters import FORMATS as ENDINGS
from ..plugin_utils._version import collection_version
from ..plugin_utils._whole_file import PRIVATE, PUBLIC, NotWritten, write


class ActionModule(ActionBase):
    """Looks at what tasks have registered, and writes files. It connects to no host."""

    TRANSFERS_FILES = False
    _requires_connection = False
    _supports_check_mode = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        task_vars = task_vars or {}
        result: dict[str, Any] = super().run(tmp, task_vars)
        _validation, options = self.validate_argument_spec(
            argument_spec={
                "hosts": {"type": "list", "elements": "str"},
                "format": {"type": "str", "choices": list(FORMATS), "default": "html"},
                "path": {"type": "path"},
                "bundle": {"type": "path"},
            }
        )
        clusters = read_once(task_vars, self._templar.template, None).clusters
        hosts = taking_part(task_vars["groups"]) if options["hosts"] is None else options["hosts"]
        told = [registered(task_vars, hosts, name) for name in doctor.REGISTERED]
        _views, _completed, reports, _compared = told
        subjects = [subject_of(examined, reports, time.time()) for examined in doctor.all_examined(clusters, *told)]
        versions = [("lvs.cluster", collection_version()), ("ansible-core", core_version)]
        about = About(time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime()), versions)
        named = options["format"]
        path = options["path"] or f"lvs-report.{ENDINGS[named]}"
        files = {path: (FORMATS[named](subjects, about).encode("utf-8", "replace"), PUBLIC, MARK)}
        if options["bundle"]:
            files[options["bundle"]] = (bundle(subjects, about), PRIVATE, BUNDLE_MARK)
        try:
            changed = [write(path, *file) for path, file in files.items()] if not self._task.check_mode else [True]
        except NotWritten as error:
            result.update(failed=True, msg=str(error))
            return result
        word = worst(subject.word for subject in subjects)
        done = "Would be written" if self._task.check_mode else "Written"
        message = f"The cluster is {word}. {done}: {', '.join(files)}"
        result.update(changed=any(changed), files=list(files), word=word, message=message)
        return result
