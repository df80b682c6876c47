#!/bin/sh
# Becomes the agent's program. Its arguments and environment come in variables with a prefix, and get their true names
# only here: so no LD_PRELOAD of an agent acts on the privileged steps before, no argument shows in the shim's
# command line, and no value is ever read as shell text.
#
#   STRATOSWARM_ARGC, STRATOSWARM_ARG_<n>        the program and its arguments, from 1
#   STRATOSWARM_NAMES, STRATOSWARM_ENV_<NAME>    the names, separated by spaces, and the values
#   STRATOSWARM_HOLD                             a fifo; while it is there, the program is not to begin until somebody opens it
#   STRATOSWARM_SIZED                            the terminal is given a size, which the program is to find

stratoswarm_list=
stratoswarm_unset=
stratoswarm_n=1
while [ "$stratoswarm_n" -le "$STRATOSWARM_ARGC" ]; do
  stratoswarm_list="$stratoswarm_list \"\$STRATOSWARM_ARG_$stratoswarm_n\""
  stratoswarm_unset="$stratoswarm_unset STRATOSWARM_ARG_$stratoswarm_n"
  stratoswarm_n=$((stratoswarm_n + 1))
done
eval "set -- $stratoswarm_list"
unset STRATOSWARM_ARGC $stratoswarm_unset

stratoswarm_names=$STRATOSWARM_NAMES
stratoswarm_hold=${STRATOSWARM_HOLD-}
stratoswarm_sized=${STRATOSWARM_SIZED-}
unset STRATOSWARM_NAMES STRATOSWARM_HOLD STRATOSWARM_SIZED
for stratoswarm_name in $stratoswarm_names; do
  eval "export $stratoswarm_name=\"\$STRATOSWARM_ENV_$stratoswarm_name\""
  unset "STRATOSWARM_ENV_$stratoswarm_name"
done

# Node itself can be started and held before the first line of the app (hold.cjs), unless one of its own options could act before that.
stratoswarm_holds_itself() {
  [ -z "${NODE_OPTIONS+set}" ] || return 1
  case $stratoswarm_hold in *[\"\\]*) return 1 ;; esac
  case $1 in node | */node) ;; *) return 1 ;; esac
  case ${2--} in -*) return 1 ;; esac
}
if [ -p "$stratoswarm_hold" ] && stratoswarm_holds_itself "$@"; then
  export STRATOSWARM_HOLD="$stratoswarm_hold" NODE_OPTIONS="--require=\"$stratoswarm_hold.cjs\""
elif [ -n "$stratoswarm_hold" ]; then
  if [ -p "$stratoswarm_hold" ]; then
    { read -r stratoswarm_n <"$stratoswarm_hold"; } 2>/dev/null
  fi
  # The app's files may have come in the place of this directory, also before this looked for a hold.
  cd "$PWD" && unset OLDPWD
fi

# A runtime may give the terminal its size only when this has begun (crun before 1.9), and fails where it has ended by then.
stratoswarm_n=0
while [ -n "$stratoswarm_sized" ] && [ "$stratoswarm_n" -lt 200 ] && [ "$(stty size 2>/dev/null)" = '0 0' ]; do
  stratoswarm_n=$((stratoswarm_n + 1))
  sleep 0.01
done
# It has more to do then than the size.
[ "$stratoswarm_n" -eq 0 ] || sleep 0.05

exec "$@"
