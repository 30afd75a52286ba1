import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Dependency } from '@slipway/chart'
import type { ParsedFlags } from '../flags.ts'
import { HelmError, type HelmIo } from '../io.ts'
import { chartInIndex, type ChartIndex, readIndex, readRepositories } from '../repositories.ts'
import { repositoryPaths } from '../settings.ts'
import { download } from '../download.ts'

/** The indexes of the repositories that dependencies name. */
export interface RepositoryIndexes {
  readonly indexOf: (repository: string) => ChartIndex
  /** The address of a locked dependency's archive, and what its SHA-256 is to be; empty when nobody says. */
  readonly archiveOf: (dependency: Dependency) => { readonly url: string; readonly digest: string }
}

/** Fetches the indexes of HTTP repositories; `@name` and `alias:name` are looked up among the user's. Nothing is fetched for local ones. */
export async function repositoriesOf(
  dependencies: readonly Dependency[],
  context: { flags: ParsedFlags; io: HelmIo },
): Promise<RepositoryIndexes> {
  const remote = dependencies.map((each) => each.repository).filter((each) => !/^(?:$|file:|oci:)/.test(each))
  const addresses = new Map([...new Set(remote)].map((each) => [each, addressOf(each, context)]))
  const indexes = new Map<string, ChartIndex>()
  if (addresses.size > 0)
    context.io.stdout.write('Hang tight while we grab the latest from your chart repositories...\n')
  for (const [repository, address] of addresses) indexes.set(repository, await fetchIndex(address, context.io))
  if (addresses.size > 0) context.io.stdout.write('Update Complete. ⎈Happy Helming!⎈\n')
  const indexOf = (repository: string): ChartIndex => indexes.get(repository) ?? new Map()
  const archiveOf = (each: Dependency): { url: string; digest: string } => {
    const entry = chartInIndex(indexOf(each.repository), each.name, each.version)
    const url = entry?.urls[0]
    if (url === undefined)
      throw new HelmError(`could not find ${each.name}: chart ${each.name} not found in ${each.repository}`)
    const base = slashed(addresses.get(each.repository) ?? '')
    return { url: new URL(url, base).href, digest: entry?.digest ?? '' }
  }
  return { indexOf, archiveOf }
}

function addressOf(repository: string, { flags, io }: { flags: ParsedFlags; io: HelmIo }): string {
  const name = /^(?:@|alias:)(.*)$/.exec(repository)?.[1]
  if (name === undefined) return repository
  const found = readRepositories(repositoryPaths(flags, io).config).find((each) => each.name === name)
  if (found !== undefined) return found.url
  throw new HelmError(`no repository definition for ${repository}. Please add the missing repos via 'helm repo add'`)
}

function slashed(url: string): string {
  return url.endsWith('/') ? url : `${url}/`
}

async function fetchIndex(address: string, io: HelmIo): Promise<ChartIndex> {
  const data = await download(new URL('index.yaml', slashed(address)).href)
  const file = join(mkdtempSync(join(tmpdir(), 'slipway-helm-')), 'index.yaml')
  writeFileSync(file, data)
  io.stdout.write(`...Successfully got an update from the "${address}" chart repository\n`)
  return readIndex(file)
}
