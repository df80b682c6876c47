#!/bin/sh
# Runs PostgreSQL for one app:  postgresql.sh run BIN    or, beside it:  postgresql.sh ready
# BIN is the directory of its programs. From the environment:
#   DATA_DIRECTORY      a directory that is kept; the cluster is made in it once
#   STORE_USER, STORE_PASSWORD, STORE_DATABASE
#   PORT, LISTEN        where it listens
set -eu
umask 077
cluster=$DATA_DIRECTORY/cluster

say() { printf 'postgresql: %s\n' "$*" >&2; }

# Whether the process that the lock names is a PostgreSQL: that of a server that was killed may name any other by now, above
# all where each agent counts its own processes.
locked() {
  owner=$(sed -n 1p "$cluster/postmaster.pid" 2>/dev/null)
  [ -n "$owner" ] && [ "$(cat "/proc/$owner/comm" 2>/dev/null)" = postgres ]
}

# The lock's eighth line tells the state of the server (PostgreSQL, src/include/utils/pidfile.h).
if [ "$1" = ready ]; then
  locked && [ "$(sed -n '8{s/ *$//;p;}' "$cluster/postmaster.pid")" = ready ]
  exit
fi

bin=$2
PATH=$bin:$PATH
export LC_ALL=C

# One statement without a server. Its words come from the environment through quoting, never as they are.
single() { "$bin/postgres" --single -j -D "$cluster" -c log_statement=none "$1" >/dev/null; }
identifier() { printf '"%s"' "$(printf %s "$1" | sed 's/"/""/g')"; }
literal() { printf "'%s'" "$(printf %s "$1" | sed "s/'/''/g")"; }
fingerprint() { printf %s "$STORE_PASSWORD" | sha256sum | cut -d' ' -f1; }

create() {
  fresh=$DATA_DIRECTORY/cluster.new
  # What an initialisation left behind that was cut off.
  rm -rf "$fresh" "$DATA_DIRECTORY/password.new"
  printf '%s\n' "$STORE_PASSWORD" >"$DATA_DIRECTORY/password.new"
  say 'creating the database cluster'
  make() { "$bin/initdb" --pgdata "$fresh" --username "$STORE_USER" --pwfile "$DATA_DIRECTORY/password.new" --auth scram-sha-256 --encoding UTF8 --no-instructions "$@" >"$DATA_DIRECTORY/initdb.log" 2>&1; }
  make --locale C.UTF-8 || { rm -rf "$fresh"; make --locale C; } || {
    cat "$DATA_DIRECTORY/initdb.log" >&2
    exit 1
  }
  rm -f "$DATA_DIRECTORY/password.new" "$DATA_DIRECTORY/initdb.log"
  printf 'host all all 0.0.0.0/0 scram-sha-256\nhost all all ::/0 scram-sha-256\n' >>"$fresh/pg_hba.conf"
  final=$cluster
  cluster=$fresh
  if [ "$STORE_DATABASE" != postgres ]; then
    printf 'CREATE DATABASE %s OWNER %s;\n\n' "$(identifier "$STORE_DATABASE")" "$(identifier "$STORE_USER")" | single postgres
  fi
  fingerprint >"$fresh/stratoswarm-password"
  sync
  cluster=$final
  mv "$fresh" "$cluster"
}

[ -s "$cluster/PG_VERSION" ] || create

version=$(cat "$cluster/PG_VERSION")
have=$("$bin/postgres" --version | sed 's/.*) \([0-9]*\).*/\1/')
if [ "$version" != "$have" ]; then
  if [ -x "/usr/lib/postgresql/$version/bin/postgres" ]; then
    bin=/usr/lib/postgresql/$version/bin
  else
    say "the data was made by PostgreSQL $version, and this is $have: apt install postgresql-$version, or remove the app with --volumes to begin anew"
    exit 78
  fi
fi

locked || rm -f "$cluster/postmaster.pid"

if [ "$(cat "$cluster/stratoswarm-password" 2>/dev/null)" != "$(fingerprint)" ]; then
  say 'setting the new password'
  printf 'ALTER ROLE %s PASSWORD %s;\n\n' "$(identifier "$STORE_USER")" "$(literal "$STORE_PASSWORD")" | single postgres
  fingerprint >"$cluster/stratoswarm-password"
fi

memory=posix
[ -w /dev/shm ] || memory=mmap
unset STORE_PASSWORD
exec "$bin/postgres" -D "$cluster" -p "$PORT" -c "listen_addresses=$LISTEN" -c unix_socket_directories= -c "dynamic_shared_memory_type=$memory" -c logging_collector=off -c password_encryption=scram-sha-256
