# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The image of a release of Debian, which its machines in all labs share, made once and kept in a cache directory.

`<cache>/<release>-<key>/` holds `base.ext4` (the file system, never written to again), `vmlinuz`, `initrd`, the SSH key
`id_ed25519` with `known_hosts`, and for each kind of processor a template: a disk on top of `base.ext4` with the saved
state of a machine that has finished booting. A lab's machines are copies of it, so they share the machine-id, the SSH
host key and the state of the random number generator: throwaway machines, nothing to trust with a secret.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import os
import re
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import machine
from .machine import Machine
from .processes import end, find, locked, run
from .releases import RELEASES
from .report import LabError, step

PACKAGES = """
    systemd-sysv dbus kmod procps linux-image-cloud-amd64 busybox-static qemu-guest-agent
    openssh-server sudo python3 python3-apt python3-pytest python3-hypothesis
    ipvsadm keepalived nginx-light iproute2 nftables iptables arptables conntrack
    curl socat iputils-arping iputils-ping tcpdump vsftpd heartbeat ldirectord
    prometheus prometheus-node-exporter
    firewalld ufw network-manager ifupdown netplan.io
    frr bird2
""".split()
# What mmdebstrap needs to be told of older releases.
OLDER = {
    "bullseye": [
        # What the archive of security updates still lists may be gone from it.
        '--setup-hook=sed -i /security/d "$1"/etc/apt/sources.list',
    ],
}
INITRD_MODULES = ("virtio_pci", "virtio_blk", "ext4")
GUEST_FILES = Path(__file__).resolve().parent / "guest"
PLUGINS = Path(__file__).resolve().parents[2]
INITRD_INIT = Path(__file__).resolve().parent / "initrd-init"

MAKE_DISK = """
mkdir root
tar -C root -xf root.tar --exclude='./dev/*'
mke2fs -q -t ext4 -m 0 -E lazy_itable_init=0,lazy_journal_init=0 -d root base.ext4 2G
"""
"""Run by fakeroot: the file system has files of root and of others, whoever makes it. Nothing is left for the guest to
initialise in the background after every reset."""

WARM_UP = """
systemctl is-system-running --wait || { systemctl --failed --no-legend; exit 1; }
runuser -u operator -- sudo python3 -c 'import base64, ctypes, json, runpy, shlex, subprocess, tempfile, zipfile'
python3 -c 'import datetime, difflib, glob, grp, hashlib, locale, logging, platform, pwd, select, syslog, threading'
cat /var/cache/compile-once/* >/dev/null
curl -s http://127.0.0.1/ >/dev/null
sync
"""
"""What a new machine does before its state is saved, so that each copy finds it done and its files in memory."""


@dataclass(frozen=True)
class Image:
    """A finished image, known by its template: `<cache>/<release>-<key>/<acceleration>-<template key>.qcow2`."""

    template: Path

    @property
    def directory(self) -> Path:
        return self.template.parent

    @property
    def acceleration(self) -> str:
        return self.template.name.split("-")[0]


def cache() -> Path:
    return Path(os.environ.get("LAB_CACHE") or Path.home() / ".cache" / "lvs-cluster-lab").resolve()


def ensure(release: str) -> Image:
    """A release's image for this recipe and this computer; what is missing is made, by one process at a time."""
    if release not in RELEASES:
        raise LabError(f"{release!r} is no release that the lab has; it has {', '.join(RELEASES)}")
    cache().mkdir(mode=0o700, parents=True, exist_ok=True)
    with locked(cache() / f"{release}.lock"):
        recipe = [Path(__file__), INITRD_INIT, *sorted(path for path in GUEST_FILES.rglob("*") if path.is_file())]
        directory = cache() / f"{release}-{_key(*(path.read_bytes() for path in recipe))}"
        if not directory.exists():
            with _unfinished(cache(), release) as work:
                _make_image(work, release)
                work.rename(directory)
        acceleration = _acceleration(directory)
        template = directory / f"{acceleration}-{_template_key(release, acceleration)}.qcow2"
        if not template.exists():
            with _unfinished(directory, release) as work:
                _make_template(work, release, acceleration).rename(template)
    return Image(template)


