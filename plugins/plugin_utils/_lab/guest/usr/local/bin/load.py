# Copyright (c) 2026, the lvs.cluster contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""load.py ADDRESS new|same [PATH]: request a page again and again until standard input ends; print what became of it.

With `new` each request has a connection of its own, with `same` all have one that stays open. Prints one JSON object:
who answered how often, when a request failed and why, and how many seconds the slowest one took.
"""

import http.client
import json
import sys
import threading
import time
from collections import Counter

# Few enough to leave an emulated processor to what is tested; a web server ends a connection after a thousand requests.
PAUSE_S = {"new": 0.2, "same": 0.4}
PATIENCE_S = 10


def main() -> None:
    address, same = sys.argv[1], sys.argv[2] == "same"
    path = sys.argv[3] if len(sys.argv) > 3 else "/"
    over = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), over.set()), daemon=True).start()
    answers, failed, longest, begin = Counter(), [], 0.0, time.monotonic()
    connection = None
    while not over.is_set():
        start = time.monotonic()
        try:
            if connection is None or not same:
                connection = http.client.HTTPConnection(address, timeout=PATIENCE_S)
            connection.request("GET", path, headers={} if same else {"Connection": "close"})
            body = connection.getresponse().read()
            answers[body.decode().strip() if len(body) < 100 else "large"] += 1
        except (OSError, http.client.HTTPException) as error:
            failed.append([round(start - begin, 2), repr(error)])
            connection = None
        longest = max(longest, time.monotonic() - start)
        time.sleep(PAUSE_S[sys.argv[2]])
    print(json.dumps({"answers": answers, "failed": failed, "longest": round(longest, 2)}))


if __name__ == "__main__":
    main()
