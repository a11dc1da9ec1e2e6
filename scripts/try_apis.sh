#!/bin/sh
# Try both interfaces for programs with schemathesis, by their own OpenAPI documents: what they
# answer must be as described. Some ten minutes: scripts/try_apis.sh [EXAMPLES [SEED]]
# What is tried is a site of its own, filled as the demonstration is, which is thrown away.
# schemathesis is put into a folder of its own: tests/web/police/test_api_contracts.py and
# test_ingest_contracts.py, which ./run test runs, hold the same without it.
set -eu
cd "$(dirname "$0")/.."
examples="${1:-150}"
seed="${2:-1}"
tool="${TMPDIR:-/tmp}/patrolwise-schemathesis"
if [ ! -x "$tool/bin/schemathesis" ]; then
    python3 -m venv "$tool"
    "$tool/bin/python" -m pip install --quiet --disable-pip-version-check schemathesis==4.32.5
fi

folder=$(mktemp -d)
servers=""
# shellcheck disable=SC2086,SC2154  (none, or several; status is set in the trap)
trap 'status=$?; kill $servers 2>/dev/null || true; wait; rm -rf "$folder"; exit $status' EXIT
trap 'exit 130' INT TERM
export PATROLWISE_DEMO=yes PATROLWISE_DATA="$folder/site" PATROLWISE_EXCHANGE="$folder/exchange"
export DJANGO_SETTINGS_MODULE=patrolwise.web.settings.police PYTHONPATH="$folder"
# no limits of rate, of which there would be no end
export PATROLWISE_INGEST_DEVICE_RATE=1e8 PATROLWISE_INGEST_ADDRESS_RATE=1e8
site=".venv/bin/python -m patrolwise.web police"
mkdir "$folder/exchange"
$site init
$site fill_demo

cat >"$folder/without_limit.py" <<'P'
from patrolwise.web.wsgi import application  # first: it sets Django up
from patrolwise.web.insight import api_doors

api_doors.A_MINUTE = 10**9
P
cat >"$folder/hooks.py" <<'P'
import schemathesis


@schemathesis.hook
def map_query(context, query):
    """Put days in order: that first is not after last is told, and no schema can say it."""
    days = [(query or {}).get(name) for name in ("first", "last")]
    if all(isinstance(day, str) and len(day) == 10 for day in days) and days[0] > days[1]:
        query["first"], query["last"] = days[1], days[0]
    return query
P
$site shell -v 0 -c "
from django.utils.timezone import now
from patrolwise.web.accounts.models import Person
from patrolwise.web.field import devices_actions, forwarders_actions
from patrolwise.web.field.assignments_actions import Given
from patrolwise.web.insight import actions

people = {one.role: one for one in Person.objects.all()}
by = people['administrator']
details = devices_actions.DeviceDetails(name='tried', refresh_s=30)
given = Given(unit_id='u', service='police')
device = devices_actions.give_device(by=by, details=details, given=given, now=now())
server = forwarders_actions.give_forwarder(by=by, name='tried', service='police', now=now())
print(actions.make_token(by=people['evaluator'], name='tried'), device.token, server.token)
" >"$folder/tokens"
read -r reads posts forwards <"$folder/tokens"

.venv/bin/granian --interface wsgi --port 8071 --no-access-log --log-level error without_limit:application >"$folder/log" 2>&1 &
servers="$!"
.venv/bin/granian --interface rsgi --port 8072 --no-access-log --log-level error patrolwise.web.rsgi:application >>"$folder/log" 2>&1 &
servers="$servers $!"
tables=http://127.0.0.1:8071/api/openapi.json fixes=http://127.0.0.1:8071/api/ingest/openapi.json
curl -sf --retry 60 --retry-delay 1 --retry-connrefused "$fixes" >"$folder/fixes.json" || {
    cat "$folder/log" >&2
    exit 1
}
curl -sf -H "Authorization: Bearer $reads" "$tables" >"$folder/tables.json"

try() {
    token="$1"
    shift
    printf '[parameters]\n"path.token" = "%s"\n' "$token" >"$folder/schemathesis.toml"
    (cd "$folder" && SCHEMATHESIS_HOOKS=hooks "$tool/bin/schemathesis" run "$@" --checks all \
        --max-examples "$examples" --seed "$seed" --continue-on-failure --warnings off)
}
failed=0
try none tables.json --url http://127.0.0.1:8071 -H "Authorization: Bearer $reads" || failed=1
try "$posts" fixes.json --url http://127.0.0.1:8072 || failed=1
try "$forwards" fixes.json --url http://127.0.0.1:8072 || failed=1
exit $failed
