import { inRange, parseVersion } from './range.ts'

/** What a base image gives to the stages on it, as its own config would say. */
export interface BaseImage {
  readonly kind: 'node' | 'distroless' | 'scratch'
  /** The Node major version that its name asks for; undefined where the tag names none (`latest`, `lts`). */
  readonly major: number | undefined
  readonly entrypoint: readonly string[]
  readonly cmd: readonly string[]
  readonly user: string
  readonly workingDir: string
}

/** Where the base images keep their `node`. A host image has no file there: these paths stand for the host's Node. */
export const NODE_LOCATIONS: readonly string[] = ['/usr/local/bin/node', '/nodejs/bin/node', '/usr/bin/node']

/** The entry point that the official Node image has; the build writes a script of the same behaviour there. */
export const NODE_ENTRYPOINT = '/usr/local/bin/docker-entrypoint.sh'

/** Recognises what the host can stand for: `scratch`, the official `node` and distroless `nodejs`; undefined for all else. */
export function readBase(reference: string): BaseImage | undefined {
  if (reference === 'scratch') {
    return { kind: 'scratch', major: undefined, entrypoint: [], cmd: [], user: '', workingDir: '/' }
  }
  const { name, tag } = splitReference(reference)
  if (/^(?:(?:index\.)?docker\.io\/)?(?:library\/)?node$/.test(name)) return nodeBase(tag)
  const distroless = /^gcr\.io\/distroless\/nodejs(\d*)(?:-debian\d+)?$/.exec(name)
  return distroless === null ? undefined : distrolessBase(distroless[1] ?? '', tag)
}

/** `name[:tag][@digest]` in its parts; the digest is not needed, the host's bytes are used anyway. */
function splitReference(reference: string): { name: string; tag: string } {
  const plain = reference.split('@')[0] ?? ''
  const colon = plain.indexOf(':', plain.lastIndexOf('/') + 1)
  return colon < 0 ? { name: plain, tag: 'latest' } : { name: plain.slice(0, colon), tag: plain.slice(colon + 1) }
}

function nodeBase(tag: string): BaseImage {
  const major = /^(\d+)(?:[.-]|$)/.exec(tag)?.[1]
  return {
    kind: 'node',
    major: major === undefined ? undefined : Number(major),
    entrypoint: [NODE_ENTRYPOINT],
    cmd: ['node'],
    user: '',
    workingDir: '/',
  }
}

function distrolessBase(name: string, tag: string): BaseImage {
  const nonroot = tag.includes('nonroot')
  const major = name === '' ? /^(\d+)/.exec(tag)?.[1] : name
  return {
    kind: 'distroless',
    major: major === undefined ? undefined : Number(major),
    entrypoint: ['/nodejs/bin/node'],
    cmd: [],
    user: nonroot ? '65532' : '0',
    workingDir: nonroot ? '/home/nonroot' : '/',
  }
}

/** Whether the host's Node can stand for a base, as a line for the log: `warning` where the app's own rule, or the base's major, says another. */
export interface Standing {
  readonly severity: 'info' | 'warning'
  readonly message: string
}

/**
 * Compares the host's Node with what the app accepts (`engines.node` of its package.json), or without that with the major of the base image.
 * Undefined for `scratch`, which has no Node.
 */
export function judgeHost(
  reference: string,
  base: BaseImage,
  host: { readonly version: string; readonly engines: string | undefined },
): Standing | undefined {
  if (base.kind === 'scratch') return undefined
  const name = reference.split('@')[0] ?? reference
  const node = `Node ${host.version.replace(/^v/, '')} of this machine`
  const version = parseVersion(host.version)
  const fits = version === undefined || host.engines === undefined ? undefined : inRange(version, host.engines)
  if (fits !== undefined) {
    const engines = `engines "${host.engines}"`
    return fits
      ? { severity: 'info', message: `${node} stands for ${name} (${engines})` }
      : { severity: 'warning', message: `${node} stands for ${name}, but the app's ${engines} does not accept it` }
  }
  const same = base.major === undefined || base.major === version?.[0]
  return same
    ? { severity: 'info', message: `${node} stands for ${name}` }
    : { severity: 'warning', message: `${node} stands for ${name}: other major versions` }
}
