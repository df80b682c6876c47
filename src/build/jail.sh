#!/bin/sh
# Runs one command of a build in a root of its own. Called inside fresh mount, pid, ipc and uts namespaces:
#   jail.sh WORK USER CWD COUNT DIRECTORY... -- PROGRAM ARGUMENT...
# WORK holds `tree`, `home`, `tmp`, `cache` (a link to the shared download caches) and an empty `root`. USER is the numeric
# user to become, or `-` to stay. CWD is relative to the tree. The COUNT directories after it are shown read-only at their own place.
# The command sees the system's programs, the tree at /app, the caches at /cache, and nothing else of the host.
set -eu
path=$PATH
PATH=/usr/sbin:/sbin:/usr/bin:/bin
work=$1 user=$2 cwd=$3 count=$4
shift 4
root=$work/root

mount -t tmpfs -o mode=755,size=16m,nr_inodes=16k build "$root"
cd "$root"
mkdir -p app cache proc dev/shm tmp home/build root run var/tmp etc usr mnt

show() {
  mount --rbind "$1" "$2"
  # Refused where the mount is locked by an outer namespace; there the user's own rights protect it.
  mount -o remount,bind,ro "$2" 2>/dev/null || mount -o remount,bind,ro,nosuid,nodev "$2" 2>/dev/null || :
}
for name in bin sbin lib lib32 lib64 libx32; do
  if [ -L "/$name" ]; then ln -s "$(readlink "/$name")" "$name"
  elif [ -d "/$name" ]; then mkdir "$name" && show "/$name" "$name"
  fi
done
for name in usr etc opt nix; do
  if [ -d "/$name" ]; then mkdir -p "$name" && show "/$name" "$name"; fi
done
# Where systemd-resolved keeps what /etc/resolv.conf links to.
if [ -d /run/systemd/resolve ]; then mkdir -p run/systemd/resolve && show /run/systemd/resolve run/systemd/resolve; fi

for name in null zero full random urandom tty; do
  : >"dev/$name"
  mount --bind "/dev/$name" "dev/$name"
done
ln -s /proc/self/fd dev/fd
ln -s /proc/self/fd/0 dev/stdin
ln -s /proc/self/fd/1 dev/stdout
ln -s /proc/self/fd/2 dev/stderr
mount -t tmpfs -o mode=1777,size=256m shared dev/shm
mount -t proc proc proc 2>/dev/null || mount --rbind /proc proc

mount --bind "$work/tree" app
mount --rbind "$work/cache/." cache
mount --bind "$work/home" home/build
mount --bind "$work/tmp" tmp
mount --bind "$work/tmp" var/tmp

# After the places above, because they may lie in one of them.
while [ "$count" -gt 0 ]; do
  case $1 in
    /usr | /usr/* | /opt | /opt/* | /bin | /bin/* | /sbin | /sbin/* | /nix/*) ;;
    *) mkdir -p ".$1" && show "$1" ".$1" ;;
  esac
  shift
  count=$((count - 1))
done
[ "$1" = -- ] && shift

mkdir .outside
pivot_root . .outside
umount -l /.outside
rmdir /.outside
mount -o remount,ro / 2>/dev/null || :
cd "/app/$cwd"
become=$(command -v setpriv)
PATH=$path
if [ "$user" = - ]; then
  exec "$become" --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"
fi
exec "$become" --reuid "$user" --regid "$user" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all -- "$@"
