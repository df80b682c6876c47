#!/bin/sh
# The last step before launch.sh, within the sandbox and as its user: gives up every privilege.
#
#   sh enter.sh caps|bare <directory below /app>
#
# caps: it comes with the capabilities of a user namespace that was just made. bare: it has none.

set_aside='--no-new-privs --inh-caps=-all'
if [ "$1" = caps ]; then
  # User namespaces below this one would give capabilities again, over more of the kernel than a program needs.
  echo 0 2>/dev/null >/proc/sys/user/max_user_namespaces
  set_aside="$set_aside --ambient-caps=-all --bounding-set=-all"
fi
cd "/app/$2" || exit 126
exec setpriv $set_aside /bin/sh /.stratoswarm/launch.sh
