#!/bin/sh
# Process 1 of a sandbox: sets it up, becomes parent of the agent's program, reaps what that leaves, and writes down its end.
#
#   sh setup.sh <agent directory> <host uid | - > <own user namespace: yes | no> <host name> <directory below /app>
#
# Runs in new mount, uts, ipc, pid and cgroup namespaces, as root of the host or (uid `-`) of a user namespace.
# Files in the agent directory; records as in shim.sh:
#   fstab       what to mount, in order
#   root        where the new root is put together
#   init, main  "<pid> <start> <boot> ." of this process and of the program, as the host counts pids
#   ended       "<status> code ." or "<status> signal ." of the program
#   init-notes  what this shell says; it names a signal there

dir=$1 uid=$2 nested=$3 name=$4 cwd=$5
exec 2>"$dir/init-notes" 9<>"$dir/ended"

# The host's /proc is still there: in it, a process finds itself under the pid that the host knows.
identify() {
  IFS= read -r stat </proc/self/stat
  pid=${stat%% *}
  start_among ${stat##*) }
}
start_among() {
  shift 19
  start=$1
}
read -r boot </proc/sys/kernel/random/boot_id

identify
printf '%s %s %s .\n' "$pid" "$start" "$boot" >"$dir/init" || exit 125

fail() {
  echo "stratoswarm: the sandbox could not be set up: $1" >&2
  exit 125
}

(
  exec 2>&1 9>&- 7>"$dir/main" 8>"${dir%/*}/exits/${dir##*/}"
  identify
  export STRATOSWARM_MAIN="$pid $start $boot ."
  # The file belongs to the host's root, also where another may set the name.
  { echo "$name" >/proc/sys/kernel/hostname; } 2>/dev/null || hostname "$name" 2>/dev/null
  cd "$dir" || fail 'its directory is gone'
  mount --all --fstab "$dir/fstab" || fail 'a mount failed'
  cd root || fail 'its root is gone'
  pivot_root . mnt || fail 'its root could not be entered'
  umount -l /mnt || fail 'the host could not be left'
  enter='/bin/sh /.stratoswarm/enter.sh'
  become="setpriv --reuid $uid --regid $uid --clear-groups"
  own_users='unshare --user --map-user=1000 --map-group=1000 --keep-caps'
  # A session of its own: a program that kills its process group does not kill this one.
  case $uid,$nested in
    -,*) exec setsid $own_users $enter caps "$cwd" ;;
    *,yes) exec setsid $become $own_users $enter caps "$cwd" ;;
    *) exec setsid $become --no-new-privs --inh-caps=-all --bounding-set=-all $enter bare "$cwd" ;;
  esac
)
status=$?

how=code
case $status in
  130 | 141) how=signal ;; # of these two the shell says nothing
  *) [ "$status" -le 128 ] || [ ! -s /proc/self/fd/2 ] || how=signal ;;
esac
printf '%s %s .\n' "$status" "$how" >&9
exit "$status"
