import { fieldsOf, textOf, type AuditedStep, type AuditedWorkflow, type Fields } from './document.ts'
import type { Found, Rule } from './index.ts'

/** What actions a workflow uses, and how. */
export const actionRules: Readonly<Record<string, Rule>> = {
  'unpinned-uses': (workflow) => [...jobUses(workflow), ...stepUses(workflow)],
  artipacked: (workflow) =>
    stepsOf(workflow, (action) => action === 'actions/checkout').flatMap(({ place, step }) =>
      textOf(fieldsOf(step['with'])['persist-credentials']) === 'false'
        ? []
        : [{ place, message: 'the token stays in .git/config for every later step: set persist-credentials: false' }],
    ),
  'cache-poisoning': (workflow) =>
    workflow.events.every((event) => event === 'pull_request')
      ? []
      : stepsOf(workflow, (action) => action in CACHES).flatMap(({ place, step }) => {
          const fault = CACHES[actionOf(step)]?.(fieldsOf(step['with']))
          return fault === undefined
            ? []
            : [{ place, message: `a pull request could have filled this cache: ${fault}` }]
        }),
}

// An action that restores a cache unless it is told not to, and what to tell it.
const CACHES: Readonly<Record<string, (given: Fields) => string | undefined>> = {
  'actions/cache': () => 'build without it',
  'actions/setup-node': (given) =>
    textOf(given['cache']) === '' && textOf(given['package-manager-cache']) === 'false'
      ? undefined
      : 'set package-manager-cache: false, and no cache',
  'docker/setup-buildx-action': (given) => off(given, 'cache-binary'),
  'docker/build-push-action': (given) => (textOf(given['cache-from']) === '' ? undefined : 'leave cache-from out'),
  'anchore/scan-action': (given) => off(given, 'cache-db'),
}

function off(given: Fields, name: string): string | undefined {
  return textOf(given[name]) === 'false' ? undefined : `set ${name}: false`
}

function jobUses({ jobs }: AuditedWorkflow): Found[] {
  return jobs.flatMap(({ place, job }) => unpinned(place, textOf(job['uses'])))
}

function stepUses(workflow: AuditedWorkflow): Found[] {
  return stepsOf(workflow, () => true).flatMap(({ place, step }) => unpinned(place, textOf(step['uses'])))
}

function unpinned(place: string, uses: string): Found[] {
  if (uses === '' || uses.startsWith('./') || /@[0-9a-f]{40}$/.test(uses) || /^docker:.*@sha256:/.test(uses)) return []
  return [{ place, message: `${uses} can change under its name: pin the full commit` }]
}

function stepsOf({ jobs }: AuditedWorkflow, wanted: (action: string) => boolean): AuditedStep[] {
  return jobs.flatMap(({ steps }) => steps.filter(({ step }) => wanted(actionOf(step))))
}

function actionOf(step: Fields): string {
  return textOf(step['uses']).split('@')[0] ?? ''
}
