import { globMatches, readManifests, syntaxFaultOf, type DirectorySource } from '@slipway/argo'
import type { SourceTree } from '@slipway/diag'
import { ReconcilerError } from '../errors.ts'
import { assertNoPointer, readText, sourceFolder } from './paths.ts'
import type { RenderedObject, RenderRequest, RenderResult } from './types.ts'

/**
 * Renders a folder of plain manifests: `.yaml`, `.yml` and `.json` files, with `disableExtensionFilter` all files, those below only with `recurse`, by `include` and
 * `exclude`. A file that says so itself is passed over.
 */
export function renderDirectory(request: RenderRequest): RenderResult {
  const { tree, source } = request
  const folder = sourceFolder(tree, source.path ?? '')
  const paths = filesOf(tree, folder, source.directory).filter(
    (path) => isWanted(relative(folder, path), source.directory) && !(readText(tree, path)?.includes(SKIPPED) ?? false),
  )
  assertSize(tree, paths)
  const objects = paths.flatMap((path) => objectsOf(tree, path))
  return { type: 'Directory', objects }
}

// Anywhere in a file.
const SKIPPED = '+argocd:skip-file-rendering'
// Argo CD's limit: what is read takes a multiple of its size.
const LARGEST = 10 * 1024 * 1024

function assertSize(tree: SourceTree, paths: readonly string[]): void {
  let size = 0
  for (const path of paths) {
    size += tree.read(path)?.length ?? 0
    if (size <= LARGEST) continue
    throw new ReconcilerError('RECONCILER_RENDER', 'exceeded max combined manifest file size', {
      hint: `the manifests of one Application may have 10 MiB together; ${path} was the one too many: split it, or exclude files`,
    })
  }
}

function filesOf(tree: SourceTree, folder: string, rules: DirectorySource = {}): string[] {
  return tree.list(folder).flatMap(({ name, kind }) => {
    const path = folder === '' ? name : `${folder}/${name}`
    if (kind === 'directory') return rules.recurse === true ? filesOf(tree, path, rules) : []
    return rules.disableExtensionFilter === true || /\.(ya?ml|json|jsonnet)$/.test(name) ? [path] : []
  })
}

function isWanted(path: string, rules: DirectorySource | undefined): boolean {
  const { include = '', exclude = '' } = rules ?? {}
  if (exclude !== '' && globMatches(exclude, path)) return false
  return include === '' || globMatches(include, path)
}

function objectsOf(tree: SourceTree, path: string): readonly RenderedObject[] {
  const name = path.split('/').at(-1) ?? path
  if (name.endsWith('.jsonnet'))
    throw new ReconcilerError(
      'RECONCILER_UNSUPPORTED',
      `Failed to evaluate jsonnet ${JSON.stringify(name)}: jsonnet is not run here`,
      {
        rpc: 'FailedPrecondition',
        hint: 'commit what it prints as YAML',
      },
    )
  const text = readText(tree, path)
  if (text === undefined) return []
  assertNoPointer(path, text)
  const { manifests, diagnostics } = readManifests(text, path)
  const [fault] = diagnostics
  if (fault !== undefined && (manifests.length > 0 || looksLikeManifest(text))) {
    const reason = syntaxFaultOf(text) ?? fault.message
    throw new ReconcilerError(
      'RECONCILER_RENDER',
      `Failed to unmarshal ${JSON.stringify(name)}: failed to unmarshal manifest: ${reason}`,
      {
        rpc: 'FailedPrecondition',
        diagnostic: { ...fault, severity: 'error', hint: 'mend this line, or what it goes on from' },
        hint: `mend ${path}${fault.range === undefined ? '' : `, line ${fault.range.start.line}`}`,
      },
    )
  }
  return manifests.map(({ object, placeOf }) => ({
    object,
    origins: {
      of: (field) => {
        const at = placeOf(field)
        return at === undefined ? [] : [{ kind: 'resource', at }]
      },
    },
  }))
}

const looksLikeManifest = (text: string): boolean =>
  text.includes('apiVersion:') && text.includes('kind:') && text.includes('metadata:')

function relative(folder: string, path: string): string {
  return folder === '' ? path : path.slice(folder.length + 1)
}
