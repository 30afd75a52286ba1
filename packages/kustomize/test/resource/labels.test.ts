import { expect, test } from 'vitest'
import { build, failureOf } from '../build.ts'

const OBJECTS = {
  one: '{app: web, count: "2", example.com/x: "1"}',
  two: '{tier: x, app: ""}',
}

function files(selector: string, on: 'labelSelector' | 'annotationSelector'): Record<string, string> {
  const target = JSON.stringify({ kind: 'X', [on]: selector })
  const objects = Object.entries(OBJECTS).map(
    ([name, pairs]) => `apiVersion: v1\nkind: X\nmetadata: {name: ${name}, labels: ${pairs}, annotations: ${pairs}}\n`,
  )
  return {
    'kustomization.yaml': `resources: [all.yaml]\npatches: [{target: ${target}, patch: '[{"op": "add", "path": "/x", "value": 1}]'}]\n`,
    'all.yaml': objects.join('---\n'),
  }
}

function selected(text: string): string {
  const documents = text.split('---\n').filter((each) => /^x: 1$/m.test(each))
  return documents.map((each) => /^ {2}name: (.*)$/m.exec(each)?.[1]).join(' ')
}

// What the real tool selects, by labels and by annotations alike.
test.each([
  ['app', 'one two'],
  ['!app', ''],
  ['! app', ''],
  ['app=', 'two'],
  ['app=web', 'one'],
  ['app==web', 'one'],
  ['app!=web', 'two'],
  ['app != web', 'two'],
  ['app = web , tier', ''],
  ['app=web,tier=x', ''],
  ['app in ()', 'two'],
  ['app in (web)', 'one'],
  ['app in (web,db)', 'one'],
  ['app in(web)', 'one'],
  ['app in (,web)', 'one two'],
  ['app in (web,)', 'one two'],
  ['app in (,)', 'two'],
  ['app in (in)', ''],
  ['app notin (web)', 'two'],
  ['app notin ()', 'one'],
  ['in', ''],
  ['notin', ''],
  ['in in (in)', ''],
  ['app>1', ''],
  ['count>1', 'one'],
  ['count<3', 'one'],
  ['count > 2', ''],
  ['a/b', ''],
  ['a_b', ''],
  [' ', 'one two'],
  ['app in (a,b),!tier', ''],
  ['example.com/x=1', 'one'],
  ['app\t=\nweb', 'one'],
])('%j selects %j', (selector, names) => {
  expect(selected(build(files(selector, 'labelSelector')))).toBe(names)
  expect(selected(build(files(selector, 'annotationSelector')))).toBe(names)
})

test.each([
  ['app=web,,tier', "found ',', expected: identifier after ','"],
  [',app', "found ',', expected: !, identifier, or 'end of string'"],
  ['app,', "found '', expected: identifier after ','"],
  ['app=web,', "found '', expected: identifier after ','"],
  ['=web', "found '=', expected: !, identifier, or 'end of string'"],
  ['!=web', "found '!=', expected: !, identifier, or 'end of string'"],
  ['!', "unable to parse requirement: found '', expected: identifier"],
  ['!!app', "unable to parse requirement: found '!', expected: identifier"],
  ['app in', "unable to parse requirement: found '' expected: '('"],
  ['app in (,,)', "unable to parse requirement: found ')', expected: ',', or identifier"],
  ['app in (web', "unable to parse requirement: found '', expected: ',' or ')'"],
  ['app in web', "unable to parse requirement: found 'web' expected: '('"],
  ['app in (web db)', "unable to parse requirement: found 'db', expected: ',' or ')'"],
  ['app in (web=db)', "unable to parse requirement: found '=', expected: ',' or ')'"],
  ['app<x', "unable to parse requirement: for 'Gt', 'Lt' operators, the value must be an integer"],
  ['app>1.5', "unable to parse requirement: for 'Gt', 'Lt' operators, the value must be an integer"],
  [
    'count>-1',
    "unable to parse requirement: invalid label value: \"-1\": at key: \"count\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ],
  ['app=web db', "found 'db', expected: ',' or 'end of string'"],
  ['app web', "unable to parse requirement: found 'web', expected: '=', '!=', '==', 'in', notin'"],
  ['(app)', "found '(', expected: !, identifier, or 'end of string'"],
  ['app=(web)', "unable to parse requirement: found '(', expected: identifier"],
  ['app===web', "unable to parse requirement: found '=', expected: identifier"],
  ['app=!web', "unable to parse requirement: found '!', expected: identifier"],
  ['app<=1', "unable to parse requirement: found '=', expected: identifier"],
  [
    'a/b/c',
    "unable to parse requirement: invalid label key \"a/b/c\": a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
  ],
  ['/b', 'unable to parse requirement: invalid label key "/b": prefix part must be non-empty'],
  [
    'a/',
    "unable to parse requirement: invalid label key \"a/\": name part must be non-empty; name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  ],
  [
    'A/b=c',
    "unable to parse requirement: invalid label key \"A/b\": prefix part a DNS-1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  ],
  [
    'a..b/c',
    "unable to parse requirement: invalid label key \"a..b/c\": prefix part a DNS-1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  ],
  [
    '-a',
    "unable to parse requirement: invalid label key \"-a\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  ],
  [
    'a-',
    "unable to parse requirement: invalid label key \"a-\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  ],
  ['a b=c', "unable to parse requirement: found 'b', expected: '=', '!=', '==', 'in', notin'"],
  [
    'app=w/b',
    "unable to parse requirement: invalid label value: \"w/b\": at key: \"app\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ],
  [
    'app=-w',
    "unable to parse requirement: invalid label value: \"-w\": at key: \"app\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ],
  [
    'app=w.',
    "unable to parse requirement: invalid label value: \"w.\": at key: \"app\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ],
  [
    'app=ä',
    "unable to parse requirement: invalid label value: \"ä\": at key: \"app\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ],
  [
    'ä=b',
    "unable to parse requirement: invalid label key \"ä\": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')",
  ],
])('%j is no selector', (selector, message) => {
  expect(failureOf(files(selector, 'labelSelector')).message).toBe(message)
})
