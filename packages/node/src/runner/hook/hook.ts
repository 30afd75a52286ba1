import { CONNECT_HOOK } from './connect.ts'
import { LISTEN_HOOK } from './listen.ts'

/**
 * The script that every Node process of a pod loads first (`NODE_OPTIONS=--require`). It imports nothing of ours, because it runs inside foreign programs.
 *
 * - A server that listens on all addresses gets a free port on 127.0.0.1 instead and reports both; `address()` still shows what the program asked for.
 * - A connection to a pod, a Service or `localhost:<port of this pod>` goes through the gateway's socket, which knows where they are.
 * - A look-up of a Service's name asks the gateway.
 */
export const NODE_HOOK = `'use strict'
const net = require('node:net')
const dns = require('node:dns')
const os = require('node:os')
const socketPath = process.env.SLIPWAY_GATEWAY
const podIP = process.env.SLIPWAY_POD_IP
const ANY = new Set([undefined, null, '', '0.0.0.0', '::'])
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '::1'])
const originalConnect = net.Socket.prototype.connect
const namespaces = new Set((process.env.SLIPWAY_NAMESPACES || '').split(','))
if (socketPath && podIP) {
  os.hostname = () => process.env.HOSTNAME || 'localhost'
  installListen()
  installConnect()
  installLookup()
}
${LISTEN_HOOK}${CONNECT_HOOK}`
