import { ASK_HOOK } from './ask.ts'
import { CONNECT_HOOK } from './connect.ts'
import { LISTEN_HOOK } from './listen.ts'
import { NAMES_HOOK } from './names.ts'

/**
 * The script that every Node process of a pod loads first (`NODE_OPTIONS=--require`). It imports nothing of ours, because it runs inside foreign programs.
 *
 * - A server that listens on all addresses gets a free port on 127.0.0.1 instead and reports both; `address()` still shows what the program asked for.
 * - A connection to a pod, a Service or `localhost` goes where the gateway says that they are.
 * - A look-up of a name asks the gateway first.
 */
export const NODE_HOOK = `'use strict'
const net = require('node:net')
const dns = require('node:dns')
const os = require('node:os')
const util = require('node:util')
const socketPath = process.env.SLIPWAY_GATEWAY
const podIP = process.env.SLIPWAY_POD_IP
const run = process.env.SLIPWAY_RUN
const CLUSTER = /^10\\.(244|96)\\.\\d{1,3}\\.\\d{1,3}$/
const originalConnect = net.Socket.prototype.connect
const originalLookup = dns.lookup
${ASK_HOOK}${LISTEN_HOOK}${CONNECT_HOOK}${NAMES_HOOK}
if (socketPath && podIP) {
  os.hostname = () => process.env.HOSTNAME || 'localhost'
  installListen()
  installConnect()
  installNames()
  // What ES modules import by name is a copy.
  require('node:module').syncBuiltinESMExports()
}
`
