// A client in a process of its own: half of its requests on new connections, half on connections that are kept. Runs until its input ends or it has asked often enough, then prints what it saw.
import { once } from 'node:events'
import { Agent, get } from 'node:http'

const [url, perSecond = '50', most = 'Infinity'] = process.argv.slice(2)
// Few connections in turn: one that nobody used for as long as a pod drains may be closed just as it is used again, which is no fault of the one who closes it.
const kept = new Agent({ keepAlive: true, maxSockets: 10, scheduling: 'fifo' })
const failures = []
const latencies = []
const open = new Set()
let sent = 0

function ask(agent) {
  return new Promise((resolve) => {
    const request = get(url, { agent, headers: { accept: 'application/json' }, timeout: 20_000 }, (response) => {
      response.once('error', (error) => resolve(String(error)))
      response.resume().once('end', () => resolve(response.statusCode < 400 ? undefined : String(response.statusCode)))
    })
    request.once('timeout', () => request.destroy(new Error('timeout')))
    request.once('error', (error) => resolve(String(error)))
  })
}

const enough = new AbortController()
const timer = setInterval(() => {
  if (sent >= Number(most)) return enough.abort()
  const began = performance.now()
  const call = ask(sent++ % 2 === 0 ? false : kept).then((failure) => {
    if (failure !== undefined) failures.push(failure)
    latencies.push(performance.now() - began)
    open.delete(call)
  })
  open.add(call)
}, 1000 / Number(perSecond))

await once(process.stdin.resume(), 'end', { signal: enough.signal }).catch(() => undefined)
clearInterval(timer)
await Promise.all(open)
latencies.sort((a, b) => a - b)
process.stdout.write(JSON.stringify({ sent, failures, p99: latencies[Math.ceil(latencies.length * 0.99) - 1] ?? 0 }))
process.exit(0)
