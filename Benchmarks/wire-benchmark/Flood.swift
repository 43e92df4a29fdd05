import Glibc
import LinuxSystem
import Synchronization

/// Traffic as fast as it goes: one thread sends, one receives, and the receiver's figure counts.
enum Flood {
    private static let warmUpMilliseconds: Int32 = 200
    private static let milliseconds: Int32 = 600

    /// Received per second, and seconds of CPU time that the process took per second.
    struct Result {
        var messages: Double
        var bytes: Double
        var cpu: Double
    }

    /// Datagrams from one socket to another.
    static func datagrams(_ link: BenchmarkLink, bytes: Int) throws -> Result {
        let receiver = try BenchmarkSocket(in: link.namespaces[1], stream: false)
        try receiver.bind(port: 5000)
        return try measure(from: link.datagramSender(), to: receiver, bytes: bytes)
    }

    /// One TCP connection.
    static func stream(_ link: BenchmarkLink) throws -> Result {
        let listener = try BenchmarkSocket(in: link.namespaces[1], stream: true)
        try listener.bind(port: 6000)
        try listener.listen()
        let sender = try BenchmarkSocket(in: link.namespaces[0], stream: true)
        try sender.connect(port: 6000)
        return try measure(from: sender, to: listener.accept(), bytes: 131_072)
    }

    private final class Count: Sendable {
        let messages = Atomic<Int>(0)
        let bytes = Atomic<Int>(0)
        let isOver = Atomic<Bool>(false)
    }

    private static func measure(
        from sender: BenchmarkSocket, to receiver: BenchmarkSocket, bytes: Int
    ) throws -> Result {
        let count = Count()
        let receiving = try HomeThread(name: "receiver") {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
            defer { buffer.deallocate() }
            while !count.isOver.load(ordering: .relaxed) {
                let length = receiver.receive(buffer)
                guard length > 0 else { return }
                count.messages.add(1, ordering: .relaxed)
                count.bytes.add(length, ordering: .relaxed)
            }
        }
        let sending = try HomeThread(name: "sender") {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 64)
            defer { buffer.deallocate() }
            buffer.initializeMemory(as: UInt8.self, repeating: 0)
            while !count.isOver.load(ordering: .relaxed), sender.send(UnsafeRawBufferPointer(buffer)) {}
        }
        poll(nil, 0, warmUpMilliseconds)
        let start = MonotonicClock.now()
        let before = (count.messages.load(ordering: .relaxed), count.bytes.load(ordering: .relaxed))
        let cpu = cpuSeconds
        poll(nil, 0, milliseconds)
        let spent = cpuSeconds - cpu
        let after = (count.messages.load(ordering: .relaxed), count.bytes.load(ordering: .relaxed))
        let seconds = Double(MonotonicClock.now() - start) / 1e9
        count.isOver.store(true, ordering: .relaxed)
        sender.shutDown()
        receiver.shutDown()
        sending.join()
        receiving.join()
        return Result(
            messages: Double(after.0 - before.0) / seconds, bytes: Double(after.1 - before.1) / seconds,
            cpu: spent / seconds)
    }

    private static var cpuSeconds: Double {
        var usage = rusage()
        getrusage(RUSAGE_SELF.rawValue, &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) {
            $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6
        }
    }
}
