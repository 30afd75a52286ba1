import { RE2JS } from 're2js'
import type { Selector } from '../config/kustomization.ts'
import { failure } from '../errors.ts'
import { type Gvk, type ResId, effectiveNamespace } from './gvk.ts'
import { matchesSelector } from './labels.ts'
import type { ResMap } from './resmap.ts'
import type { Resource } from './resource.ts'

/** A selector with its expressions compiled. */
export interface CompiledSelector {
  readonly selector: Selector
  matchesGvk(gvk: Gvk): boolean
  matchesName(name: string): boolean
  matchesNamespace(namespace: string): boolean
}

/** Compiles the expressions of a selector, anchored at both ends. */
export function compileSelector(selector: Selector): CompiledSelector {
  const [group, version, kind, name, namespace] = [
    anchored(selector.group),
    anchored(selector.version),
    anchored(selector.kind),
    anchored(selector.name),
    anchored(selector.namespace),
  ]
  return {
    selector,
    matchesGvk: (gvk) => group(gvk.group) && version(gvk.version) && kind(gvk.kind),
    matchesName: name,
    matchesNamespace: namespace,
  }
}

const PLAIN = /^[A-Za-z0-9_-]*$/

function anchored(pattern: string | undefined): (text: string) => boolean {
  if (pattern === undefined || pattern === '') return () => true
  // Most are plain names; an expression engine is slow to start.
  if (PLAIN.test(pattern)) return (text) => text === pattern
  const compiled = compile(`^(?:${pattern})$`)
  return (text) => compiled.matcher(text).find()
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern)
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error)
    throw failure(detail.startsWith('error parsing') ? detail : `error parsing regexp: ${detail}`, { cause: error })
  }
}

/** The resources that a patch's target selects, by present or original name and namespace, present kind, labels and annotations. */
export function selectResources(map: ResMap, selector: Selector): Resource[] {
  const compiled = compileSelector(selector)
  const { name = '' } = selector
  const candidates = name !== '' && PLAIN.test(name) ? map.named(name) : map.resources
  return candidates.filter((resource) => isSelected(resource, compiled))
}

function isSelected(resource: Resource, compiled: CompiledSelector): boolean {
  const { id, originalId } = resource
  if (!compiled.matchesNamespace(effectiveNamespace(originalId)) && !compiled.matchesNamespace(effectiveNamespace(id)))
    return false
  if (!compiled.matchesName(originalId.name) && !compiled.matchesName(id.name)) return false
  if (!compiled.matchesGvk(id)) return false
  const { labelSelector = '', annotationSelector = '' } = compiled.selector
  return (
    matchesSelector(labelSelector, () => resource.labels) &&
    matchesSelector(annotationSelector, () => resource.annotations)
  )
}

/** Whether an identity, with its namespace as it stands, is selected. */
export function selectsId(compiled: CompiledSelector, id: ResId): boolean {
  return compiled.matchesGvk(id) && compiled.matchesName(id.name) && compiled.matchesNamespace(id.namespace)
}
