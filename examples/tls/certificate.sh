#!/bin/sh
# certificate.sh SERIAL [--wrong-key]: a certificate of that serial number as the Secret web-cert, as an issuer writes it. Or one beside the key of another.
set -e
folder=$(mktemp -d); trap 'rm -r "$folder"' EXIT; cd "$folder"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout tls.key -out tls.crt -set_serial "$1" -days 30 -subj /CN=web 2>/dev/null
[ "$2" != --wrong-key ] || openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out tls.key
kubectl create secret generic web-cert -n example-tls --type=kubernetes.io/tls --from-file=tls.crt --from-file=tls.key --dry-run=client -o yaml |
  kubectl apply --server-side -f -
