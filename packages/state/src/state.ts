import { randomBytes, X509Certificate } from 'node:crypto'
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Certificates, makeCertificates } from '@slipway/apiserver'
import { isSystemError, messageOf } from '@slipway/diag'
import { endMarked } from '@slipway/node'
import { deepEqual } from '@slipway/objects'
import { StateError } from './errors.ts'
import { type Lock, lockFolder, lockHolder } from './lock.ts'
import { checkWritable } from './writable.ts'

/** The secrets of one cluster: made once, kept for its life. */
export interface Secrets {
  readonly certificates: Certificates
  /** The user's token, which may do everything. */
  readonly adminToken: string
  /** Signs service account tokens; hex. */
  readonly tokenKey: string
  /** Writes to the registry. */
  readonly registryToken: string
  /** Fetches from the git server and pushes to it. */
  readonly gitToken: string
}

/** What a running cluster tells other processes of its user. */
export interface RunInfo {
  readonly pid: number
  readonly server: string
  /** Where the repository can be fetched from and pushed to; the password is in {@link RunInfo.gitCredentials}. */
  readonly git: string
  /** A file for git's `store` credential helper. */
  readonly gitCredentials: string
  readonly repository: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

/** The folder of one cluster, 0700, and what lies in it. */
export interface State {
  readonly directory: string
  readonly kubeconfig: string
  readonly secrets: Secrets
  /** The ports that the API and the Services had the last time; keys are `api`, `registry`, `git` and `<namespace>/<service>:<port>`. */
  readonly ports: ReadonlyMap<string, number>
  rememberPorts(ports: ReadonlyMap<string, number>): Promise<void>
  /** Writes the file that says how to reach the API. */
  writeKubeconfig(server: string): Promise<void>
  /** Makes this process known as the one that runs the cluster, and writes git's credentials. */
  announce(run: Omit<RunInfo, 'gitCredentials'>): Promise<void>
  release(): Promise<void>
}

/** The cluster that runs from a state folder, if its process lives and has told how to reach it. */
export async function runningCluster(directory: string): Promise<RunInfo | undefined> {
  const [holder, run] = await Promise.all([lockHolder(directory), readJson<RunInfo>(join(directory, 'run.json'))])
  return run !== undefined && run.pid === holder?.pid ? run : undefined
}

/**
 * Opens a cluster's folder for this process, and makes its secrets when it is new. Processes that a killed run left are ended first.
 *
 * @throws StateError `CLUSTER_RUNNING` or `CLUSTER_STATE`
 */
export async function openState(directory: string): Promise<State> {
  return inFolder(directory, async () => {
    await checkWritable(directory)
    await mkdir(directory, { recursive: true, mode: 0o700 })
    const lock = await lockFolder(directory)
    try {
      if (lock.isTakenOver) await endMarked(markersOf(directory))
      const secrets = await secretsOf(directory, Date.now())
      const ports = (await readJson<Record<string, number>>(join(directory, 'ports.json'))) ?? {}
      return stateOf({ directory, lock }, secrets, new Map(Object.entries(ports)))
    } catch (error) {
      await lock.release()
      throw error
    }
  })
}

/** How the markers of the processes of every run of a folder begin. */
export const markersOf = (directory: string): string => `${directory}:`

async function inFolder<T>(directory: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    throw cause instanceof SyntaxError ? unusable(directory, cause) : stateFault(directory, cause)
  }
}

/** A fault of the file system that came up with a cluster's folder, as a `CLUSTER_STATE` that says what to do; any other error as it is. */
export function stateFault(directory: string, cause: unknown): unknown {
  return cause instanceof Error && 'syscall' in cause ? unusable(directory, cause) : cause
}

function unusable(directory: string, cause: Error): StateError {
  const full = isSystemError(cause, 'ENOSPC') || isSystemError(cause, 'EDQUOT')
  return new StateError('CLUSTER_STATE', `the cluster's folder ${directory} cannot be used: ${messageOf(cause)}`, {
    cause,
    hint: full
      ? 'free some space there, or set XDG_STATE_HOME to a folder on another disk'
      : 'make it writable, or set XDG_STATE_HOME to another folder',
  })
}

interface Folder {
  readonly directory: string
  readonly lock: Lock
}

function stateOf({ directory, lock }: Folder, secrets: Secrets, ports: Map<string, number>): State {
  const kubeconfig = join(directory, 'kubeconfig')
  return {
    directory,
    kubeconfig,
    secrets,
    ports,
    rememberPorts: (changed) =>
      inFolder(directory, () => writeJson(join(directory, 'ports.json'), Object.fromEntries([...ports, ...changed]))),
    writeKubeconfig: (server) => inFolder(directory, () => writePrivate(kubeconfig, kubeconfigText(server, secrets))),
    announce: (run) =>
      inFolder(directory, async () => {
        const gitCredentials = join(directory, 'git-credentials')
        await writePrivate(gitCredentials, credentialsText(run.git, secrets))
        await writeJson(join(directory, 'run.json'), { ...run, gitCredentials })
      }),
    release: async () => {
      await rm(join(directory, 'run.json'), { force: true })
      await lock.release()
    },
  }
}

const DAY = 24 * 3600 * 1000
const LEAST_VALIDITY = 30 * DAY

// What is missing is made: everything in a new folder, a token that an older version did not know, certificates that run out.
async function secretsOf(directory: string, now: number): Promise<Secrets> {
  const path = join(directory, 'secrets.json')
  const known = await readJson<Partial<Secrets>>(path)
  const secrets: Secrets = {
    adminToken: randomBytes(32).toString('base64url'),
    tokenKey: randomBytes(32).toString('hex'),
    registryToken: randomBytes(32).toString('base64url'),
    gitToken: randomBytes(32).toString('base64url'),
    ...known,
    certificates: stillGood(known?.certificates, now) ?? (await makeCertificates(now)),
  }
  if (!deepEqual(secrets, known)) await writeJson(path, secrets)
  return secrets
}

function stillGood(certificates: Certificates | undefined, now: number): Certificates | undefined {
  if (certificates === undefined) return undefined
  const { validTo } = new X509Certificate(certificates.certificate)
  return Date.parse(validTo) - now > LEAST_VALIDITY ? certificates : undefined
}

function kubeconfigText(server: string, { certificates, adminToken }: Secrets): string {
  const ca = Buffer.from(certificates.ca).toString('base64')
  return `apiVersion: v1
kind: Config
clusters:
- name: slipway
  cluster:
    server: ${server}
    certificate-authority-data: ${ca}
contexts:
- name: slipway
  context:
    cluster: slipway
    user: slipway
current-context: slipway
users:
- name: slipway
  user:
    token: ${adminToken}
`
}

function credentialsText(git: string, { gitToken }: Secrets): string {
  const { protocol, host } = new URL(git)
  return `${protocol}//slipway:${gitToken}@${host}\n`
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T
  } catch (error) {
    if (isSystemError(error, 'ENOENT') || isSystemError(error, 'ENOTDIR')) return undefined
    throw error
  }
}

function writeJson(path: string, value: unknown): Promise<void> {
  return writePrivate(path, `${JSON.stringify(value, null, 2)}\n`)
}

// Whole or not at all: a reader never sees half a file.
async function writePrivate(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  await writeFile(temporary, text, { mode: 0o600 })
  const file = await open(temporary, 'r')
  try {
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}
