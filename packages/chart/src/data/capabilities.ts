import { GoPointer, GoSlice, GoStruct, quote, types, type Value } from '@slipway/gotemplate'
import type { Compat } from '../compat.ts'
import { ChartError } from '../errors.ts'
import { HELM4_API_VERSIONS } from './api-versions.ts'
import { BUILD_INFO, CAPABILITIES, CAPABILITIES_3, KUBE_VERSION, KUBE_VERSION_3, VERSION_SET } from './types.ts'

/** What a cluster can do, as charts ask in `.Capabilities`. */
export interface Capabilities {
  /** The version of Kubernetes, `v1.37.0` or `1.30.2-gke.1`; Helm's default when absent. */
  readonly kubeVersion?: string
  /** API versions (`apps/v1`, `apps/v1/Deployment`) in place of Helm's defaults. */
  readonly apiVersions?: readonly string[]
  /** API versions besides those. */
  readonly extraApiVersions?: readonly string[]
}

/** The release of Helm that is rendered as. */
export const HELM_VERSION = 'v4.3'
const HELM_3_VERSION = 'v3.22'
const KUBE_CLIENT = 'v1.37'
const GO_VERSION = 'go1.26.8'
/** The version of Kubernetes that Helm assumes without a cluster. */
export const DEFAULT_KUBE_VERSION = 'v1.37.0'

/** A version of Kubernetes in its parts. */
export interface KubeVersion {
  /** As given, with `v`. */
  readonly version: string
  /** Without what stands behind the numbers: what ranges are checked against. */
  readonly normalized: string
  readonly major: string
  readonly minor: string
}

const GENERIC = /^\s*v?([0-9]+(?:\.[0-9]+)*)(.*)$/s

/** Reads a version of Kubernetes (common.ParseKubeVersion). Throws `CHART_KUBE_VERSION` with its text. */
export function parseKubeVersion(text: string): KubeVersion {
  const match = GENERIC.exec(text)
  const refuse = (reason: string): never => {
    throw new ChartError('CHART_KUBE_VERSION', reason, { hint: 'Write it like 1.30 or v1.30.2.' })
  }
  if (match === null) return refuse(`could not parse ${quote(text)} as version`)
  const parts = (match[1] ?? '').split('.')
  if (parts.length < 2) return refuse(`illegal version string ${quote(text)}`)
  const bad = parts.find((part) => part.length > 1 && part.startsWith('0'))
  if (bad !== undefined) return refuse(`illegal zero-prefixed version component ${quote(bad)} in ${quote(text)}`)
  const [major = '', minor = ''] = parts
  const normalized = `v${[...parts, '0', '0'].slice(0, Math.max(3, parts.length)).join('.')}`
  return { version: text.startsWith('v') ? text : `v${text}`, normalized, major, minor }
}

/** The value of `.Capabilities`. */
export function capabilitiesValue(capabilities: Capabilities, compat: Compat = 'helm4'): Value {
  const isOld = compat === 'helm3'
  const kube = parseKubeVersion(capabilities.kubeVersion ?? DEFAULT_KUBE_VERSION)
  const versions = [...(capabilities.apiVersions ?? HELM4_API_VERSIONS), ...(capabilities.extraApiVersions ?? [])]
  // Helm 3 knows a version only without what stands behind its numbers.
  const kubeVersion = new GoStruct(
    isOld ? KUBE_VERSION_3 : KUBE_VERSION,
    new Map([
      ['Version', isOld ? kube.normalized : kube.version],
      ['normalizedVersion', kube.normalized],
      ['Major', kube.major],
      ['Minor', kube.minor],
    ]),
  )
  const helmVersion = new GoStruct(
    BUILD_INFO,
    new Map([
      ['Version', isOld ? HELM_3_VERSION : HELM_VERSION],
      ['GitCommit', ''],
      ['GitTreeState', ''],
      ['GoVersion', GO_VERSION],
      ['KubeClientVersion', isOld ? '' : KUBE_CLIENT],
    ]),
  )
  const struct = new GoStruct(
    isOld ? CAPABILITIES_3 : CAPABILITIES,
    new Map<string, Value>([
      ['KubeVersion', kubeVersion],
      ['APIVersions', new GoSlice(VERSION_SET, versions)],
      ['HelmVersion', helmVersion],
    ]),
  )
  return new GoPointer(types.pointerTo(struct.type), struct)
}
