#!/usr/bin/env bash
# A newcomer's first minutes, in a clean clone: the README's first command, a look at every address it prints, the demo
# login, a clean stop, and a second start that finds everything as it was.
set -euo pipefail
cd "$(dirname "$0")/.."

folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; rm -rf "$folder"' EXIT
git clone --quiet . "$folder/imprint"
cd "$folder/imprint"
unset DATABASE_URL TEST_DATABASE_URL APP_ENV
export PORT=${PORT:-3917}
address="http://127.0.0.1:$PORT"

start() {
  setsid npm start > "$folder/log" 2>&1 &
  server=$!
  for _ in $(seq 1 300); do
    curl -fsS "$address/health" > /dev/null 2>&1 && return
    sleep 0.1
  done
  echo 'the service did not answer within 30 seconds:'; cat "$folder/log"; exit 1
}

stop() {
  kill -TERM -- "-$server"
  wait "$server" || true
  server=
}

npm ci
node scripts/imprint.mjs --version # by the machine's own Node, which may be older
start
cat "$folder/log"
for path in /health/ready /openapi.json /openapi.yaml /docs / /problems/post_not_found /api/v1/posts; do
  curl -fsS -o /dev/null -w "%{http_code} $path\n" "$address$path"
done
total=$(curl -fsS "$address/api/v1/posts" | grep -o '"total":[0-9]*')
[ "${total#*:}" -ge 12 ] || { echo "expected a dozen demo posts, found $total"; exit 1; }
stop

began=$(date +%s%N)
start
echo "second start: $(( ($(date +%s%N) - began) / 1000000 )) ms"
[ "$(curl -fsS "$address/api/v1/posts" | grep -o '"total":[0-9]*')" = "$total" ] || { echo 'the second start changed the posts'; exit 1; }
stop
