import { dump } from '@slipway/yaml'
import { normalize } from '../load/loader.ts'
import { parseRepoSpec } from '../load/remote.ts'
import type { BuildOrigin, Resource } from '../resource/resource.ts'

/** The origin of what an entry of a kustomization names: a path below it, or another repository. */
export function appendPath(origin: BuildOrigin, path: string): BuildOrigin {
  const spec = parseRepoSpec(path)
  if (spec === undefined) return { ...origin, path: normalize(`${origin.path ?? ''}/${path}`) }
  return { ...origin, repo: spec.cloneUrl, path: normalize(spec.path), ...(spec.ref === '' ? {} : { ref: spec.ref }) }
}

/** The origin of what a built-in generator or transformer of a kustomization file makes. */
export function builtinOrigin(origin: BuildOrigin | undefined, file: string, kind: string): BuildOrigin | undefined {
  if (origin === undefined) return undefined
  const { path, ...rest } = origin
  return { ...rest, configuredIn: normalize(`${path ?? ''}/${file}`), configuredBy: { apiVersion: 'builtin', kind } }
}

/** The origin of what a generator or transformer with a file of its own makes. */
export function pluginOrigin(config: Resource): BuildOrigin | undefined {
  const { origin, apiVersion, kind, name, namespace } = config
  if (origin === undefined) return undefined
  const { path, ...rest } = origin
  const configuredBy = {
    apiVersion,
    kind,
    ...(name === '' ? {} : { name }),
    ...(namespace === '' ? {} : { namespace }),
  }
  return { ...rest, ...(path === undefined ? {} : { configuredIn: path }), configuredBy }
}

/** The annotation that says where a resource comes from. */
export const ORIGIN = 'config.kubernetes.io/origin'
/** The annotation that lists what changed a resource. */
export const TRANSFORMATIONS = 'alpha.config.kubernetes.io/transformations'

/** Notes where a resource comes from: in an annotation too, where a patch can take it away, as in kustomize. */
export function setOrigin(resource: Resource, origin: BuildOrigin): void {
  resource.origin = origin
  resource.annotate(ORIGIN, originText(origin))
}

/** Notes what changed a resource; one without an origin is taken for the work of what changed it. */
export function addTransformation(resource: Resource, origin: BuildOrigin): void {
  const { annotations } = resource
  if (annotations.has(ORIGIN))
    resource.annotate(TRANSFORMATIONS, (annotations.get(TRANSFORMATIONS) ?? '') + transformationsText([origin]))
  else setOrigin(resource, origin)
}

function originText(origin: BuildOrigin): string {
  return linesOf(origin)
    .map((line) => `${line}\n`)
    .join('')
}

function transformationsText(origins: readonly BuildOrigin[]): string {
  const items = origins.map((origin) => linesOf(origin).map((line, at) => `${at === 0 ? '- ' : '  '}${line}\n`))
  return items.flat().join('')
}

function linesOf({ path, repo, ref, configuredIn, configuredBy }: BuildOrigin): string[] {
  const lines = Object.entries({ path, repo, ref, configuredIn }).flatMap(([name, value]) => lineOf(name, value))
  if (configuredBy === undefined) return lines
  const { apiVersion, kind, name, namespace } = configuredBy
  const inner = Object.entries({ apiVersion, kind, name, namespace }).flatMap(([key, value]) => lineOf(key, value))
  return [...lines, 'configuredBy:', ...inner.map((line) => `  ${line}`)]
}

function lineOf(name: string, value: string | undefined): string[] {
  return value === undefined || value === '' ? [] : [`${name}: ${dump(value, { dialect: 'kyaml' }).trimEnd()}`]
}
