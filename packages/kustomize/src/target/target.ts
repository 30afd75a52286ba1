import type { VarEntry } from '../config/kustomization.ts'
import { KustomizeError, failure, placed, prefixed, quoted, within } from '../errors.ts'
import { variableOf } from '../filters/vars.ts'
import { absorb } from '../generators/absorb.ts'
import type { Loader } from '../load/loader.ts'
import { formatGvk, isBuiltInKind } from '../resource/gvk.ts'
import { readResources } from '../resource/read.ts'
import type { ResMap } from '../resource/resmap.ts'
import type { BuildOrigin, Resource } from '../resource/resource.ts'
import { Accumulator } from './accumulator.ts'
import { ORIGIN, appendPath, setOrigin } from './build-origin.ts'
import type { BuildContext } from './context.ts'
import { crdConfig } from './crds.ts'
import { loadCustomSchema } from './custom-schema.ts'
import { readKustomization } from './file.ts'
import { builtinGenerators } from './generators.ts'
import { pluginGenerators, pluginTransformers } from './plugins.ts'
import { readFileMap } from './resource-file.ts'
import { type Site, entryRange, fieldMaker, fieldNode, siteFile } from './site.ts'
import { type Step, runSteps } from './step.ts'
import { inlineText } from './inline-text.ts'
import { transformerConfig } from './transformer-config.ts'
import { transformerSteps } from './transformers.ts'
import { runValidators } from './validators.ts'

/** Reads the kustomization of a directory; its warnings are those of the build. */
export function openSite(loader: Loader, context: BuildContext, above?: Site): Site {
  const file = readKustomization(loader)
  context.warnings.push(...file.warnings)
  const origin = above === undefined ? originOf(file.content.buildMetadata) : above.origin
  const helmNamespace = above === undefined ? '' : above.file.content.namespace || above.helmNamespace
  return { loader, context, file, origin, helmNamespace }
}

function originOf(metadata: readonly string[] | undefined): BuildOrigin | undefined {
  return metadata === undefined || metadata.length === 0 ? undefined : {}
}

/** Builds a kustomization, all but what is done once at the end. A component goes on with what the one that lists it has gathered. */
export function accumulate(site: Site, into = new Accumulator()): Accumulator {
  const { content } = site.file
  within('accumulating resources', () =>
    addResources(site, into, { paths: content.resources ?? [], field: 'resources' }),
  )
  into.mergeConfig(transformerConfig(site.loader, content.configurations ?? []))
  into.mergeConfig(crdConfig(site.loader, content.crds ?? []))
  runGenerators(site, into.map)
  const all = within('accumulating components', () => addComponents(site, into))
  runSteps(all.map, [...transformerSteps(site, all.config), ...configuredSteps(site, 'transformers')])
  runValidators(all.map, configuredSteps(site, 'validators'))
  const vars = content.vars ?? []
  const variables = vars.map((entry, item) =>
    variableOf(entry, fieldMaker(site, 'vars', { kind: 'replacement', item })),
  )
  within(`merging vars [${vars.map(describeEntry).join(' ')}]`, () => all.addVariables(variables))
  return all
}

// What the entry says itself, before an apiVersion is taken apart.
function describeEntry({ name = '', objref = {}, fieldref = {} }: VarEntry): string {
  const { group = '', version = '', kind = '' } = objref
  return `{${name} ${formatGvk({ group, version, kind })} {${fieldref.fieldPath ?? ''}}}`
}

interface Entries {
  readonly paths: readonly string[]
  readonly field: 'resources' | PluginField
}

function addResources(site: Site, into: Accumulator, { paths, field }: Entries): void {
  const all: readonly string[] = site.file.content[field] ?? []
  for (const path of paths) placed(entryRange(site, field, all.indexOf(path)), () => addResource(site, into, path))
}

function addResource(site: Site, into: Accumulator, path: string): void {
  try {
    addFile(site, into.map, path)
  } catch (error) {
    if (!(error instanceof KustomizeError) || error.code === 'KUSTOMIZE_LIMIT' || isRefusedByServer(error)) throw error
    addDirectory(site, into, { path, fileError: error })
  }
}

// A server that says no leaves nothing else to try.
function isRefusedByServer(error: KustomizeError): boolean {
  return error.message.includes(': HTTP Error: status code ')
}

function addFile(site: Site, map: ResMap, path: string): void {
  const { loader, context, origin } = site
  const found = within(`accumulating resources from '${path}'`, () => readFileMap(loader, path, context.scopes))
  if (origin !== undefined) for (const each of found.resources) setOrigin(each, appendPath(origin, path))
  noteKinds(site, found.resources)
  within(`merging resources from '${path}'`, () => map.appendAll(found.resources))
}

// The schema is asked for the scope of what it may know.
function noteKinds({ context }: Site, resources: readonly Resource[]): void {
  if (resources.some((each) => !isBuiltInKind(each.id))) context.useSchema()
}

