import type { GeneratorEntry } from '../config/kustomization.ts'
import { failure, prefixed } from '../errors.ts'
import type { Loader } from '../load/loader.ts'
import type { Extent } from '@slipway/yaml'

/** One key of a generated map; bytes where they are no UTF-8 text. */
export interface KeyValue {
  readonly key: string
  readonly value: string | Uint8Array
  readonly at: Extent | undefined
}

/** Where an item of a list of sources stands. */
export type ItemPlace = (list: 'envs' | 'literals' | 'files', item: number) => Extent | undefined

/** Keys and values of a generator: those of env files, then literals, then files. */
export function keyValues(entry: GeneratorEntry, loader: Loader, place: ItemPlace): KeyValue[] {
  const { literals = [], files = [] } = entry
  const envs = entry.env ? [...(entry.envs ?? []), entry.env] : (entry.envs ?? [])
  return [
    ...collect(`env source files: [${envs.join(' ')}]`, envs, (path, at) =>
      fromEnv(loader.load(path), place('envs', at)),
    ),
    ...collect(`literal sources [${literals.join(' ')}]`, literals, (text, at) => [
      fromLiteral(text, place('literals', at)),
    ]),
    ...collect(`file sources: [${files.join(' ')}]`, files, (text, at) => [fromFile(text, loader, place('files', at))]),
  ]
}

function collect(
  prefix: string,
  sources: readonly string[],
  read: (source: string, at: number) => KeyValue[],
): KeyValue[] {
  try {
    return sources.flatMap(read)
  } catch (error) {
    throw prefixed(error, prefix)
  }
}

function fromLiteral(source: string, at: Extent | undefined): KeyValue {
  const equals = source.indexOf('=')
  if (equals <= 0) throw failure(`invalid literal source ${source}, expected key=value`)
  return { key: source.slice(0, equals), value: unquoted(source.slice(equals + 1)), at }
}

function unquoted(text: string): string {
  const first = text.charAt(0)
  const quoted = text.length >= 2 && (first === '"' || first === "'") && text.endsWith(first)
  return quoted ? text.slice(1, -1) : text
}

function fromFile(source: string, loader: Loader, at: Extent | undefined): KeyValue {
  const [key, path] = parseFileSource(source)
  return { key, value: textOrBytes(loader.load(path)), at }
}

function parseFileSource(source: string): [string, string] {
  const [key = '', path, more] = source.split('=')
  if (path === undefined) return [baseName(source), source]
  if (more !== undefined) throw failure(`source ${JSON.stringify(source)} key name or file path contains '='`)
  if (key === '')
    throw failure(`missing key name for file path ${JSON.stringify(path)} in source ${JSON.stringify(source)}`)
  if (path === '')
    throw failure(`missing file path for key name ${JSON.stringify(key)} in source ${JSON.stringify(source)}`)
  return [key, path]
}

function baseName(path: string): string {
  const trimmed = path.replace(/\/+$/, '')
  if (trimmed === '') return path === '' ? '.' : '/'
  return trimmed.slice(trimmed.lastIndexOf('/') + 1)
}

function textOrBytes(bytes: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    // Not UTF-8: it goes into binaryData, or base64 for a Secret.
    return bytes
  }
}

function fromEnv(bytes: Uint8Array, at: Extent | undefined): KeyValue[] {
  const text = textOrBytes(bytes)
  if (typeof text !== 'string') throw failure(`line [${[...bytes].join(' ')}] has invalid utf8 bytes : `)
  const result: KeyValue[] = []
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = (index === 0 ? raw.replace(/^\ufeff/, '') : raw).replace(/^[\s\x85]+/u, '')
    if (line === '' || line.startsWith('#')) continue
    const equals = line.indexOf('=')
    const key = equals < 0 ? line : line.slice(0, equals)
    if (key !== '') result.push({ key, value: equals < 0 ? '' : line.slice(equals + 1), at })
  }
  return result
}
