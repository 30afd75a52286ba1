import { parseAllDocuments } from 'yaml'
import { type Environment, KUBERNETES_VERSION, NO_DIGEST, output, run, type Run, tool } from './starter.ts'

export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: {
    readonly name: string
    readonly namespace?: string
    readonly labels?: Record<string, string>
    readonly annotations?: Record<string, string>
  }
  readonly spec?: Record<string, unknown>
  readonly data?: Record<string, string>
}

export const helms = ['helm4', 'helm3', 'helm'].flatMap((name) => tool(name) ?? [])
export const helm = helms[0]
export const kustomize = tool('kustomize')

export function valueFiles(environment: Environment): string[] {
  return ['values', 'image'].flatMap((name) => ['--values', `deploy/environments/${environment}/${name}.yaml`])
}

/** The chart of an environment with an all-zero digest, as a check renders it. */
export async function renderChart(
  environment: Environment,
  more: readonly string[] = [],
  program = helm,
): Promise<KubeObject[]> {
  return objects(await output(program ?? 'helm', templateArguments(environment, more)))
}

export function tryRenderChart(environment: Environment, more: readonly string[]): Promise<Run> {
  return run(helm ?? 'helm', templateArguments(environment, more))
}

export async function buildOverlay(folder: string): Promise<KubeObject[]> {
  return objects(await output(kustomize ?? 'kustomize', ['build', `deploy/kustomize/${folder}`]))
}

export function objects(text: string): KubeObject[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as KubeObject | null)
    .filter((object): object is KubeObject => object !== null)
}

export function find(all: readonly KubeObject[], kind: string, name = 'shop'): KubeObject {
  const found = all.find((object) => object.kind === kind && object.metadata.name === name)
  if (!found) throw new Error(`no ${kind} ${name}`)
  return found
}

/** Every leaf of an object by its path; list members that have a name are keyed by it, so that order does not matter there. */
export function leaves(value: unknown, path = ''): Map<string, unknown> {
  if (value === null || typeof value !== 'object') return new Map([[path, value]])
  const members: [string, unknown][] = Array.isArray(value)
    ? value.map((item: unknown, index) => [`[${memberName(item) ?? index}]`, item])
    : Object.entries(value).map(([key, item]) => [`.${key}`, item])
  if (members.length === 0) return new Map([[path, value]])
  return new Map(members.flatMap(([key, item]) => [...leaves(item, path + key)]))
}

/** `path: left -> right` for every leaf that differs. */
export function differences(left: unknown, right: unknown): string[] {
  const [a, b] = [leaves(left), leaves(right)]
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((path) => JSON.stringify(a.get(path)) !== JSON.stringify(b.get(path)))
    .map((path) => `${path}: ${JSON.stringify(a.get(path))} -> ${JSON.stringify(b.get(path))}`)
    .sort()
}

function memberName(item: unknown): string | undefined {
  if (item === null || typeof item !== 'object' || !('name' in item)) return undefined
  return typeof item.name === 'string' ? item.name : undefined
}

function templateArguments(environment: Environment, more: readonly string[]): string[] {
  const common = [
    '--namespace',
    environment,
    '--kube-version',
    KUBERNETES_VERSION,
    '--set',
    `image.digest=${NO_DIGEST}`,
  ]
  return ['template', 'shop', 'deploy/chart', ...valueFiles(environment), ...common, ...more]
}
