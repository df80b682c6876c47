#!/bin/sh
# Joins a sandbox from the host and runs a program in it.
#
#   sh exec.sh <pid of its init> <pid of its program> <host uid | - > <own user namespace: yes | no> <directory below /app>
#
# STRATOSWARM_CGROUPS lists cgroup.procs files to enter first.

init=$1 main=$2 uid=$3 nested=$4 cwd=$5
for procs in ${STRATOSWARM_CGROUPS-}; do
  echo 0 >"$procs" || exit 125
done
unset STRATOSWARM_CGROUPS

spaces='--mount --uts --ipc --pid --cgroup'
enter='/bin/sh /.stratoswarm/enter.sh bare'
become="setpriv --reuid $uid --regid $uid --clear-groups"
# The program's own user namespace is held open: inside, its pid is another one.
own_users='nsenter --user=/proc/self/fd/9 --preserve-credentials'
[ "$nested" = no ] || exec 9<"/proc/$main/ns/user" || exit 125
case $uid,$nested in
  -,*) exec nsenter --target "$init" --user --preserve-credentials $spaces $own_users $enter "$cwd" ;;
  *,yes) exec nsenter --target "$init" --net $spaces $become $own_users $enter "$cwd" ;;
  *) exec nsenter --target "$init" --net $spaces $become --no-new-privs --inh-caps=-all --bounding-set=-all $enter "$cwd" ;;
esac
