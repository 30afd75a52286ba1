import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isSystemError } from '@slipway/diag'
import { folderSource } from './copy-source.ts'
import { copyFolder } from './copy-tree.ts'
import { Pace } from './pace.ts'
import type { Ownership, StageState } from './state.ts'

/** How many stages with their packages installed are kept; the ones used last. */
const KEPT = 8

/** Copies a folder of this machine whole, links as they are. */
export async function copyRoot(from: string, to: string): Promise<void> {
  const copying = {
    source: folderSource(from),
    root: to,
    owner: undefined,
    owners: new Map(),
    link: false,
    pace: new Pace(),
  }
  await copyFolder(copying, '', to)
}

/** Keeps a stage as it is after an instruction, so that another build can go on from there. Appears at once and whole. */
export async function saveSnapshot(
  cacheDirectory: string,
  key: string,
  of: { state: StageState; directory: string },
): Promise<void> {
  const partial = join(of.directory, `snapshot-${key}`)
  mkdirSync(partial)
  await copyRoot(of.state.root, join(partial, 'root'))
  writeFileSync(join(partial, 'state.json'), JSON.stringify(toJson(of.state)))
  mkdirSync(snapshotsDirectory(cacheDirectory), { recursive: true })
  try {
    renameSync(partial, join(snapshotsDirectory(cacheDirectory), key))
  } catch (error) {
    if (!isSystemError(error, 'ENOTEMPTY') && !isSystemError(error, 'EEXIST')) throw error
  }
  await forgetOldest(cacheDirectory)
}

/** True where a snapshot of that key is kept. */
export function hasSnapshot(cacheDirectory: string, key: string): boolean {
  return statSync(join(snapshotsDirectory(cacheDirectory), key, 'state.json'), { throwIfNoEntry: false }) !== undefined
}

/** A kept stage, copied into a folder of this build; undefined where another build's clean-up was faster. */
export async function restoreSnapshot(
  cacheDirectory: string,
  key: string,
  root: string,
): Promise<StageState | undefined> {
  const snapshot = join(snapshotsDirectory(cacheDirectory), key)
  try {
    const now = new Date()
    utimesSync(snapshot, now, now)
    const state = JSON.parse(readFileSync(join(snapshot, 'state.json'), 'utf8')) as StateJson
    await copyRoot(join(snapshot, 'root'), root)
    return fromJson(state, root)
  } catch (error) {
    if (!isSystemError(error, 'ENOENT')) throw error
    await rm(root, { recursive: true, force: true })
    return undefined
  }
}

function snapshotsDirectory(cacheDirectory: string): string {
  return join(cacheDirectory, 'stages')
}

async function forgetOldest(cacheDirectory: string): Promise<void> {
  const directory = snapshotsDirectory(cacheDirectory)
  const aged = readdirSync(directory).map((name) => ({
    name,
    used: statSync(join(directory, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  }))
  const old = aged.sort((a, b) => b.used - a.used).slice(KEPT)
  for (const { name } of old) await rm(join(directory, name), { recursive: true, force: true })
}

interface StateJson extends Omit<StageState, 'root' | 'env' | 'args' | 'labels' | 'exposed' | 'volumes' | 'owners'> {
  readonly env: [string, string][]
  readonly args: [string, string][]
  readonly labels: [string, string][]
  readonly exposed: string[]
  readonly volumes: string[]
  readonly owners: [string, Ownership][]
}

function toJson(state: StageState): StateJson {
  const { root: _, ...rest } = state
  return {
    ...rest,
    env: [...state.env],
    args: [...state.args],
    labels: [...state.labels],
    exposed: [...state.exposed],
    volumes: [...state.volumes],
    owners: [...state.owners],
  }
}

function fromJson(json: StateJson, root: string): StageState {
  return {
    ...json,
    // JSON has no undefined: these are not in the text where they were not set.
    stopSignal: json.stopSignal,
    healthcheck: json.healthcheck,
    root,
    env: new Map(json.env),
    args: new Map(json.args),
    labels: new Map(json.labels),
    exposed: new Set(json.exposed),
    volumes: new Set(json.volumes),
    owners: new Map(json.owners),
  }
}
