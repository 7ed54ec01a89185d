#!/usr/bin/env bash
# Installs the peer that `npm run bench -- relay` measures in the same run: ejabberd of Debian or Ubuntu, as root.
# The package's own service is not needed: the benchmark starts ejabberd by itself, on a folder and a port of its own.
set -euo pipefail
apt-get update -q
DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends ejabberd
if [ -d /run/systemd/system ]; then systemctl disable --now ejabberd; fi
dpkg-query --show ejabberd
