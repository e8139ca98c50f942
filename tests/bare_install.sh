#!/bin/sh
# One wheel in a bare environment of one Python: the doctor, a certificate made and checked, a part of the suite.
# Usage: bare_install.sh PYTHON WHEEL FOLDER, from the repository's root; FOLDER is replaced.
set -eu
python=$1 wheel=$2 home=$PWD/$3 root=$PWD
rm -rf "$home"
"$python" -m venv "$home"
"$home/bin/python" -m pip install --quiet "$wheel"
mkdir "$home/work"
cd "$home/work"
clean() { env -i PATH=/usr/bin:/bin HOME="$home/work" LANG=C.UTF-8 "$@"; }
clean "$home/bin/neutralmodes" --version
clean "$home/bin/neutralmodes" doctor
clean "$home/bin/neutralmodes" new mine
clean "$home/bin/neutralmodes" certify mine.py:system --out certificates
clean "$home/bin/neutralmodes" certify skew-lorenz --no-evidence --out certificates
clean "$home/bin/neutralmodes" check certificates/*.json
"$home/bin/python" -m pip install --quiet pytest
cd "$root"
# Not the checkout's code but the wheel's: the three source roots are kept off the path.
"$home/bin/python" -m pytest -q -o pythonpath= -p no:cacheprovider -m "not slow" \
    tests/test_counts.py tests/test_check_words.py tests/test_plugin.py tests/test_evidence_transport.py
