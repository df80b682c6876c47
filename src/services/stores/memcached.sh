#!/bin/sh
# Runs memcached for one app:  memcached.sh run SERVER
# From the environment: PORT and LISTEN. No datagrams, which others could use to flood somebody.
set -eu
exec "$2" --listen="$LISTEN" --port="$PORT" --udp-port=0 --memory-limit=64 --conn-limit=1024 --threads=4
