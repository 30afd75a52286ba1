import { discover, renderEnvironment } from '@slipway/environments'
import { formatFrame, formatLocation, type Origin, type Origins, type SourceTree, textInTree } from '@slipway/diag'
import { builtInResources, type KubeObject } from '@slipway/objects'
import { parseFieldPath, valueAt } from '../field-path.ts'
import { type Io, UsageError } from '../io.ts'
import { environmentNamed } from '../environments.ts'
import { formatOf, structured } from '../output/yaml.ts'
import { findPlace } from '../place.ts'

/** What `slipway explain` is asked. */
export interface ExplainOptions {
  readonly environment: string
  /** `deployment/shop`. */
  readonly object: string
  /** `spec.replicas`. */
  readonly field: string
  readonly revision?: string
  readonly output?: string
}

/** Says where a field of a rendered object comes from: the template line, the values line, and what that overrode. */
export async function run(options: ExplainOptions, io: Io): Promise<number> {
  const format = formatOf(options.output)
  const { repository } = await findPlace(io)
  try {
    const { environments } = await discover(repository)
    const environment = environmentNamed(environments, options.environment)
    const rendered = await renderEnvironment(repository, environment, options)
    const object = findObject(rendered.objects, options.object)
    const path = parseFieldPath(options.field, object)
    const value = valueAt(object, path)
    if (value === undefined) throw new UsageError(`${options.object} has no ${options.field}`)
    const origins = rendered.origins.get(object)
    const found = origins?.of(path) ?? []
    const controls =
      (origins as (Origins & { controls?: (at: typeof path) => readonly Origin[] }) | undefined)?.controls?.(path) ?? []
    const data = structured({ object: options.object, field: options.field, value, origins: found, controls }, format)
    if (data !== undefined) {
      io.stdout.write(data)
      return found.length === 0 ? 1 : 0
    }
    io.stdout.write(
      `${options.object} ${options.field}: ${JSON.stringify(value)}\n${[...found.map((origin) => shown(origin, rendered.tree, '')), ...controls.map((origin) => shown(origin, rendered.tree, 'decided by '))].join('')}`,
    )
    return found.length === 0 ? 1 : 0
  } finally {
    repository.close()
  }
}

function findObject(objects: readonly KubeObject[], text: string): KubeObject {
  const [kind = '', name = ''] = text.toLowerCase().split('/')
  const kinds = new Set([
    kind,
    ...builtInResources().flatMap((each) =>
      [each.plural, each.singular, ...(each.shortNames ?? [])].includes(kind) ? [each.kind.toLowerCase()] : [],
    ),
  ])
  const found = objects.filter(
    (object) => kinds.has(object.kind.toLowerCase()) && (name === '' || object.metadata.name === name),
  )
  const [first] = found
  if (first !== undefined && found.length === 1) return first
  const names = (found.length === 0 ? objects : found).map(
    (object) => `${object.kind.toLowerCase()}/${object.metadata.name ?? ''}`,
  )
  throw new UsageError(`${found.length === 0 ? 'nothing is' : 'several are'} ${text}; there are: ${names.join(', ')}`)
}

function shown(origin: Origin, tree: SourceTree, prefix: string): string {
  const place = origin.at === undefined ? (origin.argument ?? origin.subject ?? '') : formatLocation(origin.at)
  const subject = origin.subject === undefined ? '' : ` ${origin.subject}`
  const value = origin.value === undefined ? '' : ` = ${JSON.stringify(origin.value)}`
  const frame = origin.at === undefined ? '' : formatFrame(origin.at, (file) => textInTree(tree, file))
  const own = `\n${prefix}${origin.kind}${subject}${value}\n  ${place}\n${frame === '' ? '' : `${frame}\n`}`
  const through = (origin.through ?? []).map((range) => `  through ${formatLocation(range)}\n`).join('')
  return `${own}${through}${(origin.overrode ?? []).map((each) => shown(each, tree, 'overrode ')).join('')}`
}
