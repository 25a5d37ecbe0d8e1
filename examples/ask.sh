#!/bin/sh
# ask.sh NAMESPACE APP PORT PATH: what each pod labelled app=APP answers, without its own name, and how many answer so. It asks through the API server.
for pod in $(kubectl get pods -n "$1" -l "app=$2" -o jsonpath='{.items[*].metadata.name}'); do
  answer=$(kubectl get --raw "/api/v1/namespaces/$1/pods/$pod:$3/proxy$4")
  printf '%s\n' "$answer" | sed "s/ *$pod//"
done | sort | uniq -c
