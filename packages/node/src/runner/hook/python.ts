/**
 * The `sitecustomize` module that every Python program of a pod loads first, from a folder in PYTHONPATH: what the Node hook does, for `socket.socket`. It is written for
 * Python 3 and does nothing in others; it imports the `sitecustomize` that it hides.
 */
export const PYTHON_HOOK = `import os
import sys


def _install(path, run, pod_ip):
    import errno
    import json
    import socket

    real = socket.socket
    real_bind, real_listen, real_name, real_close = real.bind, real.listen, real.getsockname, real.close
    real_connect, real_connect_ex = real.connect, real.connect_ex
    real_info, real_by_name = socket.getaddrinfo, socket.gethostbyname
    families = (socket.AF_INET, socket.AF_INET6)
    asked = {}

    def ask(verb, **request):
        request.update(run=run, ip=pod_ip)
        link = real(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            link.settimeout(5)
            real_connect(link, path)
            link.sendall((verb + ' ' + json.dumps(request) + '\\n').encode())
            answer = b''
            while True:
                chunk = link.recv(65536)
                if not chunk:
                    return json.loads(answer.decode()) if answer else None
                answer += chunk
        except (OSError, ValueError):
            return None
        finally:
            real_close(link)

    def is_loopback(host):
        return host in ('localhost', '::1', '::', '0.0.0.0', '') or host.startswith('127.') or host.startswith('::ffff:127.')

    def is_cluster(host):
        return host.startswith('10.244.') or host.startswith('10.96.')

    def is_tcp(sock, address):
        return sock.family in families and sock.type == socket.SOCK_STREAM and isinstance(address, tuple) and len(address) >= 2

    def loopback(sock, port):
        if sock.family == socket.AF_INET:
            return ('127.0.0.1', port)
        sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        return ('::ffff:127.0.0.1', port, 0, 0)

    def bind(self, address):
        if not is_tcp(self, address) or not isinstance(address[0], str):
            return real_bind(self, address)
        host = address[0]
        own = is_loopback(host) or host in (pod_ip, os.environ.get('HOSTNAME'))
        if not own:
            return real_bind(self, address)
        real_bind(self, loopback(self, 0))
        actual = real_name(self)
        local = is_loopback(host) and host not in ('', '::', '0.0.0.0')
        asked[self.fileno()] = (actual[1], (host or '0.0.0.0', address[1] or actual[1]) + tuple(actual[2:]), local)

    def known(sock):
        entry = asked.get(sock.fileno())
        # A number of a file is given again; the port tells whether it is still the same socket.
        if entry is None or sock.family not in families or real_name(sock)[1] != entry[0]:
            return None
        return entry

    def listen(self, *args):
        real_listen(self, *args)
        entry = known(self)
        if entry is None:
            return
        host_port, shown, local = entry
        answer = ask('LISTEN', port=shown[1], hostPort=host_port, pid=os.getpid(), local=local)
        if answer and answer.get('taken'):
            raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))

    def getsockname(self):
        entry = known(self) if self.fileno() in asked else None
        return real_name(self) if entry is None else entry[1]

    def refused(code):
        number = getattr(errno, code, errno.ECONNREFUSED)
        return OSError(number, os.strerror(number))

    # Where to connect to; an address as it is, when it is none of the cluster's.
    def way(sock, address):
        if not is_tcp(sock, address) or not isinstance(address[0], str):
            return address
        host, port = address[0], address[1]
        named = not host[:1].isdigit() and ':' not in host
        if not (is_loopback(host) or is_cluster(host) or named):
            return address
        answer = ask('ROUTE', host='127.0.0.1' if is_loopback(host) else host, port=port)
        kind = answer.get('kind') if answer else 'outside'
        if kind == 'host':
            return loopback(sock, answer['hostPort']) if answer['host'] == '127.0.0.1' else (answer['host'], answer['hostPort'])
        if kind == 'refused':
            raise refused(answer['code'])
        if kind == 'missing':
            raise socket.gaierror(socket.EAI_NONAME, 'Name or service not known')
        return (answer['name'],) + tuple(address[1:]) if kind == 'alias' else address

    def connect(self, address):
        return real_connect(self, way(self, address))

    def connect_ex(self, address):
        try:
            target = way(self, address)
        except OSError as error:
            return error.errno
        return real_connect_ex(self, target)

    def look_up(host):
        if not isinstance(host, str) or is_loopback(host) or ':' in host or host.replace('.', '').isdigit():
            return None
        answer = ask('LOOKUP', name=host)
        kind = answer.get('kind') if answer else 'outside'
        if kind == 'missing':
            raise socket.gaierror(socket.EAI_NONAME, 'Name or service not known')
        if kind == 'alias':
            return [answer['name']]
        return answer['addresses'] if kind == 'addresses' else None

    def getaddrinfo(host, port, family=0, type=0, proto=0, flags=0):
        found = look_up(host)
        if found is None:
            return real_info(host, port, family, type, proto, flags)
        return [info for name in found for info in real_info(name, port, family, type, proto, flags)]

    def gethostbyname(host):
        found = look_up(host)
        return real_by_name(host if found is None else found[0])

    real.bind, real.listen, real.getsockname = bind, listen, getsockname
    real.connect, real.connect_ex = connect, connect_ex
    socket.getaddrinfo, socket.gethostbyname = getaddrinfo, gethostbyname
    socket.gethostname = lambda: os.environ.get('HOSTNAME') or 'localhost'


def _next():
    from importlib import machinery, util
    here = os.path.dirname(os.path.abspath(__file__))
    others = [place for place in sys.path if os.path.abspath(place or '.') != here]
    spec = machinery.PathFinder.find_spec('sitecustomize', others)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(util.module_from_spec(spec))


if sys.version_info[0] >= 3:
    if os.environ.get('SLIPWAY_GATEWAY') and os.environ.get('SLIPWAY_POD_IP'):
        _install(os.environ['SLIPWAY_GATEWAY'], os.environ.get('SLIPWAY_RUN', ''), os.environ['SLIPWAY_POD_IP'])
    _next()
`
