import type { Severity } from '@slipway/diag'
import type { BuildContext } from './context.ts'

/** How an image starts and what it declares: the `config` of an OCI image, in our spelling. */
export interface ImageConfig {
  readonly entrypoint: readonly string[]
  readonly cmd: readonly string[]
  /** `NAME=value`, in the order of the Dockerfile. `PATH` only where the Dockerfile sets it. */
  readonly env: readonly string[]
  readonly workingDir: string
  /** As written after USER (`65532:65532`, `node`); '' for root. */
  readonly user: string
  readonly labels: Readonly<Record<string, string>>
  /** `8080/tcp`. */
  readonly exposed: readonly string[]
  readonly volumes: readonly string[]
  readonly stopSignal: string | undefined
  /** Recorded only, as Kubernetes does. Durations in nanoseconds, as OCI's config has them. */
  readonly healthcheck: Healthcheck | undefined
}

/** `HEALTHCHECK` as the image config stores it. */
export interface Healthcheck {
  /** `['NONE']`, `['CMD', ...]` or `['CMD-SHELL', text]`. */
  readonly test: readonly string[]
  readonly intervalNs?: number
  readonly timeoutNs?: number
  readonly startPeriodNs?: number
  readonly startIntervalNs?: number
  readonly retries?: number
}

/** An image that was built on this machine; all of it is on disk and never changes. */
export interface HostImage {
  /** `host-<24 hex digits>`: its tag, made of everything that it was built from. */
  readonly id: string
  /** `sha256:...` of the manifest. */
  readonly digest: string
  /** The folder with the image's own files; the host is the layer below. To be read, never to be written. */
  readonly rootfs: string
  /** The OCI layout of one manifest, for skopeo (`oci:<folder>`) and the registry. */
  readonly layout: string
  readonly config: ImageConfig
  /** What the build had to say besides the output of its RUN lines: about the host's Node, about arguments that nothing declares. */
  readonly notes: readonly Note[]
}

/** A remark of a build that is no fault. */
export interface Note {
  readonly severity: Severity
  readonly message: string
}

/** The host's Node, which stands for the base image's. */
export interface HostNode {
  /** As `process.version` says it. */
  readonly version: string
  /** Path of the program; its folder comes first in the PATH of RUN lines. Default: this process's own. */
  readonly execPath?: string
  /** Where npm, pnpm, yarn and a shell are found; default: this process's PATH. */
  readonly path?: string
}

/** What to build, and with what. */
export interface BuildRequest {
  readonly context: BuildContext
  /** Path of the Dockerfile in the context. */
  readonly dockerfile: string
  /** How messages name the Dockerfile, such as `app/Dockerfile`; default: `dockerfile`. */
  readonly dockerfileName?: string
  /** Where images, npm's cache and unfinished builds are kept; made if missing. */
  readonly cacheDirectory: string
  /** The stage to build; default: the last one. */
  readonly target?: string
  /** Build arguments; those that the Dockerfile does not declare change nothing but earn a note. */
  readonly args?: Readonly<Record<string, string>>
  /** Arguments that count only where the Dockerfile declares them, as BuildKit's own do; `args` outrank them. */
  readonly offeredArgs?: Readonly<Record<string, string>>
  /** Gets each line of output. */
  readonly log: (line: string) => void
  readonly signal?: AbortSignal
  readonly hostNode: HostNode
  /** Asked when a line runs: how npm reaches its registry: `registry`, `cafile`, `https-proxy`, ... as `hostNpmSettings` reads them; nothing else of the user's npm is seen. */
  readonly npmSettings?: () => Promise<Readonly<Record<string, string>>>
  /** Variables that mark the processes of RUN lines as ours, for whoever has to find them after a crash. */
  readonly marker?: Readonly<Record<string, string>>
  /** Told of the process group of each RUN line, and when it is over. */
  readonly processes?: { started(group: number): void; ended(group: number): void }
}
