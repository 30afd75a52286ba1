/**
 * The part of the hook that lets a pod reach itself, pods and Services: it asks the gateway where a target is on the host, and connects there. Whatever connects does so
 * through `net.Socket.prototype.connect`: http, https, fetch, and clients of databases.
 */
export const CONNECT_HOOK = `
// The newest attempt of each socket: one that was destroyed may connect again.
const attempts = new WeakMap()

function installConnect() {
  net.Socket.prototype.connect = function (...args) {
    const [options, callback] = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args)
    const host = targetOf(options)
    if (host === undefined) return originalConnect.apply(this, args)
    const attempt = begin(this, callback)
    const { lookup } = options
    if (typeof lookup === 'function' && lookup !== dns.lookup && lookup !== originalLookup && !net.isIP(host)) lookUpFirst(attempt, options, host)
    else route(attempt, options, host)
    return this
  }
}

// The host to ask the gateway for; nothing for a path, and for addresses of others.
function targetOf(options) {
  // http.Agent and undici leave members that they do not need as null.
  if (options.path || options.port === undefined || options.port === null || !(Number(options.port) <= 65535)) return undefined
  const host = options.host || 'localhost'
  if (typeof host !== 'string') return undefined
  if (isLoopback(host)) return '127.0.0.1'
  return net.isIP(host) && !CLUSTER.test(host) ? undefined : host
}

// What the original does before it knows an address, so that writes, timeouts and destroy work meanwhile.
function begin(socket, callback) {
  if (typeof callback === 'function') socket.once('connect', callback)
  if (socket.destroyed) {
    socket._handle = null
    socket._undestroy()
  }
  socket.connecting = true
  const attempt = { socket }
  attempts.set(socket, attempt)
  return attempt
}

function isOver(attempt) {
  return attempt.socket.destroyed || attempts.get(attempt.socket) !== attempt
}

function route(attempt, options, host) {
  const { socket } = attempt
  const port = Number(options.port)
  ask('ROUTE', { host, port }, (answer) => {
    if (isOver(attempt)) return
    if (answer === undefined && net.isIP(host)) return socket.destroy(systemError('connect', 'ECONNREFUSED', { address: host, port }))
    const { kind } = answer || { kind: 'outside' }
    if (kind === 'missing') return socket.destroy(notFound(host))
    if (kind === 'refused') return socket.destroy(systemError('connect', answer.code, { address: answer.address, port }))
    if (kind === 'alias') return connectNow(socket, { ...options, host: answer.name })
    if (kind === 'outside') return connectNow(socket, options)
    if (!net.isIP(options.host || '')) socket.emit('lookup', null, answer.address, 4, options.host || 'localhost')
    dial(socket, options, answer)
  })
}

function dial(socket, { localAddress, localPort, lookup, ...options }, { host, hostPort, address }) {
  const port = Number(options.port)
  socket.prependOnceListener('connect', () => { socket._peername = { address, family: 'IPv4', port } })
  connectNow(socket, { ...options, host, port: hostPort, family: 4 })
}

// A new handle makes the socket a new one, which would forget that it was ended already.
function connectNow(socket, options) {
  socket._undestroy = () => {}
  try { originalConnect.call(socket, options) } finally { delete socket._undestroy }
}

// A program that looks names up in its own way has its way; only the address that it finds is asked for.
function lookUpFirst(attempt, options, host) {
  const { socket } = attempt
  options.lookup(host, { family: options.family, hints: options.hints || 0 }, (error, address, family) => {
    if (isOver(attempt)) return
    if (error) return socket.destroy(error)
    if (CLUSTER.test(address) || isLoopback(address)) return route(attempt, options, isLoopback(address) ? '127.0.0.1' : address)
    const found = (name, asked, done) => (asked.all ? done(null, [{ address, family }]) : done(null, address, family))
    connectNow(socket, { ...options, lookup: found })
  })
}

function isLoopback(host) {
  return /^(localhost|127(\\.\\d{1,3}){1,3}|::1|::|0\\.0\\.0\\.0|::ffff:127\\.\\d+\\.\\d+\\.\\d+)$/i.test(host)
}
`
