// A stand-in for the test image nautilus: it says which picture it would show.
import { createServer } from 'node:http'

for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT']) process.on(signal, () => process.exit(0))
createServer((_, response) => {
  response.setHeader('content-type', 'application/json')
  response.end('{\n"image": "nautilus.jpg"\n}\n')
}).listen(80)
