import { compareBytes } from '@slipway/diag'
import type { Compat } from '../compat.ts'
import { unmarshal } from '../decode/read.ts'
import { HEAD, HEAD_3 } from '../decode/shapes.ts'
import { wrapped } from '../errors.ts'
import type { Rendered } from './engine.ts'
import { type Hook, hookOf } from './hooks.ts'
import { installRank } from './order.ts'
import { baseName } from './templates.ts'

/** What Helm looks at in an object. */
export interface Head {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly annotations: ReadonlyMap<string, string>
}

/** One document that a template printed. */
export interface Manifest {
  /** The template: `chart/templates/a.yaml`. */
  readonly source: string
  /** The document's YAML without separator, as printed. */
  readonly text: string
  readonly head: Head
  /** Where the text starts in the template's output. */
  readonly offset: number
}

/** Documents, sorted into objects and hooks, each in the order of installation. */
export interface SortedManifests {
  readonly manifests: readonly Manifest[]
  readonly hooks: readonly Hook[]
}

/** Splits what templates printed into documents and sorts them (manifest_sorter.go). Throws `CHART_MANIFEST`. */
export function sortManifests(outputs: readonly Rendered[], compat: Compat = 'helm4'): SortedManifests {
  const manifests: Manifest[] = []
  const hooks: Hook[] = []
  for (const output of [...outputs].sort((a, b) => compareBytes(a.name, b.name))) {
    if (baseName(output.name).startsWith('_')) continue
    const parts = compat === 'helm3' ? splitTrimmed(output.text) : splitDocuments(output.text)
    for (const part of parts) sortDocument(output.name, part, { manifests, hooks, compat })
  }
  return {
    manifests: byKind(manifests, (each) => each.head.kind, compat),
    hooks: byKind(hooks, (each) => each.kind, compat),
  }
}

function sortDocument(
  source: string,
  part: DocumentPart,
  into: { manifests: Manifest[]; hooks: Hook[]; compat: Compat },
): void {
  const manifest = { source, ...part, head: headOf(source, part, into.compat) }
  const hook = hookOf(manifest)
  if (hook === undefined) into.manifests.push(manifest)
  else if (hook !== 'unknown') into.hooks.push(hook)
}

interface DocumentPart {
  readonly text: string
  readonly offset: number
}

const SPACE = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\p{Z}]'
const LEADING = new RegExp(`^${SPACE}+`, 'u')
const BLANK = new RegExp(`^${SPACE}*$`, 'u')
const SEPARATOR = /^---[ \t]*/gm

/** The documents of a text as Helm splits it: at every line that starts with `---`. */
export function splitDocuments(text: string): DocumentPart[] {
  const parts: DocumentPart[] = []
  const start = leadingSpace(text)
  const body = text.slice(start)
  let at = 0
  const add = (end: number): void => {
    const piece = body.slice(at, end)
    if (BLANK.test(piece)) return
    const skipped = leadingSpace(piece)
    parts.push({ text: piece.slice(skipped), offset: start + at + skipped })
  }
  for (const match of body.matchAll(SEPARATOR)) {
    add(match.index)
    at = match.index + match[0].length
  }
  add(body.length)
  return parts
}

const BREAK = /(?:^|\s*\n)---\s*/g

/** Helm 3 takes the space around separators and at both ends of documents away. */
function splitTrimmed(text: string): DocumentPart[] {
  const parts: DocumentPart[] = []
  const body = text.trimEnd()
  let at = leadingSpace(body)
  const add = (end: number): void => {
    const piece = body.slice(at, end)
    if (piece !== '') parts.push({ text: piece.trim(), offset: at + leadingSpace(piece) })
  }
  const start = at
  for (const match of body.slice(start).matchAll(BREAK)) {
    add(start + match.index)
    at = start + match.index + match[0].length
  }
  add(body.length)
  return parts
}

function leadingSpace(text: string): number {
  return LEADING.exec(text)?.[0].length ?? 0
}

function headOf(source: string, { text, offset }: DocumentPart, compat: Compat): Head {
  try {
    const raw = unmarshal(compat === 'helm3' ? HEAD_3 : HEAD, text)
    const metadata = raw['metadata'] as Record<string, unknown> | undefined
    const annotations = Object.entries((metadata?.['annotations'] ?? {}) as Record<string, string>)
    return {
      apiVersion: stringOf(raw['apiVersion']),
      kind: stringOf(raw['kind']),
      name: stringOf(metadata?.['name']),
      annotations: new Map(annotations),
    }
  } catch (error) {
    throw wrapped('CHART_MANIFEST', `YAML parse error on ${source}`, error, {
      hint: 'Correct what the template prints.',
      document: { source, offset },
    })
  }
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

function byKind<T>(items: readonly T[], kindOf: (item: T) => string, compat: Compat): T[] {
  return items.toSorted((a, b) => compareKinds(kindOf(a), kindOf(b), compat))
}

/** Known kinds in the order of installation, then the others by name. */
function compareKinds(a: string, b: string, compat: Compat): number {
  const left = installRank(a, compat)
  const right = installRank(b, compat)
  if (left === undefined && right === undefined) return compareBytes(a, b)
  if (left === undefined) return 1
  return right === undefined ? -1 : left - right
}
