import type { SourceRange } from '@slipway/diag'
import { resolveText, UNKNOWN, type Contexts } from './expression.ts'
import { combinations } from './matrix.ts'
import type { Job, Step, Workflow } from './types.ts'

/** What of a run is known from the repository alone. */
export interface RunFacts {
  /** `owner/name`. */
  readonly repository: string
  /** The branch that the run would be for. */
  readonly branch?: string
  readonly commit?: string
}

/** An image that a workflow builds with docker/build-push-action and pushes. */
export interface PushedImage {
  /** Without tag, lower case: `ghcr.io/acme/shop`. */
  readonly image: string
  /** The build context in the repository, '' for its top. */
  readonly context: string
  /** Path of the Dockerfile in the repository. */
  readonly dockerfile: string
  readonly target: string | undefined
  /** Arguments whose value is known. */
  readonly args: Readonly<Record<string, string>>
  readonly workflow: string
  readonly job: string
  readonly range: SourceRange | undefined
}

const BUILD = 'docker/build-push-action'
const METADATA = 'docker/metadata-action'

/**
 * The images that workflows build and push, in order of the files. An image whose name depends on what only a run can know (a secret, a script's output) is
 * left out: nothing is guessed.
 */
export function pushedImages(workflows: readonly Workflow[], facts: RunFacts): readonly PushedImage[] {
  const found = workflows.flatMap((workflow) =>
    workflow.jobs.flatMap((job) =>
      combinations(job.matrix).flatMap((matrix) => inJob({ workflow, job, contexts: { ...github(facts), matrix } })),
    ),
  )
  return [...new Map(found.map((each) => [[each.image, each.context, each.dockerfile].join('\n'), each])).values()]
}

interface JobRun {
  readonly workflow: Workflow
  readonly job: Job
  readonly contexts: Contexts
}

function github({ repository, branch, commit }: RunFacts): Contexts {
  const known = {
    repository,
    repository_owner: repository.split('/')[0] ?? '',
    server_url: 'https://github.com',
    api_url: 'https://api.github.com',
    event_name: 'push',
    workspace: '.',
  }
  const ref = branch === undefined ? {} : { ref: `refs/heads/${branch}`, ref_name: branch, ref_type: 'branch' }
  return { github: { ...known, ...ref, ...(commit === undefined ? {} : { sha: commit }) } }
}

function inJob(run: JobRun): PushedImage[] {
  const { workflow, job } = run
  return job.steps.flatMap((step) => {
    if (step.uses !== BUILD) return []
    const contexts = withEnvironment(run.contexts, [workflow.env, job.env, step.env])
    const read = (name: string): string => resolveText(step.with[name] ?? '', contexts)
    if (read('push') === 'false' || (read('push') === '' && !read('outputs').includes('push=true'))) return []
    const context = readContext(read('context'))
    const dockerfile = cleanPath(read('file')) || [context, 'Dockerfile'].filter(Boolean).join('/')
    if (context === undefined || dockerfile.includes(UNKNOWN)) return []
    const target = read('target')
    const rest = { context, dockerfile, target: target === '' ? undefined : target, args: readArgs(read('build-args')) }
    const place = { workflow: workflow.file, job: job.id, range: step.range }
    return namesOf(run, step, contexts).map((image) => ({ image, ...rest, ...place }))
  })
}

/** `env` of the workflow, then the job, then the step; each sees the ones before it. */
function withEnvironment(contexts: Contexts, levels: readonly Readonly<Record<string, string>>[]): Contexts {
  let env: Record<string, string> = {}
  for (const level of levels) {
    const before = { ...contexts, env: known(env) }
    env = {
      ...env,
      ...Object.fromEntries(Object.entries(level).map(([name, value]) => [name, resolveText(value, before)])),
    }
  }
  return { ...contexts, env: known(env) }
}

function known(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter(([, value]) => !value.includes(UNKNOWN)))
}

/** A path in the repository; undefined for a URL or what is not known. Without one the action builds the repository's top. */
function readContext(text: string): string | undefined {
  const path = text.replace(/^\{\{\s*defaultContext\s*\}\}:?/, '')
  return path.includes(UNKNOWN) || path.includes('://') ? undefined : cleanPath(path)
}

function cleanPath(path: string): string {
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}

function readArgs(text: string): Record<string, string> {
  const lines = text.split('\n').map((line) => /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*)$/.exec(line))
  return Object.fromEntries(
    lines.flatMap((match) => (match === null || match[0].includes(UNKNOWN) ? [] : [[match[1] ?? '', match[2] ?? '']])),
  )
}

/** Of `tags`, or where these are another step's output, of the metadata action's `images`. */
function namesOf({ job }: JobRun, step: Step, contexts: Contexts): string[] {
  const tags = step.with['tags'] ?? ''
  const source = /steps\.([\w-]+)\.outputs\.(?:tags|json)|DOCKER_METADATA_OUTPUT_TAGS/.exec(tags)
  const metadata =
    source === null
      ? undefined
      : job.steps.find((other) => other.uses === METADATA && (source[1] === undefined || other.id === source[1]))
  const text = metadata === undefined ? tags : (metadata.with['images'] ?? '')
  const names = resolveText(text, contexts)
    .split(/[\n,]/)
    .map((line) => nameIn(line.trim()))
    .filter((name) => name !== '' && !name.includes(UNKNOWN))
  return [...new Set(names)]
}

/** `registry/name` of `registry/name:tag`, and of metadata-action's `name=registry/name,enable=...`, in lower case as registries want it. */
function nameIn(line: string): string {
  const reference = line.replace(/^(?:type=raw,)?name=/, '')
  if (/^[a-z-]+=/.test(reference)) return ''
  const colon = reference.indexOf(':', reference.lastIndexOf('/') + 1)
  return (colon < 0 ? reference : reference.slice(0, colon)).toLowerCase()
}
