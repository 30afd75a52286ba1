/**
 * The part of the hook that redirects servers: one that listens on all addresses gets a free port on 127.0.0.1, and `address()` still shows what it asked for. The gateway
 * says whether another container of the pod has the port: they share the pod's ports.
 */
export const LISTEN_HOOK = `
const ANY = new Set([undefined, null, '', '0.0.0.0', '::'])
const BACKLOG = 511
const asked = new WeakMap()
const told = new WeakMap()
const own = new Map()
const originalListen = net.Server.prototype.listen
const originalClose = net.Server.prototype.close
const originalAddress = net.Server.prototype.address

function installListen() {
  net.Server.prototype.listen = function (...args) {
    const options = redirected(args)
    if (options === undefined || this._handle) return originalListen.apply(this, args)
    const port = Number(options.port)
    const address = options.host || '0.0.0.0'
    const local = isLoopbackName(address)
    const callback = args.find((arg) => typeof arg === 'function')
    if (port !== 0 && own.has(port)) {
      process.nextTick(() => this.emit('error', systemError('listen', 'EADDRINUSE', { address, port })))
      return this
    }
    if (callback) this.once('listening', callback)
    const show = () => {
      const { port: hostPort } = originalAddress.call(this) || {}
      if (hostPort !== undefined) asked.set(this, { address, family: address.includes(':') ? 'IPv6' : 'IPv4', port: port || hostPort })
      return hostPort
    }
    holdListening(this, (emit) => {
      const hostPort = show()
      if (hostPort === undefined) return
      const listening = { port: port || hostPort, hostPort, pid: process.pid, local, shared: options.reusePort === true }
      tell(this, listening, (taken) => {
        if (!this._handle) return
        if (!taken) return emit()
        forget(this)
        this._handle.close()
        this._handle = null
        this.emit('error', systemError('listen', 'EADDRINUSE', { address, port }))
      })
    })
    bind(this, options)
    show()
    return this
  }

  net.Server.prototype.address = function () {
    return (this._handle ? asked.get(this) : undefined) || originalAddress.call(this)
  }

  net.Server.prototype.close = function (...args) {
    const listening = this._handle ? told.get(this) : undefined
    if (listening !== undefined) {
      forget(this)
      ask('CLOSE', listening, () => {}).unref()
    }
    return originalClose.apply(this, args)
  }
}

// The options of a server that is to be redirected; nothing for paths, handles, and addresses that a pod does not have.
function redirected(args) {
  const [first, second] = args
  const options =
    typeof first === 'object' && first !== null ? first
    : typeof first === 'number' || (typeof first === 'string' && /^\\d+$/.test(first)) ? { port: Number(first), host: typeof second === 'string' ? second : undefined, backlog: args.find((arg, index) => index > 0 && typeof arg === 'number') }
    : first === undefined || typeof first === 'function' ? { port: 0 }
    : undefined
  if (!options || options.path || options.fd !== undefined || options._handle || options.handle || options.port === undefined || options.port === null) return undefined
  if (!(Number(options.port) >= 0 && Number(options.port) <= 65535)) return undefined
  const isOwn = ANY.has(options.host) || isLoopbackName(options.host) || options.host === podIP || options.host === os.hostname()
  return isOwn ? options : undefined
}

function isLoopbackName(host) {
  return /^(localhost|127(\\.\\d{1,3}){1,3}|::1)$/i.test(host)
}

// At once, as without a host: programs ask for the address right after listen(0).
function bind(server, options) {
  const isPlain = options.signal === undefined && !require('node:cluster').isWorker && typeof server._listen2 === 'function'
  if (isPlain) server._listen2('127.0.0.1', 0, 4, options.backlog || BACKLOG, undefined, 0)
  else originalListen.call(server, { ...options, host: '127.0.0.1', port: 0, reusePort: undefined })
}

// Keeps 'listening' back until others can find the port.
function holdListening(server, ready) {
  const { emit } = server
  const isOwn = Object.hasOwn(server, 'emit')
  let isHeld = true
  const holding = function (event, ...rest) {
    if (!isHeld || (event !== 'listening' && event !== 'error')) return emit.call(this, event, ...rest)
    isHeld = false
    if (server.emit === holding) {
      if (isOwn) server.emit = emit
      else delete server.emit
    }
    if (event === 'error') return emit.call(this, event, ...rest)
    ready(() => emit.call(this, event, ...rest))
    return true
  }
  server.emit = holding
}

function forget(server) {
  const { port } = told.get(server)
  told.delete(server)
  if (own.get(port) === server) own.delete(port)
}

function tell(server, listening, done) {
  told.set(server, listening)
  own.set(listening.port, server)
  ask('LISTEN', listening, (answer) => done(answer !== undefined && answer.taken === true))
}
`
