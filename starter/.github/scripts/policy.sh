#!/usr/bin/env bash
# What no schema says, asked of all rendered objects in the folder $1. Needs kube-score and yq.
set -euo pipefail

failures=0
# Each rule is a name and a yq expression that finds the objects which break it.
deny() {
  local found
  found=$(yq --no-doc "select($2) | .kind + \"/\" + .metadata.name + \" in \" + filename" "$folder"/*.yaml)
  [ -z "$found" ] || { echo "::error::$1: $(paste -sd, <<<"$found")"; failures=1; }
}

folder=$1
deny 'an image without digest' '.spec.template.spec.containers // [] | any_c(.image | test("@sha256:[0-9a-f]{64}$") | not)'
deny 'a Secret in git' '.kind == "Secret"'
deny 'a Namespace (Argo CD makes it)' '.kind == "Namespace"'
deny 'a Service that is open to the outside' '.kind == "Service" and .spec.type != "ClusterIP"'
deny 'an Ingress to the management port' '.kind == "Ingress" and ([.. | select(has("port")) | .port.name] | any_c(. == "management"))'

# The five exceptions from kube-score, and why:
exceptions=(
  # The kernel throttles at a CPU limit even when the node is idle; requests share fairly, and memory is limited.
  --ignore-container-cpu-limit
  # Argo CD ignores the number where the autoscaler owns it, and a new Deployment starts at the minimum.
  --ignore-test deployment-targeted-by-hpa-does-not-have-replicas-configured
  # An image named by digest is the same wherever it comes from, and a restart must not need the registry.
  --ignore-test container-image-pull-policy
  # Pods are spread by topologySpreadConstraints, which kube-score does not count.
  --ignore-test deployment-has-host-podantiaffinity
)
for file in "$folder"/*.yaml; do
  own=()
  # Staging is one pod on purpose.
  case "$file" in */staging-*) own=(--ignore-test deployment-replicas) ;; esac
  report=$(kube-score score --output-format ci --kubernetes-version v1.30 "${exceptions[@]}" "${own[@]}" "$file") || failures=1
  if grep -E '^\[(CRITICAL|WARNING)' <<<"$report"; then failures=1; fi
done
exit "$failures"
