#!/bin/sh
# Makes the certificates in this folder. They are for tests on this machine only: the key is public, so nothing else may
# trust them. Needs OpenSSL 3; running the tests does not.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

cat > "$work/config" <<CONFIG
[ca]
default_ca = authority
[authority]
database = $work/database
new_certs_dir = $work
rand_serial = yes
unique_subject = no
default_md = sha256
policy = policy
[policy]
commonName = supplied
[req]
distinguished_name = none
[none]
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
[here]
basicConstraints = critical, CA:FALSE
subjectAltName = DNS:localhost, IP:127.0.0.1
[elsewhere]
basicConstraints = critical, CA:FALSE
subjectAltName = DNS:storage.example
CONFIG
: > "$work/database"

from=20200101000000Z
until=21200101000000Z

# request KEY SUBJECT: makes a certificate request
request() { openssl req -new -config "$work/config" -key "$1" -subj "$2" -out "$work/request"; }

# sign NAME EXTENSIONS FROM UNTIL SIGNER...: makes a certificate for the request
sign() {
  name=$1 extensions=$2 start=$3 end=$4
  shift 4
  openssl ca -batch -notext -config "$work/config" -extensions "$extensions" -startdate "$start" -enddate "$end" \
    -in "$work/request" -out "$name" "$@"
}

openssl ecparam -name prime256v1 -genkey -noout -out "$work/authority.key"
openssl ecparam -name prime256v1 -genkey -noout -out test-only-server.key
request "$work/authority.key" '/CN=Isobar test authority'
sign test-only-authority.pem root $from $until -selfsign -keyfile "$work/authority.key"

request test-only-server.key '/CN=localhost'
sign self-signed.pem here $from $until -selfsign -keyfile test-only-server.key
set -- -cert test-only-authority.pem -keyfile "$work/authority.key"
sign good.pem here $from $until "$@"
sign expired.pem here $from 20200201000000Z "$@"
sign not-yet-valid.pem here 21190101000000Z $until "$@"
request test-only-server.key '/CN=storage.example'
sign other-host.pem elsewhere $from $until "$@"
