import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { output } from './starter.ts'

/** Runs buildah with storage of the test's own; gives what it printed. */
export type Buildah = (...args: string[]) => Promise<string>

// Where no container runtime is, a chroot runs the RUN lines; the network is the machine's.
export const ISOLATION = ['--isolation', 'chroot', '--network', 'host']

export function buildahIn(storage: string): Buildah {
  const common = ['--root', join(storage, 'root'), '--runroot', join(storage, 'run'), '--storage-driver', driver()]
  return (...args) => output('buildah', [...common, ...args])
}

/**
 * Two images in place of the Dockerfile's bases, made of this machine's own Node: one with npm and a shell, as node's official image has, and one with
 * neither, as distroless is.
 */
export async function makeBases(buildah: Buildah, folder: string): Promise<{ build: string; final: string }> {
  const programs = [process.execPath, ...librariesOf(process.execPath)]
  const tools = ['/bin/sh', '/usr/bin/env'].flatMap((tool) => [tool, ...librariesOf(tool)])
  const npm = realpathSync(join(dirname(process.execPath), 'npm'))
  const build = makeRoot(join(folder, 'build'), [...new Set([...programs, ...tools])])
  cpSync(dirname(dirname(npm)), join(build, 'usr/lib/node_modules/npm'), { recursive: true, dereference: true })
  mkdirSync(join(build, 'usr/bin'), { recursive: true })
  if (!existsSync(join(build, 'usr/bin/node'))) symlinkSync(process.execPath, join(build, 'usr/bin/node'))
  symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(build, 'usr/bin/npm'))
  copyIfThere('/etc/ssl/certs/ca-certificates.crt', build)
  const final = makeRoot(join(folder, 'final'), programs)
  mkdirSync(join(final, 'nodejs/bin'), { recursive: true })
  symlinkSync(process.execPath, join(final, 'nodejs/bin/node'))
  const certificates = process.env['NODE_EXTRA_CA_CERTS'] ?? ''
  await commit(buildah, {
    root: build,
    name: 'localhost/build-base',
    config: certificates ? ['--env', `NODE_EXTRA_CA_CERTS=${certificates}`] : [],
  })
  await commit(buildah, { root: final, name: 'localhost/final-base', config: ['--entrypoint', '["/nodejs/bin/node"]'] })
  return { build: 'localhost/build-base', final: 'localhost/final-base' }
}

async function commit(
  buildah: Buildah,
  { root, name, config }: { root: string; name: string; config: readonly string[] },
): Promise<void> {
  const container = (await buildah('from', 'scratch')).trim()
  await buildah('add', '--quiet', container, root, '/')
  await buildah(
    'config',
    '--env',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    ...config,
    container,
  )
  await buildah('commit', '--quiet', '--rm', container, name)
}

function makeRoot(root: string, files: readonly string[]): string {
  for (const folder of ['tmp', 'proc', 'sys', 'dev', 'etc', 'root']) mkdirSync(join(root, folder), { recursive: true })
  for (const file of files) copyIfThere(file, root)
  writeFileSync(
    join(root, 'etc/passwd'),
    'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n',
  )
  return root
}

function copyIfThere(file: string, root: string): void {
  if (!existsSync(file)) return
  mkdirSync(dirname(join(root, file)), { recursive: true })
  cpSync(realpathSync(file), join(root, file))
}

/** The shared libraries of a program, the loader among them. */
function librariesOf(program: string): string[] {
  const { stdout } = spawnSync('ldd', [program], { encoding: 'utf8' })
  return [...(stdout ?? '').matchAll(/(\/\S+) \(0x/g)].map((match) => match[1] ?? '')
}

/** Copies of whole file systems (vfs) work everywhere and are slow. */
function driver(): string {
  return readFileSync('/proc/filesystems', 'utf8').includes('\toverlay\n') ? 'overlay' : 'vfs'
}
