#!/bin/sh
# Runs Node 24 or newer: the system's when it is new enough, otherwise one brought into .runtime by npm (with integrity
# checks, no install scripts). Usage: sh scripts/node.sh ARGUMENT...
root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)
. "$root/scripts/runtime.sh"
find_node && exec "$node" "$@"
exit 1
