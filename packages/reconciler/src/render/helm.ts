import {
  chartFault,
  demandDependencies,
  loadChart,
  manifestObjects,
  renderChart,
  withLocalDependencies,
  type RenderEnvironment,
  type Rendered,
  type ValuesInput,
} from '@slipway/chart'
import { nodeEnvironment, nodeUnpack } from '@slipway/chart/node'
import { messageOf, type SourceTree } from '@slipway/diag'
import type { KubeObject } from '@slipway/objects'
import type { HelmSource } from '@slipway/argo'
import { ReconcilerError } from '../errors.ts'
import { substitute, variablesOf } from './variables.ts'
import { assertNoPointer, assertPath, readText, resolvePath, sourceFolder } from './paths.ts'
import { assertKind } from './kind.ts'
import type { RenderRequest, RenderResult } from './types.ts'

let environment: RenderEnvironment | undefined
// Counts what templates took from chance and from the clock.
let drawn = 0

/** Renders a chart as Argo CD has `helm template` do it: CRDs and hooks included, the cluster's versions given, errors in the words of both. */
export function renderHelm(request: RenderRequest): RenderResult {
  const { source, tree } = request
  const helm = source.helm ?? {}
  const folder = sourceFolder(tree, source.path ?? '')
  const call = callOf(request, helm, folder)
  assertNoPointer('values.yaml', readText(tree, folder === '' ? 'values.yaml' : `${folder}/values.yaml`) ?? '')
  environment ??= counting(nodeEnvironment())
  const drawnBefore = drawn
  let outputs: readonly Rendered[] = []
  try {
    const load = { unpack: nodeUnpack }
    const chart = withLocalDependencies(loadChart(tree, folder, load), tree, load)
    demandDependencies(chart, 'helm3')
    const render = renderChart({
      chart,
      values: call.inputs(),
      release: { name: call.release, namespace: call.namespace },
      environment,
      capabilities: { kubeVersion: call.kubeVersion, extraApiVersions: helm.apiVersions ?? request.apiVersions },
      skipSchema: helm.skipSchemaValidation === true,
      track: true,
      onOutputs: (printed) => {
        outputs = printed
      },
    })
    const found = manifestObjects(render, { hooks: true, crds: helm.skipCrds !== true })
    const wanted = helm.skipTests === true ? found.filter(({ hook }) => hook?.events.includes('test') !== true) : found
    const objects = wanted.map(({ object, origins }) => ({ object: object as unknown as KubeObject, origins }))
    for (const each of objects) assertKind(each)
    return { type: 'Helm', objects, warnings: render.warnings, isRepeatable: drawn === drawnBefore }
  } catch (error) {
    if (error instanceof ReconcilerError) throw error
    const message = `failed to execute helm template command: failed running helm: \`${call.line}\` failed exit status 1: Error: ${messageOf(error).trimEnd()}`
    const diagnostic = chartFault(error, { tree, folder, outputs, valueFiles: call.files })
    throw new ReconcilerError('RECONCILER_RENDER', `${message}${adviceOn(error)}`, { cause: error, diagnostic })
  }
}

function counting(of: RenderEnvironment): RenderEnvironment {
  const counted = <A extends readonly unknown[], R>(draw: (...args: A) => R): ((...args: A) => R) => {
    return (...args) => {
      drawn++
      return draw(...args)
    }
  }
  const { random, now, crypto } = of
  return {
    ...of,
    random: counted(random),
    now: counted(now),
    crypto: { ...crypto, generateKey: counted((...args) => crypto.generateKey(...args)) },
  }
}

// Helm adds this line to errors of templates and of what they print, not to those of values, schemas and charts.
function adviceOn(error: unknown): string {
  const { code } = error as { code?: string }
  return code === 'CHART_TEMPLATE' || code === 'CHART_MANIFEST' ? '\n\nUse --debug flag to render out invalid YAML' : ''
}

interface Call {
  readonly release: string
  readonly namespace: string
  readonly kubeVersion: string
  /** The command as Argo CD's errors show it. */
  readonly line: string
  /** Paths of values files in the source's own tree. */
  readonly files: readonly string[]
  /** Reads the values; here a missing file throws. */
  inputs(): readonly ValuesInput[]
}

