#!/bin/sh
# Takes out of a production install what nothing reads when the server runs: types, source maps, extensions of the embedded
# database and test data, a third of the folder. Not for an installation that is developed in.
set -eu
cd "$(dirname "$0")/.."
if [ ! -d node_modules ]; then
  echo "slim.sh: nothing is installed here; run pnpm install --prod first" >&2
  exit 1
fi
if [ -e node_modules/typescript ]; then
  echo "slim.sh: this is an installation for development, which reads the types; nothing was taken out" >&2
  exit 1
fi
find node_modules -type f '(' -name '*.map' -o -name '*.ts' -o -name '*.cts' -o -name '*.mts' \
  -o -name '*.tar.gz' -o -path '*/bintrees/test/*' ')' -delete
