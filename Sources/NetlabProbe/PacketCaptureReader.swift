import CNetlab
import Glibc
import LinuxSystem
import NetlabModel

/// The capture's thread: takes packets out of all rings in the order of their times and writes them.
struct PacketCaptureReader: ~Copyable {
    /// A packet may reach its reader so much later than it passed: the time of a block and as much again.
    private static let lagNanoseconds = UInt64(2 * PacketCapture.blockMilliseconds) * 1_000_000
    /// How long to wait at the end for packets that the kernel has counted and not handed over.
    private static let patienceNanoseconds: UInt64 = 2_000_000_000

    private let mailbox: PacketCaptureMailbox
    private var writer: PcapngWriter
    private var readers: [PacketRingReader] = []
    private var names: [String] = []
    private var failure: SystemError?
    private var pairing: PacketPairing
    /// Interfaces that are done with.
    private var finished: [PacketCapture.InterfaceSummary] = []
    /// By how much the real-time clock was ahead of the monotonic one at the start.
    private let clockOffset = PacketCaptureReader.now() &- MonotonicClock.now()

    init(mailbox: PacketCaptureMailbox, file: OwnedFileDescriptor, settings: PacketCapture.Settings) {
        self.mailbox = mailbox
        pairing = PacketPairing(links: settings.links, limit: settings.matched)
        writer = PcapngWriter(to: file)
        writer.writeSection(application: "netlab", operatingSystem: "Linux \(KernelRelease.running)")
    }

