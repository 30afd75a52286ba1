import { posix } from 'node:path'
import type { OwnChart } from './own-chart.ts'
import type { Survey } from './survey.ts'

/** A chart that the Applications point to, and the repository that it lies in. */
export interface ChartPlace {
  readonly chart: OwnChart
  readonly survey: Survey
}

const ENVIRONMENTS: Readonly<Record<string, string>> = { staging: 'staging|stg', production: 'production|prod' }

/** A file of the road for a repository with a chart of its own: Applications point to it, values name its image. */
export function forChart(path: string, text: string, place: ChartPlace): string {
  if (path === 'argocd/applications/project.yaml') return project(text)
  const application = /^argocd\/applications\/(\w+)\.yaml$/.exec(path)?.[1]
  if (application !== undefined) return applicationOf(text, application, place)
  const environment = /^deploy\/environments\/(\w+)\/values\.yaml$/.exec(path)?.[1]
  return environment === undefined
    ? text
    : `# What differs in ${environment}, on top of the chart's own values.\n${place.chart.values}`
}

// The kinds of a chart that somebody else wrote are not known: any that belongs to the namespaces.
function project(text: string): string {
  return text.replace(
    / {2}namespaceResourceWhitelist:\n[\s\S]*?(?= {2}roles:)/,
    `  namespaceResourceWhitelist:\n    - group: "*"\n      kind: "*"\n`,
  )
}

function applicationOf(text: string, name: string, { chart, survey }: ChartPlace): string {
  const own = survey.files.find((path) => isValuesOf(path, chart, name))
  const files = own === undefined ? [] : [`          - ${posix.relative(chart.folder, own)}\n`]
  const image = `          - /deploy/environments/${name}/image.yaml\n`
  const fitted = text
    .replace('path: deploy/chart', `path: ${chart.folder}`)
    .replace('        valueFiles:\n', `        valueFiles:\n${files.join('')}`)
    .replace(image, chart.takesDigest ? image : '')
    // It was not written for the restricted standard: told, not refused.
    .replaceAll('pod-security.kubernetes.io/enforce', 'pod-security.kubernetes.io/warn')
  return chart.scales ? fitted : withoutScaling(fitted)
}

function isValuesOf(path: string, { folder }: OwnChart, name: string): boolean {
  const pattern = new RegExp(`^values[-._](${ENVIRONMENTS[name] ?? name})\\.ya?ml$`)
  return posix.dirname(path) === folder && pattern.test(posix.basename(path))
}

function withoutScaling(text: string): string {
  return text
    .replace(/ {2}# The autoscaler owns the number of replicas\.\n[\s\S]*?(?= {2}syncPolicy:)/, '')
    .replace('      - RespectIgnoreDifferences=true\n', '')
}
