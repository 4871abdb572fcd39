# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Python on this machine compiles each source once, also what comes over the network or out of a zip file.

Ansible brings its modules with all that they import for every task, and an emulated processor is slow to compile them:
a third of a playbook's time; Mitogen brings itself. What is imported here is built into Python and costs no time
itself. compile_once.pth lets every Python begin with it.
"""

import _imp
import builtins
import marshal
import os
import sys

KEPT = "/var/cache/compile-once"
WORTH_KEEPING = 2000  # bytes of source
INHERITED = 0x1000000  # of the caller's flags, __future__.annotations; the others are no choice any more

compile_anew = builtins.compile


def compile(source, filename, mode, flags=0, dont_inherit=False, optimize=-1, **more):  # noqa: A001
    """Do as the built-in function of this name does; what comes of a whole module is kept."""
    if not dont_inherit:
        flags |= sys._getframe(1).f_code.co_flags & INHERITED
    is_module = mode == "exec" and flags in (0, INHERITED) and not more and isinstance(source, (str, bytes))
    if not is_module or len(source) < WORTH_KEEPING:
        return compile_anew(source, filename, mode, flags, True, optimize, **more)
    text = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    level = sys.flags.optimize if optimize == -1 else optimize
    path = f"{KEPT}/{_imp.source_hash(0, text).hex()}.{len(text)}.{flags}.{level}"
    try:
        with open(path, "rb") as kept:
            code = marshal.loads(kept.read())
    except OSError:
        code = compile_anew(source, filename, mode, flags, True, optimize)
        keep(path, code)
    else:
        _imp._fix_co_filename(code, os.fsdecode(filename))
    return code


def keep(path, code):
    """Write the file whole or not at all; only root may."""
    unfinished = f"{path}.{os.getpid()}"
    try:
        with open(unfinished, "wb") as file:
            file.write(marshal.dumps(code))
        os.rename(unfinished, path)
    except OSError:
        return


def core_of_mitogen():
    """Take Mitogen's core out of the program on standard input, which runs it from here: it is the same every time.

    Only the last line, which calls it, is for this process alone (mitogen.parent, Connection.get_preamble).
    """
    with open(0, "rb", closefd=False) as program:
        core, start, call = program.read().rpartition(b"\nExternalContext(")
    read, write = os.pipe()
    os.write(write, b"exec(__import__('compile_once').mitogen_core)" + start + call)
    os.close(write)
    os.dup2(read, 0)
    os.close(read)
    return compile(core, "<stdin>", "exec", dont_inherit=True)


builtins.compile = compile
if "(mitogen:" in getattr(sys, "orig_argv", [""])[0]:
    mitogen_core = core_of_mitogen()