    /// Nanoseconds of the real-time clock, as in the packets.
    static func now() -> UInt64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
    }

    /// Works until the owner says stop.
    mutating func run() -> PacketCapture.Summary {
        do {
            let epoll = try Epoll()
            try epoll.add(mailbox.wake.fileDescriptor, .readable, token: 0)
            working: while true {
                // Here nothing but the readers holds on to a ring any more, and they have let go.
                switch try step(epoll) {
                case .goOn: continue
                case .released: mailbox.confirmRelease()
                case .stop: break working
                }
            }
            try finish(epoll)
        } catch {
            failure = error
        }
        closeInterfaces()
        return summary()
    }

    private enum Next { case goOn, released, stop }

    /// Waits for packets and takes those that are due; returns what is to be done next.
    private mutating func step(_ epoll: Epoll) throws(SystemError) -> Next {
        // While packets are held back for their turn, somebody has to look at the clock.
        let isHolding = readers.contains { $0.hasPacket }
        try wait(epoll, milliseconds: isHolding ? Int32(PacketCapture.blockMilliseconds) : -1)
        let mail = mailbox.take()
        for entry in mail.entries { try add(entry, to: epoll) }
        let time = Self.now()
        write(upTo: holdNewBlocks(time > Self.lagNanoseconds ? time - Self.lagNanoseconds : 0))
        // Somebody may be watching the file while nothing happens.
        if !readers.contains(where: { $0.hasPacket }) { writer.flush() }
        if mail.isReleasing {
            try finish(epoll)
            closeInterfaces()
            writer.flush()
            // Whoever wants both at once is served by the next step.
            if mail.isStopping { mailbox.stop() }
            return .released
        }
        return mail.isStopping ? .stop : .goOn
    }

    /// Takes the rest: the kernel's count of packets tells when all of them have arrived.
    private mutating func finish(_ epoll: Epoll) throws(SystemError) {
        for reader in readers { reader.ring.stop() }
        let start = MonotonicClock.now()
        repeat {
            // Until all are there, a packet that is to come may be earlier than those at hand.
            write(upTo: holdNewBlocks(0))
            for index in readers.indices { try readers[index].readStatistics() }
            if readers.allSatisfy({ $0.isComplete }) { break }
            try wait(epoll, milliseconds: 5)
        } while MonotonicClock.now() - start < Self.patienceNanoseconds
        write(upTo: .max)
    }

    private func wait(_ epoll: Epoll, milliseconds: Int32) throws(SystemError) {
        var broken: [Int32] = []
        try epoll.wait(milliseconds: milliseconds) { token, events in
            if events.contains(.error) { broken.append(Int32(truncatingIfNeeded: token)) }
        }
        // An interface that goes down leaves an error, which would wake this thread for ever.
        for descriptor in broken { _ = cnetlab_packet_take_error(descriptor) }
    }

    private mutating func add(_ entry: PacketCaptureMailbox.Entry, to epoll: Epoll) throws(SystemError) {
        let (noHeader, ethernet, raw) = (Int32(65534), UInt16(1), UInt16(101))
        let interface = writer.writeInterface(
            name: entry.name, linkType: entry.ring.hardware == noHeader ? raw : ethernet,
            snapLength: entry.cut)
        readers.append(PacketRingReader(entry.ring, interface: interface, startTime: entry.startTime))
        names.append(entry.name)
        // A ring from which nothing is taken yet stays readable: only changes are of interest.
        try epoll.add(
            entry.ring.fileDescriptor, [.readable, .edgeTriggered], token: UInt64(entry.ring.fileDescriptor))
    }

    /// Takes hold of what has arrived. Returns the time up to which to write: later than asked for if a ring
    /// is about to run full, since order matters less than completeness.
    private mutating func holdNewBlocks(_ time: UInt64) -> UInt64 {
        var limit = time
        for index in readers.indices {
            readers[index].holdNewBlocks()
            limit = max(limit, readers[index].pressureTime)
        }
        return limit
    }

    /// Writes all packets up to a time in the order of their times.
    private mutating func write(upTo limit: UInt64) {
        while true {
            var earliest = -1
            var (earliestTime, nextTime) = (UInt64.max, UInt64.max)
            for index in readers.indices where readers[index].hasPacket {
                let time = readers[index].packet.nanoseconds
                if earliest < 0 || time < earliestTime {
                    (earliest, nextTime, earliestTime) = (index, earliestTime, time)
                } else if time < nextTime {
                    nextTime = time
                }
            }
            guard earliest >= 0, earliestTime <= limit else { return }
            // As long as this ring stays ahead of the others, they need not be looked at.
            repeat {
                writePacket(of: earliest)
                readers[earliest].take()
            } while readers[earliest].hasPacket
                && readers[earliest].packet.nanoseconds <= min(nextTime, limit)
        }
    }

    private mutating func writePacket(of index: Int) {
        let packet = readers[index].packet
        let flags: PcapngWriter.PacketFlags =
            switch packet.type {
            case 0: [.inbound, .unicast]
            case 1: [.inbound, .broadcast]
            case 2: [.inbound, .multicast]
            case 3: [.inbound, .promiscuous]
            default: .outbound
            }
        writer.writePacket(
            interface: readers[index].interface, nanoseconds: packet.nanoseconds,
            bytes: UnsafeRawBufferPointer(start: packet.bytes, count: Int(packet.captured)),
            length: packet.length,
            flags: flags, vlan: packet.has_vlan == 0 ? nil : (packet.vlan_protocol, packet.vlan_tag))
        pairing.add(
            interface: names[index], at: packet.nanoseconds, isOutgoing: packet.type == 4,
            length: Int(packet.length),
            frame: UnsafeRawBufferPointer(start: packet.bytes, count: Int(packet.captured)))
    }

    /// Writes the last block of each interface and lets go of its ring, and so of its namespace.
    private mutating func closeInterfaces() {
        let time = Self.now()
        for (reader, name) in zip(readers, names) {
            writer.writeStatistics(
                interface: reader.interface, start: reader.startTime, end: time, received: reader.passed,
                dropped: reader.passed - min(reader.taken, reader.passed))
            finished.append(
                PacketCapture.InterfaceSummary(
                    name: name, passed: reader.passed, dropped: reader.dropped, written: reader.taken))
        }
        readers = []
        names = []
    }

    private mutating func summary() -> PacketCapture.Summary {
        writer.flush()
        var summary = PacketCapture.Summary(
            interfaces: finished, bytes: writer.bytesWritten, failure: failure ?? writer.failure)
        summary.unmatched = pairing.omitted
        summary.fate = PacketFate(pairing.passages) { monotonic($0) }
        return summary
    }

    /// A packet's time on the monotonic clock, as the rest of a run has it.
    private func monotonic(_ time: UInt64) -> Int64 { Int64(bitPattern: time &- clockOffset) }
}
