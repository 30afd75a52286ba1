// A stand-in for the test images httpd and nginx: one page on port 80.
import { createServer } from 'node:http'

for (const signal of ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGWINCH']) process.on(signal, () => process.exit(0))
createServer((_, response) => {
  response.setHeader('content-type', 'text/html')
  response.end('<html><body><h1>It works!</h1></body></html>\n')
}).listen(80)
