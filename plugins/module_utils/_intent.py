# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a call is about to own, written down beside the files that say what is owned. Private to the collection.

It lies there, in the same words, from before the first change to after the last. So a call that is killed meanwhile
leaves nothing that the next one would take for the host's own.
"""

from __future__ import annotations

from typing import Iterable

from ._files import Texts, read_text, remove_empty, replace_text

ENDING = ".intent"  # nothing that reads a folder at boot reads a file that ends so


def added_to(texts: Texts) -> Texts:
    """Return the texts, each after what a call that was killed has written down beside it.

    That call may have done it or not. Where both name the same thing, the file has the last word: it was so.
    """
    intents = {path: read_text(path + ENDING) for path in texts}
    return {path: text if intents[path] is None else f"{intents[path]}{text or ''}" for path, text in texts.items()}


def write_down(before: Texts, after: Texts) -> None:
    """Write down what the files will say, but for those that stay as they are or go. OSError where one cannot be."""
    for path, text in added_to(after).items():
        if after[path] is not None and after[path] != before[path]:
            try:
                replace_text(path + ENDING, text)
            except OSError as error:
                raise OSError(f"{path}, which the next boot loads, could not be written: {error}") from error


def forget(paths: Iterable[str], made: Iterable[str] = ()) -> None:
    """Remove what was written down: the files say it now, or it was undone. made: folders that were not there."""
    for path in paths:
        if read_text(path + ENDING) is not None:
            replace_text(path + ENDING, None)
    remove_empty(made)
