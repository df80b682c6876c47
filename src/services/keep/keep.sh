#!/bin/sh
# Runs a program whose data lies in its own tree, which is new with each revision:  keep.sh PLACE PATH... -- COMMAND...
# Each PATH, relative to the current directory, becomes a link to the same name below PLACE, which is kept; one that ends in `/` is a
# directory. One that begins with `/` is only made there. What the code brings there is where the kept one begins. SQLite follows such links and keeps its journals beside the real file.
set -eu
place=$1
shift
# Two agents may begin at once: a copy appears whole or not at all, and the first one stays.
begin_file() {
  cp -- "$1" "$2.$$"
  chmod u+rw "$2.$$"
  ln -- "$2.$$" "$2" 2>/dev/null || [ -e "$2" ]
  rm -f -- "$2.$$"
}
begin_directory() {
  cp -R -- "$1" "$2.$$"
  chmod -R u+rwX "$2.$$"
  mv -T -- "$2.$$" "$2" 2>/dev/null || [ -d "$2" ]
  rm -rf -- "$2.$$"
}
while [ "$1" != -- ]; do
  path=${1%/}
  case $path in
    /*)
      kept=$place$path
      case $path/ in "$place"/*) kept=$path ;; esac
      mkdir -p "$kept"
      shift
      continue
      ;;
  esac
  kept=$place/$path
  mkdir -p "$(dirname -- "$path")" "$(dirname -- "$kept")"
  case $1 in
    */)
      if [ -d "$path" ] && [ ! -L "$path" ]; then
        [ -e "$kept" ] || begin_directory "$path" "$kept"
        rm -rf -- "$path"
      fi
      mkdir -p "$kept"
      ;;
    *)
      if [ -f "$path" ] && [ ! -L "$path" ]; then
        [ -e "$kept" ] || begin_file "$path" "$kept"
        rm -f -- "$path"
      fi
      ;;
  esac
  shift
  [ -L "$path" ] || ln -s -- "$kept" "$path"
done
shift
exec "$@"
