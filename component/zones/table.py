"""Prints the table of Windows zones as Rust. Arguments: CLDR's bcp47/timezone.json, the versions of the two sources."""

import json
import sys

from tzlocal.windows_tz import win_tz

HEADER = """\
//! Windows zone names and their IANA zones: data, written by `component/zones/run`, not by hand.
//!
//! Source: Unicode CLDR, supplemental data `windowsZones`, territory `001`, as packaged in the
//! Python package tzlocal {tzlocal} (newer than CLDR {cldr}: it knows Alberta, British Columbia and
//! Manitoba Standard Time); IANA names spelled as CLDR {cldr}'s `bcp47/timezone` prefers
//! (`Asia/Kolkata`, not `Asia/Calcutta`). Looking names up is `zones`' affair. The other direction
//! is not here: no zone name is ever sent.

/// Windows name and IANA name, sorted by Windows name without regard to case.
pub const WINDOWS: &[(&str, &str)] = &["""


def spellings(path: str) -> dict[str, str]:
    """Every known spelling of a zone, and the one that CLDR prefers: `_iana`, else the first alias."""
    with open(path, encoding="utf-8") as file:
        zones = json.load(file)["keyword"]["u"]["tz"]
    preferred = {}
    for zone in zones.values():
        if isinstance(zone, dict) and "_alias" in zone:
            aliases = zone["_alias"].split()
            preferred |= dict.fromkeys(aliases, zone.get("_iana", aliases[0]))
    return preferred


def main(path: str, tzlocal: str, cldr: str) -> None:
    preferred = spellings(path)
    print(HEADER.format(tzlocal=tzlocal, cldr=cldr.removesuffix(".0")))
    for windows, iana in sorted(win_tz.items(), key=lambda pair: pair[0].lower()):
        print(f'    ("{windows}", "{preferred.get(iana, iana)}"),')
    print("];")


main(*sys.argv[1:])
