import { readYamlMap, type KustomizeSource } from '@slipway/argo'
import { type Diagnostic, messageOf, type SourceTree } from '@slipway/diag'
import { buildKustomization, KustomizeError } from '@slipway/kustomize'
import type { KubeObject } from '@slipway/objects'
import { ReconcilerError } from '../errors.ts'
import { KUSTOMIZATION_FILES } from './kustomization-files.ts'
import { editKustomization, mapValues } from './kustomize-edit.ts'
import { readText, sourceFolder } from './paths.ts'
import { substitute, variablesOf } from './variables.ts'
import type { RenderRequest, RenderResult } from './types.ts'

/** Builds a kustomization after the edits of `spec.source.kustomize`, as Argo CD makes them with `kustomize edit`. */
export function renderKustomize(request: RenderRequest): RenderResult {
  const { source } = request
  const folder = sourceFolder(request.tree, source.path ?? '')
  try {
    const tree = source.kustomize === undefined ? request.tree : edited(request, folder, source.kustomize)
    const { objects, warnings } = buildKustomization(tree, folder, { prefix: '<path to cached source>/' })
    return {
      type: 'Kustomize',
      objects: objects.map(({ value, origins }) => ({ object: value as unknown as KubeObject, origins })),
      warnings,
    }
  } catch (error) {
    if (error instanceof ReconcilerError) throw error
    const where = folder === '' ? '<path to cached source>' : `<path to cached source>/${folder}`
    const message = `\`kustomize build ${where}\` failed exit status 1: Error: ${messageOf(error).trimEnd()}`
    throw new ReconcilerError('RECONCILER_RENDER', message, { cause: error, diagnostic: faultOf(error) })
  }
}

function faultOf(error: unknown): Diagnostic | undefined {
  if (!(error instanceof KustomizeError)) return undefined
  const { code, message, range, hint } = error
  return {
    code,
    severity: 'error',
    message,
    ...(range === undefined ? {} : { range }),
    ...(hint === undefined ? {} : { hint }),
  }
}

function edited(request: RenderRequest, folder: string, edits: KustomizeSource): SourceTree {
  const { tree } = request
  const paths = KUSTOMIZATION_FILES.map((name) => (folder === '' ? name : `${folder}/${name}`))
  const path = paths.find((candidate) => readText(tree, candidate) !== undefined)
  const text = path === undefined ? undefined : readText(tree, path)
  if (path === undefined || text === undefined) return tree
  const file = readYamlMap(text) ?? {}
  const variables = variablesOf(request)
  const withValues =
    edits.commonAnnotationsEnvsubst === true
      ? {
          ...edits,
          commonAnnotations: mapValues(edits.commonAnnotations ?? {}, (value) => substitute(value, variables)),
        }
      : edits
  return withFile(tree, path, JSON.stringify(editKustomization(file, withValues)))
}

function withFile(tree: SourceTree, path: string, text: string): SourceTree {
  const data = new TextEncoder().encode(text)
  return {
    label: tree.label,
    stat: (wanted) => (wanted === path ? 'file' : tree.stat(wanted)),
    read: (wanted) => (wanted === path ? data : tree.read(wanted)),
    list: (folder) => tree.list(folder),
    readlink: (wanted) => (wanted === path ? undefined : tree.readlink(wanted)),
  }
}
