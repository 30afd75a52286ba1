import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { findStage, parseDockerfile, type Instruction } from '@slipway/dockerfile'

const parse = (text: string) => parseDockerfile(text, 'Dockerfile')

// Unions of keywords share a member, so the member is the one whose keywords include the wanted one.
type With<K, I = Instruction> = I extends { keyword: infer W } ? (K extends W ? I : never) : never

function only<K extends Instruction['keyword']>(text: string, keyword: K): With<K> {
  const file = parse(`FROM scratch\n${text}\n`)
  expect(file.diagnostics).toEqual([])
  const found = file.stages[0]?.instructions.find((instruction) => instruction.keyword === keyword)
  if (found === undefined) throw new Error(`no ${keyword}`)
  return found as With<K>
}

function faults(text: string): string[] {
  return parse(text).diagnostics.map((found) => `${found.range?.start.line} ${found.code} ${found.message}`)
}

describe('what must work', () => {
  test("the starter's Dockerfile", () => {
    const text = readFileSync(new URL('../../../starter/app/Dockerfile', import.meta.url), 'utf8')
    const file = parse(text)
    expect(file.diagnostics).toEqual([])
    expect(file.stages.map((stage) => [stage.name, stage.platform, stage.base.split('@')[0]])).toEqual([
      ['build', '$BUILDPLATFORM', 'node:24-trixie-slim'],
      [undefined, undefined, 'gcr.io/distroless/nodejs24-debian13:nonroot'],
    ])
    expect(file.stages[0]?.instructions.map((instruction) => instruction.keyword)).toEqual([
      'WORKDIR',
      'COPY',
      'RUN',
      'COPY',
      'COPY',
      'RUN',
      'RUN',
    ])
    const cmd = file.stages[1]?.instructions.at(-1)
    expect(cmd).toMatchObject({ keyword: 'CMD', command: { form: 'exec', argv: ['dist/main.js'] } })
  })

  test('continuations, with comments and empty lines inside, become one line', () => {
    const run = only(
      'RUN --mount=type=cache,target=/root/.npm npm ci && \\\n  # why\n\n  npm run build \\  \n  --x',
      'RUN',
    )
    expect(run.flags).toEqual([{ name: 'mount', value: 'type=cache,target=/root/.npm' }])
    expect(run.command).toEqual({ form: 'shell', text: 'npm ci &&   npm run build   --x' })
    expect([run.range.start.line, run.range.end.line]).toEqual([2, 6])
  })

  test('the backtick as escape character', () => {
    const file = parse('# escape=`\nFROM scratch\nRUN node `\n  a.js\n')
    expect(file.escape).toBe('`')
    expect(file.stages[0]?.instructions[0]).toMatchObject({ command: { form: 'shell', text: 'node   a.js' } })
  })

  test('JSON forms keep blanks and escapes', () => {
    const copy = only('COPY --chown=0 ["a b", "c\\td", "/e/"]', 'COPY')
    expect(copy).toMatchObject({ sources: ['a b', 'c\td'], destination: '/e/' })
    expect(only('CMD ["node", "a\\"b"]', 'CMD').command).toEqual({ form: 'exec', argv: ['node', 'a"b'] })
    expect(only("CMD ['node']", 'CMD').command).toEqual({ form: 'shell', text: "['node']" })
  })

  test('COPY splits at blanks whatever the quotes; CMD without arguments takes back the command', () => {
    expect(only('COPY "a b" c/', 'COPY')).toMatchObject({ sources: ['"a', 'b"'], destination: 'c/' })
    expect(only('CMD', 'CMD').command).toEqual({ form: 'exec', argv: [] })
  })

  test('both spellings of ENV', () => {
    expect(only('ENV A=1 B="x y" C=a\\ b', 'ENV').pairs).toEqual([
      { name: 'A', value: '1' },
      { name: 'B', value: '"x y"' },
      { name: 'C', value: 'a\\ b' },
    ])
    expect(only('ENV OLD some  words', 'ENV').pairs).toEqual([{ name: 'OLD', value: 'some  words' }])
  })

  test('HEALTHCHECK is recorded', () => {
    const check = only('HEALTHCHECK --interval=3s --retries=2 CMD ["node", "check.js"]', 'HEALTHCHECK')
    expect(check.command).toEqual({ form: 'exec', argv: ['node', 'check.js'] })
    expect(check.flags).toEqual([
      { name: 'interval', value: '3s' },
      { name: 'retries', value: '2' },
    ])
    expect(only('HEALTHCHECK none', 'HEALTHCHECK').command).toBeUndefined()
  })

  test('ARG before FROM is apart from the stages', () => {
    const file = parse('ARG V=24\nFROM node:$V AS Build\nARG V\nFROM build\n')
    expect(file.globalArgs[0]?.args).toEqual([{ name: 'V', value: '24' }])
    expect(file.stages.map((stage) => stage.name)).toEqual(['build', undefined])
    expect(file.diagnostics).toEqual([])
  })
})

