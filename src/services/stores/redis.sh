#!/bin/sh
# Runs Redis for one app:  redis.sh run SERVER    or, beside it:  redis.sh ready CLIENT
# From the environment: DATA_DIRECTORY (kept), STORE_PASSWORD, PORT, LISTEN, and STORE_OPEN where it asks for no password.
set -eu
umask 077

if [ "$1" = ready ]; then
  if [ -z "${STORE_OPEN-}" ]; then
    REDISCLI_AUTH=$STORE_PASSWORD
    export REDISCLI_AUTH
  fi
  [ "$("$2" -h 127.0.0.1 -p "$PORT" PING 2>/dev/null)" = PONG ]
  exit
fi

# The password goes in by a file: arguments of a process are for everybody to read.
settings=$DATA_DIRECTORY/redis.conf
if [ -n "${STORE_OPEN-}" ]; then
  : >"$settings.new"
else
  printf 'requirepass "%s"\n' "$(printf %s "$STORE_PASSWORD" | sed 's/["\\]/\\&/g')" >"$settings.new"
fi
mv "$settings.new" "$settings"
unset STORE_PASSWORD
exec "$2" "$settings" --bind "$LISTEN" --port "$PORT" --dir "$DATA_DIRECTORY" --appendonly yes --appendfsync everysec --save '' --daemonize no --protected-mode no --unixsocket ''
