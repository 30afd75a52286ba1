#!/usr/bin/env bash
# Prints the digest of IMAGE:tree-TREE if it may be deployed, and nothing if the image has to be built.
# Reads IMAGE, TREE, GITHUB_REPOSITORY and GH_TOKEN; expects a docker that is signed in to the registry.
set -euo pipefail

reference="$IMAGE:tree-$TREE"
complaints=$(mktemp)

if ! manifest=$(docker buildx imagetools inspect "$reference" --format '{{json .Manifest}}' 2>"$complaints"); then
  # A package that does not exist yet is "denied" to everybody; a wrong token fails later, when the image is pushed.
  if grep -qiE 'not found|unknown|denied' "$complaints"; then exit 0; fi
  echo "::error::the registry does not answer for $reference: $(tr '\n' ' ' <"$complaints")" >&2
  exit 1
fi
digest=$(jq -r .digest <<<"$manifest")

# What a laptop has built on its own Node must never be deployed.
labels=$(docker buildx imagetools inspect "$IMAGE@$digest" --format '{{json .Image}}' | jq -c '[.. | objects | .Labels? // empty | keys[]] | unique')
if jq -e 'any(. == "slipway.host-image")' <<<"$labels" >/dev/null; then
  echo "::error::$reference is a host image; delete that tag from the registry" >&2
  exit 1
fi

if gh attestation verify "oci://$IMAGE@$digest" --repo "$GITHUB_REPOSITORY" --signer-workflow "$GITHUB_REPOSITORY/.github/workflows/image.yaml" >"$complaints" 2>&1; then
  echo "$digest"
else
  echo "::notice::$reference has no valid attestation of this pipeline" >&2
fi
