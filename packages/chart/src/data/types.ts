import { GoStruct, type GoType, type Method, types, untag } from '@slipway/gotemplate'
import type { Compat } from '../compat.ts'

const { STRING, ANY_MAP, defineType, sliceOf } = types

const VALUES = defineType({ name: 'common.Values', kind: 'map', underlying: ANY_MAP })
const VALUES_3 = defineType({ name: 'chartutil.Values', kind: 'map', underlying: ANY_MAP })

/** The type of `.Values`: `common.Values`, or `chartutil.Values` in Helm 3. */
export function valuesType(compat: Compat): GoType {
  return compat === 'helm3' ? VALUES_3 : VALUES
}

const getter = (field: string): Method => ({
  params: [],
  variadic: false,
  result: STRING,
  call: (receiver) => {
    const plain = untag(receiver)
    return plain instanceof GoStruct ? plain.values.get(field) : ''
  },
})

const normalized = getter('normalizedVersion')

/** `common.KubeVersion`. */
export const KUBE_VERSION = defineType({
  name: 'common.KubeVersion',
  kind: 'struct',
  fields: ['Version', 'normalizedVersion', 'Major', 'Minor'].map((name) => ({ name, type: STRING })),
  methods: { String: normalized, GitVersion: getter('Version') },
  addressed: (value) => String(normalized.call(value, [])),
})

/** `version.BuildInfo`. */
export const BUILD_INFO = defineType({
  name: 'version.BuildInfo',
  kind: 'struct',
  fields: [
    { name: 'Version', type: STRING, json: 'version,omitempty' },
    { name: 'GitCommit', type: STRING, json: 'git_commit,omitempty' },
    { name: 'GitTreeState', type: STRING, json: 'git_tree_state,omitempty' },
    { name: 'GoVersion', type: STRING, json: 'go_version,omitempty' },
    { name: 'KubeClientVersion', type: STRING, json: 'kube_client_version' },
  ],
})

/** `common.VersionSet`, the type of `.Capabilities.APIVersions`. */
export const VERSION_SET = defineType({
  name: 'common.VersionSet',
  kind: 'slice',
  underlying: sliceOf(STRING),
  methods: {
    Has: {
      params: [STRING],
      variadic: false,
      result: types.BOOL,
      call: (receiver, [wanted]) => {
        const plain = untag(receiver)
        return typeof plain === 'object' && plain !== null && 'items' in plain && plain.items.includes(untag(wanted))
      },
    },
  },
})

/** `common.Capabilities`. */
export const CAPABILITIES = defineType({
  name: 'common.Capabilities',
  kind: 'struct',
  fields: [
    { name: 'KubeVersion', type: KUBE_VERSION },
    { name: 'APIVersions', type: VERSION_SET },
    { name: 'HelmVersion', type: BUILD_INFO },
  ],
})

/** Helm 3's `chartutil.KubeVersion`. */
export const KUBE_VERSION_3 = defineType({
  name: 'chartutil.KubeVersion',
  kind: 'struct',
  fields: ['Version', 'Major', 'Minor'].map((name) => ({ name, type: STRING })),
  methods: { String: getter('Version'), GitVersion: getter('Version') },
  addressed: (value) => String(getter('Version').call(value, [])),
})

/** Helm 3's `*chartutil.Capabilities`. */
export const CAPABILITIES_3 = defineType({
  name: 'chartutil.Capabilities',
  kind: 'struct',
  fields: [
    { name: 'KubeVersion', type: KUBE_VERSION_3 },
    { name: 'APIVersions', type: VERSION_SET },
    { name: 'HelmVersion', type: BUILD_INFO },
  ],
})
