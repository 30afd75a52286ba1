import { type YamlValue, dump } from '@slipway/yaml'
import { KustomizeError, failure, prefixed } from '../errors.ts'
import { formatId, keyOfId } from '../resource/gvk.ts'
import { readResources } from '../resource/read.ts'
import { ResMap } from '../resource/resmap.ts'
import type { Behavior, Resource } from '../resource/resource.ts'
import type { FunctionSpec } from './function-spec.ts'
import type { Operation } from './operations/index.ts'
import type { Site } from './site.ts'

/** A function that a resource configures. */
export interface ConfiguredFunction {
  readonly site: Site
  readonly resource: Resource
  readonly spec: FunctionSpec
}

const LOCAL = 'config.kubernetes.io/local-config'
const ID = 'kustomize.config.k8s.io/id'
const NEEDS_HASH = 'kustomize.config.k8s.io/needs-hash'
const BEHAVIOR = 'kustomize.config.k8s.io/behavior'

/** The resources that a function generates; what it gets as input is its own configuration. */
export function functionGenerator(of: ConfiguredFunction): () => ResMap {
  return () => {
    const map = new ResMap()
    for (const resource of run(of, [configOf(of).value])) {
      takeOptions(resource)
      map.append(resource)
    }
    return map
  }
}

function takeOptions(resource: Resource): void {
  const { annotations } = resource
  resource.needsHash = annotations.get(NEEDS_HASH) === 'true'
  const behavior = annotations.get(BEHAVIOR) ?? ''
  if (['create', 'replace', 'merge'].includes(behavior)) resource.behavior = behavior as Behavior
  annotations.delete(NEEDS_HASH)
  annotations.delete(BEHAVIOR)
  resource.setAnnotations(annotations)
}

/** Lets a function change resources: what it gives back stands for what it got, the rest is gone. */
export function functionTransformer(of: ConfiguredFunction): Operation {
  return (map) => {
    const input = map.resources.map(withId)
    const fresh = new ResMap()
    for (const resource of run(of, input)) fresh.append(withoutId(resource))
    const kept = map.resources.filter((each) => takeOver(each, fresh))
    const known = new Set(kept.map((each) => keyOfId(each.id)))
    map.setAll([...kept, ...fresh.resources.filter((each) => !known.has(keyOfId(each.id)))])
  }
}

function withId(resource: Resource): YamlValue {
  const copy = resource.copy()
  const { group, version, kind, name, namespace } = resource.id
  const id = Object.fromEntries(
    Object.entries({ group, version, kind, name, namespace }).filter(([, value]) => value !== ''),
  )
  copy.setAnnotations(new Map([...copy.annotations, [ID, dump(id, { dialect: 'sigs' })]]))
  return copy.value
}

function withoutId(resource: Resource): Resource {
  const { annotations } = resource
  annotations.delete(ID)
  resource.setAnnotations(annotations)
  return resource
}

function takeOver(resource: Resource, fresh: ResMap): boolean {
  const [found] = fresh.byCurrentId(resource.id)
  if (found === undefined) return false
  resource.node = found.node
  return true
}

function configOf({ resource }: ConfiguredFunction): Resource {
  const config = resource.copy()
  config.setAnnotations(new Map([...config.annotations, [LOCAL, 'true']]))
  return config
}

function run(of: ConfiguredFunction, items: readonly YamlValue[]): Resource[] {
  const { site, resource, spec } = of
  const { runFunction } = site.context
  const path = spec.exec?.path ?? ''
  if (runFunction === undefined || path === '') throw refusal(of)
  const list = {
    apiVersion: 'config.kubernetes.io/v1',
    kind: 'ResourceList',
    items,
    functionConfig: configOf(of).value,
  }
  const request = { path, args: spec.exec?.args ?? [], env: spec.exec?.envs ?? [], directory: site.loader.label }
  let output: string
  try {
    output = runFunction(request, dump(list, { dialect: 'sigs' }))
  } catch (error) {
    throw prefixed(error, "couldn't execute function")
  }
  const resources = readResources({ text: output, file: path })
  if (resources.some((each) => each.isGone))
    throw failure(`plugin ${formatId(resource.originalId)} gave an empty resource`)
  return resources
}

function refusal({ resource, spec }: ConfiguredFunction): KustomizeError {
  const { range } = resource
  const isContainer = (spec.container?.image ?? '') !== ''
  const what = isContainer
    ? `container function '${spec.container?.image ?? ''}'`
    : `exec function '${spec.exec?.path ?? ''}'`
  const hint = isContainer
    ? 'Replace it by a built-in transformer, or render it with real kustomize, --enable-alpha-plugins and a container engine.'
    : 'Pass --enable-alpha-plugins and --enable-exec to let it run on this machine.'
  return new KustomizeError(
    'KUSTOMIZE_PLUGIN',
    `couldn't execute function: ${what} of plugin ${formatId(resource.originalId)} is not run`,
    { range, hint },
  )
}
