import Glibc
import LinuxSystem
import NetlabModel

/// Puts a `SocketBehaviour` onto a socket.
enum SocketOptions {
    /// Sets what has to be set before bind, connect or listen.
    ///
    /// - Throws: `SystemError` naming the option.
    static func apply(_ behaviour: SocketBehaviour, to descriptor: Int32, kind: NewSocket.Kind, isIPv6: Bool)
        throws(SystemError)
    {
        if let on = behaviour.reuseAddress {
            try set(descriptor, SOL_SOCKET, SO_REUSEADDR, on, "SO_REUSEADDR")
        }
        if let on = behaviour.reusePort { try set(descriptor, SOL_SOCKET, SO_REUSEPORT, on, "SO_REUSEPORT") }
        try setBuffer(
            behaviour.receiveBuffer, descriptor, SO_RCVBUF, force: SO_RCVBUFFORCE, name: "SO_RCVBUF")
        try setBuffer(behaviour.sendBuffer, descriptor, SO_SNDBUF, force: SO_SNDBUFFORCE, name: "SO_SNDBUF")
        try applyIP(behaviour, to: descriptor, isIPv6: isIPv6)
        switch kind {
        case .stream: try applyTCP(behaviour, to: descriptor)
        case .datagram:
            if let on = behaviour.noChecksum {
                try set(descriptor, SOL_SOCKET, SO_NO_CHECK, on, "SO_NO_CHECK")
            }
        case .echo: break
        }
    }

    private static func applyIP(_ behaviour: SocketBehaviour, to descriptor: Int32, isIPv6: Bool)
        throws(SystemError)
    {
        let level = isIPv6 ? CInt(IPPROTO_IPV6) : CInt(IPPROTO_IP)
        if let word = behaviour.pathMTUDiscovery {
            guard let mode = pathMTUModes[word] else {
                throw SystemError("setsockopt", errno: EINVAL, on: "IP_MTU_DISCOVER \(word)")
            }
            let option = isIPv6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER
            try set(descriptor, level, option, mode, "IP_MTU_DISCOVER")
        }
        if let ttl = behaviour.ttl {
            try set(descriptor, level, isIPv6 ? IPV6_UNICAST_HOPS : IP_TTL, CInt(clamping: ttl), "IP_TTL")
        }
        if let tos = behaviour.tos {
            try set(descriptor, level, isIPv6 ? IPV6_TCLASS : IP_TOS, CInt(clamping: tos), "IP_TOS")
        }
        if behaviour.receivesErrors == true {
            try set(descriptor, level, isIPv6 ? IPV6_RECVERR : IP_RECVERR, true, "IP_RECVERR")
        }
    }

    private static func applyTCP(_ behaviour: SocketBehaviour, to descriptor: Int32) throws(SystemError) {
        let tcp = CInt(IPPROTO_TCP)
        if let on = behaviour.noDelay { try set(descriptor, tcp, TCP_NODELAY, on, "TCP_NODELAY") }
        if let on = behaviour.quickACK { try set(descriptor, tcp, TCP_QUICKACK, on, "TCP_QUICKACK") }
        if let on = behaviour.cork { try set(descriptor, tcp, TCP_CORK, on, "TCP_CORK") }
        if behaviour.keepIdle != nil || behaviour.keepInterval != nil || behaviour.keepCount != nil {
            try set(descriptor, SOL_SOCKET, SO_KEEPALIVE, true, "SO_KEEPALIVE")
        }
        if let time = behaviour.keepIdle {
            try set(descriptor, tcp, TCP_KEEPIDLE, seconds(time), "TCP_KEEPIDLE")
        }
        if let time = behaviour.keepInterval {
            try set(descriptor, tcp, TCP_KEEPINTVL, seconds(time), "TCP_KEEPINTVL")
        }
        if let count = behaviour.keepCount {
            try set(descriptor, tcp, TCP_KEEPCNT, CInt(clamping: count), "TCP_KEEPCNT")
        }
        if let time = behaviour.userTimeout {
            let milliseconds = CInt(clamping: time.nanoseconds / 1_000_000)
            try set(descriptor, tcp, TCP_USER_TIMEOUT, milliseconds, "TCP_USER_TIMEOUT")
        }
        if let size = behaviour.maximumSegment {
            try set(descriptor, tcp, TCP_MAXSEG, CInt(clamping: size), "TCP_MAXSEG")
        }
        if let name = behaviour.congestionControl {
            let result = name.withCString {
                setsockopt(descriptor, tcp, TCP_CONGESTION, $0, socklen_t(strlen($0)))
            }
            guard result == 0 else { throw .last("setsockopt", on: "TCP_CONGESTION \(name)") }
        }
    }

    /// The kernel cuts SO_RCVBUF to net.core.rmem_max, so the FORCE form (CAP_NET_ADMIN) is tried first.
    private static func setBuffer(
        _ size: ByteCount?, _ descriptor: Int32, _ option: CInt, force: CInt, name: String
    ) throws(SystemError) {
        guard let size else { return }
        let value = CInt(clamping: size.bytes)
        do {
            try set(descriptor, SOL_SOCKET, force, value, name + "FORCE")
        } catch {
            guard error.errno == EPERM else { throw error }
            try set(descriptor, SOL_SOCKET, option, value, name)
        }
    }

    /// Closing this socket sends RST and leaves nothing behind that could still retransmit.
    ///
    /// Kernel: SO_LINGER with time 0; counted as TcpExt.TCPAbortOnData and Tcp.OutRsts on a live connection,
    /// nothing at all is sent from SYN_SENT.
    static func abortOnClose(_ descriptor: Int32) {
        var value = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &value, socklen_t(MemoryLayout<linger>.size))
    }

    static func set(_ descriptor: Int32, _ level: CInt, _ option: CInt, _ on: Bool, _ name: String)
        throws(SystemError)
    {
        try set(descriptor, level, option, CInt(on ? 1 : 0), name)
    }

    static func set(_ descriptor: Int32, _ level: CInt, _ option: CInt, _ value: CInt, _ name: String)
        throws(SystemError)
    {
        var value = value
        guard setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size)) == 0 else {
            throw .last("setsockopt", on: name)
        }
    }

    static func integer(_ descriptor: Int32, _ level: CInt, _ option: CInt) -> CInt? {
        var value: CInt = 0
        var length = socklen_t(MemoryLayout<CInt>.size)
        return getsockopt(descriptor, level, option, &value, &length) == 0 ? value : nil
    }

    /// Takes the pending error of a socket, 0 if there is none.
    static func takeError(_ descriptor: Int32) -> Int32 {
        integer(descriptor, SOL_SOCKET, SO_ERROR) ?? errno
    }

    /// IPV6_DONTFRAG, `linux/in6.h`.
    static let ipv6DontFragment: CInt = 62

    /// TCP_FASTOPEN_CONNECT, `linux/tcp.h`: connect(2) waits for the first write, which then rides on the SYN.
    static let fastOpenConnect: CInt = 30

    /// Whole seconds as TCP_KEEPIDLE takes them, rounded up, at least 1.
    private static func seconds(_ time: Duration) -> CInt {
        CInt(clamping: max(1, (time.nanoseconds + 999_999_999) / 1_000_000_000))
    }

    /// IP_PMTUDISC_*, `linux/in.h`; IPV6_PMTUDISC_* are the same.
    private static let pathMTUModes: [String: CInt] = [
        "dont": 0, "want": 1, "do": 2, "probe": 3, "interface": 4, "omit": 5,
    ]
}