@contextmanager
def _unfinished(parent: Path, release: str) -> Iterator[Path]:
    """A new directory for something half done, gone at the end; first, what a killed predecessor left is removed."""
    for leftover in parent.glob(f"unfinished-{release}-*"):
        for pid in find(leftover).values():
            end(pid)
        shutil.rmtree(leftover)
    work = Path(tempfile.mkdtemp(dir=parent, prefix=f"unfinished-{release}-"))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _make_image(work: Path, release: str) -> None:
    """Fill `work` with everything of an image but the template."""
    with step(f"image: Debian {release} with {len(PACKAGES)} packages and what they need"):
        run(work, ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "lab", "-f", "id_ed25519"], timeout_s=60)
        with tarfile.open(work / "guest.tar", "w") as archive:
            for path in sorted(path for path in GUEST_FILES.rglob("*") if path.is_file()):
                archive.add(path, path.relative_to(GUEST_FILES), filter=_as_root)
            archive.add(work / "id_ed25519.pub", "lab.pub", filter=_as_root)
            for number, source in enumerate(_sent_by_ansible()):
                entry = tarfile.TarInfo(f"sources/{number}.py")
                entry.size = len(source)
                archive.addfile(entry, io.BytesIO(source))
        # mmdebstrap has settings of its own for apt, of which a proxy of this computer would be no part.
        settings = ["Acquire::http", "Acquire::https", "Acquire::Retries", "Acquire::Check-Valid-Until"]
        (work / "apt.conf").write_text(run(work, ["apt-config", "dump", *settings], timeout_s=60))
        command = ["mmdebstrap", "--variant=minbase", f"--include={','.join(PACKAGES)}", release, "root.tar"]
        command += ["--aptopt=apt.conf", '--aptopt=APT::Install-Recommends "false"']
        command += [f"--dpkgopt=path-exclude=/usr/share/{unused}/*" for unused in ("doc", "man", "locale")]
        command += OLDER.get(release, [])
        command += ["--customize-hook=tar-in guest.tar /", '--customize-hook=chroot "$1" sh /setup']
        run(work, command, timeout_s=1800)
    with step("image: file system and initial RAM disk"):
        run(work, ["fakeroot", "sh", "-ec", MAKE_DISK], timeout_s=600)
        root = work / "root"
        shutil.copy(next(root.glob("boot/vmlinuz-*")), work / "vmlinuz")
        _make_initrd(root, work)
        (work / "known_hosts").write_text("lab " + (root / "etc/ssh/ssh_host_ed25519_key.pub").read_text())
        shutil.rmtree(root)
        for scrap in ("root.tar", "guest.tar", "apt.conf"):
            (work / scrap).unlink()


def _sent_by_ansible() -> list[bytes]:
    """The sources that hosts get for a task, by Ansible or by Mitogen, which the image has compiled already.

    No part of the image's key: what has been changed since, a machine compiles itself.
    """
    ansible = [path for package in (PLUGINS, *_folders("ansible")) for path in package.glob("module*/**/*.py")]
    sources = [path.read_bytes() for path in sorted(ansible)]
    if mitogen := [path for package in ("mitogen", "ansible_mitogen") for path in _folders(package)]:
        from mitogen.master import ModuleResponder
        from mitogen.minify import minimize_source

        own = (path.read_bytes() for folder in mitogen for path in sorted(folder.glob("*.py")))
        sources += [minimize_source(text).encode() for text in own if ModuleResponder.minify_safe_re.search(text)]
    return sources


def _folders(package: str) -> list[Path]:
    """Where the files of an installed Python package are, or nowhere."""
    found = importlib.util.find_spec(package)
    return [Path(folder) for folder in (found and found.submodule_search_locations) or []]


def _as_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.mode = 0o644
    return entry


