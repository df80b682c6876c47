#!/bin/sh
# Parents one agent and writes down what becomes of it, so that a daemon that was killed, upgraded or never there
# learns all of it from files.
#
#   sh shim.sh <agent directory> <command> [argument ...]
#
# The command must end by replacing itself with the agent's program (exec), so that the pid stays the same.
# STRATOSWARM_CGROUPS may list cgroup.procs files, one word each, which the command (not the shim) enters first.
#
# Files in the agent directory; records are one line written at once that ends in " .", so half of one is told apart:
#   started  "<pid> <start> <boot> ."   of the shim; created exclusively: whoever creates it is the only one to start the agent
#   pid      "<pid> <start> <boot> ."   of the command; start is field 22 of /proc/<pid>/stat, 0 where there is no /proc
#   log      standard output and error of the command, appended
#   exit     "<status> code ." or "<status> signal ."; the time of the exit is the file's modification time
#   notes    what this shell says; it names a signal there ("Killed"), which tells `exit 137` from signal 9
# The last two are written over spaces that were there before (1<>): that needs no room on a full disk.
# Beside the agent directories, exits/<agent> is written after `pid` and after `exit`: one watch sees all agents.

dir=$1
shift
hint=${dir%/*}/exits/${dir##*/}

# Caught, not ignored: the shim lives on, and the command gets the default action again (POSIX.1-2017, 2.11).
trap : HUP INT QUIT PIPE ALRM TERM USR1 USR2
umask 077
exec </dev/null >/dev/null 2<>"$dir/notes"

# Sets pid and start of the process that calls it, also in a subshell (where $$ is the parent's).
identify() {
  if [ -r /proc/self/stat ]; then
    IFS= read -r stat </proc/self/stat
    pid=${stat%% *}
    start_among ${stat##*) }
  else
    pid=$(exec sh -c 'echo $PPID')
    start=0
  fi
}
start_among() {
  shift 19
  start=$1
}

boot=-
[ -r /proc/sys/kernel/random/boot_id ] && read -r boot </proc/sys/kernel/random/boot_id

identify
set -C
printf '%s %s %s .\n' "$pid" "$start" "$boot" >"$dir/started" || exit 125
set +C

# In the foreground: the shell starts background jobs with SIGINT and SIGQUIT ignored for good.
(
  identify
  for procs in ${STRATOSWARM_CGROUPS-}; do
    echo 0 >"$procs" || exit 125
  done
  unset STRATOSWARM_CGROUPS
  # When memory runs out, the kernel should take an agent rather than its shim or the daemon.
  [ ! -w /proc/self/oom_score_adj ] || echo 200 >/proc/self/oom_score_adj
  ulimit -S -c 0
  umask 022
  printf '%s %s %s .\n' "$pid" "$start" "$boot" >"$dir/pid" || exit 125
  echo started >"$hint"
  exec "$@"
) >>"$dir/log" 2>&1
status=$?

how=code
case $status in
  130 | 141) how=signal ;; # of these two the shell says nothing
  *) [ "$status" -le 128 ] || ! read -r note <"$dir/notes" || [ -z "$note" ] || how=signal ;;
esac

# What the command left behind in its process group would keep its port. The number is not given to another process
# as long as one of the group is there, and there is no such group when the command did not lead one.
read -r pid rest <"$dir/pid" && kill -s KILL -- "-$pid" 2>/dev/null

printf '%s %s .\n' "$status" "$how" 1<>"$dir/exit"
echo exited >"$hint"
