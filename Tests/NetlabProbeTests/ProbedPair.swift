import Glibc
import LinuxSystem
import NetlabModel
import NetlabProbe
import Netlink

/// Two fresh namespaces joined by veth pairs `eth0`, `eth1`, … with 10.0.N.1 in the client and 10.0.N.2 in the
/// server, and a probe that reads both. IPv6 is off, so that nothing moves by itself.
struct ProbedPair {
    let client: RouteSocket
    let server: RouteSocket
    let probe: LabProbe

    init(links: Int = 1) throws {
        client = try RouteSocket(in: NetworkNamespace.create())
        server = try RouteSocket(in: NetworkNamespace.create())
        for routes in [client, server] {
            try Self.set("net/ipv6/conf/default/disable_ipv6", in: routes.namespace)
            // An orphan keeps its namespace alive until it gives up.
            try Self.set("net/ipv4/tcp_orphan_retries", in: routes.namespace)
            try routes.setLink("lo", LinkChange(isUp: true))
        }
        let names = (0..<links).map { "eth\($0)" }
        for (index, name) in names.enumerated() {
            try client.createVethPair(
                name: name, isUp: true, peerName: name, peerNamespace: server.namespace)
            try server.setLink(name, LinkChange(isUp: true))
            try client.addAddress([10, 0, UInt8(index), 1], prefixLength: 24, to: name)
            try server.addAddress([10, 0, UInt8(index), 2], prefixLength: 24, to: name)
        }
        try client.waitUntilUsable(links: names)
        try server.waitUntilUsable(links: names)
        probe = try LabProbe(subjects: [
            .init(node: "client", namespace: client.namespace, interfaces: names),
            .init(node: "server", namespace: server.namespace, interfaces: names),
        ])
    }

    private static func set(_ name: String, in namespace: NetworkNamespace) throws(SystemError) {
        try namespace.run { () throws(SystemError) in
            let setting = try OwnedFileDescriptor(opening: "/proc/sys/\(name)", flags: O_WRONLY)
            guard write(setting.number, "1", 1) == 1 else { throw SystemError.last("write", on: name) }
        }
    }

    /// What a closure makes move: counter IDs by subject with their differences, host-wide ones left out.
    func movement(of body: () throws -> Void) rethrows -> [String: [String: Int64]] {
        let before = probe.snapshot(at: 0)
        try body()
        return Self.difference(from: before, to: probe.snapshot(at: 1))
    }

    static func difference(from before: Snapshot, to after: Snapshot) -> [String: [String: Int64]] {
        var moved: [String: [String: Int64]] = [:]
        for (subject, values) in after.readings {
            for (key, value) in values where CounterID(key)?.isHostWide == false {
                let delta = value - (before.readings[subject]?[key] ?? 0)
                if delta != 0 { moved[subject, default: [:]][key] = delta }
            }
        }
        return moved
    }
}

/// An IPv4 socket made inside a namespace.
struct TestSocket {
    let descriptor: OwnedFileDescriptor

    init(_ type: __socket_type, in namespace: NetworkNamespace) throws(SystemError) {
        let number = namespace.run { socket(AF_INET, Int32((type.rawValue | SOCK_CLOEXEC.rawValue)), 0) }
        guard number >= 0 else { throw .last("socket") }
        descriptor = OwnedFileDescriptor(adopting: number)
    }

    func bind(_ address: [UInt8], port: UInt16) throws(SystemError) {
        let result = Self.withAddress(address, port) { Glibc.bind(descriptor.number, $0, $1) }
        guard result == 0 else { throw .last("bind") }
    }

    func listen(_ backlog: Int32) throws(SystemError) {
        guard Glibc.listen(descriptor.number, backlog) == 0 else { throw .last("listen") }
    }

    func connect(_ address: [UInt8], port: UInt16) throws(SystemError) {
        let result = Self.withAddress(address, port) { Glibc.connect(descriptor.number, $0, $1) }
        guard result == 0 else { throw .last("connect") }
    }

    /// Takes the next connection and closes it.
    func acceptAndClose() throws(SystemError) {
        let number = accept(descriptor.number, nil, nil)
        guard number >= 0 else { throw .last("accept") }
        close(number)
    }

    func setOption(_ level: Int32, _ name: Int32, _ value: Int32) throws(SystemError) {
        var value = value
        guard setsockopt(descriptor.number, level, name, &value, 4) == 0 else { throw .last("setsockopt") }
    }

    func send(_ count: Int, to address: [UInt8], port: UInt16) throws(SystemError) {
        let bytes = [UInt8](repeating: 0x78, count: count)
        let sent = Self.withAddress(address, port) { sendto(descriptor.number, bytes, count, 0, $0, $1) }
        guard sent == count else { throw .last("sendto") }
    }

    private static func withAddress<Result>(
        _ address: [UInt8], _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = port.bigEndian
        withUnsafeMutableBytes(of: &target.sin_addr) { $0.copyBytes(from: address) }
        return withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