def _make_initrd(root: Path, work: Path) -> None:
    """An initial RAM disk of one static program and the modules for the disk: it boots 5 s faster than Debian's."""
    modules = next(root.glob("lib/modules/*"))
    tree = work / "initrd-tree"
    for folder in ("bin", "dev", "root"):
        (tree / folder).mkdir(parents=True)
    shutil.copy(root / "bin/busybox", tree / "bin")
    for command in ("sh", "mount", "insmod", "sleep", "switch_root"):
        (tree / "bin" / command).symlink_to("busybox")
    order = load_order((modules / "modules.dep").read_text(), INITRD_MODULES)
    for module in order:
        shutil.copy(modules / module, tree)
    (tree / "modules").write_text("".join(f"{Path(module).name}\n" for module in order))
    shutil.copy(INITRD_INIT, tree / "init")
    (tree / "init").chmod(0o755)
    run(tree, ["sh", "-c", "find . | cpio --quiet --create --format=newc --owner=0:0 > ../initrd"], timeout_s=60)
    shutil.rmtree(tree)


def load_order(modules_dep: str, wanted: Iterable[str]) -> list[str]:
    """The module files to load, in order, for the modules `wanted`, by the text of the kernel's `modules.dep`.

    A name that is not in it is built into the kernel. modules.dep(5): the last dependency of a line is loaded first.
    """
    dependencies = dict(line.split(":", 1) for line in modules_dep.splitlines())
    by_name = {Path(path).name.split(".")[0]: path for path in dependencies}
    order: list[str] = []
    for path in (by_name[name] for name in wanted if name in by_name):
        order += [one for one in (*reversed(dependencies[path].split()), path) if one not in order]
    return order


def _make_template(work: Path, release: str, acceleration: str) -> Path:
    """Boot a machine once, in `work` in the image's directory, and save its state into its disk, which is returned."""
    sockets = tempfile.TemporaryDirectory(dir="/tmp", prefix="lvs-lab-")  # see Machine: a short path
    with step(f"image: first boot of {release} ({acceleration})"), sockets:
        (work / release).symlink_to("..")
        template = Machine("template", 0, (), release, work, Path(sockets.name))
        disk = [
            "qemu-img",
            "create",
            "-q",
            "-f",
            "qcow2",
            "-b",
            f"{release}/base.ext4",
            "-F",
            "raw",
            template.disk.name,
        ]
        run(work, disk, timeout_s=60)
        try:
            template.start(acceleration, "-no-reboot")  # a kernel panic ends the process
            template.run(WARM_UP, timeout_s=300)
            template.do(f"savevm {machine.SNAPSHOT}")
        finally:
            template.stop()
    return template.disk


def _acceleration(image: Path) -> str:
    """KVM ("kvm") where it really works, else emulation ("tcg"); LAB_ACCEL decides without a look.

    That /dev/kvm exists says little (nested virtualisation may be broken), so the kernel has to print its first line
    under KVM. The answer is kept until this computer boots again.
    """
    wanted = os.environ.get("LAB_ACCEL")
    if wanted not in (None, "", "kvm", "tcg"):
        raise LabError(f"LAB_ACCEL is {wanted!r}; it can be kvm or tcg")
    if wanted or not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return wanted or "tcg"
    answer = image / f"boot-{Path('/proc/sys/kernel/random/boot_id').read_text().strip()}"
    if not answer.exists():
        with step("image: does KVM work here?"):
            command = [machine.QEMU, *machine.hardware("kvm"), "-no-reboot", "-serial", "stdio", "-kernel", "vmlinuz"]
            command += ["-append", "earlyprintk=ttyS0 console=ttyS0 panic=-1"]
            with subprocess.Popen(
                command, cwd=image, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
            ) as probe:
                try:
                    printed = probe.communicate(timeout=5)[0]
                except subprocess.TimeoutExpired:
                    probe.kill()
                    printed = probe.communicate()[0]
            answer.write_text("kvm" if b"Linux version" in printed else "tcg")
    return answer.read_text()


def _template_key(release: str, acceleration: str) -> str:
    version = run(Path("/"), [machine.QEMU, "--version"], timeout_s=60)
    processor = re.findall(r"^(?:model name|flags)\s*:.*", Path("/proc/cpuinfo").read_text(), re.MULTILINE)[:2]
    command = Machine("", 0, (), release, Path(), Path()).command(acceleration)
    return _key(*(text.encode() for text in (version, *command, *(processor if acceleration == "kvm" else ()))))


def _key(*parts: bytes) -> str:
    digests = b"".join(hashlib.sha256(part).digest() for part in parts)
    return hashlib.sha256(digests).hexdigest()[:16]
