import CMnl
import Glibc
import KernelTestSupport
import LinuxSystem
import Testing

@testable import Netlink

/// A socket made inside a namespace, bound to a loopback port of the kernel's choice.
private struct LoopbackSocket {
    let descriptor: OwnedFileDescriptor
    let address: sockaddr_in

    init(_ type: Int32, in namespace: NetworkNamespace, backlog: Int32? = nil) throws(SystemError) {
        let number = namespace.run { socket(AF_INET, type | Int32(SOCK_CLOEXEC.rawValue), 0) }
        guard number >= 0 else { throw .last("socket") }
        descriptor = OwnedFileDescriptor(adopting: number)
        var own = sockaddr_in()
        own.sin_family = sa_family_t(AF_INET)
        own.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &own) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(number, $0, length) == 0 && getsockname(number, $0, &length) == 0
            }
        }
        guard bound else { throw .last("bind") }
        if let backlog { guard listen(number, backlog) == 0 else { throw .last("listen") } }
        address = own
    }

    var port: UInt16 { UInt16(bigEndian: address.sin_port) }

    func connect(to other: LoopbackSocket) throws(SystemError) {
        var target = other.address
        let result = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw .last("connect") }
    }
}

@Suite(.needsRoot) struct SocketDiagnosticsKernelTests {
    private let namespace: NetworkNamespace
    private let diagnostics: SocketDiagnostics

    init() throws {
        namespace = try NetworkNamespace.create()
        let links = try RouteSocket(in: namespace)
        try links.setLink("lo", LinkChange(isUp: true))
        diagnostics = try SocketDiagnostics(in: namespace)
    }

    @Test func listeningSocketShowsItsAcceptQueue() throws {
        let listener = try LoopbackSocket(Int32(SOCK_STREAM.rawValue), in: namespace, backlog: 3)
        var clients: [LoopbackSocket] = []
        for _ in 0..<4 {
            let client = try LoopbackSocket(Int32(SOCK_STREAM.rawValue), in: namespace)
            try client.connect(to: listener)
            clients.append(client)
        }
        let listeners = try diagnostics.sockets(.tcp, .ipv4, states: [.listen])
        #expect(listeners.count == 1)
        let info = try #require(listeners.first)
        #expect(info.acceptQueueLength == 4)
        #expect(info.acceptQueueLimit == 3)
        #expect(info.localPort == listener.port)
        #expect(info.localAddress == [127, 0, 0, 1])
        #expect(info.tcpInfo?.unacknowledged == 4)
        #expect(info.state.name == "LISTEN")
        #expect(try diagnostics.sockets(.tcp, .ipv4, states: [.established]).count == 8)
        #expect(try diagnostics.sockets(.tcp, .ipv4, localPort: clients[0].port).count == 1)
        #expect(try diagnostics.sockets(.tcp, .ipv6).isEmpty)
    }

