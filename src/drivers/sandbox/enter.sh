#!/bin/sh
# The last step before launch.sh, within the sandbox and as its user: gives up every privilege.
#
#   sh enter.sh caps|bare <directory below /app>
#
# caps: it comes with the capabilities of a user namespace that was just made. bare: it has none.
# With STRATOSWARM_MAIN, descriptor 7 takes that record and 8 a hint once nothing but the program is left to come.

set_aside='--no-new-privs --inh-caps=-all'
if [ "$1" = caps ]; then
  # User namespaces below this one would give capabilities again, over more of the kernel than a program needs.
  echo 0 2>/dev/null >/proc/sys/user/max_user_namespaces
  set_aside="$set_aside --ambient-caps=-all --bounding-set=-all"
fi
cd "/app/$2" || exit 126
unset OLDPWD
record='if [ -n "${STRATOSWARM_MAIN-}" ]; then
  echo "$STRATOSWARM_MAIN" >&7
  echo started >&8
  unset STRATOSWARM_MAIN
  exec 7>&- 8>&-
fi'
exec setpriv $set_aside /bin/sh -c "$record"'
. "$0"' /.stratoswarm/launch.sh
