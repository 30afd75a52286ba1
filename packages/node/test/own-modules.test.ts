import { eventually } from '@slipway/testkit'
import { expect, test } from 'vitest'
import { nodeCluster } from './cluster.ts'

const MODULE = `module.exports = 'found'`
const LOOK = `
const told = (found) => (found.default || found), failed = ({ code, message }) => code + ' ' + message.split('\\n')[0].replace(__dirname, '')
const required = (name) => { try { return require(name) } catch (error) { return failed(error) } }
const imported = (name) => import(name).then(told, failed)
;(async () => {
  const own = [required('own'), await imported('own'), required('of-image')]
  console.log(JSON.stringify({ own, outer: [required('outer'), await imported('outer'), await imported('./static.mjs')] }))
})()`
const FILES = {
  'node_modules/outer/index.js': MODULE,
  'package.json': '{ "type": "module" }',
  'images/web_1/app/node_modules/own/index.js': MODULE,
  'images/web_1/app/static.mjs': `import outer from 'outer'; export default outer`,
  'images/web_1/lib/of-image/index.js': MODULE,
}

test('a program that needs a module which only a folder above the pod has fails, as in a container', async () => {
  const cluster = await nodeCluster({ files: FILES })
  await cluster.addImage('web:1', LOOK, { env: ['NODE_PATH=/lib'] })
  const preloads = { name: 'preloads', image: 'web:1', env: [{ name: 'NODE_OPTIONS', value: '--require outer' }] }
  const main = { name: 'main', image: 'web:1' }
  await cluster.createPod('web', {}, { containers: [main, preloads], restartPolicy: 'Never' })
  await eventually(async () => expect((await cluster.pod('web')).status.phase).toBe('Failed'))
  const missing = `ERR_MODULE_NOT_FOUND Cannot find package 'outer' imported from`
  expect(JSON.parse(await cluster.log('web', { container: 'main' }))).toEqual({
    own: ['found', 'found', 'found'],
    outer: [`MODULE_NOT_FOUND Cannot find module 'outer'`, `${missing} /main.js`, `${missing} /static.mjs`],
  })
  expect(await cluster.log('web', { container: 'preloads' })).toContain(`Cannot find module 'outer'`)
})
