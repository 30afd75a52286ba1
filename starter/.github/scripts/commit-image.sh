#!/usr/bin/env bash
# Commits the changed files of the working tree to BRANCH through GitHub's API, which signs the commit.
# Reads BRANCH, MESSAGE, GITHUB_REPOSITORY and GH_TOKEN. Prints the commit that BRANCH is at; prints nothing when somebody
# else pushed in between: that push has a release of its own.
set -euo pipefail

head=$(git rev-parse HEAD)
files=$(git diff --name-only | while read -r path; do
  jq -n --arg path "$path" --arg contents "$(base64 -w0 "$path")" '{path: $path, contents: $contents}'
done | jq -s .)
if [ "$files" = '[]' ]; then
  echo "::notice::$BRANCH names this image already" >&2
  echo "$head"
  exit 0
fi

# shellcheck disable=SC2016 # The dollar signs are GraphQL's.
query='mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }'
answer=$(jq -n --arg query "$query" --arg head "$head" --arg message "$MESSAGE" --argjson files "$files" '{
  query: $query,
  variables: {input: {
    branch: {repositoryNameWithOwner: env.GITHUB_REPOSITORY, branchName: env.BRANCH},
    expectedHeadOid: $head,
    message: {headline: $message},
    fileChanges: {additions: $files}
  }}
}' | gh api graphql --input - 2>&1) && { jq -r .data.createCommitOnBranch.commit.oid <<<"$answer"; exit 0; }

if grep -qE 'STALE_DATA|Expected branch to point' <<<"$answer"; then
  echo "::notice::$BRANCH moved meanwhile; the newer push has its own release" >&2
  exit 0
fi
cat >&2 <<TEXT
::error::$BRANCH refused the pipeline's commit
$answer

The rules of $BRANCH let nobody push, so the pipeline needs an identity of its own that may:
  1. Create a GitHub App with the repository permissions Contents: write and Pull requests: write, and install it on $GITHUB_REPOSITORY.
  2. Store its client id:   gh variable set APP_CLIENT_ID --repo $GITHUB_REPOSITORY
  3. Store its private key: gh secret set APP_PRIVATE_KEY --repo $GITHUB_REPOSITORY <key.pem
  4. Let it pass the rules: see .github/rulesets/README.md
TEXT
exit 1
