import type { KustomizeSource } from '@slipway/argo'
import { isRecord } from '@slipway/objects'

type Json = Record<string, unknown>

/** A kustomization with the edits of an Application; the file's own entries of the same name give way. */
export function editKustomization(file: Json, edits: KustomizeSource): Json {
  const { namePrefix, nameSuffix, namespace, commonAnnotations, patches, components } = edits
  const result: Json = { ...file }
  if (namePrefix !== undefined && namePrefix !== '') result['namePrefix'] = namePrefix
  if (nameSuffix !== undefined && nameSuffix !== '') result['nameSuffix'] = nameSuffix
  if (namespace !== undefined && namespace !== '') result['namespace'] = namespace
  if (edits.images !== undefined) result['images'] = replaced(file['images'], edits.images.map(parseImage))
  if (edits.replicas !== undefined)
    result['replicas'] = replaced(
      file['replicas'],
      edits.replicas.map(({ name, count }) => ({ name, count: Number(count) })),
    )
  if (edits.commonLabels !== undefined) addLabels(result, edits)
  if (commonAnnotations !== undefined)
    result['commonAnnotations'] = merged(file['commonAnnotations'], commonAnnotations, {
      force: edits.forceCommonAnnotations === true,
      what: 'annotation',
    })
  if (patches !== undefined) result['patches'] = [...listOf(file['patches']), ...patches]
  if (components !== undefined) result['components'] = [...listOf(file['components']), ...components]
  return result
}

/** An image as `kustomize edit set image` reads it: `name=newName:tag@digest`, of which all but the name may be missing. */
export function parseImage(text: string): Json {
  const equals = text.indexOf('=')
  const right = equals < 0 ? text : text.slice(equals + 1)
  const [located = '', digest] = right.split('@')
  const slash = located.lastIndexOf('/')
  const colon = located.indexOf(':', slash + 1)
  const newName = colon < 0 ? located : located.slice(0, colon)
  const newTag = colon < 0 ? undefined : located.slice(colon + 1)
  const name = equals < 0 ? newName : text.slice(0, equals)
  return {
    name,
    ...(newName === name || newName === '' || newName === '*' ? {} : { newName }),
    ...(newTag === undefined || newTag === '*' ? {} : { newTag }),
    ...(digest === undefined ? {} : { digest }),
  }
}

function addLabels(result: Json, edits: KustomizeSource): void {
  const labels = edits.commonLabels ?? {}
  if (edits.labelWithoutSelector === true) {
    const entry = { pairs: labels, ...(edits.labelIncludeTemplates === true ? { includeTemplates: true } : {}) }
    result['labels'] = [...listOf(result['labels']), entry]
    return
  }
  result['commonLabels'] = merged(result['commonLabels'], labels, {
    force: edits.forceCommonLabels === true,
    what: 'label',
  })
}

function merged(known: unknown, more: Readonly<Record<string, string>>, how: { force: boolean; what: string }): Json {
  const before = isRecord(known) ? known : {}
  const clash = Object.keys(more).find((name) => before[name] !== undefined)
  if (clash !== undefined && !how.force) throw new Error(`${how.what} ${clash} already in kustomization file`)
  return { ...before, ...more }
}

function replaced(known: unknown, entries: readonly Json[]): Json[] {
  const names = new Set(entries.map((entry) => entry['name']))
  return [
    ...listOf(known)
      .filter(isRecord)
      .filter((entry) => !names.has(entry['name'])),
    ...entries,
  ]
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** A map with each value changed. */
export function mapValues(
  map: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value)]))
}
