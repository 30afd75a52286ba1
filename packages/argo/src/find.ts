import type { Diagnostic, SourceTree } from '@slipway/diag'
import { readManifests, type Manifest, type Manifests } from './manifests.ts'
import { ARGO_API_VERSION, parseApplication, parseProject } from './parse.ts'
import type { Application, AppProject } from './types.ts'

/** An Argo CD object and the file that declares it. */
export interface Declared<T> {
  readonly file: string
  readonly object: T
}

/** All Argo CD objects that a tree declares in plain manifests. */
export interface ArgoObjects {
  readonly applications: readonly Declared<Application>[]
  readonly projects: readonly Declared<AppProject>[]
  /** What is wrong with them, each with its place; files that are templates of something else are passed over in silence. */
  readonly diagnostics: readonly Diagnostic[]
}

const SKIPPED = /(^|\/)(node_modules|\.git|vendor)(\/|$)/
const LARGEST = 1024 * 1024
// What an object of Argo CD says of itself, in YAML or JSON: schemas and annotations name the group, too, and are not worth reading.
const DECLARES = /apiVersion["']?\s*:\s*(?:[&!]\S+\s+)*["']?argoproj\.io\//

/** Finds Applications and AppProjects in the `.yaml`, `.yml` and `.json` files of a tree, below one folder or everywhere. */
export function findArgoObjects(tree: SourceTree, folder = ''): ArgoObjects {
  const applications: Declared<Application>[] = []
  const projects: Declared<AppProject>[] = []
  const diagnostics: Diagnostic[] = []
  for (const file of manifestFiles(tree, folder)) {
    const { manifests, diagnostics: unreadable } = manifestsOf(tree, file)
    diagnostics.push(...unreadable)
    for (const manifest of manifests) {
      const { application, project, faults } = declaredBy(manifest)
      if (application !== undefined) applications.push({ file, object: application })
      if (project !== undefined) projects.push({ file, object: project })
      diagnostics.push(...faults)
    }
  }
  return { applications, projects, diagnostics: [...diagnostics, ...duplicates(applications)] }
}

function declaredBy({ object, placeOf }: Manifest): {
  application?: Application | undefined
  project?: AppProject | undefined
  faults: readonly Diagnostic[]
} {
  if (!object.apiVersion.startsWith('argoproj.io/')) return { faults: [] }
  if (object.kind === 'ApplicationSet') {
    const range = placeOf(['kind'])
    const message = `ApplicationSet ${object.metadata.name ?? ''} is not run here`
    const hint = 'write its Applications as manifests; other Applications are not touched'
    const refused = { code: 'ARGO_APPLICATION_SET', severity: 'error', message, hint } as const
    return { faults: [range === undefined ? refused : { ...refused, range }] }
  }
  if (object.apiVersion !== ARGO_API_VERSION) return { faults: [] }
  if (object.kind === 'AppProject') {
    const parsed = parseProject(object, placeOf)
    return { project: parsed.object, faults: parsed.diagnostics }
  }
  if (object.kind !== 'Application') return { faults: [] }
  const parsed = parseApplication(object, placeOf)
  return { application: parsed.object, faults: parsed.diagnostics }
}

const NONE: Manifests = { manifests: [], diagnostics: [] }

function manifestsOf(tree: SourceTree, file: string): Manifests {
  const data = tree.read(file)
  if (data === undefined || data.length > LARGEST) return NONE
  const text = Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString()
  if (!DECLARES.test(text)) return NONE
  const { manifests, diagnostics } = readManifests(text, file)
  // A template is no YAML before it is rendered: what it makes is none of this search.
  return { manifests, diagnostics: text.includes('{{') ? [] : diagnostics }
}

function* manifestFiles(tree: SourceTree, folder: string): Generator<string> {
  for (const { name, kind } of tree.list(folder)) {
    const path = folder === '' ? name : `${folder}/${name}`
    if (SKIPPED.test(path)) continue
    if (kind === 'directory') yield* manifestFiles(tree, path)
    else if (kind === 'file' && /\.(ya?ml|json)$/.test(name)) yield path
  }
}

function duplicates(applications: readonly Declared<Application>[]): Diagnostic[] {
  const first = new Map<string, string>()
  return applications.flatMap(({ file, object }) => {
    const key = `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`
    const earlier = first.get(key)
    first.set(key, earlier ?? file)
    if (earlier === undefined) return []
    const message = `${file} declares Application ${object.metadata.name ?? ''}, which ${earlier} declares already`
    return [{ code: 'ARGO_DUPLICATE', severity: 'error', message, hint: 'rename one of them' } as const]
  })
}
