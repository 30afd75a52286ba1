import { globMatches, parseProject, readYamlMap, type AppProject } from '@slipway/argo'
import { healthOf, isUnjudged, type Health, type Judge, type Pair } from '@slipway/gitops'
import { gvkOf, isRecord, type KubeObject } from '@slipway/objects'
import type { Context } from './context.ts'
import type { Condition } from './status/types.ts'

/** What the ConfigMap `argocd-cm` asks for and is not done here. */
export interface ArgoSettings {
  /** Globs of `group/kind`, or `kind`, whose health a script of the user tells. */
  readonly scripts: readonly string[]
  /** Globs of kinds of which differences are ignored. */
  readonly ignored: readonly string[]
  /** Settings that change what every Application does. */
  readonly others: readonly string[]
}

const CUSTOMIZATIONS = 'resource.customizations'
const HEALTH = `${CUSTOMIZATIONS}.health.`
const IGNORE = `${CUSTOMIZATIONS}.ignoreDifferences.`
const OTHERS = [
  'resource.exclusions',
  'resource.inclusions',
  'resource.compareoptions',
  'application.sync.impersonation.enabled',
  'installationID',
  'kustomize.buildOptions',
]

/** Reads `argocd-cm` in Argo CD's namespace; without one nothing is asked for. */
export function argoSettings(context: Context): ArgoSettings {
  const key = { group: '', kind: 'ConfigMap', namespace: context.controllerNamespace, name: 'argocd-cm' }
  const data = context.live.get(key)?.['data']
  if (!isRecord(data)) return { scripts: [], ignored: [], others: [] }
  const names = Object.keys(data)
  const whole = Object.entries(readYamlMap(String(data[CUSTOMIZATIONS] ?? '')) ?? {})
  const below = (prefix: string, field: string): readonly string[] => [
    ...names.filter((name) => name.startsWith(prefix)).map((name) => globOf(name.slice(prefix.length))),
    ...whole.filter(([, value]) => isRecord(value) && value[field] !== undefined).map(([kind]) => kind),
  ]
  const tracking = data['application.resourceTrackingMethod'] ?? 'annotation'
  const method = tracking === 'annotation' || tracking === '' ? [] : ['application.resourceTrackingMethod']
  const others = [...OTHERS.filter((name) => data[name] !== undefined && data[name] !== 'false'), ...method]
  return { scripts: below(HEALTH, 'health.lua'), ignored: below(IGNORE, 'ignoreDifferences'), others }
}

// A key of a ConfigMap has no slash: `cert-manager.io_Certificate`.
const globOf = (name: string): string => (name === 'all' ? '*/*' : name.replace('_', '/'))

/** Tells health as Argo CD does, where no script of the user would; what a script would tell is not known. */
export function judgeBy({ scripts }: ArgoSettings): Judge {
  return (object) => (matches(scripts, object) && !isLeaving(object) ? UNKNOWN : healthOf(object))
}

const UNKNOWN: Health = { status: 'Unknown', message: 'the health script of argocd-cm for this kind is not run here' }

const isLeaving = ({ metadata }: KubeObject): boolean => metadata.deletionTimestamp !== undefined

/** Warnings of what a real Argo CD would do otherwise with an Application's objects, by `argocd-cm`, by its project or by itself. */
export function notObeyed(
  settings: ArgoSettings,
  { pairs, project }: { readonly pairs: readonly Pair[]; readonly project: AppProject },
): readonly Condition[] {
  const objects = pairs.flatMap(({ target, live }) => live ?? target ?? [])
  const those = (globs: readonly string[]): readonly KubeObject[] => objects.filter((object) => matches(globs, object))
  const scripted = those(settings.scripts)
  const unjudged = objects.filter((object) => isUnjudged(object) && !scripted.includes(object))
  return [
    ...warnings(scripted, 'the health script of argocd-cm is not run here: the health is Unknown'),
    ...warnings(unjudged, 'Argo CD tells the health by a script that is not run here: it counts for nothing'),
    ...warnings(those(settings.ignored), 'ignoreDifferences of argocd-cm are not obeyed here'),
    ...parseProject(project).diagnostics.map(({ message }) => warning(message)),
    ...settings.others.map((name) => warning(`argocd-cm sets ${name}, which is not obeyed here`)),
  ]
}

function warnings(objects: readonly KubeObject[], what: string): readonly Condition[] {
  const kinds = new Set(objects.map((object) => keyOf(object)))
  return [...kinds].sort().map((kind) => warning(`${kind}: ${what}`))
}

const warning = (message: string): Condition => ({ type: 'NotObeyedWarning', message })

function keyOf(object: KubeObject): string {
  const { group, kind } = gvkOf(object)
  return group === '' ? kind : `${group}/${kind}`
}

const matches = (globs: readonly string[], object: KubeObject): boolean =>
  globs.some((glob) => globMatches(glob, keyOf(object)))
