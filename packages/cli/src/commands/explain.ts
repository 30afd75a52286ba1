import { discover, type EnvironmentRender, renderEnvironment } from '@slipway/environments'
import {
  type FieldPath,
  formatFrame,
  formatLocation,
  type Origin,
  type Origins,
  type SourceTree,
  textInTree,
} from '@slipway/diag'
import { builtInResources, type KubeObject } from '@slipway/objects'
import { parseFieldPath, valueAt } from '../field-path.ts'
import { type Io, UsageError } from '../io.ts'
import { environmentNamed } from '../environments.ts'
import { hidden, isHidden, withoutValues } from '../output/secrets.ts'
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
    const { value, found, controls, tree } = explained(rendered, object, path)
    if (value === undefined) throw new UsageError(`${options.object} has no ${options.field}`)
    const data = structured({ object: options.object, field: options.field, value, origins: found, controls }, format)
    if (data === undefined) {
      const places = [
        ...found.map((each) => shown(each, tree, '')),
        ...controls.map((each) => shown(each, tree, 'decided by ')),
      ]
      io.stdout.write(`${options.object} ${options.field}: ${JSON.stringify(value)}\n${places.join('')}`)
    } else io.stdout.write(data)
    return found.length === 0 ? 1 : 0
  } finally {
    repository.close()
  }
}

interface Explained {
  readonly value: unknown
  readonly found: readonly Origin[]
  readonly controls: readonly Origin[]
  /** Where the lines are that are shown; none are of what nobody is to see. */
  readonly tree: SourceTree | undefined
}

function explained({ origins, tree }: EnvironmentRender, object: KubeObject, path: FieldPath): Explained {
  const of = origins.get(object) as (Origins & { controls?: (at: FieldPath) => readonly Origin[] }) | undefined
  const plain = { value: valueAt(object, path), found: of?.of(path) ?? [], controls: of?.controls?.(path) ?? [], tree }
  if (plain.value === undefined || !isHidden(object, path)) return plain
  const [found, controls] = [plain.found, plain.controls].map((each) => each.map(withoutValues))
  return { value: hidden(plain.value), found: found ?? [], controls: controls ?? [], tree: undefined }
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

function shown(origin: Origin, tree: SourceTree | undefined, prefix: string): string {
  const place = origin.at === undefined ? (origin.argument ?? origin.subject ?? '') : formatLocation(origin.at)
  const subject = origin.subject === undefined ? '' : ` ${origin.subject}`
  const value = origin.value === undefined ? '' : ` = ${JSON.stringify(origin.value)}`
  const frame =
    origin.at === undefined || tree === undefined ? '' : formatFrame(origin.at, (file) => textInTree(tree, file))
  const own = `\n${prefix}${origin.kind}${subject}${value}\n  ${place}\n${frame === '' ? '' : `${frame}\n`}`
  const through = (origin.through ?? []).map((range) => `  through ${formatLocation(range)}\n`).join('')
  return `${own}${through}${(origin.overrode ?? []).map((each) => shown(each, tree, 'overrode ')).join('')}`
}
