const REPOSITORY = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const TAG = /^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$/
const DIGEST = /^sha256:([0-9a-f]{64})$/

/** True for a repository name as the distribution specification allows it, at most 255 characters. */
export function isRepository(name: string): boolean {
  return name.length <= 255 && REPOSITORY.test(name)
}

/** True for a tag as the specification allows it. */
export function isTag(text: string): boolean {
  return TAG.test(text)
}

/** The 64 hex digits of a sha256 digest; undefined for anything else, other algorithms included. */
export function hexOf(digest: string): string | undefined {
  return DIGEST.exec(digest)?.[1]
}
