#!/bin/sh
# Keeps the logs of a home's agents small while no daemon does.
#
#   sh logs-keeper.sh <agents directory> <file with the keeper's pid> <kibibytes> <seconds> <node> <program that rotates a log>
#
# The daemon holds the other end of standard input: as long as it lives, this shell sleeps there. Then it looks at every log, again and again, until
# another daemon has brought its own keeper, or no agent is left.

agents=$1 file=$2 cap=$3 pause=$4 node=$5 program=$6
trap '' HUP INT QUIT PIPE TERM USR1 USR2
exec >/dev/null 2>&1
cd / || exit 1
read -r line
while read -r pid <"$file" && [ "$pid" = "$$" ]; do
  set -- "$agents"/*/*-*/log
  [ -e "$1" ] || exit 0
  # What is on disk counts: of a log that was made smaller, the size stays.
  du -k "$@" | while read -r kibibytes log; do
    [ "$kibibytes" -le "$cap" ] || "$node" "$program" "$log"
  done
  sleep "$pause"
done
