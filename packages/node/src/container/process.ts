import { chmod, mkdir } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { environmentOf } from '../pod/env.ts'
import { mountVolumes } from '../pod/mounts.ts'
import type { ProcessHandle } from '../runner/runner.ts'
import type { Container, LocalImage } from '../types.ts'
import { archiveCommand } from './archive.ts'
import { commandLine, onHost } from './command.ts'
import type { ContainerHost } from './host.ts'
import { makeMessageFile, type MessageFile, withMessageFile } from './termination-message.ts'

/** What a prepared container can start: its own program, and further commands beside it. */
export interface PreparedContainer {
  readonly image: LocalImage
  readonly message: MessageFile
  start(): Promise<ProcessHandle>
  /** Starts another command in the container's environment, as an exec probe or `kubectl exec` does. */
  exec(command: readonly string[]): Promise<ProcessHandle>
}

/**
 * Makes a container ready to start: its copy of the image, its volumes, its environment.
 *
 * @throws NodeError `CONTAINER_CONFIG`, `VOLUME` or `REFUSED` when something that it names is missing or cannot be honoured
 */
export async function prepare(
  container: Container,
  image: LocalImage,
  host: ContainerHost,
): Promise<PreparedContainer> {
  const pod = host.pod()
  const namespace = pod.metadata.namespace ?? 'default'
  const declared = await environmentOf({
    pod,
    container,
    image: image.env,
    podIP: host.sandbox.ip,
    hostIP: host.hostIP,
    config: host.config(namespace),
    services: host.serviceEnv(namespace),
    allocatable: host.allocatable,
  })
  const env = { HOSTNAME: pod.spec.hostname ?? pod.metadata.name ?? '', ...declared }
  const rootfs = join(host.sandbox.directory, 'containers', container.name)
  await host.copies.take(image, rootfs)
  await mkdir(join(rootfs, image.workingDir || '/'), { recursive: true })
  const tmp = join(host.sandbox.directory, 'tmp')
  await mkdir(tmp, { recursive: true })
  await chmod(tmp, 0o700)
  const workingDir = container.workingDir ?? image.workingDir
  const plan = { container: container.name, rootfs, workingDir, tmp, env: declared }
  await mountVolumes(container.volumeMounts ?? [], host.volumes, plan)
  const message = await makeMessageFile(container, { rootfs, tmp })
  const rewrite = (word: string): string => withMessageFile(word, message)
  const own = Object.entries(env).map(([name, value]) => {
    if (name === 'NODE_PATH') return [name, foldersIn(rootfs, value)]
    // A variable that names the file leads to the pod's own.
    return [name, value === message.path ? message.file : value]
  })
  const spec = {
    pod: host.sandbox,
    container: container.name,
    env: Object.fromEntries(own) as typeof env,
    notice: host.record,
  }
  const command = commandLine(container, { image, rootfs, env, rewrite })
  await mkdir(command.cwd, { recursive: true })
  return {
    image,
    message,
    start: () => host.runner.start({ ...spec, ...command }),
    exec: async (argv) =>
      host.runner.start({ ...spec, ...onHost(archiveCommand(argv, rootfs), { rootfs, workingDir, rewrite }) }),
  }
}

// Node looks for modules there: in the image's folders, not in those of this machine.
function foldersIn(rootfs: string, paths: string): string {
  const folders = paths.split(delimiter)
  return folders.map((folder) => (isAbsolute(folder) ? join(rootfs, folder) : folder)).join(delimiter)
}
