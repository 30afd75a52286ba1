#!/usr/bin/env bash
# Renders both environments into the folder $1: <environment>-chart.yaml and <environment>-overlay.yaml.
# Reads KUBERNETES_VERSION (the cluster's); needs helm and kustomize.
set -euo pipefail

mkdir -p "$1"
helm lint --strict --kube-version "$KUBERNETES_VERSION" --set "image.digest=sha256:$(printf '0%.0s' {1..64})" deploy/chart

for environment in staging production; do
  values=(--values "deploy/environments/$environment/values.yaml" --values "deploy/environments/$environment/image.yaml")
  # Before the first release there is no digest, and the chart refuses to render without.
  if [ -z "$(yq .image.digest "deploy/environments/$environment/image.yaml")" ]; then
    values+=(--set "image.digest=sha256:$(printf '0%.0s' {1..64})")
  fi
  helm template shop deploy/chart --namespace "$environment" --kube-version "$KUBERNETES_VERSION" "${values[@]}" >"$1/$environment-chart.yaml"
  kustomize build "deploy/kustomize/overlays/$environment" >"$1/$environment-overlay.yaml"
done
kustomize build deploy/kustomize/extras/staging >"$1/staging-extras.yaml"
