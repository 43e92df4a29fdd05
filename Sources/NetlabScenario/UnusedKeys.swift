/// Keys of `client` and `server` that mean nothing to a kind of flow.
enum UnusedKeys {
    /// Options of TCP sockets, and what only a connection can be told.
    private static let tcp: Set<String> = [
        "close", "no-delay", "quick-ack", "cork", "keep-idle", "keep-interval", "keep-count", "user-timeout",
        "maximum-segment", "congestion-control", "fast-open", "timestamp", "syn-timestamp",
    ]
    private static let tcpServer: Set<String> = [
        "backlog", "accept", "closes-first", "defer-accept", "write-size",
    ]
    private static let udp: Set<String> = ["no-checksum", "connects"]
    private static let ip: Set<String> = [
        "read", "receive-buffer", "send-buffer", "reuse-address", "reuse-port", "bind-address", "bind-ports",
        "path-mtu-discovery", "ttl", "tos", "receives-errors",
    ]
    private static let answers: Set<String> = ["answer-delay", "mute"]

    static func client(of kind: String) -> Set<String> {
        switch kind {
        case "tcp-request", "tcp-connect", "tcp-stream": udp
        case "udp-stream", "udp-request": tcp
        case "ping": tcp.union(udp).union(["read", "bind-ports"])
        default: tcp.union(udp).union(ip)
        }
    }

    /// `node` says where the server is, and means something to all kinds.
    static func server(of kind: String) -> Set<String> {
        switch kind {
        case "tcp-request", "tcp-connect": udp
        case "tcp-stream": udp.union(["answer-delay"])
        case "udp-request": tcp.union(tcpServer).union(["connects"])
        case "udp-stream": tcp.union(tcpServer).union(answers).union(["connects"])
        default: tcp.union(tcpServer).union(udp).union(ip).union(answers)
        }
    }
}
