#!/usr/bin/env bash
# Starts a whole OpenStack cloud on 127.0.0.1: Keystone, Placement, Glance, Nova, Neutron and Cinder of Debian, with MariaDB and
# RabbitMQ below. The services are the real ones. Only what is under them is pretended: machines (hypervisor.py), networks and
# disks (drivers.py). Installs Debian's packages if they are missing, which needs root: 650 MB, two minutes. The cloud takes up
# to a minute and a half to start, and 2.2 GiB of memory. The last line of output is JSON: where it is, and who may enter.
#
#   start.sh FOLDER PORT    start, with ports from PORT to PORT + 8; everything is kept in FOLDER
#   start.sh FOLDER stop    stop
#
# TOKEN_SECONDS: how long a token lasts. Default 3600.
set -euo pipefail
export LC_ALL=C LANG=C.UTF-8
D=$1 PORT=$2 here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
RUN=$D/run COMPUTES=2
mkdir -p "$RUN"

alive() { [ -s "$RUN/$1.pid" ] && kill -0 "$(cat "$RUN/$1.pid")" 2>/dev/null; }
daemon() { # NAME COMMAND...: runs in the background
  local name=$1
  shift
  alive "$name" && return 0
  setsid "$@" >"$RUN/$name.log" 2>&1 </dev/null &
  echo $! >"$RUN/$name.pid"
}
up() { # PORT SECONDS: waits until something listens
  local i
  for i in $(seq $((${2:-30} * 5))); do
    (exec 3<>/dev/tcp/127.0.0.1/$1) 2>/dev/null && return 0
    sleep 0.2
  done
  echo "nothing listens on 127.0.0.1:$1" >&2
  return 1
}

if [ "$PORT" = stop ]; then
  # All are asked at once, then waited for; the database is the last.
  names=$(cd "$RUN" && for file in *.pid; do [ -e "$file" ] && echo "${file%.pid}"; done | grep -v mariadb || true)
  for name in $names; do
    case $name in os-epmd | os-rabbit) ;; *) ! alive "$name" || kill "$(cat "$RUN/$name.pid")" 2>/dev/null || true ;; esac
  done
  for name in $names os-mariadb; do
    if alive "$name"; then
      pid=$(cat "$RUN/$name.pid")
      kill "$pid" 2>/dev/null || true
      for i in $(seq 50); do kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
      kill -9 "$pid" 2>/dev/null || true
    fi
    rm -f "$RUN/$name.pid"
  done
  exit 0
fi

KEYSTONE=$PORT PLACEMENT=$((PORT + 1)) GLANCE=$((PORT + 2)) NOVA=$((PORT + 3)) NETWORK=$((PORT + 4)) VOLUME=$((PORT + 5))
RABBIT=$((PORT + 6)) DIST=$((PORT + 7)) EPMD=$((PORT + 8))

