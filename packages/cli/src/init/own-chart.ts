import { posix } from 'node:path'
import { messageOf } from '@slipway/diag'
import { isRecord } from '@slipway/objects'
import { load } from '@slipway/yaml'
import { InitError } from './errors.ts'
import { imagesRendered } from './render-chart.ts'
import type { Survey } from './survey.ts'

/** A chart that is there already, and where its values name the image of the service. */
export interface OwnChart {
  /** Its folder, `.` for the top. */
  readonly folder: string
  /** The chart's name, which its release gets. */
  readonly name: string
  /** The image that it is to run, without tag. */
  readonly image: string
  /** What an environment's values file says to make it run that image; '' where the chart does so by itself. */
  readonly values: string
  /** The chart takes `image.digest` and renders it: the pipeline can release by digest. */
  readonly takesDigest: boolean
  /** It has an autoscaler of its own. */
  readonly scales: boolean
}

const DIGEST = `sha256:${'1'.repeat(64)}`
const SUPPORT = /(^|\/)(charts|tests?|examples?)\//
const HINT =
  'write Applications for it yourself (starter/argocd/applications of Slipway has examples); `slipway up` then runs it as it is'

/** The image that a chart is to run. */
export interface WantedImage {
  /** As the pipeline pushes it: `ghcr.io/acme/shop`. */
  readonly image: string
  /** The folder of the only Dockerfile; undefined where there is none. */
  readonly folder: string | undefined
  /** `deploy/chart` is the road's. */
  readonly isOurs: boolean
}

/** The repository's own chart, wired to an image; undefined where it has none but the road's. @throws InitError `CLI_OWN_CHART` for one that cannot be wired */
export async function findOwnChart(survey: Survey, wanted: WantedImage): Promise<OwnChart | undefined> {
  const folders = chartsOf(survey, wanted.isOurs)
  const [folder] = folders
  if (folder === undefined) return undefined
  if (folders.length > 1)
    throw refused(`there are several charts: ${folders.join(', ')}; which of them is the service is not known`)
  if (wanted.folder === undefined) throw refused(`${folder} is a chart, and no Dockerfile builds what it runs`)
  return wire(survey, folder, { image: wanted.image, context: wanted.folder })
}

// A chart below another one is a part of it, and a library is one of nobody.
function chartsOf({ files, read }: Survey, isOurs: boolean): readonly string[] {
  const all = files.filter((path) => posix.basename(path) === 'Chart.yaml').map((path) => posix.dirname(path))
  const own = all.filter((folder) => !(isOurs && folder === 'deploy/chart'))
  return own.filter(
    (folder) =>
      !own.some((other) => other !== folder && (other === '.' || folder.startsWith(`${other}/`))) &&
      !(
        SUPPORT.test(`${posix.dirname(folder)}/`) &&
        own.length > 1 &&
        /(^|\/)(tests?|examples?)\//.test(`${folder}/`)
      ) &&
      field(parsed(read(posix.join(folder, 'Chart.yaml')), folder), 'type') !== 'library',
  )
}

async function wire(
  survey: Survey,
  folder: string,
  to: { readonly image: string; readonly context: string },
): Promise<OwnChart> {
  const name = field(parsed(survey.read(posix.join(folder, 'Chart.yaml')), folder), 'name')
  if (typeof name !== 'string') throw refused(`${posix.join(folder, 'Chart.yaml')} names no chart`)
  const place = imagePlace(parsed(survey.read(posix.join(folder, 'values.yaml')), folder), folder)
  const values = place.valuesOf(to.image)
  const rendered = await tried(survey, folder, values)
  if (!rendered.some((each) => repositoryOf(each) === to.image))
    throw refused(
      `${folder} does not run what ${place.key} of its values names: it renders ${rendered.join(', ') || 'no container'}`,
    )
  const withDigest = place.digest === '' ? [] : await tried(survey, folder, values + place.digest).catch(() => [])
  const takesDigest = withDigest.includes(`${to.image}@${DIGEST}`)
  const scales = survey.files.some(
    (path) =>
      path.startsWith(posix.join(folder, 'templates/')) && survey.read(path).includes('HorizontalPodAutoscaler'),
  )
  // Without a pipeline that pushes elsewhere the chart's own name for the image is as good, and the only one then.
  const keepsName = !takesDigest && isNameOf(place.image, to)
  return {
    folder,
    name,
    scales,
    takesDigest,
    ...(keepsName ? { image: place.image, values: '' } : { image: to.image, values }),
  }
}

function isNameOf(own: string, { image, context }: { readonly image: string; readonly context: string }): boolean {
  return [posix.basename(image), posix.basename(context)].includes(posix.basename(own))
}

async function tried(survey: Survey, folder: string, values: string): Promise<readonly string[]> {
  try {
    return await imagesRendered(survey.directory, folder, values)
  } catch (error) {
    throw refused(`${folder} does not render with its own values: ${messageOf(error).split('\n')[0] ?? ''}`)
  }
}

interface ImagePlace {
  readonly key: string
  /** What the chart names itself, without tag. */
  readonly image: string
  readonly valuesOf: (image: string) => string
  /** What the pipeline would add, to see whether the chart takes it. */
  readonly digest: string
}

// `image.repository`, as `helm create` writes it, or `image` as one text.
function imagePlace(values: unknown, folder: string): ImagePlace {
  const image = field(values, 'image')
  if (typeof image === 'string')
    return { key: 'image', image: repositoryOf(image), valuesOf: (name) => `image: ${name}:latest\n`, digest: '' }
  if (typeof field(image, 'registry') === 'string')
    throw refused(`${folder} takes the image from image.registry and image.repository, and only one name can be wired`)
  const repository = field(image, 'repository')
  if (typeof repository === 'string')
    return {
      key: 'image.repository',
      image: repository,
      valuesOf: (name) => `image:\n  repository: ${name}\n`,
      digest: `  digest: ${DIGEST}\n  commit: ${'1'.repeat(40)}\n`,
    }
  const nested = isRecord(values)
    ? Object.keys(values).filter((key) => field(field(values[key], 'image'), 'repository') !== undefined)
    : []
  const [key] = nested
  if (key === undefined || nested.length > 1)
    throw refused(
      nested.length > 1
        ? `${folder} runs several images: ${nested.map((each) => `${each}.image.repository`).join(', ')}`
        : `${posix.join(folder, 'values.yaml')} has neither image.repository nor image`,
    )
  return {
    key: `${key}.image.repository`,
    image: String(field(field(field(values, key), 'image'), 'repository')),
    valuesOf: (name) => `${key}:\n  image:\n    repository: ${name}\n`,
    digest: '',
  }
}

function repositoryOf(reference: string): string {
  const plain = reference.split('@')[0] ?? ''
  const colon = plain.indexOf(':', plain.lastIndexOf('/') + 1)
  return colon < 0 ? plain : plain.slice(0, colon)
}

function parsed(text: string, folder: string): unknown {
  try {
    return load(text, { dialect: 'sigs' })
  } catch (error) {
    throw refused(`${folder} cannot be read: ${messageOf(error)}`)
  }
}

function field(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined
}

function refused(message: string): InitError {
  return new InitError('CLI_OWN_CHART', message, { hint: HINT })
}
