import type { Diagnostic } from '@slipway/diag'
import { type MapNode, type YamlNode, dereference, parseFirst, toValue } from '@slipway/yaml'

type Convert = (value: YamlNode) => string

const CONVERSIONS: Readonly<Record<string, { readonly instead: string; readonly convert: Convert }>> = {
  bases: { instead: 'resources', convert: () => 'move its entries behind those of `resources`' },
  commonLabels: { instead: 'labels', convert: commonLabels },
  imageTags: { instead: 'images', convert: () => 'move its entries behind those of `images`' },
  patchesJson6902: {
    instead: 'patches',
    convert: () => 'move its entries behind those of `patches`, they stay as they are',
  },
  patchesStrategicMerge: { instead: 'patches', convert: mergePatches },
  vars: {
    instead: 'replacements',
    convert: () => 'write a replacement with the object as its source and each field that has $(NAME) as a target',
  },
}

/**
 * What `kustomize edit fix` would change in a kustomization file: one warning with code `KUSTOMIZE_DEPRECATED` for each old field, at its place, whose
 * hint says what to write instead. A text that is no YAML map has none.
 */
export function conversionHints(text: string, file: string): readonly Diagnostic[] {
  const root = parseFirst(text, { dialect: 'sigs', file })
  const map = root === undefined ? undefined : dereference(root)
  return map?.kind === 'map' ? hintsOf(map) : []
}

function hintsOf(map: MapNode): Diagnostic[] {
  return map.entries.flatMap(({ key, value }) => {
    const conversion = key.kind === 'scalar' ? CONVERSIONS[key.value] : undefined
    if (key.kind !== 'scalar' || conversion === undefined) return []
    const message = `'${key.value}' is deprecated, '${conversion.instead}' has taken its place`
    const range = key.range === undefined ? {} : { range: key.range }
    return [
      {
        code: 'KUSTOMIZE_DEPRECATED',
        severity: 'warning' as const,
        message,
        hint: conversion.convert(value),
        ...range,
      },
    ]
  })
}

function commonLabels(value: YamlNode): string {
  const pairs = JSON.stringify(toValue(value, { dialect: 'sigs' }))
  return `write \`labels: [{includeSelectors: true, pairs: ${pairs}}]\``
}

// A text with a line break is a patch, another one the path of a patch.
function mergePatches(value: YamlNode): string {
  const list = dereference(value)
  const entries = list.kind === 'seq' ? list.items.map(dereference) : []
  const converted = entries.map((item) =>
    item.kind === 'scalar' && !item.value.includes('\n') ? `{path: ${item.value}}` : '{patch: ...}',
  )
  return `write \`patches: [${converted.join(', ')}]\`; patches run where patchesStrategicMerge did`
}
