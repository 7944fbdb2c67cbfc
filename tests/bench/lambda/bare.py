"""The function in Python and nothing else: see bare.js."""

import json
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[1])))
from index import handler  # noqa: E402

EVENT = '{"say":"hello"}'
calls = int(sys.argv[2]) if len(sys.argv) > 2 else 0
if calls == 0:
    print(json.dumps(handler(json.loads(EVENT), None)))
else:
    started = time.perf_counter()
    for _ in range(calls):
        json.dumps(handler(json.loads(EVENT), None))
    print((time.perf_counter() - started) * 1000 / calls)
