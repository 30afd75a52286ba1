import { existing, items, type Json } from '../../defaults/fields.ts'
import type { Place } from '../place.ts'
import { numberOf, textOf } from '../shared.ts'
import { downwardFile, filePath, keyToPath } from './volumes.ts'

const SOURCES = ['secret', 'configMap', 'downwardAPI', 'serviceAccountToken', 'clusterTrustBundle', 'podCertificate']
const SHORTEST = 600
const LONGEST = 2 ** 32

/** The sources of a projected volume: none is two, and no two make one file. */
export function projections(volume: Json, place: Place): void {
  const paths = new Set<string>()
  const take = (path: string, shown: string): void => {
    if (path !== '' && paths.has(path)) place.invalid(shown, 'conflicting duplicate paths')
    paths.add(path)
  }
  for (const [index, source] of items(volume, 'sources').entries()) {
    const at = place.at('sources').nth(index)
    for (const kind of ['secret', 'configMap']) keysOf(existing(source, kind), at.at(kind), take)
    for (const file of items(existing(source, 'downwardAPI'), 'items')) {
      downwardFile(file, at.at('downwardAPI'))
      take(textOf(file, 'path'), textOf(file, 'path'))
    }
    token(existing(source, 'serviceAccountToken'), { place, at: at.at('serviceAccountToken') })
    if (SOURCES.filter((kind) => source[kind] !== undefined).length > 1)
      at.forbidden('may not specify more than 1 volume type per source')
  }
}

function keysOf(source: Json | undefined, place: Place, take: (path: string, shown: string) => void): void {
  if (source === undefined) return
  const name = textOf(source, 'name')
  if (name === '') place.at('name').required()
  for (const [index, item] of items(source, 'items').entries()) {
    keyToPath(item, place.at('items').nth(index))
    take(textOf(item, 'path'), name)
  }
}

// Upstream puts the path of a token to the volume, not to the source.
function token(source: Json | undefined, { place, at }: { place: Place; at: Place }): void {
  if (source === undefined) return
  const seconds = numberOf(source, 'expirationSeconds')
  if (seconds !== undefined && seconds < SHORTEST)
    at.at('expirationSeconds').invalid(seconds, 'may not specify a duration less than 10 minutes')
  if (seconds !== undefined && seconds > LONGEST)
    at.at('expirationSeconds').invalid(seconds, 'may not specify a duration larger than 2^32 seconds')
  const path = textOf(source, 'path')
  if (path === '') place.at('path').required()
  else filePath(path, place.at('path'))
}
