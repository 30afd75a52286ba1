// gh: what the workflows ask of GitHub, done to the bare remote.
import { execFileSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { args, at, git, identityOf, option, read, record, refuse, standardInput } from './common.mjs'

const token = process.env.GH_TOKEN
const verbs = {
  'auth setup-git': () => {
    record('gh')
    execFileSync('git', ['config', '--global', 'credential.https://github.com.helper', '!gh auth git-credential'])
  },
  'api graphql': () => {
    const body = standardInput()
    record('gh', body)
    identityOf(token, 'contents', 'write')
    createCommit(JSON.parse(body).variables.input)
  },
  'attestation verify': () => {
    record('gh')
    identityOf(token, 'attestations', 'read')
    const digest = args[2].split('@')[1]
    const signer = read('attestations.json', {})[digest]
    if (!signer)
      refuse(`✗ Loading attestations from GitHub API failed\n\nError: no attestations found for subject ${digest}`)
    if (signer !== option('--signer-workflow')) refuse(`Error: verifying with issuer failed: signed by ${signer}`)
  },
  'pr create': () => {
    record('gh')
    identityOf(token, 'pull-requests', 'write')
    git(at('remote.git'), 'rev-parse', '--verify', `refs/heads/${option('--head')}`)
    appendFileSync(at('pulls.jsonl'), `${JSON.stringify({ head: option('--head'), base: option('--base') })}\n`)
    process.stdout.write('https://github.com/acme/shop/pull/1\n')
  },
  'api --method': () => {
    const body = option('--input') === '-' ? standardInput() : ''
    record('gh', body)
  },
}

const verb = verbs[args.slice(0, 2).join(' ')]
if (!verb) refuse(`the stand-in for gh does not know: gh ${args.join(' ')}`)
verb()

function createCommit({ branch, expectedHeadOid, message, fileChanges }) {
  const remote = at('remote.git')
  if (read('race.json')) somebodyElse(remote, branch.branchName)
  const head = git(remote, 'rev-parse', `refs/heads/${branch.branchName}`)
  if (head !== expectedHeadOid)
    fail(
      'STALE_DATA',
      `Expected branch to point to "${expectedHeadOid}" but it points to "${head}". Pull and try again.`,
    )
  const clone = mkdtempSync(join(process.env.RUNNER_TEMP, 'graphql-'))
  try {
    execFileSync('git', ['clone', '--quiet', '--branch', branch.branchName, remote, clone], { stdio: 'ignore' })
    for (const { path, contents } of fileChanges.additions) {
      mkdirSync(dirname(join(clone, path)), { recursive: true })
      writeFileSync(join(clone, path), Buffer.from(contents, 'base64'))
    }
    const who = ['-c', 'user.name=pipeline[bot]', '-c', 'user.email=pipeline@users.noreply.github.com']
    git(clone, ...who, 'commit', '--quiet', '--all', '--message', message.headline)
    push(clone, branch.branchName)
    process.stdout.write(
      `${JSON.stringify({ data: { createCommitOnBranch: { commit: { oid: git(clone, 'rev-parse', 'HEAD') } } } })}\n`,
    )
  } finally {
    rmSync(clone, { recursive: true, force: true })
  }
}

function somebodyElse(remote, branch) {
  const who = ['-c', 'user.name=Dev', '-c', 'user.email=dev@example.org']
  const commit = git(remote, ...who, 'commit-tree', '-p', branch, '-m', 'Meanwhile', `${branch}^{tree}`)
  git(remote, 'update-ref', `refs/heads/${branch}`, commit)
}

function push(clone, branch) {
  try {
    execFileSync('git', ['-C', clone, 'push', '--quiet', 'origin', `HEAD:refs/heads/${branch}`], {
      env: { ...process.env, BY_API: '1' },
      stdio: 'pipe',
    })
  } catch (error) {
    rmSync(clone, { recursive: true, force: true })
    fail('UNPROCESSABLE', `Repository rule violations found\n\n${String(error.stderr)}`)
  }
}

function fail(type, message) {
  const errors = [{ type, path: ['createCommitOnBranch'], message }]
  process.stdout.write(`${JSON.stringify({ data: { createCommitOnBranch: null }, errors })}\n`)
  refuse(`gh: ${message}`)
}
