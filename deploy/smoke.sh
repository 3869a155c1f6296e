#!/bin/sh
# Tries an installation as a service would run it: reads the sample corpus, answers, serves, is healthy, backs up, restores, stops.
#
#   deploy/smoke.sh PREFIX WORK
#
# WORK is a folder that is there for this alone; nothing outside it is written and nothing outside this machine is asked.
set -eu

policykg=${1:?usage: smoke.sh PREFIX WORK}/bin/policykg
work=${2:?usage: smoke.sh PREFIX WORK}
python=$1/venv/bin/python
mkdir -p "$work"
cd "$work"

port=$("$python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
printf 'build = "build"\n[log]\nformat = "json"\nlevel = "info"\nfile = "log.jsonl"\n[serve]\nport = %s\n' "$port" > policykg.toml
export POLICYKG_SETTINGS="$work/policykg.toml"

say() { printf '%s\n' "== $*"; }
fetch() { "$python" -c 'import sys, urllib.request; print(urllib.request.urlopen(sys.argv[1], timeout=5).read().decode())' "$1"; }

say settings
"$policykg" settings > settings.txt
say ingest
"$policykg" ingest 2> ingest.txt
say check
"$policykg" check > check.txt
say ask
"$policykg" ask "科技保险补贴最高多少？" --json --on 2026-11-20 > answer.json

say serve
"$policykg" serve > serve.txt 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null || true' EXIT
tries=0
until fetch "http://127.0.0.1:$port/healthz" > health.json 2>/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 120 ] && kill -0 "$server" 2>/dev/null || { echo "the endpoint did not come up" >&2; cat serve.txt >&2; exit 1; }
  sleep 0.5
done
grep -q '"status":"ok"' health.json || { echo "not healthy: $(cat health.json)" >&2; exit 1; }

say query
fetch "http://127.0.0.1:$port/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D" | grep -q true

say backup
"$policykg" backup backup.tar.gz 2> /dev/null
say restore
"$policykg" restore backup.tar.gz 2> /dev/null
sleep 1
fetch "http://127.0.0.1:$port/healthz" > health2.json
grep -q '"generation":"g000002"' health2.json || { echo "the restored build is not served: $(cat health2.json)" >&2; exit 1; }

say stop
kill -TERM "$server"
wait "$server" 2>/dev/null || [ $? -eq 143 ]
trap - EXIT
grep -q '"route": "sparql"' log.jsonl || { echo "no request in the log" >&2; exit 1; }
say done
