#!/bin/sh
# Installs a wheel of policykg below a folder of its own: no user is made and nothing outside that folder is touched.
#
#   deploy/install.sh PREFIX WHEEL [--site FOLDER]
#
# --site FOLDER takes the dependencies from a folder of installed packages, so that nothing is downloaded.
# sentence-transformers, and the torch below it, is left out unless POLICYKG_ALL=1: only another embedding model needs it.
set -eu

prefix=${1:?usage: install.sh PREFIX WHEEL [--site FOLDER]}
wheel=${2:?usage: install.sh PREFIX WHEEL [--site FOLDER]}
site=
[ "${3:-}" = "--site" ] && site=${4:?--site needs a folder}
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}

[ -f "$wheel" ] || { echo "no wheel: $wheel" >&2; exit 2; }
mkdir -p "$prefix/bin"
prefix=$(cd "$prefix" && pwd)

if [ -n "$site" ]; then
  "$python" -m venv --without-pip "$prefix/venv"
  packages=$("$prefix/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
  # A wheel is a zip of what lies in site-packages; the packages of the folder come behind it.
  "$prefix/venv/bin/python" -m zipfile -e "$wheel" "$packages"
  printf '%s\n' "$site" > "$packages/site.pth"
else
  "$python" -m venv "$prefix/venv"
  needed=$("$prefix/venv/bin/python" - "$wheel" <<'LIST'
import os
import sys
import zipfile
from email.parser import HeaderParser

with zipfile.ZipFile(sys.argv[1]) as wheel:
    name = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
    lines = HeaderParser().parsestr(wheel.read(name).decode("utf-8")).get_all("Requires-Dist")
lines = [line for line in lines if "extra ==" not in line]
print("\n".join(line for line in lines if os.environ.get("POLICYKG_ALL") == "1" or not line.startswith("sentence-transformers")))
LIST
)
  printf '%s\n' "$needed" > "$prefix/needed.txt"
  "$prefix/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir -c "$here/../constraints.txt" -r "$prefix/needed.txt"
  "$prefix/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-cache-dir --no-deps "$wheel"
fi

printf '#!/bin/sh\nexec "%s/venv/bin/python" -m kg "$@"\n' "$prefix" > "$prefix/bin/policykg"
chmod 755 "$prefix/bin/policykg"
"$prefix/bin/policykg" --help > /dev/null
echo "installed: $prefix/bin/policykg"
