#!/bin/sh
# Runs MariaDB for one app:  mariadb.sh run SERVER INSTALL
# SERVER is mariadbd, INSTALL is mariadb-install-db. From the environment:
#   DATA_DIRECTORY      a directory that is kept; the cluster is made in it once
#   STORE_USER, STORE_PASSWORD, STORE_DATABASE
#   PORT, LISTEN        where it listens
#   STORE_OPEN          set where it asks for no password
set -eu
umask 077
server=$2
install=$3
cluster=$DATA_DIRECTORY/cluster
export LC_ALL=C

say() { printf 'mariadb: %s\n' "$*" >&2; }

# Nothing of the machine's own settings. What the kernel may refuse in a container, io_uring and libaio, is not asked for.
settings='--no-defaults --skip-log-bin --skip-name-resolve --innodb-use-native-aio=0 --innodb-log-file-size=48M --table-open-cache=400 --character-set-server=utf8mb4'

# Statements without a server that others reach. They come by a pipe: arguments of a process are for everybody to read.
single() { "$server" $settings --datadir="$cluster" --log-warnings=0 --bootstrap 2>"$DATA_DIRECTORY/single.log" || { cat "$DATA_DIRECTORY/single.log" >&2; exit 1; }; rm -f "$DATA_DIRECTORY/single.log"; }
identifier() { printf '`%s`' "$(printf %s "$1" | sed 's/`/``/g')"; }
literal() { printf "'%s'" "$(printf %s "$1" | sed "s/\\\\/\\\\\\\\/g; s/'/''/g")"; }
fingerprint() { printf %s "$STORE_PASSWORD" | sha256sum | cut -d' ' -f1; }

# The server is this app's alone, so its user may do everything. So may root, whom much code names.
users() {
  # Rights are not looked at without a server, unless they are loaded. Those of the machine's name mean nothing where names are not looked up.
  printf "DELETE FROM mysql.proxies_priv WHERE Host <> 'localhost';\nFLUSH PRIVILEGES;\n"
  printf 'CREATE DATABASE IF NOT EXISTS %s;\n' "$(identifier "$STORE_DATABASE")"
  for name in "$STORE_USER" root; do
    who="$(literal "$name")@'%'"
    printf 'CREATE USER IF NOT EXISTS %s;\nALTER USER %s IDENTIFIED BY %s;\nGRANT ALL PRIVILEGES ON *.* TO %s WITH GRANT OPTION;\n' "$who" "$who" "$(literal "$STORE_PASSWORD")" "$who"
  done
}

version() { "$server" --no-defaults --version | sed 's/.*Ver \([0-9]*\.[0-9]*\).*/\1/'; }

create() {
  final=$cluster
  cluster=$DATA_DIRECTORY/cluster.new
  # What an initialisation left behind that was cut off.
  rm -rf "$cluster"
  say 'creating the databases'
  "$install" $settings --datadir="$cluster" --skip-test-db --auth-root-authentication-method=socket >"$DATA_DIRECTORY/install.log" 2>&1 || {
    cat "$DATA_DIRECTORY/install.log" >&2
    exit 1
  }
  rm -f "$DATA_DIRECTORY/install.log"
  users | single
  fingerprint >"$cluster/stratoswarm-password"
  version >"$cluster/stratoswarm-version"
  sync
  mv "$cluster" "$final"
  cluster=$final
}

# What is right for the tables of a newer server is known to its own program, which asks a server that only it reaches.
upgrade() {
  cd "$cluster"
  rm -f upgrade.sock
  "$server" $settings --datadir="$cluster" --pid-file="$cluster/mariadbd.pid" --skip-networking --skip-grant-tables --socket=upgrade.sock &
  while [ ! -S upgrade.sock ]; do kill -0 $!; sleep 0.1; done
  "${install%/*}/mariadb-upgrade" --no-defaults --socket=upgrade.sock --upgrade-system-tables --force --silent || say 'some could not be; it goes on as they are'
  kill $!
  wait $! || true
  version >"$cluster/stratoswarm-version"
  cd /
}

[ -s "$cluster/stratoswarm-version" ] || create

made=$(cat "$cluster/stratoswarm-version")
have=$(version)
if [ "$made" != "$have" ]; then
  if [ "$(printf '%s\n%s\n' "$made" "$have" | sort -V | tail -n 1)" = "$made" ]; then
    say "the data was made by MariaDB $made, and this is $have, which cannot read it: install $made again, or remove the app with --volumes to begin anew"
    exit 78
  fi
  say "the data was made by MariaDB $made, and this is $have: tables of the system are made anew"
  upgrade
fi

if [ "$(cat "$cluster/stratoswarm-password" 2>/dev/null)" != "$(fingerprint)" ]; then
  say 'setting the new password'
  users | single
  fingerprint >"$cluster/stratoswarm-password"
fi

open=
[ -z "${STORE_OPEN-}" ] || open=--skip-grant-tables
unset STORE_PASSWORD
# Whoever looks whether it answers comes without a password, which is no warning.
exec "$server" $settings $open --datadir="$cluster" --pid-file="$cluster/mariadbd.pid" --bind-address="$LISTEN" --port="$PORT" --socket= --log-warnings=1 \
  --innodb-buffer-pool-size=128M --key-buffer-size=8M --aria-pagecache-buffer-size=16M
