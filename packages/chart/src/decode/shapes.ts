import type { Shape } from './struct.ts'

const string: Shape = { kind: 'string' }
const bool: Shape = { kind: 'bool' }
const strings: Shape = { kind: 'list', of: string }

const MAINTAINER: Shape = {
  kind: 'struct',
  name: 'Maintainer',
  type: 'v2.Maintainer',
  pointer: true,
  fields: { name: string, email: string, url: string },
}

const DEPENDENCY: Shape = {
  kind: 'struct',
  name: 'Dependency',
  type: 'v2.Dependency',
  pointer: true,
  fields: {
    name: string,
    version: string,
    repository: string,
    condition: string,
    tags: strings,
    enabled: bool,
    'import-values': { kind: 'list', of: { kind: 'any' } },
    alias: string,
  },
}

/** Chart.yaml, and requirements.yaml, which is read into the same. */
export const METADATA: Shape = {
  kind: 'struct',
  name: 'Metadata',
  type: 'v2.Metadata',
  pointer: false,
  fields: {
    name: string,
    home: string,
    sources: strings,
    version: string,
    description: string,
    keywords: strings,
    maintainers: { kind: 'list', of: MAINTAINER },
    icon: string,
    apiVersion: string,
    condition: string,
    tags: string,
    appVersion: string,
    deprecated: bool,
    annotations: { kind: 'map', of: string },
    kubeVersion: string,
    dependencies: { kind: 'list', of: DEPENDENCY },
    type: string,
  },
}

/** Chart.lock. */
export const LOCK: Shape = {
  kind: 'struct',
  name: 'Lock',
  type: 'v2.Lock',
  pointer: false,
  fields: { generated: { kind: 'time' }, digest: string, dependencies: { kind: 'list', of: DEPENDENCY } },
}

/** What Helm looks at in a rendered object. */
export const HEAD: Shape = {
  kind: 'struct',
  name: 'SimpleHead',
  type: 'util.SimpleHead',
  pointer: false,
  fields: {
    apiVersion: string,
    kind: string,
    metadata: {
      kind: 'struct',
      name: '',
      type: 'struct { Name string "json:\\"name\\""; Annotations map[string]string "json:\\"annotations\\"" }',
      pointer: true,
      fields: { name: string, annotations: { kind: 'map', of: string } },
    },
  },
}

/** The same in Helm 3, where the type has another name. */
export const HEAD_3: Shape = { ...HEAD, type: 'releaseutil.SimpleHead' } as Shape
