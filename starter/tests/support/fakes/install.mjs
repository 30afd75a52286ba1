// go, pipx and npm: what a workflow installs is linked from what is on this machine (state.json: tools), or stands in by doing nothing.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { args, read, record, refuse } from './common.mjs'

const program = process.env.FAKE
record(program)
if (program === 'npm') process.exit(read('state.json').testsFail && args[0] === 'test' ? 1 : 0)
if (args[0] !== 'install' || !/@v\d+\.\d+\.\d+$|==\d+\.\d+\.\d+$/.test(args[1]))
  refuse(`not a pinned install: ${args.join(' ')}`)
const folder = process.env.GOBIN ?? join(process.env.RUNNER_TEMP, 'bin')
mkdirSync(folder, { recursive: true })
const name = nameOf(args[1].replace(/(@v|==).*$/, ''))
const real = read('state.json').tools[name]
if (real) symlinkSync(real, join(folder, name))
else
  writeFileSync(join(folder, name), `#!/bin/sh\nexec node "${import.meta.dirname}/nothing.mjs" ${name} "$@"\n`, {
    mode: 0o755,
  })

/** Go names a program by the last part of its path that is no version. */
function nameOf(module) {
  return basename(module.replace(/\/v\d+$/, ''))
}
