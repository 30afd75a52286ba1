// curl: the real one, with the two hosts that are not reachable here served by the test.
import { spawnSync } from 'node:child_process'
import { args, read, record, standardInput } from './common.mjs'

const { http, curl } = read('state.json')
const HOSTS = {
  'https://argocd.example.com': `${http}/argocd`,
  'https://github.com': `${http}/github`,
  'http://127.0.0.1:9090': `${http}/service`,
}
const reads = args.includes('-') || args.includes('@-')
const input = reads ? standardInput() : ''
record('curl', input)
const mapped = args.map((arg) => {
  const host = Object.keys(HOSTS).find((known) => arg.startsWith(known))
  return host ? arg.replace(host, HOSTS[host]) : arg
})
const done = spawnSync(curl, mapped, { input, stdio: ['pipe', 'inherit', 'inherit'] })
process.exit(done.status ?? 1)
