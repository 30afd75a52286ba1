import { GitError } from './errors.ts'

const LONGEST = 2048
const SCHEMES = /^(https?|ssh|git|git\+ssh|ssh\+git|file):\/\/(?!-)[^-]?/i
// `git@host:path`, and `host:path` where it cannot be taken for a scheme.
const SCP = /^(?!https?:|ssh:|git:|file:|ftps?:)(?:[\w.+-]+@)?\[?[a-z0-9][\w.-]*\]?:(?!:|\/\/)/i

/**
 * Refuses a URL that git must not see: options, helpers that run programs (`ext::`), paths, unknown protocols, and line breaks, which would end a line of
 * what credential helpers read.
 *
 * @throws GitError `GIT_FETCH_FAILED`
 */
export function assertUrl(url: string): void {
  const hint = 'use an https, ssh or file URL of one line'
  const refuse = (why: string): GitError => new GitError('GIT_FETCH_FAILED', `${shortly(url)} ${why}`, { hint })
  if (url.length > LONGEST) throw refuse(`is longer than ${LONGEST} characters`)
  // oxlint-disable-next-line no-control-regex
  if (/[\x00-\x1f\x7f]|%0[0ad]/i.test(url)) throw refuse('has a control character')
  if (SCHEMES.test(url)) return
  const looksLikeScp = SCP.test(url) && /@|\..*:|:.*\//.test(url)
  if (!looksLikeScp) throw refuse('is not a repository URL')
}

/** A text of git without what URLs in it would give away: user names, passwords, tokens in queries. */
export function withoutSecrets(text: string): string {
  return text
    .replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@'"]*@/gi, '$1***@')
    .replace(/(:\/\/[^\s?'"]*)\?[^\s'"]*/g, '$1?***')
}

function shortly(url: string): string {
  const shown = JSON.stringify(withoutSecrets(url.slice(0, LONGEST)))
  return shown.length > 100 ? `${shown.slice(0, 100)}…"` : shown
}
