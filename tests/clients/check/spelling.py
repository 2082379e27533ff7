"""Rewrites, on the way from a recording to check.py, what Microsoft's own library for Python spells otherwise than the API
description, and Graph takes all the same. Three things, and nothing else:

- the function `delta` is called as `delta()`;
- parts of a batch have whole addresses instead of ones relative to the version;
- parts of a batch have an empty `depends_on`, a name that Graph does not know, instead of none.

How many lines it changed goes to the standard error output. Only for the libraries: what we send must need none of it."""

import json
import re
import sys


def part(one):
    changed = {name: value for name, value in one.items() if (name, value) != ("depends_on", [])}
    changed["url"] = re.sub(r"^https://localhost:\d+/v1\.0(?=/)", "", one["url"]).replace("/delta()", "/delta")
    return changed


def batch(body):
    return {**body, "requests": [part(one) for one in body["requests"]]}


def rewritten(line):
    line = {**line, "path": line["path"].replace("/delta()", "/delta")}
    if line["path"].endswith("/$batch"):
        for name in ("body", "request"):
            if "requests" in (line.get(name) or {}):
                line[name] = batch(line[name])
    return line


count = 0
for text in sys.stdin:
    before = json.loads(text)
    after = rewritten(before)
    count += before != after
    print(json.dumps(after))
print(count, file=sys.stderr)
