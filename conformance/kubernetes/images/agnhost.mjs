// A stand-in for the test image agnhost: the same commands, as far as the tests that run here ask for them, by Node, whose listening sockets the process runner can redirect.
import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { createServer } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { hostname } from 'node:os'

const [command = 'pause', ...args] = process.argv.slice(2)
const option = (name, otherwise) => {
  const found = args.find((arg) => arg.startsWith(`--${name}=`))
  if (found !== undefined) return found.slice(name.length + 3)
  const at = args.indexOf(`--${name}`)
  return at < 0 ? otherwise : (args[at + 1] ?? '')
}
const name = process.env.HOSTNAME ?? hostname()
const endAtSignal = () => {
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0))
}

const COMMANDS = {
  pause: () => {
    process.stdout.write('Paused\n')
    endAtSignal()
    setInterval(() => undefined, 1_000_000)
  },
  'entrypoint-tester': () => {
    process.stdout.write(`[/agnhost entrypoint-tester ${args.join(' ')}]\n`)
  },
  'serve-hostname': () => {
    const port = Number(option('port', '9376'))
    endAtSignal()
    if (args.includes('--tcp')) createTcpServer((socket) => socket.end(name)).listen(port)
    else createServer((_, response) => response.end(name)).listen(port)
    if (args.includes('--udp')) {
      const socket = createSocket('udp4')
      socket.on('message', (_, from) => socket.send(name, from.port, from.address))
      socket.bind(port)
    }
  },
  'test-webserver': () => {
    endAtSignal()
    createServer((_, response) => response.end('<pre>\n</pre>\n')).listen(Number(option('port', '80')))
  },
  netexec: () => serve(Number(option('http-port', '8080')), Number(option('delay-shutdown', '0'))),
  // Well for ten seconds, and ill from then on.
  liveness: () => {
    const started = Date.now()
    endAtSignal()
    createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://here')
      if (pathname === '/redirect') response.writeHead(302, { location: searchParams.get('loc') ?? '/' }).end()
      else if (pathname === '/started') response.end(`${Date.now() - started}`)
      else response.writeHead(Date.now() - started > 10_000 ? 500 : 200).end('ok')
    }).listen(8080)
  },
  'logs-generator': async () => {
    const total = Number(option('log-lines-total', option('t', '1')))
    const seconds = Number.parseInt(option('run-duration', option('d', '1s')), 10)
    endAtSignal()
    for (let line = 0; line < total; line++) {
      process.stdout.write(
        `I0101 00:00:00.000000       1 logs_generator.go:76] ${line} GET /api/v1/namespaces/ns/pods/p 200\n`,
      )
      await new Promise((resolve) => setTimeout(resolve, (seconds * 1000) / total))
    }
  },
}

function serve(port, delay) {
  let ending = false
  process.on('SIGTERM', () => {
    ending = true
    setTimeout(() => process.exit(0), delay * 1000)
  })
  const answer = (path, query) => {
    switch (path) {
      case '/':
        return { text: `NOW: ${new Date().toISOString()}` }
      case '/hostname':
      case '/hostName':
        return { text: name }
      case '/healthz':
        return {}
      case '/readyz':
        return { status: ending ? 503 : 200 }
      case '/echo':
        return { status: Number(query.get('code') ?? '200'), text: query.get('msg') ?? '' }
      case '/exit':
        setTimeout(() => process.exit(Number(query.get('code') ?? '0')), 10)
        return {}
      case '/shell':
        return { text: shell(query.get('shellCommand') ?? query.get('cmd') ?? '') }
      default:
        return { status: 404 }
    }
  }
  createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://here')
    const { remoteAddress, remotePort } = request.socket
    if (pathname === '/clientip') return response.end(`${remoteAddress}:${remotePort}`)
    if (pathname === '/header') return response.end(request.headers[(searchParams.get('key') ?? '').toLowerCase()])
    const { status = 200, text = '' } = answer(pathname, searchParams)
    return response.writeHead(status).end(text)
  }).listen(port)
}

function shell(line) {
  const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', line], { encoding: 'utf8' })
  return JSON.stringify({ output: `${stdout}${stderr}`, ...(status === 0 ? {} : { error: `exit status ${status}` }) })
}

const run = COMMANDS[command]
if (run === undefined) {
  process.stderr.write(`agnhost ${command} is not part of the stand-in\n`)
  process.exit(127)
}
await run()
