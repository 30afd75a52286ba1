import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './lib.mjs'

const DEMO = join(ROOT, 'demo')
const MARK = join(DEMO, '.git', 'slipway-starter')
const IGNORED = new Set(['node_modules', 'dist', 'build', 'tests', '.cache', 'placeholders.json'])

/** Makes demo/ from starter/ when it is missing: branches master and stg, stg checked out. An existing one is kept; `notes` says when starter/ has changed since. */
export function prepareDemo({ reset = false } = {}) {
  if (reset) rmSync(DEMO, { recursive: true, force: true })
  const wanted = starterHash()
  if (existsSync(MARK)) {
    const notes =
      readFileSync(MARK, 'utf8') === wanted
        ? []
        : ['starter/ has changed since demo/ was made; `npm start -- --reset` makes it anew']
    return { directory: DEMO, notes }
  }
  mkdirSync(DEMO, { recursive: true })
  for (const file of starterFiles()) cpSync(join(ROOT, 'starter', file), join(DEMO, file), { recursive: false })
  git('init', '--quiet', '--initial-branch=master')
  git('config', 'user.name', 'Slipway Demo')
  git('config', 'user.email', 'demo@slipway.invalid')
  git('config', 'commit.gpgsign', 'false')
  git('remote', 'add', 'origin', placeholderUrl())
  git('add', '--all')
  git('commit', '--quiet', '--message', 'Start from the starter')
  git('branch', 'stg')
  git('checkout', '--quiet', 'stg')
  writeFileSync(MARK, wanted)
  return { directory: DEMO, notes: ['made demo/ from starter/: branches master (production) and stg (staging)'] }
}

function git(...args) {
  const { status, stderr } = spawnSync('git', args, {
    cwd: DEMO,
    encoding: 'utf8',
    env: {
      ...process.env,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_SYSTEM: '/dev/null',
      GIT_DIR: join(DEMO, '.git'),
      GIT_WORK_TREE: DEMO,
    },
  })
  if (status !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`)
}

// In a clone git knows the files; in a tarball everything but build output belongs to the starter.
/** The starter's files as a user gets them, relative to it. */
export function starterFiles() {
  const listed = spawnSync('git', ['ls-files', '-z'], { cwd: join(ROOT, 'starter'), encoding: 'utf8' })
  const names = listed.status === 0 && listed.stdout !== '' ? listed.stdout.split('\0').filter(Boolean) : walk('')
  return names.filter(
    (name) =>
      !name.split('/').some((part) => IGNORED.has(part) && name.split('/')[0] !== 'app') &&
      existsSync(join(ROOT, 'starter', name)),
  )
}

function walk(folder) {
  return readdirSync(join(ROOT, 'starter', folder), { withFileTypes: true }).flatMap((entry) => {
    if (IGNORED.has(entry.name)) return []
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`
    return entry.isDirectory() ? walk(name) : [name]
  })
}

function starterHash() {
  const hash = createHash('sha256')
  for (const file of starterFiles())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(ROOT, 'starter', file)))
  return hash.digest('hex')
}

function placeholderUrl() {
  const text = readFileSync(join(ROOT, 'starter/argocd/root.yaml'), 'utf8')
  return /repoURL: (\S+)/.exec(text)?.[1] ?? 'https://github.com/acme/shop.git'
}