    @Test func establishedConnectionCarriesTCPInfoMemoryAndQueues() throws {
        let listener = try LoopbackSocket(Int32(SOCK_STREAM.rawValue), in: namespace, backlog: 3)
        let client = try LoopbackSocket(Int32(SOCK_STREAM.rawValue), in: namespace)
        try client.connect(to: listener)
        #expect(send(client.descriptor.number, "hello", 5, 0) == 5)
        let server = try #require(
            try diagnostics.sockets(.tcp, .ipv4, localPort: listener.port, remotePort: client.port).first)
        #expect(server.state == .established)
        #expect(server.receiveQueue == 5)
        #expect(server.tcpInfo?["bytes_received"] == 5)
        #expect(server.inode == 0)
        let own = try #require(try diagnostics.sockets(.tcp, .ipv4, localPort: client.port).first)
        let info = try #require(own.tcpInfo)
        #expect(info["state"] == 1)
        #expect(info["segs_out"] ?? 0 >= 2)
        #expect(info["bytes_sent"] == 5)
        #expect(info["pmtu"] == 65535)
        #expect(info["rto"] ?? 0 >= 1000)
        #expect((own.memory?.sendBuffer ?? 0) > 1000)
        #expect(own.memory?.drops == 0)
        #expect(own.inode != 0)
        #expect(own.uid == getuid())
        #expect(own.congestionControl?.isEmpty == false)
        let again = try diagnostics.refresh(own)
        #expect(again.cookie == own.cookie)
        #expect(again.localPort == own.localPort)
    }

    @Test func fieldsOfTCPInfoAgreeWithGetsockopt() throws {
        let listener = try LoopbackSocket(Int32(SOCK_STREAM.rawValue), in: namespace, backlog: 3)
        let client = try LoopbackSocket(Int32(SOCK_STREAM.rawValue), in: namespace)
        try client.connect(to: listener)
        var native = tcp_info()
        var length = socklen_t(MemoryLayout<tcp_info>.size)
        try #require(
            getsockopt(client.descriptor.number, Int32(IPPROTO_TCP), TCP_INFO, &native, &length) == 0)
        let info = TCPInfo(bytes: withUnsafeBytes(of: native) { Array($0.prefix(Int(length))) })
        #expect(info["snd_mss"] == UInt64(native.tcpi_snd_mss))
        #expect(info["rtt"] == UInt64(native.tcpi_rtt))
        #expect(info["snd_cwnd"] == UInt64(native.tcpi_snd_cwnd))
        #expect(info["rcv_space"] == UInt64(native.tcpi_rcv_space))
        #expect(info["snd_wscale"] == UInt64(native.tcpi_snd_wscale))
        #expect(info["rcv_wscale"] == UInt64(native.tcpi_rcv_wscale))
        #expect(info["pacing_rate"] == nil || length > 104)
    }

    @Test func destroyedConnectionIsAbortedForItsOwner() throws {
        let listener = try LoopbackSocket(Int32(SOCK_STREAM.rawValue), in: namespace, backlog: 3)
        let client = try LoopbackSocket(Int32(SOCK_STREAM.rawValue), in: namespace)
        try client.connect(to: listener)
        let info = try #require(try diagnostics.sockets(.tcp, .ipv4, localPort: client.port).first)
        try diagnostics.destroy(info)
        var byte: UInt8 = 0
        #expect(recv(client.descriptor.number, &byte, 1, 0) == -1)
        #expect(errno == ECONNABORTED)
        #expect(try diagnostics.sockets(.tcp, .ipv4, states: [.established]).isEmpty)
        let error = #expect(throws: NetlinkError.self) { try diagnostics.destroy(info) }
        #expect(error?.errno == ENOENT)
    }

    @Test func udpSocketShowsQueuedDatagramsAndDrops() throws {
        let receiver = try LoopbackSocket(Int32(SOCK_DGRAM.rawValue), in: namespace)
        var smallest: Int32 = 1
        setsockopt(receiver.descriptor.number, SOL_SOCKET, SO_RCVBUF, &smallest, socklen_t(4))
        let sender = try LoopbackSocket(Int32(SOCK_DGRAM.rawValue), in: namespace)
        try sender.connect(to: receiver)
        let payload = [UInt8](repeating: 0, count: 500)
        for _ in 0..<20 { #expect(send(sender.descriptor.number, payload, payload.count, 0) == 500) }
        let info = try #require(try diagnostics.sockets(.udp, .ipv4, localPort: receiver.port).first)
        #expect(info.state == .close)
        let taken = (try #require(info.memory).receiveAllocated)
        #expect(taken > 0)
        #expect(info.receiveQueue == taken)
        let drops = try #require(info.memory?.drops)
        #expect(drops > 0 && drops < 20)
        #expect(try diagnostics.refresh(info).cookie == info.cookie)
        #expect(
            try diagnostics.sockets(.udp, .ipv4, states: [.established]).map(\.localPort) == [sender.port])
    }
}

@Suite struct TCPInfoTests {
    @Test func fieldsFollowOneAnotherWithoutGapOrOverlap() {
        var end = 0
        for field in TCPInfo.fields where field.shift == 0 {
            #expect(field.offset == end, "\(field.name)")
            end = field.offset + field.size
        }
        #expect(end == 276)
        #expect(Set(TCPInfo.fields.map(\.name)).count == TCPInfo.fields.count)
    }

    @Test func shorterStructuresLeaveLaterFieldsAbsentAndLongerOnesLeaveATail() {
        let old = TCPInfo(bytes: [UInt8](repeating: 1, count: 106))
        #expect(old["total_retrans"] == 0x0101_0101)
        #expect(old["pacing_rate"] == nil)
        #expect(old["snd_wscale"] == 1)
        #expect(old.unknownTail.isEmpty)
        #expect(TCPInfo(bytes: [])["state"] == nil)
        #expect(TCPInfo(bytes: [UInt8](repeating: 2, count: 290)).unknownTail.count == 14)
    }
}
