// `npm start`: builds the command when needed and runs `slipway up` in demo/, a copy of starter/ with its branches.
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { build } from './build.mjs'
import { prepareDemo } from './demo.mjs'
import { ROOT } from './lib.mjs'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`slipway needs Node 20.19 or newer; this is ${process.versions.node}\n`)
  process.exit(1)
}
if (process.platform === 'win32') {
  process.stderr.write('slipway runs pods as processes of Linux or macOS; on Windows use WSL\n')
  process.exit(1)
}
if (spawnSync('git', ['--version']).status !== 0) {
  process.stderr.write('slipway needs git on the PATH; install it and try again\n')
  process.exit(1)
}
const args = process.argv.slice(2)
await build()
const demo = prepareDemo({ reset: args.includes('--reset') })
for (const line of demo.notes) process.stdout.write(`${line}\n`)
const rest = args.filter((arg) => arg !== '--reset')
const command = rest.length === 0 ? ['up', '--trust'] : rest
const child = spawn(process.execPath, [join(ROOT, 'packages/cli/dist/bundle/slipway.mjs'), ...command], {
  cwd: demo.directory,
  stdio: 'inherit',
})
// The command decides what a signal means; this process only waits for it.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)))
