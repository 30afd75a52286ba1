import type { BuiltObject } from '@slipway/kustomize'

interface NamedText {
  readonly name: string
  readonly text: string
}

/** One file an object, named by kind and name; by the namespace too where there are several. */
export function individualFiles(objects: readonly BuiltObject[]): NamedText[] {
  const namespaces = new Set(objects.filter((each) => !each.clusterScoped).map(namespaceOf))
  return objects.map((each) => {
    const prefix = namespaces.size > 1 && !each.clusterScoped ? `${namespaceOf(each).toLowerCase()}_` : ''
    return { name: prefix + fileName(each), text: each.text }
  })
}

function metadataOf({ value }: BuiltObject): { readonly name?: string; readonly namespace?: string } {
  return (value['metadata'] ?? {}) as { name?: string; namespace?: string }
}

function namespaceOf(object: BuiltObject): string {
  return metadataOf(object).namespace || 'default'
}

function fileName(object: BuiltObject): string {
  const [version = '', group = ''] = String(object.value['apiVersion'] ?? '')
    .split('/')
    .toReversed()
  const parts = [group, version, String(object.value['kind'] ?? '')].filter((part) => part !== '')
  return `${parts.join('_').toLowerCase()}_${(metadataOf(object).name ?? '').toLowerCase()}.yaml`
}
