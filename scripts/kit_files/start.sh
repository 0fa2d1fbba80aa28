#!/bin/sh
# Run the installed Seamline; without words, the node in the folder beside this file.
here=$(cd "$(dirname "$0")" && pwd)
program="$here/$(cat "$here/current")"
SEAMLINE_START="$here/start.sh"
PYTHONSAFEPATH=1 # whatever folder it is called from holds none of its modules
export SEAMLINE_START PYTHONSAFEPATH
[ $# -gt 0 ] || set -- serve "$here/node"
[ $# -ne 1 ] || [ "$1" != setup ] || set -- setup "$here/node" --samples "$here/room"
[ $# -ne 1 ] || [ "$1" != doctor ] || [ ! -e "$here/node/node.toml" ] || set -- doctor "$here/node"
exec "$program/bin/python" -m seamline "$@"
