#!/usr/bin/python
# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: keepalived
short_description: Put a configuration of keepalived in place that keepalived itself has tested
version_added: 0.1.0
description:
  - Has keepalived test a configuration (C(keepalived --config-test)), in check mode too, and puts it in place only if
    it has no mistakes. Otherwise the running one stays untouched, and the failure says in words what keepalived's exit
    code means, what it found, and in which lines.
  - The file can be read by root alone. A password is in no result, no diff and no log.
  - Each file that someone else has put there is kept next to it, with the ending C(.before-lvs), later ones with a
    number after it. With O(state=absent) the newest is put back, and a warning names the others.
  - Does not start, reload or stop keepalived, but for O(let_go); M(ansible.builtin.systemd_service) does.
extends_documentation_fragment:
  - lvs.cluster.lvs
  - lvs.cluster.lvs.changes
options:
  state:
    description:
      - Whether the configuration is there, or the one that stood there before this collection came.
    type: str
    choices: [present, absent]
    default: present
  content:
    description:
      - The whole file. Needed with O(state=present). Where it has C(@password@), O(password) is put in.
    type: str
  password:
    description:
      - The password of VRRP. It stands in clear text in the file and on the network.
    type: str
  path:
    description:
      - Where the file is.
    type: path
    default: /etc/keepalived/keepalived.conf
  drop_in:
    description:
      - The path of a drop-in of C(keepalived.service), by which systemd starts keepalived again when it has failed,
        such as at boot while an interface of its configuration is not there yet. With O(state=absent) it is removed.
      - systemd has to be told of a change (C(daemon-reload)).
    type: path
  hold_file:
    description:
      - The path of a file that the configuration tracks with a weight, so that a director with C(-254) in it takes no
        VIP. Whoever rolls out removes it when all directors have the same configuration.
    type: path
    version_added: 0.1.0
  hold:
    description:
      - Whether this director must take no VIP when the configuration changes how directors hear each other
        (password, virtual router, version, unicast peers and so on). It would no longer hear the master, and both would
        hold the VIPs, until all directors have the new configuration. C(-254) is written to O(hold_file) then.
    type: bool
    default: false
    version_added: 0.1.0
  apart:
    description:
      - The names of directors of the same cluster that do not get their configuration in this run. A change of how
        directors hear each other is refused then.
    type: list
    elements: str
    default: []
    version_added: 0.1.0
  let_go:
    description:
      - Whether a running keepalived leaves in the kernel what it has set up and O(content) takes from it as a whole,
        since it has no C(virtual_server) any more (the virtual services) or no C(vrrp_instance) (the VIPs).
        Others own that from now on. A keepalived that is simply reloaded removes it.
      - The module has keepalived read the configuration in this case alone, and kills the process of keepalived that
        has nothing to do any more before it can. keepalived starts another one in its place.
    type: bool
    default: false
    version_added: 0.1.0
  vips:
    description:
      - VIPs that this director has now, and that nobody else is to take in this run. When keepalived is not running yet
        or the configuration changes how directors hear each other, keepalived begins as backup, without the VIPs, and
        takes them again after a few seconds. For that time the loopback interface gets those that are here.
      - The kernel removes them from there after O(lent_seconds). Whoever rolls out removes RV(lent) as soon as
        keepalived has the VIPs.
    type: list
    elements: dict
    default: []
    version_added: 0.1.0
    suboptions:
      address:
        description: The address and its prefix length, such as V(192.0.2.198/32). Without a length it is 32, or 128.
        type: str
        required: true
      interface:
        description: The interface that has the address. Either this or O(vips[].beside).
        type: str
      beside:
        description: An address of this host, as O(lvs.cluster.host_network#module:addresses[].beside) takes it.
        type: str
      label:
        description: The label of the address; it makes no difference here.
        type: str
      announce:
        description: Whether the address is announced when it is added; it makes no difference here.
        type: bool
        default: false
  lent_seconds:
    description: How long the loopback interface has the O(vips) at most, in seconds.
    type: int
    default: 60
    version_added: 0.1.0
  drained_folder:
    description:
      - The folder of the files that keepalived tracks. It is made where it is not there, before the configuration is
        tested, because keepalived tracks no file in a folder that does not exist. In check mode, and where keepalived
        refuses the configuration, it is not there afterwards.
    type: path
  floor_program:
    description:
      - The files of the program that keepalived runs for services with a C(depool_floor), by their paths; empty where
        the O(content) has no such service. The collection gives them itself.
    type: dict
    default: {}
    version_added: 0.1.0
seealso:
  - module: lvs.cluster.resolve
  - name: keepalived.conf(5)
    description: The configuration's words.
    link: https://manpages.debian.org/keepalived.conf.5
"""

EXAMPLES = r"""
- name: Put the configuration in place
  lvs.cluster.keepalived:
    content: "{{ view.keepalived }}"
    password: "{{ lvs_cluster.vrrp.password }}"
  register: configuration

- name: Have keepalived read it
  ansible.builtin.systemd_service:
    name: keepalived.service
    state: "{{ 'reloaded' if configuration is changed else 'started' }}"
    enabled: true
"""

RETURN = r"""
path:
  description: Where the file is.
  returned: always
  type: str
  sample: /etc/keepalived/keepalived.conf
unread:
  description:
    - Whether keepalived, where it runs, has still to be reloaded to go by this configuration. Then the result is a
      change, also where the file was written by an earlier run that did not come to the reload.
  returned: with O(state=present)
  type: bool
  sample: true
held:
  description: Whether O(hold_file) is there now, written by this call or by a run that did not come to its end.
  returned: with O(state=present)
  type: bool
  sample: false
lent:
  description:
    - Those of O(vips) that the loopback interface has got for O(lent_seconds), in the form that
      M(lvs.cluster.host_network) takes.
  returned: with O(state=present)
  type: list
  elements: dict
  sample: [{address: 192.0.2.198/32, interface: lo}]
let_go:
  description:
    - The parts of keepalived that have left in the kernel what they had set up, by the names of their pid files.
  returned: with O(state=present)
  type: list
  elements: str
  sample: [checkers]
advertised:
  description:
    - The addresses, as M(lvs.cluster.host_network) takes them, that the configuration has for advertisements alone. A
      keepalived that is killed leaves them behind, and so does one that has let go of its virtual routers.
  returned: always
  type: list
  elements: dict
  sample: [{address: 127.112.0.51/32, interface: lo}]
restored:
  description: Whether there is a configuration of someone else now.
  returned: with O(state=absent)
  type: bool
  sample: false
"""

import os
from typing import Any, Dict, List, Optional

from ansible.module_utils.basic import AnsibleModule

from ansible_collections.lvs.cluster.plugins.module_utils._files import (
    file_diff,
    read_text,
    remove_empty,
    replace_text,
    tidy,
)
from ansible_collections.lvs.cluster.plugins.module_utils._floor.installed import (
    carry_out,
    differences,
    failed_files,
)
from ansible_collections.lvs.cluster.plugins.module_utils._history.call import write_down
from ansible_collections.lvs.cluster.plugins.module_utils._history.options import ORIGIN
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.configuration import (
    Configuration,
    Refused,
    is_private,
    kept_copies,
)
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.done import done, look
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.folder import made, missing, stand_in
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.hearing import breaks_hearing
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.letting_go import let_go
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.managed import advertised
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.service import DROP_IN, has_not_read, runs
from ansible_collections.lvs.cluster.plugins.module_utils._keepalived.text import StandIn, masked, with_password
from ansible_collections.lvs.cluster.plugins.module_utils._marks import TAKES_NO_VIP
from ansible_collections.lvs.cluster.plugins.module_utils._namespace import explained
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.errors import NetlinkError
from ansible_collections.lvs.cluster.plugins.module_utils._netlink.socket import NETLINK_ROUTE, NetlinkSocket
from ansible_collections.lvs.cluster.plugins.module_utils._network.kernel import NetworkKernel
from ansible_collections.lvs.cluster.plugins.module_utils._network.options import ADDRESS
from ansible_collections.lvs.cluster.plugins.module_utils._network.place import held
from ansible_collections.lvs.cluster.plugins.module_utils._network.wanted import parse_network
from ansible_collections.lvs.cluster.plugins.module_utils._places import FAILED, FLOOR_COMMAND, KEEPALIVED_CONF


def main() -> None:
    module = AnsibleModule(
        argument_spec={
            "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
            "content": {"type": "str", "no_log": True},  # it may hold passwords of others: the log does not get it
            "password": {"type": "str", "no_log": True},
            "path": {"type": "path", "default": KEEPALIVED_CONF},
            "drop_in": {"type": "path"},
            "hold_file": {"type": "path"},
            "hold": {"type": "bool", "default": False},
            "apart": {"type": "list", "elements": "str", "default": []},
            "let_go": {"type": "bool", "default": False},
            "vips": {"type": "list", "elements": "dict", "default": [], "options": ADDRESS},
            "lent_seconds": {"type": "int", "default": 60},
            "drained_folder": {"type": "path"},
            "floor_program": {"type": "dict", "default": {}},
            **ORIGIN,
        },
        required_if=[("state", "present", ["content"]), ("hold", True, ["hold_file"])],
        supports_check_mode=True,
    )
    # Or else every diff would be taken for the content; what is shown of it is without secrets.
    module.no_log_values.discard(module.params["content"])
    try:
        before = look(module.params)
    except OSError as error:
        _fail(module, error)
    try:
        if not module.check_mode:
            tidy([module.params["path"]])
        result = _put(module) if module.params["state"] == "present" else _take_away(module)
    except (Refused, NetlinkError, OSError, ValueError) as error:
        write_down(module, done(module.params, before, look(module.params), {}), str(error))
        _fail(module, error)
    write_down(module, done(module.params, before, look(module.params), result))
    module.exit_json(**result, **_invocation(module))


def _fail(module: AnsibleModule, error: Exception) -> None:
    module.fail_json(msg=explained(str(error)), path=module.params["path"], **_invocation(module))


def _invocation(module: AnsibleModule) -> Dict[str, Any]:
    """Return the options for the result, the content without secrets."""
    content = module.params["content"]
    return {"invocation": {"module_args": {**module.params, "content": content and masked(content)}}}


def _put(module: AnsibleModule) -> Dict[str, Any]:
    path, program = module.params["path"], module.params["floor_program"] or None
    wanted = with_password(module.params["content"], module.params["password"])
    configuration = Configuration(path)
    changed = configuration.text != wanted
    folders = [module.params["drained_folder"], FAILED if program else None]
    exposed, incomplete = not is_private(path), bool(missing(*folders))
    of_program = differences(program)
    deaf = changed and breaks_hearing(configuration.text, wanted)
    _refuse_to_be_deaf(module, deaf and configuration.text is not None)
    if module.check_mode:
        with stand_in(*folders) as instead:
            _test(module, configuration, wanted, instead)
    else:
        with made(*folders):
            carry_out(of_program, program)
            _test(module, configuration, wanted)
            if deaf and module.params["hold"]:
                replace_text(module.params["hold_file"], TAKES_NO_VIP)
            if changed:
                configuration.replace(wanted)
        if exposed:
            os.chmod(path, 0o600)
    unread = changed or has_not_read(path)
    takes_none = (deaf and module.params["hold"]) or _is_there(module.params["hold_file"])
    begins = unread and not takes_none and (deaf or not runs())
    gone = _let_go(module, configuration.text if changed else None, wanted) if unread else []
    diff = [configuration.diff(wanted)] if changed else []
    diff += _drop_in(module, DROP_IN)
    return {
        "changed": unread or exposed or incomplete or bool(of_program) or bool(diff),
        "path": path,
        "unread": unread,
        "held": takes_none,
        "lent": _lend(module) if begins and not module.check_mode else [],
        "let_go": gone,
        "advertised": _advertised(configuration.text if "vrrp" in gone else None),
        "diff": diff,
    }


def _let_go(module: AnsibleModule, before: Optional[str], wanted: str) -> List[str]:
    """Return the parts of keepalived that have left behind what they had set up. before: None where nobody knows it."""
    return let_go(before, wanted) if module.params["let_go"] and not module.check_mode else []


def _lend(module: AnsibleModule) -> List[Dict[str, str]]:
    """Have the loopback interface stand in for the VIPs that keepalived gives up and takes again."""
    if not module.params["vips"]:
        return []
    with NetlinkSocket(NETLINK_ROUTE) as netlink:
        kernel = NetworkKernel(netlink)
        network = kernel.read_interfaces()
        here = held(parse_network({"addresses": module.params["vips"]}), network)
        lent = kernel.lend([vip.partition("/")[0] for vip in here], network, module.params["lent_seconds"])
    return [{"address": f"{key.address}/{key.prefix}", "interface": key.interface} for key in lent]


def _advertised(text: Optional[str]) -> List[Dict[str, str]]:
    return [{"address": address, "interface": interface} for address, interface in advertised(text or "")]


def _refuse_to_be_deaf(module: AnsibleModule, deaf: bool) -> None:
    """Refuse what would make this director and others hold the VIPs at the same time."""
    if deaf and module.params["apart"]:
        raise Refused(
            "The new configuration changes how directors hear each other (password, virtual router, version, "
            f"interface, unicast addresses or advertised address), and {', '.join(module.params['apart'])} would go on "
            "with the old one: both would hold the VIPs. Run the playbook for all directors, without "
            "--limit. keepalived goes on with its configuration."
        )


def _is_there(path: Optional[str]) -> bool:
    return path is not None and os.path.exists(path)


def _drop_in(module: AnsibleModule, wanted: Optional[str]) -> List[Dict[str, Any]]:
    """Put the drop-in of the unit in place, or take it away with None. Return what changes."""
    path = module.params["drop_in"]
    before = read_text(path) if path else wanted
    if before == wanted:
        return []
    if not module.check_mode:
        replace_text(path, wanted)
    return [file_diff(path, before, wanted)]


def _test(module: AnsibleModule, configuration: Configuration, wanted: str, instead: Optional[StandIn] = None) -> None:
    # A program that is not there yet has another one stand in for it, as folders have.
    there = not module.check_mode or os.path.exists(FLOOR_COMMAND)
    tested = wanted if there else wanted.replace(FLOOR_COMMAND, "/bin/true")
    warning = configuration.test(tested, instead) if configuration.text != wanted else ""
    if warning:
        module.warn(warning)


def _take_away(module: AnsibleModule) -> Dict[str, Any]:
    configuration = Configuration(module.params["path"])
    left = configuration.left()
    changed = left != configuration.text
    # Before the file, by which the next run finds what an interrupted one has left.
    diff = _drop_in(module, None)
    if changed and not module.check_mode:
        configuration.remove()
    of_floors = {**differences(None), **failed_files()}
    if not module.check_mode:
        carry_out(of_floors, None)
        remove_empty([FAILED])
    diff += [configuration.diff(left)] if changed else []
    restored = left is not None
    older = kept_copies(module.params["path"])
    older = older[:-1] if restored and changed and module.check_mode else older
    if older:
        module.warn(f"Others had put more configurations of keepalived here, which are kept: {', '.join(older)}")
    return {
        "changed": bool(diff or of_floors),
        "path": module.params["path"],
        "restored": restored,
        "advertised": _advertised(configuration.text),
        "diff": diff,
    }


if __name__ == "__main__":
    main()
