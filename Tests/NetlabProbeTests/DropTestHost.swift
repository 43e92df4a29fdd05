import Glibc
import LinuxSystem

/// A namespace with one TUN device through which a test puts any packet into the kernel's receive path.
///
/// The kernel has dealt with a packet before `inject` returns, so counts are exact without waiting.
final class DropTestHost {
    static let address: [UInt8] = [10, 0, 0, 1]
    static let neighbour: [UInt8] = [10, 0, 0, 2]

    let namespace: NetworkNamespace
    let interfaceIndex: Int
    private let device: OwnedFileDescriptor

    /// Makes a namespace with a device `eth0`, 10.0.0.1/24.
    init() throws {
        let namespace = try NetworkNamespace.create()
        (device, interfaceIndex) = try namespace.run {
            let device = try OwnedFileDescriptor(opening: "/dev/net/tun", flags: O_RDWR | O_NONBLOCK)
            // No multi-queue, no packet information: a write is one IP packet.
            let (tunSetInterface, tun, noPacketInformation) = (
                UInt(0x4004_54CA), Int16(0x0001), Int16(0x1000)
            )
            try Self.request(device.number, tunSetInterface, "eth0") {
                $0.storeBytes(of: tun | noPacketInformation, as: Int16.self)
            }
            let control = try Self.socket(SOCK_DGRAM)
            try Self.request(control.number, UInt(SIOCSIFADDR), "eth0") { Self.store(Self.address, in: $0) }
            try Self.request(control.number, UInt(SIOCSIFNETMASK), "eth0") {
                Self.store([255, 255, 255, 0], in: $0)
            }
            for name in ["lo", "eth0"] {
                let up = Int16(IFF_UP) | Int16(IFF_RUNNING)
                try Self.request(control.number, UInt(SIOCSIFFLAGS), name) {
                    $0.storeBytes(of: up, as: Int16.self)
                }
            }
            return (device, Int(if_nametoindex("eth0")))
        }
        self.namespace = namespace
    }

    /// Puts one packet into the namespace's receive path.
    func inject(_ packet: [UInt8]) throws {
        let written = packet.withUnsafeBytes { write(device.number, $0.baseAddress, $0.count) }
        guard written == packet.count else { throw SystemError.last("write", on: "TUN device") }
    }

    /// The next packet that the namespace has sent through its device, if there is one.
    func sent() -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 2048)
        let count = buffer.withUnsafeMutableBytes { read(device.number, $0.baseAddress, $0.count) }
        return count > 0 ? Array(buffer[..<count]) : nil
    }

    /// Writes a sysctl of this namespace.
    func set(_ name: String, _ value: String) throws { try Sysctl.write(name, value, in: namespace) }

    /// Reads a file of `/proc/net` as it is in this namespace.
    func statistics(_ name: String) throws -> String {
        try namespace.run { () throws(SystemError) in try TextFile.read("/proc/thread-self/net/" + name) }
    }

    /// Makes an IPv4 socket in this namespace, bound to a port if one is given.
    func socket(_ type: __socket_type, port: UInt16? = nil) throws -> OwnedFileDescriptor {
        try namespace.run {
            let socket = try Self.socket(type)
            guard let port else { return socket }
            var address = Self.socketAddress([0, 0, 0, 0], port)
            let result = withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(socket.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard result == 0 else { throw SystemError.last("bind", on: "port \(port)") }
            return socket
        }
    }

    /// Sends four bytes; returns their number or -errno.
    func send(from socket: OwnedFileDescriptor, to address: [UInt8], port: UInt16) -> Int32 {
        var destination = Self.socketAddress(address, port)
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &destination) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                sendto(socket.number, [1, 2, 3, 4], 4, 0, $0, size)
            }
        }
        return result < 0 ? -errno : Int32(result)
    }

    /// Opens a connection from the TUN device's far end; returns its last packet, which is yet to be injected.
    func finalACK(sourcePort: UInt16, to port: UInt16) throws -> [UInt8] {
        let (syn, ack, synAck) = (UInt8(0x02), UInt8(0x10), UInt8(0x12))
        try inject(DropTestPackets.segment(sourcePort: sourcePort, to: port, flags: syn, sequence: 1))
        while let packet = sent() {
            let isTCP = packet.count >= 40 && packet[0] == 0x45 && packet[9] == 6
            guard isTCP, UInt16(packet[22]) << 8 | UInt16(packet[23]) == sourcePort, packet[33] == synAck
            else { continue }
            let sequence = packet[24..<28].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            return DropTestPackets.segment(
                sourcePort: sourcePort, to: port, flags: ack, sequence: 2, acknowledgement: sequence &+ 1)
        }
        throw SystemError("connect", errno: ETIMEDOUT, on: "port \(port)")
    }

    private static func socket(_ type: __socket_type) throws -> OwnedFileDescriptor {
        let number = Glibc.socket(AF_INET, Int32(type.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard number >= 0 else { throw SystemError.last("socket") }
        return OwnedFileDescriptor(adopting: number)
    }

    private static func socketAddress(_ address: [UInt8], _ port: UInt16) -> sockaddr_in {
        var result = sockaddr_in()
        result.sin_family = sa_family_t(AF_INET)
        result.sin_port = port.bigEndian
        withUnsafeMutableBytes(of: &result.sin_addr) { $0.copyBytes(from: address) }
        return result
    }

    private static func store(_ address: [UInt8], in bytes: UnsafeMutableRawBufferPointer) {
        bytes.storeBytes(of: socketAddress(address, 0), as: sockaddr_in.self)
    }

    /// ioctl(2) with a `struct ifreq`: 16 bytes of name, then 24 that depend on the request.
    private static func request(
        _ descriptor: Int32, _ request: UInt, _ interface: String,
        fill: (UnsafeMutableRawBufferPointer) -> Void
    ) throws {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 40, alignment: 8)
        defer { bytes.deallocate() }
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        bytes.copyBytes(from: interface.utf8)
        fill(UnsafeMutableRawBufferPointer(rebasing: bytes[16...]))
        guard ioctl(descriptor, request, bytes.baseAddress!) == 0 else {
            throw SystemError.last("ioctl \(String(request, radix: 16))", on: interface)
        }
    }
}
