#!/bin/sh
# Runs a program whose data files lie in its own tree, which is new with each revision:  keep.sh PLACE FILE... -- COMMAND...
# Each FILE, relative to the current directory, becomes a link to the same name below PLACE, which is kept. A file that the code
# brings is where the kept one begins. SQLite follows such links and keeps its journals beside the real file.
set -eu
place=$1
shift
while [ "$1" != -- ]; do
  file=$1
  kept=$place/$file
  shift
  mkdir -p "$(dirname -- "$file")" "$(dirname -- "$kept")"
  if [ -f "$file" ] && [ ! -L "$file" ]; then
    # Two agents may begin at once: the copy appears whole or not at all, and the first one stays.
    if [ ! -e "$kept" ]; then
      cp -- "$file" "$kept.$$"
      chmod u+rw "$kept.$$"
      ln -- "$kept.$$" "$kept" 2>/dev/null || [ -e "$kept" ]
      rm -f -- "$kept.$$"
    fi
    rm -f -- "$file"
  fi
  [ -L "$file" ] || ln -s -- "$kept" "$file"
done
shift
exec "$@"
