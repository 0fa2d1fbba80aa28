#!/bin/sh
# Run the installed Seamline; without words, the node in the folder beside this file.
here=$(cd "$(dirname "$0")" && pwd)
program="$here/$(cat "$here/current")"
[ $# -gt 0 ] || set -- serve "$here/node"
exec "$program/bin/python" -m seamline "$@"
