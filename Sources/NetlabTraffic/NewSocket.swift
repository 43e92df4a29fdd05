import CNetlab
import Glibc
import LinuxSystem
import NetlabModel

/// Makes sockets inside a namespace; they are used from home afterwards.
enum NewSocket {
    enum Kind {
        case stream, datagram
        /// ICMP or ICMPv6, raw.
        case echo
    }

    /// Non-blocking sockets without any option set, made in one visit to the namespace.
    ///
    /// - Returns: at least one; fewer than `count` if the limit of descriptors does not allow more.
    /// - Throws: `SystemError` of socket, for the first.
    static func makeBare(
        _ kind: Kind, in namespace: NetworkNamespace, isIPv6: Bool, count: Int
    ) throws(SystemError) -> [Int32] {
        let family = isIPv6 ? AF_INET6 : AF_INET
        let (type, number): (Int32, Int32) =
            switch kind {
            case .stream: (Int32(SOCK_STREAM.rawValue), 0)
            case .datagram: (Int32(SOCK_DGRAM.rawValue), 0)
            case .echo: (Int32(SOCK_RAW.rawValue), Int32(isIPv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP))
            }
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let made = try namespace.run { () throws(SystemError) -> [Int32] in
            var made: [Int32] = []
            made.reserveCapacity(count)
            for _ in 0..<max(1, count) {
                let descriptor = socket(family, type | flags, number)
                if descriptor < 0 {
                    guard made.isEmpty else { break }
                    throw .last("socket")
                }
                made.append(descriptor)
            }
            return made
        }
        return made.map { LowDescriptors.spare($0) }
    }

    /// A non-blocking socket with its behaviour set, bound if the behaviour or `address` asks for it.
    ///
    /// - Parameters:
    ///   - port: what to bind to; nil together with a nil `bindAddress` leaves the choice to the kernel.
    ///   - reusesAddress: the value of SO_REUSEADDR where the behaviour does not say.
    /// - Throws: `SystemError` of socket, setsockopt or bind.
    static func make(
        _ kind: Kind, in namespace: NetworkNamespace, isIPv6: Bool, behaviour: SocketBehaviour,
        port: Int? = nil, reusesAddress: Bool = false
    ) throws(SystemError) -> Int32 {
        let descriptor = try makeBare(kind, in: namespace, isIPv6: isIPv6, count: 1)[0]
        try prepare(
            descriptor, kind, isIPv6: isIPv6, behaviour: behaviour, port: port, reusesAddress: reusesAddress)
        return descriptor
    }

    /// Sets the behaviour of a bare socket and binds it; closes it if that fails.
    private static func prepare(
        _ descriptor: Int32, _ kind: Kind, isIPv6: Bool, behaviour: SocketBehaviour, port: Int?,
        reusesAddress: Bool
    ) throws(SystemError) {
        do throws(SystemError) {
            if isIPv6, kind != .echo {
                // Both families of one port can then be served side by side.
                try SocketOptions.set(
                    descriptor, CInt(IPPROTO_IPV6), IPV6_V6ONLY, true, "IPV6_V6ONLY")
            }
            if kind != .stream {
                // Without it the kernel refuses the broadcast address of a subnet with EACCES.
                try SocketOptions.set(descriptor, SOL_SOCKET, SO_BROADCAST, true, "SO_BROADCAST")
            }
            if reusesAddress, behaviour.reuseAddress == nil {
                try SocketOptions.set(descriptor, SOL_SOCKET, SO_REUSEADDR, true, "SO_REUSEADDR")
            }
            try SocketOptions.apply(behaviour, to: descriptor, kind: kind, isIPv6: isIPv6)
            if port != nil || behaviour.bindAddress != nil {
                let address = SocketAddress(behaviour.bindAddress, isIPv6: isIPv6, port: port ?? 0)
                guard address.withPointer({ bind(descriptor, $0, $1) }) == 0 else {
                    let place = behaviour.bindAddress.map { "\($0) port " } ?? "port "
                    throw .last("bind", on: place + "\(port ?? 0)")
                }
            }
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// A TCP client's socket: with what has to be set before connect(2) besides.
    ///
    /// - Parameter bare: one of `makeBare`, which is closed if anything fails; nil: it is made here.
    /// - Throws: `SystemError` of socket, setsockopt or bind.
    static func makeClient(
        in namespace: NetworkNamespace, isIPv6: Bool, behaviour: SocketBehaviour, port: Int? = nil,
        from bare: Int32? = nil
    ) throws(SystemError) -> Int32 {
        let descriptor: Int32
        if let bare {
            descriptor = bare
        } else {
            descriptor = try makeBare(.stream, in: namespace, isIPv6: isIPv6, count: 1)[0]
        }
        try prepare(
            descriptor, .stream, isIPv6: isIPv6, behaviour: behaviour, port: port, reusesAddress: false)
        do throws(SystemError) {
            let tcp = CInt(IPPROTO_TCP)
            if behaviour.fastOpen == true {
                try SocketOptions.set(
                    descriptor, tcp, SocketOptions.fastOpenConnect, true, "TCP_FASTOPEN_CONNECT")
            }
            if let timestamp = behaviour.synTimestamp ?? behaviour.timestamp {
                try TimestampClock.prepare(descriptor, timestamp)
            }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }
}
