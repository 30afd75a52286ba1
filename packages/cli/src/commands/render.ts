import { discover, renderEnvironment } from '@slipway/environments'
import type { Io } from '../io.ts'
import { environmentNamed } from '../environments.ts'
import { printDiagnostics } from '../output/errors.ts'
import { secretMask } from '../output/secrets.ts'
import { formatOf, structured } from '../output/yaml.ts'
import { findPlace } from '../place.ts'

/** Flags of `slipway render`. */
export interface RenderOptions {
  readonly environment: string
  /** A commit or branch; default the environment's deployment, else its branch. */
  readonly revision?: string
  readonly output?: string
}

/** Prints what Argo CD would apply for an environment, in order. Needs no running cluster. */
export async function run(options: RenderOptions, io: Io): Promise<number> {
  const format = formatOf(options.output)
  const { repository } = await findPlace(io)
  try {
    const { environments, diagnostics } = await discover(repository)
    printDiagnostics(diagnostics, io)
    const environment = environmentNamed(environments, options.environment)
    const { objects: rendered, warnings } = await renderEnvironment(repository, environment, options)
    // As Argo CD shows manifests: each Secret with a mask of its own.
    const objects = rendered.map((object) => secretMask()(object))
    for (const warning of warnings) io.stderr.write(`warning: ${warning}\n`)
    if (format === 'json') io.stdout.write(`${JSON.stringify(objects, null, 2)}\n`)
    else for (const object of objects) io.stdout.write(`---\n${structured(object, 'yaml') ?? ''}`)
    return 0
  } finally {
    repository.close()
  }
}
