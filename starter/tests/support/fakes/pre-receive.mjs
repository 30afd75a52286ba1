// The remote's rules, as GitHub enforces rulesets: rulesets.json holds the files of .github/rulesets, with the App's id in them.
import { execFileSync, spawnSync } from 'node:child_process'
import { read, refuse, standardInput } from './common.mjs'

const NONE = /^0+$/
const PERSON = { id: undefined, permissions: { contents: 'write' } }
const actor = process.env.PERSON ? PERSON : identify()

for (const line of standardInput().trim().split('\n')) {
  const [before, after, ref] = line.split(' ')
  for (const ruleset of read('rulesets.json', [])) {
    const applies = ruleset.enforcement === 'active' && ruleset.conditions.ref_name.include.includes(ref)
    const passes = ruleset.bypass_actors.some(({ actor_id }) => actor_id === actor.id)
    if (applies && !passes) check(ruleset, { before, after, ref })
  }
}

function identify() {
  const identity = read('tokens.json', {})[process.env.GH_TOKEN ?? '']
  // By git itself a token counts only once git was told to ask gh for it.
  const asked = spawnSync('git', ['config', '--global', '--get-regexp', '^credential\\.']).status === 0
  if (!identity || (!process.env.BY_API && !asked)) refuse("fatal: could not read Username for 'https://github.com'")
  if (identity.permissions.contents !== 'write')
    refuse('remote: Permission to acme/shop.git denied to github-actions[bot].')
  return identity
}

function check(ruleset, { before, after, ref }) {
  const merged = process.env.MERGED_PULL_REQUEST === '1'
  const verdicts = {
    deletion: () => (NONE.test(after) ? 'Cannot delete this branch' : ''),
    non_fast_forward: () => (isRewrite(before, after) ? 'Cannot force-push to this branch' : ''),
    pull_request: () => (merged ? '' : 'Changes must be made through a pull request.'),
    required_status_checks: ({ parameters }) =>
      merged
        ? ''
        : `${parameters.required_status_checks.length} of ${parameters.required_status_checks.length} required status checks are expected.`,
  }
  for (const rule of ruleset.rules) {
    const verdict = verdicts[rule.type]
    if (!verdict) refuse(`the hook does not know the rule ${rule.type}`)
    const message = verdict(rule)
    if (message) refuse(`remote: error: GH013: Repository rule violations found for ${ref}.\nremote: - ${message}`)
  }
}

function isRewrite(before, after) {
  if (NONE.test(before) || NONE.test(after)) return false
  try {
    execFileSync('git', ['merge-base', '--is-ancestor', before, after])
    return false
  } catch {
    return true
  }
}
