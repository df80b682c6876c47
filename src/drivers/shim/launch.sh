#!/bin/sh
# Becomes the agent's program. Its arguments and environment come in variables with a prefix, and get their true names
# only here: so no LD_PRELOAD of an agent acts on the privileged steps before, no argument shows in the shim's
# command line, and no value is ever read as shell text.
#
#   STRATOSWARM_ARGC, STRATOSWARM_ARG_<n>        the program and its arguments, from 1
#   STRATOSWARM_NAMES, STRATOSWARM_ENV_<NAME>    the names, separated by spaces, and the values

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
unset STRATOSWARM_NAMES
for stratoswarm_name in $stratoswarm_names; do
  eval "export $stratoswarm_name=\"\$STRATOSWARM_ENV_$stratoswarm_name\""
  unset "STRATOSWARM_ENV_$stratoswarm_name"
done

exec "$@"
