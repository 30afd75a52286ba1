import type { Branches } from './branches.ts'

/** The commands that bring what was written up, with the repository's own branches. */
export function nextSteps({ production, staging, current, hasStaging }: Branches): string {
  const lines = [
    ...(current === undefined || current === production ? [] : [`git checkout ${production}`]),
    "git add --all && git commit -m 'Add the road to production'",
    hasStaging
      ? `git checkout ${staging} && git merge ${production}`
      : `git branch ${staging} && git checkout ${staging}`,
    'slipway up --trust',
  ]
  return `\nnext:\n${lines.map((line) => `  ${line}\n`).join('')}`
}
