import { fieldsOf, textOf, type AuditedWorkflow } from './document.ts'
import type { Found, Rule } from './index.ts'

/** Who may do what: the token's permissions, and secrets. */
export const permissionRules: Readonly<Record<string, Rule>> = {
  'excessive-permissions': ({ root, jobs }) => [
    ...tooMuch('', root['permissions'], 'permissions: {} at the top, and for each job what it needs'),
    ...jobs.flatMap(({ place, job }) =>
      job['permissions'] === undefined && fieldsOf(root['permissions']) === root['permissions']
        ? []
        : wholesale(place, textOf(job['permissions'])),
    ),
  ],
  'secrets-inherit': ({ jobs }) =>
    jobs.flatMap(({ place, job }) =>
      textOf(job['secrets']) === 'inherit'
        ? [{ place, message: 'the called workflow gets every secret: name those that it needs' }]
        : [],
    ),
  'overprovisioned-secrets': (workflow) =>
    /toJSON\(\s*secrets\s*\)/i.test(JSON.stringify(workflow.root))
      ? [{ place: '', message: 'toJSON(secrets) puts every secret into the job: name those that it needs' }]
      : [],
}

/** At the top only reading one's own sources may stand: what is granted there is granted to every job. */
function tooMuch(place: string, permissions: AuditedWorkflow['root'][string], advice: string): Found[] {
  if (permissions === undefined) return [{ place, message: `the repository's default applies: write ${advice}` }]
  const levels = Object.entries(fieldsOf(permissions))
  const more = levels.filter(([name, level]) => level === 'write' || (level === 'read' && name !== 'contents'))
  return more.length > 0
    ? [{ place, message: `every job gets ${more.map(([name]) => name).join(', ')}: write ${advice}` }]
    : wholesale(place, textOf(permissions))
}

function wholesale(place: string, permissions: string): Found[] {
  return /^(read|write)-all$/.test(permissions)
    ? [{ place, message: `${permissions} grants everything: name what is needed` }]
    : []
}
