# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

from ansible_collections.lvs.cluster.plugins.plugin_utils._lab.image import load_order

MODULES_DEP = """\
kernel/virtio/virtio_pci.ko: kernel/virtio/legacy.ko kernel/virtio/virtio.ko kernel/virtio/virtio_ring.ko
kernel/virtio/legacy.ko:
kernel/virtio/virtio.ko: kernel/virtio/virtio_ring.ko
kernel/virtio/virtio_ring.ko:
kernel/block/virtio_blk.ko: kernel/virtio/virtio.ko kernel/virtio/virtio_ring.ko
"""


def test_modules_are_loaded_once_and_after_what_they_need() -> None:
    assert load_order(MODULES_DEP, ["virtio_pci", "virtio_blk"]) == [
        "kernel/virtio/virtio_ring.ko",
        "kernel/virtio/virtio.ko",
        "kernel/virtio/legacy.ko",
        "kernel/virtio/virtio_pci.ko",
        "kernel/block/virtio_blk.ko",
    ]


def test_a_module_that_is_built_in_needs_no_file() -> None:
    assert load_order(MODULES_DEP, ["ext4"]) == []
