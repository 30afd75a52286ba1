import { readdir, readFile, stat } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { forChart } from './applications.ts'
import { type Branches, replaceBranches } from './branches.ts'
import type { OwnChart } from './own-chart.ts'
import { forService, SOURCES_SCRIPT, sourcesText, type Wiring } from './pipeline.ts'
import { replacePlaceholders, type Replacements } from './placeholders.ts'
import type { Service } from './service.ts'
import type { Survey } from './survey.ts'

/** What a repository has already, and its names. */
export interface Shape {
  readonly survey: Survey
  readonly replacements: Replacements
  readonly branches: Branches
  /** Undefined: the starter's service comes, too. */
  readonly service: Service | undefined
  /** Undefined: a chart comes, too. */
  readonly chart: OwnChart | undefined
}

/** A file to write. */
export interface RoadFile {
  readonly path: string
  readonly text: string
  readonly mode: number
}

// Beside the bundle; `tools/build.mjs` puts them there.
const STARTER = fileURLToPath(new URL('../starter', import.meta.url))
const SERVICE = fileURLToPath(new URL('../variants/service', import.meta.url))

/** Of the starter's service, and of its overlays, which repeat the chart for it. */
const OF_THE_STARTER = [
  /^app\//,
  /^README\.md$/,
  /^deploy\/kustomize\//,
  /^deploy\/schemas\//,
  /^deploy\/chart\/templates\/(smoke-test|servicemonitor|externalsecret|networkpolicy)\.yaml$/,
  /^\.github\/scripts\/policy\.sh$/,
]
const EXECUTABLE = 0o755
const PLAIN = 0o644

/** All files of the road to production for a repository, in order of their paths. */
export async function roadFor(shape: Shape): Promise<readonly RoadFile[]> {
  const starter = (await filesOf(STARTER)).map((file) => named(file, shape))
  if (shape.service === undefined) return starter
  const variants = (await filesOf(SERVICE)).map((file) => named(file, shape))
  return filesAround(shape.service, shape, { starter, variants })
}

// Before anything of the repository comes in, which may have the same words.
function named({ path, text, mode }: RoadFile, { branches, replacements }: Shape): RoadFile {
  return {
    path: replaceBranches(path.replace(/_gitignore$/, '.gitignore'), branches),
    text: replaceBranches(replacePlaceholders(text, replacements), branches),
    mode,
  }
}

function filesAround(
  service: Service,
  shape: Shape,
  { starter, variants }: { readonly starter: readonly RoadFile[]; readonly variants: readonly RoadFile[] },
): readonly RoadFile[] {
  const own = new Set(variants.map(({ path }) => path))
  const kept = starter.filter(({ path }) => !own.has(path) && !OF_THE_STARTER.some((pattern) => pattern.test(path)))
  const wiring = wiringOf(service, shape)
  const files = [...kept, ...variants]
    .map((file) => ({ ...file, text: fitted(file, service, shape, wiring) }))
    .filter(({ path }) => isWanted(path, shape))
  return [...files, ...extras(shape, wiring)].sort((a, b) => (a.path < b.path ? -1 : 1))
}

function wiringOf(service: Service, { survey, chart, replacements }: Shape): Wiring {
  return {
    folder: service.folder,
    chart: chart?.folder ?? 'deploy/chart',
    hasLock: survey.files.includes(posix.join(service.folder, 'package-lock.json')),
    image: chart?.image ?? replacements.image,
    port: service.port.value,
    health: service.health?.value,
  }
}

function fitted({ path, text }: RoadFile, service: Service, { chart, survey }: Shape, wiring: Wiring): string {
  if (path === 'deploy/chart/values.yaml')
    return text
      .replace('http: 8080', `http: ${service.port.value}`)
      .replace('path: ""', `path: ${JSON.stringify(service.health?.value ?? '')}`)
  const around = forService(path, text, wiring)
  return chart === undefined ? around : forChart(path, around, { chart, survey })
}

// A chart that takes no digest gets no pipeline, which would have nothing to write it into.
function isWanted(path: string, { chart }: Shape): boolean {
  if (chart === undefined) return true
  if (path.startsWith('deploy/chart/')) return false
  return chart.takesDigest || !(path.startsWith('.github/') || path.endsWith('/image.yaml'))
}

function extras({ service, survey, chart }: Shape, wiring: Wiring): readonly RoadFile[] {
  const atTop = service?.folder === ''
  const script = { path: SOURCES_SCRIPT, text: sourcesText(wiring), mode: PLAIN }
  const ignore = { path: '.dockerignore', text: '.git\n.github\nargocd\ndeploy\n', mode: PLAIN }
  const isFree = !survey.files.some((path) => /^(deploy|argocd)\//.test(path))
  return [...(atTop && chart?.takesDigest !== false ? [script] : []), ...(atTop && isFree ? [ignore] : [])]
}

async function filesOf(folder: string, prefix = ''): Promise<readonly RoadFile[]> {
  const entries = await readdir(join(folder, prefix), { withFileTypes: true })
  const nested = await Promise.all(
    entries.map(async (entry): Promise<readonly RoadFile[]> => {
      const path = `${prefix}${entry.name}`
      if (entry.isDirectory()) return filesOf(folder, `${path}/`)
      const file = join(folder, path)
      const isExecutable = ((await stat(file)).mode & 0o100) !== 0
      return [{ path, text: await readFile(file, 'utf8'), mode: isExecutable ? EXECUTABLE : PLAIN }]
    }),
  )
  return nested.flat().sort((a, b) => (a.path < b.path ? -1 : 1))
}
