import { posix } from 'node:path'
import { type Dockerfile, parseDockerfile } from '@slipway/dockerfile'
import { InitError } from './errors.ts'
import type { Survey } from './survey.ts'

/** A service that is there already. */
export interface Service {
  /** The folder of its Dockerfile, '' for the top. */
  readonly folder: string
  readonly port: Fact<number>
  /** A path that answers 200 when it can work; undefined where none was found. */
  readonly health: Fact<string> | undefined
}

/** Something that was found, and where. */
export interface Fact<T> {
  readonly value: T
  readonly from: string
}

const DEFAULT_PORT = 8080
const MOST_FILES = 500
const SOURCE = /\.[cm]?[jt]sx?$/
const TEST = /(^|\/)(tests?|__tests__|spec|e2e)\/|\.(test|spec)\.[cm]?[jt]sx?$/
const HEALTH = /["'`](\/(?:[\w-]+\/)*(?:readyz?|healthz?|health-?check|readiness|livez?|liveness|ping))["'`]/g
const BEST = [/ready|readiness/, /health/, /./]

/** The repository's own service; undefined where there is none. @throws InitError `CLI_DOCKERFILE` */
export function findService(survey: Survey): Service | undefined {
  const dockerfiles = survey.files.filter((path) => posix.basename(path) === 'Dockerfile')
  const [first] = dockerfiles
  if (first === undefined) {
    if (!survey.files.includes('package.json')) return undefined
    throw new InitError('CLI_DOCKERFILE', 'package.json is of a service, and there is no Dockerfile that builds it', {
      hint: 'write a Dockerfile beside it, then run `slipway init` again',
    })
  }
  if (dockerfiles.length > 1)
    throw new InitError('CLI_DOCKERFILE', `several Dockerfiles build something: ${dockerfiles.join(', ')}`, {
      hint: 'the road is made for one service; keep one of them, or write Applications and charts of your own',
    })
  return serviceOf(survey, first)
}

function serviceOf(survey: Survey, path: string): Service {
  const dockerfile = parseDockerfile(survey.read(path), path)
  const folder = posix.dirname(path) === '.' ? '' : posix.dirname(path)
  const sources = sourcesOf(survey, folder)
  return {
    folder,
    port: portOf(dockerfile, sources) ?? { value: DEFAULT_PORT, from: 'not found: a guess' },
    health: healthcheckOf(dockerfile) ?? routeOf(sources),
  }
}

interface Source {
  readonly path: string
  readonly text: string
}

function sourcesOf(survey: Survey, folder: string): readonly Source[] {
  return survey.files
    .filter((path) => path.startsWith(folder === '' ? '' : `${folder}/`) && SOURCE.test(path) && !TEST.test(path))
    .slice(0, MOST_FILES)
    .map((path) => ({ path, text: survey.read(path) }))
}

// A program that reads PORT listens where it is told to; another one where it says.
function portOf(dockerfile: Dockerfile, sources: readonly Source[]): Fact<number> | undefined {
  const readsPort = sources.some(({ text }) => /\benv(\.|\[['"])PORT\b/.test(text))
  const said = [exposed(dockerfile), setPort(dockerfile)]
  const inSources = [
    firstMatch(sources, /\benv(?:\.|\[['"])PORT\b[^\n]{0,20}?(?:\|\||\?\?)[^\n\d]{0,12}(\d{2,5})\b/),
    firstMatch(sources, /\.listen\(\s*(\d{2,5})\b/),
    firstMatch(sources, /\b(?:port|PORT)\s*[:=]\s*(\d{2,5})\b/),
  ]
  return (readsPort ? [...said, ...inSources] : [...inSources, ...said]).find((fact) => fact !== undefined)
}

function exposed({ stages, file }: Dockerfile): Fact<number> | undefined {
  const words = (stages.at(-1)?.instructions ?? []).flatMap((each) => (each.keyword === 'EXPOSE' ? each.words : []))
  const port = words.map((word) => parseInt(word, 10)).find((number) => number > 0)
  return port === undefined ? undefined : { value: port, from: `EXPOSE of ${file}` }
}

function setPort({ stages, file }: Dockerfile): Fact<number> | undefined {
  const pairs = (stages.at(-1)?.instructions ?? []).flatMap((each) => (each.keyword === 'ENV' ? each.pairs : []))
  const port = Number(pairs.findLast(({ name }) => name === 'PORT')?.value.replace(/["']/g, ''))
  return port > 0 ? { value: port, from: `ENV PORT of ${file}` } : undefined
}

function firstMatch(sources: readonly Source[], pattern: RegExp): Fact<number> | undefined {
  for (const { path, text } of sources) {
    const port = Number(pattern.exec(text)?.[1])
    if (port > 0 && port < 65_536) return { value: port, from: path }
  }
  return undefined
}

function healthcheckOf({ stages, file }: Dockerfile): Fact<string> | undefined {
  const check = stages.at(-1)?.instructions.findLast(({ keyword }) => keyword === 'HEALTHCHECK')
  const path = /https?:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(\/[\w./-]*)/.exec(check?.text ?? '')?.[1]
  return path === undefined ? undefined : { value: path, from: `HEALTHCHECK of ${file}` }
}

function routeOf(sources: readonly Source[]): Fact<string> | undefined {
  const routes = sources.flatMap(({ path, text }) =>
    [...text.matchAll(HEALTH)].map(([, route = '']) => ({ value: route, from: path })),
  )
  return BEST.map((kind) => routes.find(({ value }) => kind.test(value))).find((route) => route !== undefined)
}
