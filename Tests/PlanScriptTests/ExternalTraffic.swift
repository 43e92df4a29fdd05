import LinuxSystem
import NetlabModel

/// The flows of a phase, made by a program that has nothing to do with netlab: plain sockets of Python's.
enum ExternalTraffic {
    /// The flows as that program reads them.
    static func json(_ flows: [Flow]) -> String {
        var served: Set<String> = []
        let objects = flows.map { flow -> JSONValue in
            var members: [String: JSONValue] = [
                "name": .string(flow.name), "kind": .string(flow.kind.word), "from": .string(flow.from),
                "address": .string(flow.to.address.description), "port": .integer(flow.to.port),
                "timeout": .number("\(flow.timeout.inSeconds)"),
                "after": flow.after.map { .string($0) } ?? .null,
                "connects": .bool(flow.client.connects),
                "receivesErrors": .bool(flow.client.receivesErrors == true),
                "backlog": .integer(flow.server.backlog), "closesFirst": .bool(flow.server.closesFirst),
                "accept": .string(flow.server.accept == .never ? "never" : "at-once"),
                "read": .string(flow.server.socket.read == .never ? "never" : "at-once"),
                "bind": .string(flow.server.socket.bindAddress?.description ?? ""),
                "delay": .number("\(flow.server.answerDelay.inSeconds)"),
                "serverReceiveBuffer": .integer(flow.server.socket.receiveBuffer?.bytes ?? 0),
                "serverSendBuffer": .integer(flow.server.socket.sendBuffer?.bytes ?? 0),
                "clientReceiveBuffer": .integer(flow.client.receiveBuffer?.bytes ?? 0),
            ]
            // Two flows to one port have one server.
            let service = "\(flow.to.node ?? "") \(flow.to.port) \(flow.kind.word.hasPrefix("udp"))"
            let isServed = flow.to.node != nil && flow.server.isPresent && served.insert(service).inserted
            members["node"] = isServed ? flow.to.node.map { .string($0) } : .null
            for (name, value) in amounts(flow.kind) { members[name] = .number("\(value)") }
            return .object(members)
        }
        return JSONValue.array(objects).text
    }

    private static func amounts(_ kind: FlowKind) -> [String: Double] {
        switch kind {
        case .tcpRequest(let plan), .udpRequest(let plan):
            [
                "count": Double(plan.count), "concurrency": Double(plan.concurrency), "rate": 0,
                "request": Double(plan.request.bytes), "response": Double(plan.response.bytes),
            ]
        case .tcpConnect(let plan):
            [
                "count": Double(plan.count), "concurrency": Double(plan.concurrency), "rate": 0, "request": 1,
                "response": 0,
            ]
        case .udpStream(let plan):
            [
                "count": Double(plan.count), "concurrency": 1, "rate": plan.rate?.perSecond ?? 0,
                "request": Double(plan.size.bytes), "response": 0, "linger": plan.linger.inSeconds,
            ]
        case .tcpStream, .ping, .forge, .exec: [:]
        }
    }

