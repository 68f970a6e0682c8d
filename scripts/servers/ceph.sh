#!/usr/bin/env bash
# Starts Ceph's object gateway on 127.0.0.1 with one monitor and one disk, which is a sparse file, all without a password inside.
# Installs Debian's packages if they are missing, which needs root. Prints the endpoint, the key and the secret, each on a line.
#
#   ceph.sh FOLDER PORT    start; everything is kept in FOLDER
#   ceph.sh FOLDER stop    stop
set -euo pipefail
export LC_ALL=C
folder=$1 port=$2 config=$1/ceph.conf
key=ISOBARISOBARISOBAR01 secret=isobarsecretisobarsecretisobarsecret0001

if [ "$port" = stop ]; then
  for part in gateway disk monitor; do
    [ -s "$folder/$part.pid" ] && kill "$(cat "$folder/$part.pid")" 2>/dev/null || true
    rm -f "$folder/$part.pid"
  done
  exit 0
fi

if ! command -v radosgw >/dev/null || ! command -v ceph-osd >/dev/null; then
  [ "$(id -u)" = 0 ] || { echo 'Ceph is not installed, and only root may install it' >&2; exit 1; }
  # The packages must not start services of their own.
  policy=/usr/sbin/policy-rc.d
  made=''
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod +x "$policy"; made=yes; }
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends \
    ceph-mon ceph-osd radosgw ceph-common; } >&2 || { [ -z "$made" ] || rm -f "$policy"; exit 1; }
  [ -z "$made" ] || rm -f "$policy"
fi

# The monitor keeps the port that it was made with: below those that connections get.
monitor_port=$(sed -n 's/^mon host = v2:127.0.0.1://p' "$config" 2>/dev/null || true)
monitor_port=${monitor_port:-$((20000 + RANDOM % 9000))}
start() { # NAME COMMAND...: runs in the background
  local name=$1
  shift
  setsid "$@" >"$folder/$name.out" 2>&1 </dev/null &
  echo $! >"$folder/$name.pid"
}
runs() { [ -s "$folder/$1.pid" ] && kill -0 "$(cat "$folder/$1.pid")" 2>/dev/null; }
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
wait_for() { # COMMAND...: up to a minute
  for _ in $(seq 300); do "$@" && return 0; sleep 0.2; done
  echo "gave up waiting for: $*" >&2
  return 1
}

export CEPH_CONF=$config
if [ ! -e "$config" ]; then
  mkdir -p "$folder"/{monitor,disk,gateway}
  cat >"$config" <<CONFIG
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
mon host = v2:127.0.0.1:$monitor_port
mon initial members = a
public addr = 127.0.0.1
ms bind ipv6 = false
ms bind port min = $((monitor_port + 10))
ms bind port max = $((monitor_port + 50))
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
run dir = $folder
admin socket = $folder/\$name.asok
log file = $folder/\$name.log
mon data avail crit = 1
mon warn on pool no redundancy = false
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 8
osd crush chooseleaf type = 0
osd pool default pg autoscale mode = off
[mon.a]
mon data = $folder/monitor
[osd.0]
osd data = $folder/disk
osd objectstore = bluestore
bluestore block size = 8589934592
bluestore fsck on mount = false
osd memory target = 1073741824
[client.gateway]
rgw data = $folder/gateway
rgw crypt require ssl = false
CONFIG
  fsid=$(sed -n 's/^fsid = //p' "$config")
  monmaptool --create --addv a "[v2:127.0.0.1:$monitor_port]" --fsid "$fsid" "$folder/monmap" >&2
  ceph-mon --mkfs -i a --monmap "$folder/monmap" >&2
fi
runs monitor || start monitor ceph-mon -i a -f
wait_for listens "$monitor_port"
if [ ! -e "$folder/disk/whoami" ]; then
  disk=$(cat /proc/sys/kernel/random/uuid)
  ceph osd new "$disk" >/dev/null
  ceph-osd -i 0 --mkfs --osd-uuid "$disk" >"$folder/mkfs.out" 2>&1
fi
disk_is_up() { ceph osd stat 2>/dev/null | grep -q '1 up'; }
# The monitor may still believe in a disk that was stopped.
runs disk || start disk ceph-osd -i 0 -f
wait_for disk_is_up
! runs gateway || kill "$(cat "$folder/gateway.pid")"
start gateway radosgw -n client.gateway -f --rgw-frontends "beast endpoint=127.0.0.1:$port"
wait_for listens "$port"
radosgw-admin user info --uid isobar >/dev/null 2>&1 ||
  radosgw-admin user create --uid isobar --display-name isobar --access-key "$key" --secret-key "$secret" >/dev/null
printf '%s\n' "http://127.0.0.1:$port" "$key" "$secret"
