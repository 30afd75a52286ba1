import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, hasReason } from '@slipway/client'
import { discover, renderEnvironment } from '@slipway/environments'
import { deepEqual, type KubeObject } from '@slipway/objects'
import type { Io } from '../io.ts'
import { environmentNamed } from '../environments.ts'
import { secretMask } from '../output/secrets.ts'
import { formatOf, structured } from '../output/yaml.ts'
import { connect } from '../place.ts'

/** Flags of `slipway diff`. */
export interface DiffOptions {
  readonly environment: string
  /** A commit or branch; default the environment's deployment. */
  readonly revision?: string
  readonly output?: string
}

const MANAGER = 'argocd-controller'
const TRACKING = 'argocd.argoproj.io/tracking-id'
const LIVE = 'live'
const DESIRED = 'desired'

/** Shows how an environment's live objects differ from what is desired, by a dry run of the apply. Exit code 0 none, 1 some, 2 a fault. */
export async function run(options: DiffOptions, io: Io): Promise<number> {
  const format = formatOf(options.output)
  const { client, place } = await connect(io)
  const directory = await mkdtemp(join(tmpdir(), 'slipway-diff-'))
  try {
    const { environments } = await discover(place.repository)
    const environment = environmentNamed(environments, options.environment)
    const { objects } = await renderEnvironment(place.repository, environment, options)
    const sides: Sides[] = []
    for (const object of objects.filter((each) => !isHook(each)))
      sides.push(await sidesOf(client, withNamespace(object, environment.namespace)))
    const different = sides.filter(({ live, desired }) => !deepEqual(live, desired))
    const data = structured({ environment: environment.name, objects: different }, format)
    if (data === undefined) return await gitDiff(different, directory, io)
    io.stdout.write(data)
    return different.length === 0 ? 0 : 1
  } finally {
    place.repository.close()
    await rm(directory, { recursive: true, force: true })
  }
}

function isHook({ metadata }: KubeObject): boolean {
  const { annotations = {} } = metadata
  return annotations['argocd.argoproj.io/hook'] !== undefined || annotations['helm.sh/hook'] !== undefined
}

function withNamespace(object: KubeObject, namespace: string): KubeObject {
  return object.metadata.namespace === undefined ? { ...object, metadata: { ...object.metadata, namespace } } : object
}

/** An object as it is and as it should be, without what only the server counts. */
interface Sides {
  readonly kind: string
  readonly name: string
  /** Absent where there is none. */
  readonly live?: object
  readonly desired: object
}

async function sidesOf(client: Client, object: KubeObject): Promise<Sides> {
  const { apiVersion, kind, metadata } = object
  const name = metadata.name ?? ''
  const live = await client.get({ apiVersion, kind, namespace: metadata.namespace, name }).catch((error: unknown) => {
    if (hasReason(error, 'NotFound')) return undefined
    throw error
  })
  const desired = await client.apply(withTracking(object, live), { fieldManager: MANAGER, force: true, dryRun: true })
  const hide = secretMask()
  return { kind, name, ...(live === undefined ? {} : { live: shown(hide(live)) }), desired: shown(hide(desired)) }
}

// Argo CD marks what it applies; its mark is no difference.
function withTracking(object: KubeObject, live: KubeObject | undefined): KubeObject {
  const mark = live?.metadata.annotations?.[TRACKING]
  if (mark === undefined) return object
  return {
    ...object,
    metadata: { ...object.metadata, annotations: { ...object.metadata.annotations, [TRACKING]: mark } },
  }
}

// What the server counts is no difference that anybody made.
function shown(object: KubeObject): object {
  const {
    managedFields: _,
    resourceVersion: __,
    generation: ___,
    uid: ____,
    creationTimestamp: _____,
    ...metadata
  } = object.metadata
  const { status: ______, ...rest } = object
  return { ...rest, metadata }
}

async function gitDiff(different: readonly Sides[], directory: string, io: Io): Promise<number> {
  await Promise.all([LIVE, DESIRED].map((side) => mkdir(join(directory, side))))
  for (const { kind, name, live, desired } of different) {
    const file = `${kind.toLowerCase()}-${name}.yaml`
    if (live !== undefined) await writeFile(join(directory, LIVE, file), structured(live, 'yaml') ?? '')
    await writeFile(join(directory, DESIRED, file), structured(desired, 'yaml') ?? '')
  }
  const colour = io.isTerminal && io.env['NO_COLOR'] === undefined ? ['--color=always'] : ['--no-color']
  return new Promise((resolve, reject) => {
    execFile(
      'git',
      ['diff', '--no-index', '--no-prefix', ...colour, LIVE, DESIRED],
      { cwd: directory, maxBuffer: 1 << 26 },
      (error, stdout) => {
        io.stdout.write(stdout)
        const code = typeof error?.code === 'number' ? error.code : 0
        if (error !== null && code !== 1) reject(error)
        else resolve(code)
      },
    )
  })
}