    /// `measure.sh OUT PHASE...`: in each of those phases, what the tools tell before and after the traffic.
    static let measure = #"""
        # measure.sh OUT PHASE...: what the tools tell before and after the traffic of the phases named
        out=$1
        shift
        case " $* " in *" $PHASE "*) ;; *) exit 0 ;; esac
        look() {
            for path in /run/netns/"$LAB".*; do
                name=${path##*/"$LAB".}
                ip netns exec "${path##*/}" nstat -asz -j > "$out/$PHASE.$1.$name.nstat"
                ip -n "${path##*/}" -s -j link > "$out/$PHASE.$1.$name.link"
                tc -n "${path##*/}" -s -j qdisc > "$out/$PHASE.$1.$name.qdisc"
            done
        }
        export -f look
        export out PHASE
        look before
        python3 "$(dirname "$0")/traffic.py" "$out/$PHASE.json" > "$out/$PHASE.outcome"
        look after
        """#

    static let program = #"""
        # traffic.py FLOWS.json: the traffic of a phase, made with plain sockets in the namespaces $LAB.NODE.
        import ctypes, errno, json, os, signal, socket, struct, subprocess, sys, threading, time

        lab = os.environ["LAB"]
        libc = ctypes.CDLL(None, use_errno=True)


        def enter(node):
            number = os.open(f"/run/netns/{lab}.{node}", os.O_RDONLY)
            if libc.setns(number, 0x40000000) != 0:
                raise OSError(ctypes.get_errno(), "setns")
            os.close(number)


        def inside(node, work):
            """Runs a function in a process of its own in a node; returns the process and what its pipe says."""
            reader, writer = os.pipe()
            process = os.fork()
            if process == 0:
                status = 1
                try:
                    os.close(reader)
                    enter(node)
                    work(writer)
                    status = 0
                finally:
                    os._exit(status)
            os.close(writer)
            return process, reader


        def made(flow, kind):
            family = socket.AF_INET6 if ":" in flow["address"] else socket.AF_INET
            return socket.socket(family, kind)


        def exactly(connection, count):
            while count > 0:
                data = connection.recv(min(count, 65536))
                if not data:
                    return False
                count -= len(data)
            return True


        def answer(connection, flow):
            try:
                if exactly(connection, flow["request"]):
                    time.sleep(flow["delay"])
                    connection.sendall(b"a" * flow["response"])
                    if not flow["closesFirst"]:
                        while connection.recv(65536):
                            pass
            except OSError:
                pass
            connection.close()


        def serve_tcp(flow, writer):
            listener = made(flow, socket.SOCK_STREAM)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if flow["serverSendBuffer"]:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, flow["serverSendBuffer"])
            listener.bind((flow["bind"], flow["port"]))
            listener.listen(flow["backlog"])
            os.write(writer, b"r")
            if flow["accept"] == "never":
                signal.pause()
            held = []
            while True:
                connection, _ = listener.accept()
                held.append(connection)
                threading.Thread(target=answer, args=(connection, flow), daemon=True).start()


        def serve_udp(flow, writer):
            server = made(flow, socket.SOCK_DGRAM)
            if flow["serverReceiveBuffer"]:
                server.setsockopt(socket.SOL_SOCKET, 33, flow["serverReceiveBuffer"])  # SO_RCVBUFFORCE
            server.bind((flow["bind"], flow["port"]))
            os.write(writer, b"r")
            if flow["read"] == "never":
                signal.pause()
            while True:
                data, sender = server.recvfrom(65536)
                if flow["kind"] == "udp-request":
                    try:
                        server.sendto(b"a" * flow["response"], sender)
                    except OSError:
                        pass


        def give_up(connection):
            """What has failed is ended by a reset, so that nothing of it is sent into what comes next."""
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            connection.close()


        def attempt_tcp(flow, held):
            connection = made(flow, socket.SOCK_STREAM)
            connection.settimeout(flow["timeout"])
            if flow["clientReceiveBuffer"]:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, flow["clientReceiveBuffer"])
            try:
                connection.connect((flow["address"], flow["port"]))
                if flow["kind"] == "tcp-connect":
                    held.append(connection)
                    return "connected"
                deadline = time.monotonic() + flow["timeout"]
                connection.sendall(b"q" * flow["request"])
                done = exactly(connection, flow["response"])
                connection.close()
                return "succeeded" if done else "short"
            except socket.timeout:
                give_up(connection)
                return "timed_out"
            except OSError as error:
                give_up(connection)
                return errno.errorcode.get(error.errno, "error")


        def attempt_udp(flow, held):
            with made(flow, socket.SOCK_DGRAM) as client:
                client.settimeout(flow["timeout"])
                if flow["receivesErrors"]:
                    client.setsockopt(socket.IPPROTO_IP, 11, 1)  # IP_RECVERR
                try:
                    if flow["connects"]:
                        client.connect((flow["address"], flow["port"]))
                        client.send(b"q" * flow["request"])
                    else:
                        client.sendto(b"q" * flow["request"], (flow["address"], flow["port"]))
                    client.recv(65536)
                    return "succeeded"
                except socket.timeout:
                    return "timed_out"
                except OSError as error:
                    return errno.errorcode.get(error.errno, "error")


        def stream_udp(flow):
            with made(flow, socket.SOCK_DGRAM) as sender:
                sender.connect((flow["address"], flow["port"]))
                start = time.monotonic()
                for number in range(flow["count"]):
                    if flow["rate"]:
                        time.sleep(max(0, start + number / flow["rate"] - time.monotonic()))
                    try:
                        sender.send(b"d" * flow["request"])
                    except OSError:
                        pass
                time.sleep(flow["linger"])


        def run(flow, writer):
            outcomes, held = {}, []
            if flow["kind"] == "udp-stream":
                stream_udp(flow)
            else:
                attempt = attempt_udp if flow["kind"] == "udp-request" else attempt_tcp
                left = list(range(flow["count"]))
                lock = threading.Lock()

                def work():
                    while True:
                        with lock:
                            if not left:
                                return
                            left.pop()
                        outcome = attempt(flow, held)
                        with lock:
                            outcomes[outcome] = outcomes.get(outcome, 0) + 1

                threads = [threading.Thread(target=work) for _ in range(flow["concurrency"])]
                for thread in threads:
                    thread.start()
                for thread in threads:
                    thread.join()
            os.write(writer, json.dumps(outcomes).encode())
            # What is held stays until the queues have been read.
            signal.sigwait({signal.SIGUSR1})


        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1})
        flows = json.load(open(sys.argv[1]))
        for flow in flows:
            for name in ["count", "concurrency", "request", "response"]:
                flow[name] = int(flow[name])
        servers = []
        for flow in flows:
            if flow["node"]:
                serve = serve_udp if flow["kind"].startswith("udp") else serve_tcp
                process, reader = inside(flow["node"], lambda writer: serve(flow, writer))
                assert os.read(reader, 1) == b"r", f"the server of {flow['name']} does not start"
                servers.append(process)
        clients, outcomes = [], {}
        waiting = list(flows)
        while waiting:
            begun = [flow for flow in waiting if flow["after"] not in [other["name"] for other in waiting]]
            waiting = [flow for flow in waiting if flow not in begun]
            here = [(flow, *inside(flow["from"], lambda writer: run(flow, writer))) for flow in begun]
            for flow, process, reader in here:
                outcomes[flow["name"]] = json.loads(os.read(reader, 65536) or b"{}")
                clients.append(process)


        def listening(node):
            return subprocess.run(
                ["ip", "netns", "exec", f"{lab}.{node}", "ss", "-ltnH"], capture_output=True, text=True).stdout


        def is_idle(flow):
            """Whether who came to a server that accepts at once has been accepted."""
            lines = [line.split() for line in listening(flow["node"]).splitlines()]
            return all(line[1] == "0" for line in lines if line[3].endswith(f":{flow['port']}"))


        for flow in flows:
            while flow["node"] and flow["accept"] == "at-once" and not is_idle(flow):
                time.sleep(0.01)
        queues = {node: listening(node) for node in {flow["node"] for flow in flows if flow["node"]}}
        subprocess.run(["bash", "-c", "look held"], check=True)
        for process in clients:
            os.kill(process, signal.SIGUSR1)
        for process in clients:
            os.waitpid(process, 0)
        for process in servers:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
        # What was closed has said so by now; a delayed acknowledgement takes 40 ms.
        time.sleep(0.1)
        print(json.dumps({"outcomes": outcomes, "queues": queues}))
        """#
}
