import { build } from 'esbuild'
import { lstatSync, mkdtempSync, readFileSync, readdirSync, readlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Bundles the package from its sources, so that what is compared is what is in the work tree. */
export async function loadPackage() {
  return bundled('../../packages/kustomize/src/index.ts')
}

/** The package that reads YAML. */
export async function loadYaml() {
  return bundled('../../packages/yaml/src/index.ts')
}

/** The package as it would be if nodes had no places, makers and earlier values: what origins cost is the difference to it. */
export async function loadWithoutOrigins() {
  return bundled('../../packages/kustomize/src/index.ts', [WITHOUT_ORIGINS])
}

const WITHOUT_ORIGINS = {
  name: 'without-origins',
  setup(build) {
    const replace = (filter, changes) =>
      build.onLoad({ filter }, ({ path }) => {
        const contents = changes.reduce((text, [from, to]) => replaced(text, from, to), readFileSync(path, 'utf8'))
        return { contents, loader: 'ts' }
      })
    replace(/kustomize\/src\/tree\/node\.ts$/, [
      [/^ {2}(maker|before): .*$/gm, '  get $1(): undefined { return undefined }\n  set $1(_: unknown) {}'],
      [/^ {2}#(?:source|start|end)\b.*$/gm, ''],
      [/^ {4}this\.#(?:source|start|end) = .*$/gm, ''],
      [/^ {4}return this\.#source === .*$/gm, '    return undefined'],
      [/^.*this\.(?:maker|before) = .*$/gm, ''],
      [/^.*copy\.(?:maker|before) = .*$/gm, ''],
      [/const before = this\.snapshot\(\)/g, ''],
    ])
    replace(/kustomize\/src\/tree\/parse\.ts$/, [[/stand\(node, from, this\.#place\)/g, '']])
    replace(/kustomize\/src\/filters\/(?:name-references|vars|replacements)\.ts$/, [
      [/from: \[.*\.snapshot\(\)\]/g, 'from: []'],
    ])
  },
}

function replaced(text, from, to) {
  if (!from.test(text)) throw new Error(`nothing matches ${from}: the sources have changed`)
  return text.replaceAll(from, to)
}

/** The renderer of charts that the command uses. */
export async function loadChartRenderer() {
  const { chartRenderer } = await bundled('../../packages/cli/src/kustomize/chart-renderer.ts')
  return chartRenderer({ kubeVersion: undefined, apiVersions: [] })
}

/** Every field of kustomizations that the package reads, with those below it: `images`, `images.newTag`. */
export async function fieldsOfKustomizations() {
  const { KUSTOMIZATION } = await bundled('../../packages/kustomize/src/config/kustomization.ts')
  return fieldsBelow(KUSTOMIZATION, '')
}

function fieldsBelow(shape, path) {
  if (shape.type === 'list') return fieldsBelow(shape.of, path)
  if (shape.type !== 'struct') return []
  return Object.entries(shape.fields).flatMap(([name, each]) => {
    const below = path === '' ? name : `${path}.${name}`
    return [below, ...fieldsBelow(each, below)]
  })
}

/** The kinds of configurations that name a built-in transformer. */
export async function pluginKinds() {
  const { PLUGIN_TRANSFORMERS } = await bundled('../../packages/kustomize/src/target/plugin-transformers.ts')
  return Object.keys(PLUGIN_TRANSFORMERS)
}

async function bundled(source, plugins = []) {
  const outfile = join(mkdtempSync(join(tmpdir(), 'kustomize-ours-')), 'ours.mjs')
  const entry = fileURLToPath(new URL(source, import.meta.url))
  const banner = { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' }
  const options = {
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    logLevel: 'error',
    banner,
    plugins,
  }
  await build({ entryPoints: [entry], outfile, ...options })
  return import(outfile)
}

/** The whole disk as a source tree. */
export function diskTree() {
  const quietly = (run) => {
    try {
      return run()
    } catch {
      return undefined
    }
  }
  const kindOf = (stat) => (stat.isSymbolicLink() ? 'symlink' : stat.isDirectory() ? 'directory' : 'file')
  return {
    label: '/',
    stat: (path) => {
      const stat = lstatSync(`/${path}`, { throwIfNoEntry: false })
      return stat === undefined ? undefined : kindOf(stat)
    },
    read: (path) => quietly(() => readFileSync(`/${path}`)),
    list: (path) =>
      (quietly(() => readdirSync(`/${path}`, { withFileTypes: true })) ?? []).map((each) => ({
        name: each.name,
        kind: kindOf(each),
      })),
    readlink: (path) => quietly(() => readlinkSync(`/${path}`)),
  }
}

/** Builds a directory with ours: its text, or the error. */
export function buildOurs(library, tree, directory, options = {}) {
  try {
    const result = library.buildKustomization(tree, directory.replace(/^\//, ''), { prefix: '/', ...options })
    return { ok: true, text: library.renderObjects(result.objects), result }
  } catch (error) {
    return { ok: false, message: error.message, code: error.code, error }
  }
}
