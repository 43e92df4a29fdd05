import Glibc
import LinuxSystem

/// Calls with an IPv4 socket address.
private func withAddress(
    _ bytes: [UInt8], _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = bytes.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
}

/// A UDP socket whose datagrams begin with a number.
final class UDPSocket {
    private let descriptor: OwnedFileDescriptor

    init(in namespace: NetworkNamespace, port: UInt16) throws {
        descriptor = try namespace.run { () throws(SystemError) -> OwnedFileDescriptor in
            let number = socket(AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard number >= 0 else { throw .last("socket") }
            let descriptor = OwnedFileDescriptor(adopting: number)
            var size: Int32 = 4 << 20
            setsockopt(number, SOL_SOCKET, SO_RCVBUFFORCE, &size, 4)
            guard withAddress([0, 0, 0, 0], port, { bind(number, $0, $1) }) == 0 else {
                throw .last("bind")
            }
            return descriptor
        }
    }

    /// Fixes where `send` sends to.
    func connect(to host: UInt8, port: UInt16) throws {
        guard withAddress([10, 0, 0, host], port, { Glibc.connect(descriptor.number, $0, $1) }) == 0
        else {
            throw SystemError.last("connect")
        }
    }

    /// Sends one datagram: the number, the time, and zeros.
    func send(_ number: Int, bytes: Int = 18) throws {
        var payload = [UInt8](repeating: 0, count: max(bytes, 16))
        payload.withUnsafeMutableBytes {
            $0.storeBytes(of: Int64(number), as: Int64.self)
            $0.storeBytes(of: MonotonicClock.now(), toByteOffset: 8, as: UInt64.self)
        }
        guard Glibc.send(descriptor.number, payload, payload.count, 0) == payload.count else {
            throw SystemError.last("send")
        }
    }

    /// Sends one datagram for each number with a single call, as a super-packet.
    ///
    /// Kernel: `UDP_SEGMENT`, since 4.18.
    func sendSegmented(_ numbers: [Int], segmentBytes: Int) throws {
        var size = Int32(segmentBytes)
        guard setsockopt(descriptor.number, Int32(IPPROTO_UDP), 103, &size, 4) == 0 else {
            throw SystemError.last("setsockopt UDP_SEGMENT")
        }
        var payload = [UInt8](repeating: 0, count: segmentBytes * numbers.count)
        payload.withUnsafeMutableBytes {
            for (index, number) in numbers.enumerated() {
                $0.storeBytes(of: Int64(number), toByteOffset: index * segmentBytes, as: Int64.self)
                $0.storeBytes(
                    of: MonotonicClock.now(), toByteOffset: index * segmentBytes + 8, as: UInt64.self)
            }
        }
        guard Glibc.send(descriptor.number, payload, payload.count, 0) == payload.count else {
            throw SystemError.last("send")
        }
    }

    /// Receives until a datagram bears the last number and `count` have come, or until nothing comes for
    /// two seconds.
    ///
    /// - Returns: number and time on the way, in order of arrival.
    func receive(_ count: Int) throws -> [(number: Int, nanoseconds: UInt64)] {
        var result: [(Int, UInt64)] = []
        var buffer = [UInt8](repeating: 0, count: 2048)
        while result.count < count {
            var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
            guard poll(&entry, 1, 2000) > 0 else { break }
            let length = recv(descriptor.number, &buffer, buffer.count, 0)
            guard length >= 16 else { throw SystemError.last("recv") }
            let now = MonotonicClock.now()
            buffer.withUnsafeBytes {
                let sent = $0.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
                result.append((Int($0.loadUnaligned(as: Int64.self)), now &- sent))
            }
        }
        return result
    }
}

/// A TCP socket; its transfers never block.
final class TCPSocket {
    private let descriptor: OwnedFileDescriptor

    init(in namespace: NetworkNamespace) throws {
        descriptor = try namespace.run { () throws(SystemError) -> OwnedFileDescriptor in
            let number = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard number >= 0 else { throw .last("socket") }
            return OwnedFileDescriptor(adopting: number)
        }
    }

    private init(adopting number: Int32) { descriptor = OwnedFileDescriptor(adopting: number) }

    func listen(port: UInt16) throws {
        guard withAddress([0, 0, 0, 0], port, { bind(descriptor.number, $0, $1) }) == 0,
            Glibc.listen(descriptor.number, 4) == 0
        else { throw SystemError.last("listen") }
    }

    func connect(to host: UInt8, port: UInt16) throws {
        guard withAddress([10, 0, 0, host], port, { Glibc.connect(descriptor.number, $0, $1) }) == 0 else {
            throw SystemError.last("connect")
        }
    }

    func accept() throws -> TCPSocket {
        let number = Glibc.accept(descriptor.number, nil, nil)
        guard number >= 0 else { throw SystemError.last("accept") }
        return TCPSocket(adopting: number)
    }

    /// - Returns: how many bytes the socket took.
    func sendSome(_ bytes: ArraySlice<UInt8>) throws -> Int {
        guard !bytes.isEmpty else { return 0 }
        let flags = Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)
        let count = bytes.withUnsafeBytes { send(descriptor.number, $0.baseAddress, $0.count, flags) }
        if count >= 0 { return count }
        guard errno == EAGAIN else { throw SystemError.last("send") }
        return 0
    }

    /// What has come, waiting for it at most so long.
    func receiveSome(milliseconds: Int32) throws -> [UInt8] {
        var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
        guard poll(&entry, 1, milliseconds) > 0 else { return [] }
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        let count = recv(descriptor.number, &buffer, buffer.count, 0)
        guard count >= 0 else { throw SystemError.last("recv") }
        return Array(buffer[..<count])
    }
}
