#!/usr/bin/env bash
# Writes an environment's image into the working tree: for the chart and for the overlay.
# Reads ENVIRONMENT (staging or production), DIGEST and COMMIT. Needs mikefarah's yq, version 4.
set -euo pipefail

[[ "$DIGEST" =~ ^sha256:[0-9a-f]{64}$ ]] || { echo "::error::not a digest: '$DIGEST'" >&2; exit 1; }
[[ "$COMMIT" =~ ^[0-9a-f]{40}([0-9a-f]{24})?$ ]] || { echo "::error::not a commit: '$COMMIT'" >&2; exit 1; }
export DIGEST COMMIT

overlay="deploy/kustomize/overlays/$ENVIRONMENT/image"
yq -i '.image.digest = strenv(DIGEST) | .image.commit = strenv(COMMIT)' "deploy/environments/$ENVIRONMENT/image.yaml"
yq -i '.images[0].digest = strenv(DIGEST)' "$overlay/kustomization.yaml"
yq -i '(.spec.template.spec.containers[0].env[] | select(.name == "IMAGE_COMMIT") | .value) = strenv(COMMIT)' "$overlay/commit.yaml"
