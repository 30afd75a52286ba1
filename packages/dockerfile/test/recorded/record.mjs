// Asks BuildKit about made-up words, .dockerignore files and Dockerfiles, and writes its answers down for recorded.test.ts.
// node packages/dockerfile/test/recorded/record.mjs   (needs Go; the versions are in oracle/go.mod)
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'

const BITS = [
  '$A',
  '${A}',
  '$EMPTY',
  '${EMPTY:-x}',
  '${NO:-x}',
  '${NO-x}',
  '${A:+y}',
  '${EMPTY+y}',
  '"',
  "'",
  '\\',
  '$',
  ' ',
  'a',
  '{',
  '}',
  '${NO:-${A}}',
  '${NO:-"q"}',
  "${NO:-'q'}",
  '\\$',
  '\\"',
  "\\'",
  '$B',
  '-',
  '${A:?e}',
  '${NO?err}',
  'é',
  '$1',
  '${1}',
  '$$',
  '${',
  '${A:',
  '${A:-',
  ':',
  '?',
  '+',
]
const SEGMENTS = [
  'a',
  'b',
  '*',
  '**',
  '?',
  'a*',
  '*.md',
  '[a-b]',
  '.',
  '..',
  'a b',
  'x.md',
  '+',
  '\\*',
  '!',
  'c',
  '[^a]',
]
const PATHS = ['a', 'b', 'a/b', 'a/b/c', 'x.md', 'a/x.md', 'b/a/x.md', 'a b', '+', '*', 'c/a', 'ab', 'a/ab/b']
const LINES = [
  'ENV A=1 B="x y" C=a\\ b',
  'ENV OLD some  words',
  'ENV A="q',
  'ENV A=1 B',
  'LABEL a=b "c d"="e f"',
  'LABEL x y z',
  'ARG X',
  'ARG X=1 Y="2 3"',
  'COPY a b c/',
  'COPY ["a b","c"]',
  'COPY --chown=1:2 a b',
  'COPY a',
  'ADD a b',
  'RUN npm ci && \\\n  # c\n  npm run x',
  'RUN ["a","b"]',
  "RUN ['a']",
  'RUN --mount=type=cache,target=/x npm ci',
  'CMD ["a", 1]',
  'CMD []',
  'CMD echo  hi',
  'CMD',
  'ENTRYPOINT ["x"]',
  'ENTRYPOINT x y',
  'ENTRYPOINT',
  'WORKDIR /a b',
  'WORKDIR',
  'USER x',
  'EXPOSE 80 81/udp',
  'EXPOSE',
  'VOLUME ["/a","/b c"]',
  'VOLUME /a /b',
  'STOPSIGNAL 9',
  'HEALTHCHECK NONE',
  'HEALTHCHECK --interval=3s --retries=2 CMD x y',
  'HEALTHCHECK CMD ["a"]',
  'HEALTHCHECK foo',
  'HEALTHCHECK --retries=x CMD a',
  'SHELL ["a","b"]',
  'SHELL a',
  'FOO x',
  'FROM --platform=linux/amd64 z',
  'FROM x AS y',
  'FROM a b',
  'FROM',
  '# comment',
  '',
  'run npm x',
  'CMD a \\\n\n b',
  'ENV A=$X D=${Y:-1}',
  'RUN a \\\n b \\  \n c',
  'COPY a\\ b c',
  'COPY "a b" c',
  'LABEL "a"=b',
  "RUN echo 'a # b'",
  '   RUN  indented  ',
  'ENV A=1 \\\n# c\n B=2',
  'COPY --chmod=755 a b',
  'COPY --link a b',
  'CMD\t["x"]',
  'COPY  a   b ',
  'ARG A= B=',
  'ENV A=',
  'ENV A',
  'CMD [ "a" , "b" ] ',
  'RUN --network=host x',
  'RUN a \\',
]

// The same questions on every machine.
let seed = 20260101
const below = (limit) => {
  seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff
  return (seed >> 8) % limit
}
const pick = (list) => list[below(list.length)]
const some = (most, make) => Array.from({ length: 1 + below(most) }, make)
const many = (count, make) => Array.from({ length: count }, make)

const env = ['A=one', 'EMPTY=', 'B=two words']
const pattern = () =>
  pick(['', '', '!', '#', ' ', '/', '!/']) + some(3, () => pick(SEGMENTS)).join('/') + pick(['', '', '/'])
const questions = [
  ...many(400, () => ({ Kind: 'word', Text: some(5, () => pick(BITS)).join(''), Env: env })),
  ...many(300, () => ({ Kind: 'ignore', Text: some(4, pattern).join('\n'), Paths: PATHS })),
  ...many(300, () => ({ Kind: 'file', Text: ['FROM base AS first', ...some(3, () => pick(LINES))].join('\n') + '\n' })),
]
const input = questions.map((question) => JSON.stringify(question)).join('\n')
const cwd = new URL('oracle', import.meta.url)
const answers = execFileSync('go', ['run', '.'], { cwd, input, encoding: 'utf8' })
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line))
const lines = questions.map(({ Kind: kind, Text: text }, index) =>
  JSON.stringify({ kind, text, answer: answers[index] }),
)
writeFileSync(new URL('buildkit.jsonl', import.meta.url), `${lines.join('\n')}\n`)
