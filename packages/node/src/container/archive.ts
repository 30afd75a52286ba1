import { existsSync } from 'node:fs'
import { isAbsolute, join, normalize } from 'node:path'
import { NodeError } from '../errors.ts'

/**
 * The commands by which `kubectl cp` packs and unpacks, for files of the pod's copy of the image: what is packed has the names that it has in the container, which
 * kubectl looks for, and nothing is unpacked into a folder that only the machine has. Any other command is left as it is.
 *
 * @throws NodeError `REFUSED`
 */
export function archiveCommand(argv: readonly string[], rootfs: string): readonly string[] {
  const [last = ''] = argv.slice(-1)
  if (argv[0] !== 'tar' || !isAbsolute(last)) return argv
  const path = normalize(last)
  const isOwn = existsSync(join(rootfs, path))
  if (argv.length === 4 && argv[1] === 'cf')
    return isOwn ? ['tar', 'cf', '-', '-C', rootfs, path.replace(/^\/+/, '') || '.'] : argv
  if (argv.at(-2) !== '-C' || !argv.includes('-xmf')) return argv
  if (isOwn) return [...argv.slice(0, -1), join(rootfs, path)]
  // What programs of the pod find there, too.
  if (/^\/tmp(\/|$)/.test(path)) return argv
  const message = `the container has no folder ${path} of its own, and the machine's is not written to: copy to a path below its WORKDIR, or to a relative one`
  throw new NodeError('REFUSED', message)
}
