#!/bin/sh
# The command `pushbench`, as `make install` leaves it. Runs go into ./results of the folder that it is called in;
# PUSHBENCH_RESULTS names another.
set -eu
tree=$(dirname -- "$(readlink -f -- "$0")")/../lib/pushbench
python=$("$tree/scripts/setup" --python report)
PUSHBENCH_RESULTS=${PUSHBENCH_RESULTS:-results} PYTHONPATH=$tree/scripts exec "$python" -m pushbench "$@"
