#!/usr/bin/env bash
# Makes the promotion commit and prints it; touches no branch, index or working tree.
#
# A promotion assigns a tree, it does not merge: the commit's tree is that of FROM, with production's image files set to
# what was tested. So production gets exactly what staging ran, whatever was reverted, squashed or fixed before.
#
# Reads FROM (stg or hotfix/<name>); for a hotfix also DIGEST, the image of its sources. Needs all branches of origin.
set -euo pipefail

readonly PRODUCTION_IMAGE=deploy/environments/production/image.yaml
readonly STAGING_IMAGE=deploy/environments/staging/image.yaml
readonly OVERLAYS=deploy/kustomize/overlays
readonly WRITTEN_BY_PIPELINE='^deploy/(environments/[^/]+/image\.yaml|kustomize/overlays/[^/]+/image/.*)$'

main() {
  master=$(git rev-parse origin/master)
  source=$(git rev-parse "origin/$FROM")
  case "$FROM" in
    stg) promote_staging ;;
    hotfix/?*) promote_hotfix ;;
    *) refuse "from must be stg or hotfix/<name>, not '$FROM'" ;;
  esac
}

promote_staging() {
  local tested tree
  tested=$(git show "$source:$STAGING_IMAGE" | yq .image.commit)
  [ -n "$tested" ] || refuse "nothing was released to staging yet"
  [ "$(git rev-parse "$tested:app")" = "$(git rev-parse "$source:app")" ] || refuse "the release of stg is not finished: staging runs the sources of $tested"
  refuse_lost_hotfixes
  tree=$(tree_for_production "$source")
  [ "$tree" != "$(git rev-parse "$master^{tree}")" ] || refuse "production has this already"
  commit "$tree" "Promote stg to production" "Promoted-Tree: $tree" "Promoted-From: $source"
}

promote_hotfix() {
  local files tree
  [ "$(git merge-base "$master" "$source")" = "$master" ] || refuse "$FROM does not start at master's latest commit; rebase it"
  [ "$source" != "$master" ] || refuse "$FROM has no commit of its own"
  files=$(mktemp -d)
  mkdir -p "$files/$(dirname "$PRODUCTION_IMAGE")" "$files/$OVERLAYS/production"
  git archive "$source" "$PRODUCTION_IMAGE" "$OVERLAYS/production/image" | tar -x -C "$files"
  write_image=$(realpath "$(dirname "$0")/write-image.sh")
  (cd "$files" && ENVIRONMENT=production COMMIT=$source bash "$write_image")
  tree=$(
    with_index "$source"
    while read -r path; do
      git update-index --cacheinfo "100644,$(git hash-object -w "$files/$path"),$path"
    done < <(git ls-tree -r --name-only "$source" -- "$PRODUCTION_IMAGE" "$OVERLAYS/production/image")
    git write-tree
  )
  commit "$tree" "Promote $FROM to production" "Hotfix-Of: $FROM" "Promoted-From: $source"
}

# The tree of a commit of stg, with production's image files := staging's.
tree_for_production() {
  with_index "$1"
  git update-index --add --cacheinfo "100644,$(git rev-parse "$1:$STAGING_IMAGE"),$PRODUCTION_IMAGE"
  git ls-tree -r --name-only "$1" -- "$OVERLAYS/staging/image" | while read -r path; do
    git update-index --add --cacheinfo "100644,$(git rev-parse "$1:$path"),$OVERLAYS/production/image/${path##*/}"
  done
  git write-tree
}

# Runs in a subshell of its own: the real index stays as it is.
with_index() {
  GIT_INDEX_FILE=$(mktemp -u)
  export GIT_INDEX_FILE
  git read-tree "$1"
}

# What master has and stg lacks, by content, since production last had a tree of stg: it would be lost.
refuse_lost_hotfixes() {
  local base lost
  base=$(last_promoted)
  lost=$(comm -23 <(patches "$master" "$base" "$source" | sort) <(patches "$source" "$base" | sort -u) | cut -d' ' -f1)
  lost=$(patches_with_commits "$master" "$base" "$source" | grep -F "${lost:-no such patch}" || true)
  [ -z "$lost" ] || refuse "stg lacks what master has; cherry-pick to stg first: $(cut -d' ' -f2 <<<"$lost" | xargs -n1 git log -1 --format='%h %s' | paste -sd';')"
}

# The newest commit of master's own line whose content some commit of stg had; nothing when there is none.
last_promoted() {
  local known commit
  known=$(git rev-list -n 500 "$source" | while read -r commit; do content "$commit"; done)
  git rev-list --first-parent -n 500 "$master" | while read -r commit; do
    if grep -qxF "$(content "$commit")" <<<"$known"; then echo "$commit"; break; fi
  done
}

# A hash of all that people write: two commits with the same one differ only in files of the pipeline.
content() {
  git ls-tree -r --full-tree "$1" | awk -F'\t' -v written="$WRITTEN_BY_PIPELINE" '$2 !~ written' | git hash-object --stdin
}

# The patch ids of the commits of $1 that are not in the other arguments, without files of the pipeline.
patches() { patches_with_commits "$@" | cut -d' ' -f1; }

patches_with_commits() {
  local tip=$1
  shift
  git rev-list --no-merges "$tip" --not "$@" | while read -r commit; do
    git show --format='commit %H' "$commit" -- . ':(exclude,glob)deploy/environments/*/image.yaml' ':(exclude,glob)deploy/kustomize/overlays/*/image/**' | git patch-id --stable
  done
}

# Dated like its source, so that the same promotion is the same commit.
commit() {
  local tree=$1 title=$2 date
  shift 2
  date=$(git show -s --format=%cI "$source")
  printf '%s\n\n%s\n%s\n' "$title" "$@" | GIT_AUTHOR_DATE=$date GIT_COMMITTER_DATE=$date git commit-tree "$tree" -p "$master" -p "$source"
}

refuse() {
  echo "::error::$1" >&2
  exit 1
}

main
