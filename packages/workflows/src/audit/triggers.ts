import { fieldsOf, textOf } from './document.ts'
import type { Rule } from './index.ts'

/** What starts a workflow, where it runs and how long. */
export const triggerRules: Readonly<Record<string, Rule>> = {
  'dangerous-triggers': ({ events }) =>
    events
      .filter((event) => event === 'pull_request_target' || event === 'workflow_run')
      .map((event) => ({ place: '', message: `${event} runs with secrets on what a stranger may have written` })),
  'pull-request-paths': ({ root }) => {
    const event = fieldsOf(fieldsOf(root['on'])['pull_request'])
    const filters = ['paths', 'paths-ignore'].filter((name) => event[name] !== undefined)
    return filters.map((name) => ({
      place: '',
      message: `a required check behind ${name} waits for ever where no file matches: filter inside the jobs`,
    }))
  },
  'self-hosted-runner': ({ jobs }) =>
    jobs.flatMap(({ place, job }) =>
      JSON.stringify(job['runs-on'] ?? '').includes('self-hosted')
        ? [{ place, message: 'what one run leaves there the next one finds' }]
        : [],
    ),
  'no-timeout': ({ jobs }) =>
    jobs.flatMap(({ place, job }) =>
      textOf(job['uses']) !== '' || textOf(job['timeout-minutes']) !== ''
        ? []
        : [{ place, message: 'a job that hangs runs six hours: set timeout-minutes' }],
    ),
}