# Only the libraries: the packages of the services would add their start scripts, and ninety packages more.
missing=()
for package in python3-{keystone,placement,glance,nova,neutron,cinder,pymysql} rabbitmq-server mariadb-server uwsgi-core uwsgi-plugin-python3; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} != 0 ]; then
  [ "$(id -u)" = 0 ] || { echo 'OpenStack is not installed, and only root may install it' >&2; exit 1; }
  # The packages must not start services of their own.
  policy=/usr/sbin/policy-rc.d
  made=''
  [ -e "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy"; chmod +x "$policy"; made=yes; }
  { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >&2 ||
    { [ -z "$made" ] || rm -f "$policy"; exit 1; }
  [ -z "$made" ] || rm -f "$policy"
fi

mkdir -p "$D"/{etc,db,home,log,keystone,glance/{images,stage,tasks},nova/instances,neutron,cinder,lock,rabbit} "$D"/py/{nova_virt,test-1.0.dist-info}
export HOME=$D/home PYTHONPATH=$D/py PYTHONDONTWRITEBYTECODE=1
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY || true; export no_proxy=127.0.0.1
SOCK=$D/db/sock; MQ=rabbit://guest:guest@127.0.0.1:$RABBIT/
db() { echo "mysql+pymysql://root@localhost/$1?unix_socket=$SOCK&charset=utf8"; }

. "$here/configuration.sh"
cp "$here/hypervisor.py" "$D/py/nova_virt/testvirt.py"
cp "$here/drivers.py" "$D/py/testcloud.py"
printf 'Metadata-Version: 2.1\nName: test\nVersion: 1.0\n' >"$D/py/test-1.0.dist-info/METADATA"
printf '[neutron.ml2.mechanism_drivers]\nisobar = testcloud:TestMechanismDriver\n' >"$D/py/test-1.0.dist-info/entry_points.txt"

CONF_MY=(--no-defaults --user=root --datadir="$D/db/data" --socket="$SOCK" --pid-file="$D/db/pid")
[ -e "$D/db/data/mysql" ] || mariadb-install-db --no-defaults --user=root --datadir="$D/db/data" --skip-test-db >"$D/log/install-db.log" 2>&1
daemon os-mariadb mariadbd "${CONF_MY[@]}" --skip-networking --skip-grant-tables --max-connections=400 \
  --innodb-buffer-pool-size=128M --innodb-flush-log-at-trx-commit=0 --innodb-doublewrite=0 --skip-log-bin --character-set-server=utf8mb3
daemon os-epmd epmd -port $EPMD -address 127.0.0.1
up $EPMD
daemon os-rabbit env HOME="$D/rabbit" ERL_EPMD_PORT=$EPMD RABBITMQ_NODENAME=test@localhost RABBITMQ_NODE_IP_ADDRESS=127.0.0.1 \
  RABBITMQ_NODE_PORT=$RABBIT RABBITMQ_DIST_PORT=$DIST RABBITMQ_MNESIA_BASE="$D/rabbit/mnesia" RABBITMQ_LOG_BASE="$D/rabbit/log" \
  RABBITMQ_CONFIG_FILE="$D/rabbit/none" RABBITMQ_CONF_ENV_FILE=/dev/null RABBITMQ_ENABLED_PLUGINS_FILE="$D/rabbit/plugins" RABBITMQ_PID_FILE="$D/rabbit/pid" \
  RUNNING_UNDER_SYSTEMD=true RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="+S 1:1 +sbwt none -kernel inet_dist_use_interface {127,0,0,1}" \
  /usr/lib/rabbitmq/bin/rabbitmq-server
sql() { mariadb --no-defaults --socket="$SOCK" -N "$@"; }
for i in $(seq 150); do sql -e 'select 1' >/dev/null 2>&1 && break; sleep 0.2; done
# py NAME MODULE ARGS...: the console script that the service's package would have had
py() { local n=$1 m=$2; shift 2; /usr/bin/python3 -c "$(code "$n" "$m")" "$@"; }
code() { # nova.virt is widened so that compute_driver=testvirt... is found in it
  echo "import sys; sys.argv[0] = '$1'
import $2 as m
if '$1' == 'nova-compute':
    import nova.virt; nova.virt.__path__.append('$D/py/nova_virt')
sys.exit(m.main())"
}
C=$D/etc; NOVACONF="--config-file $C/nova.conf --config-file $C/nova-db.conf"
once() { local f=$D/.$1; shift; [ -e "$f" ] || { "$@" >>"$D/log/setup.log" 2>&1 && touch "$f"; } || { echo "failed: $* (see $D/log/setup.log)" >&2; exit 1; }; }
for d in keystone placement glance nova_api nova nova_cell0 neutron cinder; do sql -e "create database if not exists $d character set utf8mb3"; done
bootstrap() {
  keystone-manage --config-file $C/keystone.conf db_sync &&
  keystone-manage --config-file $C/keystone.conf fernet_setup --keystone-user root --keystone-group root &&
  keystone-manage --config-file $C/keystone.conf credential_setup --keystone-user root --keystone-group root &&
  keystone-manage --config-file $C/keystone.conf bootstrap --bootstrap-password testadmin --bootstrap-region-id RegionOne \
    --bootstrap-public-url http://127.0.0.1:$KEYSTONE/v3/ --bootstrap-internal-url http://127.0.0.1:$KEYSTONE/v3/ --bootstrap-admin-url http://127.0.0.1:$KEYSTONE/v3/
}
novadb() {
  py nova-manage nova.cmd.manage $NOVACONF api_db sync &&
  py nova-manage nova.cmd.manage $NOVACONF cell_v2 map_cell0 --database_connection "$(db nova_cell0)" &&
  py nova-manage nova.cmd.manage $NOVACONF db sync &&
  py nova-manage nova.cmd.manage $NOVACONF cell_v2 create_cell --name cell1 --database_connection "$(db nova)" --transport-url $MQ
}
once keystone bootstrap
once placement env OS_PLACEMENT_CONFIG_DIR=$C placement-manage --config-file $C/placement.conf db sync
once glance py glance-manage glance.cmd.manage --config-file $C/glance.conf db_sync
once nova novadb
once neutron py neutron-db-manage neutron.db.migration.cli --config-file $C/neutron.conf upgrade heads
once cinder py cinder-manage cinder.cmd.manage --config-file $C/cinder.conf db sync

wsgi() { # NAME PORT SCRIPT ENV...
  local n=$1 p=$2 s=$3; shift 3
  daemon "$n" env "$@" uwsgi --plugins python3 --http-socket 127.0.0.1:$p --processes 1 --threads 8 --enable-threads --die-on-term --lazy-apps \
    --add-header 'Connection: close' --buffer-size 65535 --post-buffering 65536 --disable-logging --need-app --wsgi-file $s
}
svc() { local n=$1 m=$2; shift 2; daemon os-$n /usr/bin/python3 -c "$(code "${n%[0-9]}" "$m")" "$@"; }
up $RABBIT 60
wsgi os-keystone $KEYSTONE /usr/bin/keystone-wsgi-public OS_KEYSTONE_CONFIG_FILES=$C/keystone.conf
up $KEYSTONE
ready() { # URL SECONDS: until it answers with anything but 5xx
  local i c; for i in $(seq $(( $2 * 2 ))); do c=$(curl -s -o /dev/null -w '%{http_code}' "$1" || true); case $c in 2*|3*|4*) return 0 ;; esac; sleep 0.5; done
  echo "no answer from $1" >&2; return 1
}
ready http://127.0.0.1:$KEYSTONE/v3 60
export TEST_SINCE; alive os-nova-compute1 && TEST_SINCE= || TEST_SINCE=$(date -u +%FT%T)
export TEST_PORTS="$KEYSTONE $PLACEMENT $GLANCE $NOVA $NETWORK $VOLUME" TEST_COMPUTES=$COMPUTES
once identity /usr/bin/python3 "$here/seed.py" identity
wsgi os-placement $PLACEMENT /usr/bin/placement-api OS_PLACEMENT_CONFIG_DIR=$C
svc glance glance.cmd.api --config-file $C/glance.conf
svc nova-conductor nova.cmd.conductor $NOVACONF
svc nova-api nova.cmd.api $NOVACONF
svc neutron neutron.cmd.eventlet.server --config-file $C/neutron.conf
ready http://127.0.0.1:$PLACEMENT/ 60
svc nova-scheduler nova.cmd.scheduler $NOVACONF
for i in $(seq $COMPUTES); do
  printf '[DEFAULT]\nhost = test%s\n' $i >"$C/nova-compute$i.conf"
  svc nova-compute$i nova.cmd.compute --config-file $C/nova.conf --config-file "$C/nova-compute$i.conf"
done
svc cinder-api cinder.cmd.api --config-file $C/cinder.conf
svc cinder-scheduler cinder.cmd.scheduler --config-file $C/cinder.conf
svc cinder-volume cinder.cmd.volume --config-file $C/cinder.conf
ready http://127.0.0.1:$VOLUME/ 120
ready http://127.0.0.1:$GLANCE/ 120; ready http://127.0.0.1:$NOVA/ 120
ready http://127.0.0.1:$NETWORK/ 120
/usr/bin/python3 "$here/seed.py" resources >>"$D/log/setup.log" 2>&1 || { tail -3 "$D/log/setup.log" >&2; exit 1; }
version=$(dpkg-query -W -f='${Version}' python3-nova)
cat <<EOF
{"authUrl": "http://127.0.0.1:$KEYSTONE/v3", "username": "test", "password": "testsecret", "project": "test", "smallProject": "testtwo", "region": "RegionOne", "version": "$version"}
EOF
