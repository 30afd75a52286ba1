// What the stand-ins share. Each records how it was called in $WORLD/calls.jsonl; tokens.json says whom a token belongs to.
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const world = process.env.WORLD
if (!world) throw new Error('WORLD is not set')

export const args = process.argv.slice(2)

export function at(name) {
  return join(world, name)
}

export function read(name, fallback) {
  return existsSync(at(name)) ? JSON.parse(readFileSync(at(name), 'utf8')) : fallback
}

export function write(name, value) {
  writeFileSync(at(name), JSON.stringify(value))
}

export function standardInput() {
  return readFileSync(0, 'utf8')
}

export function record(program, stdin = '') {
  const env = Object.fromEntries(Object.entries(process.env).filter(([key]) => /^(ARGOCD_|GH_TOKEN$)/.test(key)))
  appendFileSync(at('calls.jsonl'), `${JSON.stringify({ program, args, stdin, env })}\n`)
}

/** Ends with a message, as the real program does when something is refused. */
export function refuse(message, code = 1) {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}

/** The identity behind a token; ends the program when it lacks a permission. */
export function identityOf(token, permission, level) {
  const identity = read('tokens.json', {})[token ?? '']
  if (!identity) refuse('HTTP 401: Bad credentials')
  const has = identity.permissions[permission]
  if (has !== 'write' && has !== level) refuse(`HTTP 403: Resource not accessible: needs ${permission}: ${level}`)
  return identity
}

export function option(name) {
  const index = args.indexOf(name)
  return index === -1 ? undefined : args[index + 1]
}

export function git(directory, ...rest) {
  return execFileSync('git', ['-C', directory, ...rest], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim()
}
