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
        let family = isIPv6 ? AF_INET6 : AF_INET
        let (type, number): (Int32, Int32) =
            switch kind {
            case .stream: (Int32(SOCK_STREAM.rawValue), 0)
            case .datagram: (Int32(SOCK_DGRAM.rawValue), 0)
            case .echo: (Int32(SOCK_RAW.rawValue), Int32(isIPv6 ? IPPROTO_ICMPV6 : IPPROTO_ICMP))
            }
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let made = try namespace.run { () throws(SystemError) -> Int32 in
            let descriptor = socket(family, type | flags, number)
            guard descriptor >= 0 else { throw .last("socket") }
            return descriptor
        }
        let descriptor = LowDescriptors.spare(made)
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
        return descriptor
    }

    /// A TCP client's socket: with what has to be set before connect(2) besides.
    ///
    /// - Throws: `SystemError` of socket, setsockopt or bind.
    static func makeClient(
        in namespace: NetworkNamespace, isIPv6: Bool, behaviour: SocketBehaviour, port: Int? = nil
    ) throws(SystemError) -> Int32 {
        let descriptor = try make(
            .stream, in: namespace, isIPv6: isIPv6, behaviour: behaviour, port: port)
        do throws(SystemError) {
            let tcp = CInt(IPPROTO_TCP)
            if behaviour.fastOpen == true {
                try SocketOptions.set(
                    descriptor, tcp, SocketOptions.fastOpenConnect, true, "TCP_FASTOPEN_CONNECT")
            }
            if let timestamp = behaviour.timestamp {
                try TimestampClock.prepare(descriptor, timestamp)
            }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }
}
