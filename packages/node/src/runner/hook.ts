/**
 * The script that every Node process of a pod loads first (`NODE_OPTIONS=--require`). It has no imports of ours, because it runs inside foreign programs.
 *
 * - A server that listens on all addresses gets a free port on 127.0.0.1 instead and reports both; `address()` still shows what the program asked for.
 * - A connection to a pod, a Service or `localhost:<port of this pod>` goes through the gateway's socket, which knows where they are.
 * - A look-up of a Service's name asks the gateway.
 */
export const NODE_HOOK = `'use strict'
const net = require('node:net')
const dns = require('node:dns')
const socketPath = process.env.SLIPWAY_GATEWAY
const podIP = process.env.SLIPWAY_POD_IP
if (socketPath && podIP) install()

function install() {
  const ANY = new Set([undefined, null, '', '0.0.0.0', '::'])
  const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1'])
  const os = require('node:os')
  os.hostname = () => process.env.HOSTNAME || 'localhost'
  const originalListen = net.Server.prototype.listen
  const originalAddress = net.Server.prototype.address
  const originalConnect = net.Socket.prototype.connect
  const asked = new WeakMap()
  const own = new Map()

  net.Server.prototype.listen = function (...args) {
    const first = args[0]
    let options
    if (typeof first === 'object' && first !== null) options = first
    else if (typeof first === 'number' || (typeof first === 'string' && /^\\d+$/.test(first))) options = { port: Number(first), host: typeof args[1] === 'string' ? args[1] : undefined }
    else if (first === undefined || typeof first === 'function') options = { port: 0 }
    if (!options || options.path !== undefined || options.fd !== undefined || options.port === undefined || first instanceof net.Server) return originalListen.apply(this, args)
    const local = LOOPBACK.has(options.host)
    if (!ANY.has(options.host) && !local && options.host !== podIP) return originalListen.apply(this, args)
    const port = Number(options.port)
    const callback = args.find((arg) => typeof arg === 'function')
    if (port !== 0 && own.has(port)) {
      const error = Object.assign(new Error('listen EADDRINUSE: address already in use ' + (options.host || '0.0.0.0') + ':' + port), { code: 'EADDRINUSE', errno: -98, syscall: 'listen', address: options.host || '0.0.0.0', port })
      process.nextTick(() => this.emit('error', error))
      return this
    }
    this.once('listening', () => {
      const actual = originalAddress.call(this)
      const shown = port === 0 ? actual.port : port
      asked.set(this, { address: options.host || '0.0.0.0', family: 'IPv4', port: shown })
      own.set(shown, actual.port)
      report({ type: 'listen', ip: podIP, port: shown, hostPort: actual.port, pid: process.pid, local })
      this.once('close', () => own.delete(shown))
    })
    if (callback) this.once('listening', callback)
    return originalListen.call(this, { ...options, host: '127.0.0.1', port: 0 })
  }

  net.Server.prototype.address = function () {
    return asked.get(this) || originalAddress.call(this)
  }

  net.Socket.prototype.connect = function (...args) {
    const normalized = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args)
    const [options, callback] = normalized
    const target = options && options.path === undefined && options.port !== undefined ? targetOf(options) : undefined
    if (target === undefined || this.encrypted) return originalConnect.apply(this, args)
    const result = originalConnect.call(this, { path: socketPath }, callback)
    this.write('CONNECT ' + podIP + ' ' + target + '\\n')
    return result
  }

  function targetOf(options) {
    const host = options.host || 'localhost'
    const port = Number(options.port)
    if (LOOPBACK.has(host)) return podIP + ' ' + port + ' local'
    if (/^10\\.(244|96)\\./.test(host)) return host + ' ' + port
    return isClusterName(host) ? host + ' ' + port : undefined
  }

  const namespaces = new Set((process.env.SLIPWAY_NAMESPACES || '').split(','))
  function isClusterName(name) {
    if (typeof name !== 'string' || net.isIP(name) || name === '' || LOOPBACK.has(name)) return false
    const labels = name.replace(/\\.$/, '').split('.')
    return labels.length === 1 || (labels.length === 2 ? namespaces.has(labels[1]) : labels[2] === 'svc')
  }

  const originalLookup = dns.lookup
  dns.lookup = function (name, options, callback) {
    const done = typeof options === 'function' ? options : callback
    if (!isClusterName(name)) return originalLookup.apply(this, arguments)
    const all = typeof options === 'object' && options !== null && options.all
    ask('RESOLVE ' + podIP + ' ' + name + '\\n', (answer) => {
      if (!answer) return done(Object.assign(new Error('getaddrinfo ENOTFOUND ' + name), { code: 'ENOTFOUND', errno: -3008, syscall: 'getaddrinfo', hostname: name }))
      if (all) done(null, [{ address: answer, family: 4 }])
      else done(null, answer, 4)
    })
    return {}
  }
  const originalPromiseLookup = dns.promises.lookup
  dns.promises.lookup = function (name, options) {
    if (!isClusterName(name)) return originalPromiseLookup.apply(this, arguments)
    return new Promise((resolve, reject) => {
      dns.lookup(name, options || {}, (error, address, family) => {
        if (error) reject(error)
        else resolve(Array.isArray(address) ? address : { address, family })
      })
    })
  }

  function ask(text, done) {
    const socket = new net.Socket()
    let answer = ''
    socket.setEncoding('utf8')
    socket.on('data', (chunk) => { answer += chunk })
    socket.on('error', () => done(''))
    socket.on('end', () => done(answer.trim()))
    originalConnect.call(socket, { path: socketPath })
    socket.write(text)
  }

  function report(message) {
    const socket = new net.Socket()
    socket.on('error', () => {})
    originalConnect.call(socket, { path: socketPath })
    socket.end('REPORT ' + JSON.stringify(message) + '\\n')
    socket.unref()
  }
}
`
