import { fieldsOf, textOf, type AuditedWorkflow } from './document.ts'
import type { Found, Rule } from './index.ts'

/** What `run:` blocks do. */
export const scriptRules: Readonly<Record<string, Rule>> = {
  'template-injection': (workflow) =>
    scripts(workflow).flatMap(({ place, script }) =>
      script.includes('${{')
        ? [{ place, message: 'an expression becomes part of the script, whatever it holds: pass it by env' }]
        : [],
    ),
  'masked-failure': (workflow) => [
    ...scripts(workflow).flatMap(({ place, script }) => masked(place, script)),
    ...everywhere(workflow, 'continue-on-error', 'a failure here would not fail the job'),
  ],
  'shell-without-pipefail': ({ root, jobs }) =>
    jobs.flatMap(({ place, job, steps }) => {
      const shell = textOf(fieldsOf(fieldsOf(job['defaults'])['run'])['shell']) || shellOf(root)
      return steps.flatMap(({ place: at, step }) =>
        step['run'] === undefined || (textOf(step['shell']) || shell) === 'bash'
          ? []
          : [{ place: at, message: `${place} names no shell, so that a failing pipe goes on: write shell: bash` }],
      )
    }),
  'insecure-transport': (workflow) =>
    scripts(workflow).flatMap(({ place, script }) =>
      /(^|\s)(--insecure|--plaintext|curl\s+(\S+\s+)*-\w*k\w*)(\s|$)/m.test(script)
        ? [{ place, message: 'the certificate is not verified' }]
        : [],
    ),
  'secret-in-argument': (workflow) =>
    scripts(workflow).flatMap(({ place, script }) =>
      /--(password|auth-token|token)[= ]+"?\$/.test(script)
        ? [{ place, message: 'every process of the machine can read arguments: pass it by env or standard input' }]
        : [],
    ),
}

/** `|| true`, and a substitution whose command may fail while the one around it succeeds. */
function masked(place: string, script: string): Found[] {
  return script.split('\n').flatMap((line) => {
    if (/\|\|\s*true\b/.test(line)) return [{ place, message: `|| true hides a failure: ${line.trim()}` }]
    const inside = /^\s*(echo|printf|export|local|readonly)\s.*\$\(/.test(line) && />>?\s*"?\$GITHUB_/.test(line)
    return inside
      ? [{ place, message: `the failure of $(...) is lost here: assign it to a variable first: ${line.trim()}` }]
      : []
  })
}

function everywhere({ jobs }: AuditedWorkflow, field: string, message: string): Found[] {
  const at = (place: string, fields: AuditedWorkflow['root']): Found[] =>
    fields[field] === undefined || fields[field] === false ? [] : [{ place, message }]
  return jobs.flatMap(({ place, job, steps }) => [
    ...at(place, job),
    ...steps.flatMap((each) => at(each.place, each.step)),
  ])
}

function shellOf(root: AuditedWorkflow['root']): string {
  return textOf(fieldsOf(fieldsOf(root['defaults'])['run'])['shell'])
}

function scripts({ jobs }: AuditedWorkflow): { place: string; script: string }[] {
  return jobs.flatMap(({ steps }) =>
    steps.flatMap(({ place, step }) => {
      const script = textOf(step['run'])
      return script === '' ? [] : [{ place, script }]
    }),
  )
}
