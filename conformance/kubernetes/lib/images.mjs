import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createHash } from 'node:crypto'

// By the name of a test image: which program of ours stands for it. `busybox` has none of its own: its commands are those of this machine.
const STAND_INS = {
  agnhost: { program: 'agnhost.mjs', entrypoint: ['node', '/agnhost.mjs'], cmd: ['pause'] },
  busybox: { entrypoint: [], cmd: ['sh'] },
  httpd: { program: 'web-server.mjs', entrypoint: [], cmd: ['node', '/web-server.mjs'] },
  nautilus: { program: 'nautilus.mjs', entrypoint: [], cmd: ['node', '/nautilus.mjs'] },
  nginx: { program: 'web-server.mjs', entrypoint: [], cmd: ['node', '/web-server.mjs'] },
  pause: { program: 'agnhost.mjs', entrypoint: ['node', '/agnhost.mjs'], cmd: ['pause'] },
}

/** The images of the tests: programs of this machine under the names that the tests use, laid out in a folder. Any other image is not there, as anywhere else without a registry. */
export async function testImages(folder, sources) {
  const images = new Map()
  for (const [name, { program, entrypoint, cmd }] of Object.entries(STAND_INS)) {
    const rootfs = join(folder, name)
    await mkdir(rootfs, { recursive: true })
    if (program !== undefined) await copyFile(join(sources, program), join(rootfs, program))
    images.set(name, { rootfs, entrypoint, cmd, env: [], workingDir: '/' })
  }
  return {
    find: async (reference) => {
      const [repository = ''] = reference.split(/[@:](?=[^/]*$)/)
      const image = images.get(repository.split('/').at(-1) ?? '')
      if (image === undefined || !/(^|\/)(registry\.k8s\.io|e2e-test-images)\//.test(reference)) return undefined
      return { ...image, id: `${repository}@sha256:${createHash('sha256').update(reference).digest('hex')}` }
    },
  }
}
