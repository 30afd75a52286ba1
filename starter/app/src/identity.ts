import type { Config } from './config.ts'

/** Who answered: printed on the page, in the JSON answer and in the first log line. */
export interface Identity {
  readonly service: string
  readonly version: string
  readonly environment: string
  readonly colour: string
  readonly pod: string
  readonly commit: string
  readonly digest: string
}

/** `manifest` is the parsed package.json. The version is `1.0.0+<tree>`: the same for every build of the same sources. */
export function identify(config: Config, manifest: { name: string; version: string }): Identity {
  return {
    service: manifest.name,
    version: `${manifest.version}+${config.tree.slice(0, 12)}`,
    environment: config.environment,
    colour: config.colour,
    pod: config.pod,
    commit: config.commit,
    digest: config.digest,
  }
}