function callOf(request: RenderRequest, helm: HelmSource, folder: string): Call {
  const variables = variablesOf(request)
  const release = helm.releaseName || request.application.name
  const namespace = helm.namespace ?? request.namespace
  const kubeVersion = (helm.kubeVersion ?? request.kubeVersion).replace(/^v/, '')
  const files = (helm.valueFiles ?? []).flatMap((path) => valueFile(request, folder, substitute(path, variables)))
  const extra = helm.valuesObject === undefined ? helm.values : JSON.stringify(helm.valuesObject)
  const sets = (helm.parameters ?? []).map(({ name, value = '', forceString }) => ({
    kind: forceString === true ? ('set-string' as const) : ('set' as const),
    argument: `${name}=${escapeSet(substitute(value, variables))}`,
  }))
  const setFiles = (helm.fileParameters ?? []).map(({ name, path }) => ({
    kind: 'set-file' as const,
    argument: `${name}=${path}`,
    read: (wanted: string): string => textOf(request.tree, resolvePath(folder, wanted) ?? wanted),
  }))
  const line = [
    `helm template . --name-template ${release}`,
    ...(namespace === '' ? [] : [`--namespace ${namespace}`]),
    `--kube-version ${kubeVersion}`,
    ...[...sets, ...setFiles].map(({ kind, argument }) => `--${kind} ${argument}`),
    ...files.map(({ shown }) => `--values ${shown}`),
    ...(extra === undefined || extra === '' ? [] : ['--values <path to values file>']),
    '<api versions removed>',
    ...(helm.skipCrds === true ? [] : ['--include-crds']),
    ...(helm.skipSchemaValidation === true ? ['--skip-schema-validation'] : []),
    ...(helm.skipTests === true ? ['--skip-tests'] : []),
  ].join(' ')
  const inputs = (): ValuesInput[] => [
    ...files.map(
      ({ path, tree, shown }): ValuesInput => ({ kind: 'file', file: path, text: textOf(tree, path, shown) }),
    ),
    ...extraInput(helm),
    ...sets,
    ...setFiles,
  ]
  const own = files.filter(({ tree }) => tree === request.tree).map(({ path }) => path)
  return { release, namespace, kubeVersion, line, files: own, inputs }
}

function extraInput(helm: HelmSource): ValuesInput[] {
  if (helm.valuesObject !== undefined)
    return [{ kind: 'object', label: 'spec.source.helm.valuesObject', value: helm.valuesObject }]
  if (helm.values === undefined || helm.values === '') return []
  return [{ kind: 'file', file: 'spec.source.helm.values', text: helm.values }]
}

interface ValueFile {
  readonly tree: SourceTree
  readonly path: string
  readonly shown: string
}

function valueFile(request: RenderRequest, folder: string, path: string): readonly ValueFile[] {
  const found = locate(request, folder, path)
  const missing =
    request.source.helm?.ignoreMissingValueFiles === true && readText(found.tree, found.path) === undefined
  return missing ? [] : [found]
}

function locate(request: RenderRequest, folder: string, path: string): ValueFile {
  assertPath(path)
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path))
    throw new ReconcilerError(
      'RECONCILER_UNSUPPORTED',
      `error resolving helm value files: '${path}' is a URL, which is not fetched here`,
      {
        hint: 'commit the values file to the repository',
      },
    )
  const ref = /^\$([^/]+)\/(.*)$/.exec(path)
  const referenced = ref === null ? undefined : request.refs.get(ref[1] ?? '')
  if (ref !== null && referenced === undefined)
    throw new ReconcilerError(
      'RECONCILER_SOURCE',
      `error resolving helm value files: source referenced "$${ref[1]}", but no source has a 'ref' field defined`,
      {
        hint: `add ref: ${ref[1]} to the source that holds the file`,
      },
    )
  const tree = referenced ?? request.tree
  const resolved = resolvePath(ref === null ? folder : '', ref === null ? path : (ref[2] ?? ''))
  if (resolved === undefined)
    throw new ReconcilerError(
      'RECONCILER_SOURCE',
      `error resolving helm value files: value file '${path}' resolved to outside repository root`,
      {
        hint: 'name a file of the repository',
      },
    )
  return { tree, path: resolved, shown: `<path to cached source>/${resolved}` }
}

function textOf(tree: SourceTree, path: string, shown = path): string {
  const text = readText(tree, path)
  if (text === undefined) throw new Error(`open ${shown}: no such file or directory`)
  assertNoPointer(path, text)
  return text
}

// Argo CD escapes commas that are not escaped yet, outside of braces.
function escapeSet(value: string): string {
  if (/^\{.*\}$/s.test(value)) return value
  return value.replaceAll(/(?<!\\),/g, String.raw`\,`)
}
