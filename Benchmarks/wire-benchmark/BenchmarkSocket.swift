import Glibc
import LinuxSystem

/// A socket in a namespace, with the few calls that the floods need.
final class BenchmarkSocket: Sendable {
    private let descriptor: OwnedFileDescriptor

    init(in namespace: NetworkNamespace, stream: Bool) throws {
        descriptor = try namespace.run { () throws(SystemError) -> OwnedFileDescriptor in
            let number = socket(AF_INET, Int32(stream ? SOCK_STREAM.rawValue : SOCK_DGRAM.rawValue), 0)
            guard number >= 0 else { throw .last("socket") }
            return OwnedFileDescriptor(adopting: number)
        }
        if !stream {
            var bytes: Int32 = 4 << 20
            setsockopt(descriptor.number, SOL_SOCKET, SO_RCVBUFFORCE, &bytes, 4)
        }
    }

    private init(adopting number: Int32) { descriptor = OwnedFileDescriptor(adopting: number) }

    private func withAddress(
        _ host: UInt8, _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = (UInt32(10) << 24 | UInt32(host)).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    func bind(port: UInt16) throws {
        guard withAddress(2, port, { Glibc.bind(descriptor.number, $0, $1) }) == 0 else {
            throw SystemError.last("bind")
        }
    }

    func listen() throws {
        guard Glibc.listen(descriptor.number, 1) == 0 else { throw SystemError.last("listen") }
    }

    func connect(port: UInt16) throws {
        guard withAddress(2, port, { Glibc.connect(descriptor.number, $0, $1) }) == 0 else {
            throw SystemError.last("connect")
        }
    }

    func accept() throws -> BenchmarkSocket {
        let number = Glibc.accept(descriptor.number, nil, nil)
        guard number >= 0 else { throw SystemError.last("accept") }
        return BenchmarkSocket(adopting: number)
    }

    /// Sends so many zeros; false on an error.
    func send(bytes: Int) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: bytes, alignment: 8) {
            $0.initializeMemory(as: UInt8.self, repeating: 0)
            return Glibc.send(descriptor.number, $0.baseAddress, bytes, Int32(MSG_NOSIGNAL)) > 0
        }
    }

    func send(_ buffer: UnsafeRawBufferPointer) -> Bool {
        Glibc.send(descriptor.number, buffer.baseAddress, buffer.count, Int32(MSG_NOSIGNAL)) > 0
    }

    /// Sends a datagram that begins with a number.
    func send(number: Int) throws {
        let sent = withUnsafeTemporaryAllocation(byteCount: 18, alignment: 8) { buffer in
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
            buffer.storeBytes(of: Int64(number), as: Int64.self)
            return send(UnsafeRawBufferPointer(buffer))
        }
        guard sent else { throw SystemError.last("send") }
    }

    /// The numbers of all datagrams that come until none has come for 50 ms.
    func numbers() -> Set<Int> {
        var numbers: Set<Int> = []
        withUnsafeTemporaryAllocation(byteCount: 2048, alignment: 8) { buffer in
            while true {
                var entry = pollfd(fd: descriptor.number, events: Int16(POLLIN), revents: 0)
                guard poll(&entry, 1, 50) > 0 else { return }
                if receive(buffer) >= 8 { numbers.insert(Int(buffer.load(as: Int64.self))) }
            }
        }
        return numbers
    }

    /// Bytes received; 0 or less once the socket was shut down.
    func receive(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        recv(descriptor.number, buffer.baseAddress, buffer.count, 0)
    }

    /// Wakes whoever is blocked in the socket.
    func shutDown() { shutdown(descriptor.number, Int32(SHUT_RDWR)) }
}