describe('what must be refused, with its line', () => {
  const cases: [string, string][] = [
    ['', '1 DOCKERFILE_SYNTAX no FROM: there is nothing to build'],
    ['RUN x\nFROM scratch', '1 DOCKERFILE_SYNTAX RUN stands before the first FROM'],
    ['FROM a b', '1 DOCKERFILE_SYNTAX FROM a b is neither FROM <image> nor FROM <image> AS <name>'],
    ['FROM a\nFOO x', '2 DOCKERFILE_SYNTAX unknown instruction FOO'],
    ['FROM a\n\nRUN <<EOF\nrm -rf /\nEOF', '3 DOCKERFILE_UNSUPPORTED a heredoc in RUN is not supported'],
    ['FROM a\nCOPY <<EOF /x\nhi\nEOF', '2 DOCKERFILE_UNSUPPORTED a heredoc in COPY is not supported'],
    ['FROM a\nONBUILD RUN x', '2 DOCKERFILE_UNSUPPORTED ONBUILD is not supported'],
    ['FROM a\nCOPY --parents x y', '2 DOCKERFILE_UNSUPPORTED COPY --parents is not supported'],
    ['FROM a\nRUN --security=insecure npm ci', '2 DOCKERFILE_UNSUPPORTED RUN --security is not supported'],
    ['FROM a\nCOPY x', '2 DOCKERFILE_SYNTAX COPY needs a source and a destination'],
    ['FROM a\nENV A=1 B', "2 DOCKERFILE_SYNTAX 'B' in ENV is no name=value"],
    ['FROM a\nARG =1', '2 DOCKERFILE_SYNTAX ARG needs a name before ='],
    ['FROM a\nHEALTHCHECK --retries=x CMD a', '2 DOCKERFILE_SYNTAX HEALTHCHECK --retries=x is no number'],
    ['FROM a\nCMD [1]', '2 DOCKERFILE_SYNTAX CMD needs an array of strings'],
    [
      'FROM a\nCOPY --from=later x y\nFROM b AS later',
      '2 DOCKERFILE_STAGE COPY --from=later: that stage is not above this one',
    ],
    ['FROM a\nCOPY --from=3 x y', '2 DOCKERFILE_STAGE COPY --from=3: that stage does not exist'],
  ]
  test.each(cases)('%j', (text, fault) => {
    expect(faults(text)).toEqual([fault])
  })

  test('a second stage of the same name is a warning, and what is below means it', () => {
    const file = parse('FROM a AS x\nFROM b AS X\nFROM c\nCOPY --from=x y z\n')
    expect(file.diagnostics).toMatchObject([
      { severity: 'warning', code: 'DOCKERFILE_STAGE', range: { start: { line: 2 } } },
    ])
    expect([
      findStage(file.stages, 'X', 2)?.base,
      findStage(file.stages, 'x', 1)?.base,
      findStage(file.stages, '0', 2)?.base,
    ]).toEqual(['b', 'a', 'a'])
    expect(findStage(file.stages, 'x', 0)).toBeUndefined()
  })

  test('all faults at once', () => {
    expect(faults('FROM a\nFOO\nBAR\nCOPY x\n')).toHaveLength(3)
  })
})
