#!/bin/sh
# Hold awards as open data against 360Giving's own schemas, with the programs its Data Quality Tool
# is built on: scripts/try_open_data.sh SCHEMAS AWARDS.json AWARDS.csv
# SCHEMAS is the folder schema/ of ThreeSixtyGiving/standard; both files are of the same round,
# from the page of public awards. The programs are put into a folder of their own.
set -eu
if [ $# -ne 3 ]; then
    echo "Usage: scripts/try_open_data.sh SCHEMAS AWARDS.json AWARDS.csv" >&2
    exit 2
fi
tool="${TMPDIR:-/tmp}/patrolwise-open-data"
if [ ! -x "$tool/bin/flatten-tool" ]; then
    python3 -m venv "$tool"
    "$tool/bin/python" -m pip install --quiet --disable-pip-version-check \
        libcove==0.32.1 flattentool==0.28.0
fi
exec "$tool/bin/python" "$(dirname "$0")/try_open_data.py" "$@"
