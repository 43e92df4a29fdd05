import Glibc
import LinuxSystem
import NetlabModel

/// Captures what passes interfaces of several nodes into one pcapng file, as both ends of a link see it.
///
/// Each interface appears as `node/eth0`; packets of all of them stand in the order of their times, which are
/// those of the kernel, in nanoseconds. Packets are the kernel's: with segmentation offloads one of them can be
/// longer than the MTU, and the checksum of one that has not left the host is not computed yet.
///
/// Memory is bounded: each interface has a ring of fixed size. What finds no room in it is missing in the file,
/// and `stop` tells how many packets those are, as does the file's last block. One thread of its own, at home,
/// serves all rings.
///
/// Captured namespaces stay alive until `release` or `stop`. Now and then the copy that finds no room in a ring is
/// a drop for the kernel, at `tpacket_rcv`; the packet itself goes its way, and `Drop.isOfCopy` tells the two apart.
/// Kernel: `AF_PACKET` with `TPACKET_V3`. Equivalent to: `dumpcap -i eth0 -i eth1 -w PATH` across namespaces.
public final class PacketCapture: Sendable {
    /// How much to keep.
    public struct Settings: Hashable, Sendable {
        /// Bytes of memory for each interface; rounded up to whole blocks of 256 KiB, at least four.
        public var ringBytes: Int
        /// Bytes to which packets are cut; 0 keeps them whole.
        public var cut: UInt32
        /// Interface (`node/eth0`) → the link that it is an end of: packets of one link are matched.
        public var links: [String: String]
        /// The most packets that are kept for matching; the file has all of them whatever this is.
        public var matched: Int

        public init(
            ringBytes: Int = 4 << 20, cut: UInt32 = 0, links: [String: String] = [:], matched: Int = 20_000
        ) {
            self.ringBytes = ringBytes
            self.cut = cut
            self.links = links
            self.matched = matched
        }
    }

    /// What became of one interface's packets.
    public struct InterfaceSummary: Hashable, Sendable {
        /// `node/eth0`.
        public var name: String
        /// Packets that passed the interface, in both directions.
        public var passed: UInt64
        /// Those of them that are missing in the file, since the ring was full.
        public var dropped: UInt64
        /// Those of them that are in the file.
        public var written: UInt64
    }

    /// The end of a capture.
    public struct Summary: Hashable, Sendable {
        public var interfaces: [InterfaceSummary]
        /// The length of the file.
        public var bytes: UInt64
        /// Why the file is not complete; `nil` unless writing it failed, for instance with ENOSPC.
        public var failure: SystemError?
        /// Packets of links with their arrivals.
        var fate = PacketFate([]) { Int64(bitPattern: $0) }
        /// Packets of these links that came after the most that are kept.
        public var unmatched = 0
        /// Packets of those links that the settings name, matched at both ends and tied to drops, in the order of
        /// time. Times are those of the monotonic clock.
        public func packets(dropped drops: [PlacedDrop] = []) -> [PacketRecord] {
            var fate = fate
            for drop in drops { fate.attribute(drop) }
            return drops.isEmpty ? fate.packets : fate.packets.sorted { $0.at < $1.at }
        }

        /// Whether every packet that passed is in the file.
        public var isComplete: Bool { failure == nil && interfaces.allSatisfy { $0.passed == $0.written } }
    }

    static let blockBytes = 256 << 10
    /// After which a block is handed over though it is not full.
    static let blockMilliseconds: UInt32 = 20

    private let settings: Settings
    private let mailbox: PacketCaptureMailbox
    private let thread: HomeThread

    /// Makes the file, replacing one that is there, and starts the thread.
    ///
    /// - Throws: `SystemError` of open(2), of epoll or of the thread.
    public init(to path: String, settings: Settings = Settings()) throws(SystemError) {
        self.settings = settings
        let number = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard number >= 0 else { throw .last("open", on: path) }
        let file = OwnedFileDescriptor(adopting: number)
        let mailbox = try PacketCaptureMailbox()
        self.mailbox = mailbox
        thread = try HomeThread(name: "netlab-capture") {
            var reader = PacketCaptureReader(mailbox: mailbox, file: file, settings: settings)
            mailbox.finish(reader.run())
        }
    }

    deinit {
        mailbox.stop()
        thread.join()
    }

    /// Captures an interface too: every packet that passes it after this call and before `stop`.
    ///
    /// - Throws: `SystemError`: ENODEV if the namespace has no such interface, EPERM without CAP_NET_RAW.
    public func add(_ interface: String, of node: String, in namespace: NetworkNamespace) throws(SystemError)
    {
        let ring = try PacketRing(
            interface: interface, in: namespace, blockBytes: Self.blockBytes,
            blockCount: max(4, (settings.ringBytes + Self.blockBytes - 1) / Self.blockBytes),
            cut: settings.cut,
            milliseconds: Self.blockMilliseconds)
        let time = PacketCaptureReader.now()
        try ring.start()
        mailbox.add(
            PacketCaptureMailbox.Entry(
                ring: ring, name: "\(node)/\(interface)", cut: settings.cut, startTime: time))
    }

    /// Lets go of all interfaces added so far and of their namespaces, with what is in their rings written; the file
    /// stays open for others.
    ///
    /// Blocks for about 50 ms; not for threads of the task pool.
    public func release() { mailbox.release() }

    /// Ends the capture: takes what is in the rings, completes the file and tells what it lacks.
    ///
    /// Blocks for about 50 ms and longer with many interfaces; not for threads of the task pool. The second
    /// call returns the same.
    public func stop() -> Summary {
        mailbox.stop()
        thread.join()
        return mailbox.summary ?? Summary(interfaces: [], bytes: 0, failure: nil)
    }
}
