import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, hasReason } from '@slipway/client'
import { discover, renderEnvironment } from '@slipway/environments'
import type { KubeObject } from '@slipway/objects'
import type { Io } from '../io.ts'
import { environmentNamed } from '../environments.ts'
import { secretMask } from '../output/secrets.ts'
import { structured } from '../output/yaml.ts'
import { connect } from '../place.ts'

/** Flags of `slipway diff`. */
export interface DiffOptions {
  readonly environment: string
  /** A commit or branch; default the environment's deployment. */
  readonly revision?: string
}

const MANAGER = 'argocd-controller'
const TRACKING = 'argocd.argoproj.io/tracking-id'
const LIVE = 'live'
const DESIRED = 'desired'

/** Shows how an environment's live objects differ from what is desired, by a dry run of the apply. Exit code 0 none, 1 some, 2 a fault. */
export async function run(options: DiffOptions, io: Io): Promise<number> {
  const { client, place } = await connect(io)
  const directory = await mkdtemp(join(tmpdir(), 'slipway-diff-'))
  try {
    const { environments } = await discover(place.repository)
    const environment = environmentNamed(environments, options.environment)
    const { objects } = await renderEnvironment(place.repository, environment, options)
    await Promise.all([LIVE, DESIRED].map((side) => mkdir(join(directory, side))))
    for (const object of objects.filter((each) => !isHook(each)))
      await writeSides(client, withNamespace(object, environment.namespace), directory)
    return await gitDiff(directory, io)
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

async function writeSides(client: Client, object: KubeObject, directory: string): Promise<void> {
  const { apiVersion, kind, metadata } = object
  const ref = { apiVersion, kind, namespace: metadata.namespace, name: metadata.name ?? '' }
  const file = `${kind.toLowerCase()}-${metadata.name ?? ''}.yaml`
  const live = await client.get(ref).catch((error: unknown) => {
    if (hasReason(error, 'NotFound')) return undefined
    throw error
  })
  const desired = await client.apply(withTracking(object, live), { fieldManager: MANAGER, force: true, dryRun: true })
  const hide = secretMask()
  if (live !== undefined) await writeFile(join(directory, LIVE, file), structured(shown(hide(live)), 'yaml') ?? '')
  await writeFile(join(directory, DESIRED, file), structured(shown(hide(desired)), 'yaml') ?? '')
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

function gitDiff(directory: string, io: Io): Promise<number> {
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