function addDirectory(site: Site, into: Accumulator, at: { path: string; fileError: KustomizeError }): void {
  const { path, fileError } = at
  let loader: Loader
  try {
    loader = site.loader.open(path)
  } catch (error) {
    // A file that is no YAML is what was meant, not a directory that is not there.
    if (fileError.message.includes('MalformedYAMLError')) throw fileError
    throw combined(error, fileError)
  }
  try {
    addTarget(below(site, path), into, { loader, component: false })
  } catch (error) {
    throw prefixed(error, `accumulation err='${fileError.message}'`)
  }
}

// What the file failed for is where to look, unless it is that the file is none.
function combined(error: unknown, fileError: KustomizeError): unknown {
  const words = prefixed(error, `accumulation err='${fileError.message}'`)
  if (!(words instanceof KustomizeError)) return words
  const code = fileError.code === 'KUSTOMIZE_SECURITY' ? fileError.code : words.code
  const about = code === fileError.code ? fileError : words
  const hint = about.hint === undefined ? {} : { hint: about.hint }
  return new KustomizeError(code, words.message, { cause: fileError, range: words.range ?? fileError.range, ...hint })
}

function below(site: Site, path: string): Site {
  return site.origin === undefined ? site : { ...site, origin: appendPath(site.origin, path) }
}

function addComponents(site: Site, into: Accumulator): Accumulator {
  let all = into
  for (const [item, path] of (site.file.content.components ?? []).entries()) {
    all = placed(entryRange(site, 'components', item), () => addComponent(site, all, path))
  }
  return all
}

function addComponent(site: Site, into: Accumulator, path: string): Accumulator {
  let loader: Loader
  try {
    loader = site.loader.open(path)
  } catch (error) {
    throw quoted(error, 'loader.New')
  }
  try {
    return addTarget(below(site, path), into, { loader, component: true })
  } catch (error) {
    throw quoted(error, 'accumulateDirectory:')
  }
}

function addTarget(site: Site, into: Accumulator, at: { loader: Loader; component: boolean }): Accumulator {
  const { loader, component } = at
  const inner = within(`couldn't make target for path '${loader.label}'`, () => openSite(loader, site.context, site))
  loadCustomSchema(inner.file.content.openapi, loader, site.context)
  demandKind(inner, component)
  const inside = (run: () => Accumulator): Accumulator => within(`recursed accumulation of path '${loader.label}'`, run)
  const found = inside(() => accumulate(inner, component ? into : new Accumulator()))
  within(`recursed merging from path '${loader.label}'`, () =>
    component ? found.map.demandDistinct() : into.merge(found),
  )
  return component ? found : into
}

function demandKind(site: Site, component: boolean): void {
  const { kind = '' } = site.file.content
  const { label } = site.loader
  if (component && kind !== 'Component')
    throw failure(`expected kind 'Component' for path '${label}' but got '${kind}'`)
  if (!component && kind === 'Component') throw failure(`expected kind != 'Component' for path '${label}'`)
}

function runGenerators(site: Site, map: ResMap): void {
  const builtin = builtinGenerators(site)
  const configured = within('loading generator plugins', () =>
    pluginGenerators(site, pluginConfigs(site, 'generators')),
  )
  for (const { generate, origin } of [...builtin, ...configured]) {
    const generated = generate().resources
    if (origin !== undefined) for (const each of generated) if (!each.annotations.has(ORIGIN)) setOrigin(each, origin)
    within('merging from generator', () => absorbAll(map, generated))
  }
}

function absorbAll(map: ResMap, generated: readonly Resource[]): void {
  for (const each of generated) absorb(map, each)
}

type PluginField = 'generators' | 'transformers' | 'validators'

/** The resources that configure plug-ins: entries of YAML first, then files and directories. */
function pluginConfigs(site: Site, field: PluginField): ResMap {
  const into = new Accumulator()
  const paths: string[] = []
  for (const [item, entry] of (site.file.content[field] ?? []).entries()) {
    const inline = inlineConfigs(site, entry, { field, item })
    if (inline === undefined) paths.push(entry)
    else
      within(`configuring external ${field === 'generators' ? 'generator' : 'transformer'}`, () =>
        into.map.appendAll(inline),
      )
  }
  addResources(site, into, { paths, field })
  return into.map
}

function inlineConfigs(site: Site, entry: string, at: { field: PluginField; item: number }): Resource[] | undefined {
  try {
    const text = inlineText(entry, { node: fieldNode(site, at.field, at.item), file: siteFile(site) })
    const found = readResources({ ...text, scopes: site.context.scopes })
    noteKinds(site, found)
    if (site.origin !== undefined) for (const each of found) setOrigin(each, appendPath(site.origin, site.file.name))
    return found
  } catch (error) {
    if (error instanceof KustomizeError) return undefined
    throw error
  }
}

function configuredSteps(site: Site, field: 'transformers' | 'validators'): Step[] {
  return pluginTransformers(site, pluginConfigs(site, field))
}
