import CNetlab
import Glibc

/// Waits on many descriptors at once; each bears a token of the caller's choice.
///
/// The buffer of ready descriptors is made once, so a wait allocates nothing. One thread waits; others may
/// add and remove meanwhile.
/// Kernel: `epoll(7)`, level-triggered unless `.edgeTriggered` is given.
public final class Epoll {
    /// What to wait for, and what came. `.error` and `.hangUp` are always reported.
    public struct Events: OptionSet, Sendable, Hashable {
        public let rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }
        public static let readable = Events(rawValue: 0x001)
        public static let urgent = Events(rawValue: 0x002)
        public static let writable = Events(rawValue: 0x004)
        public static let error = Events(rawValue: 0x008)
        public static let hangUp = Events(rawValue: 0x010)
        public static let peerClosed = Events(rawValue: 0x2000)
        public static let oneShot = Events(rawValue: 1 << 30)
        public static let edgeTriggered = Events(rawValue: 1 << 31)
    }

    private let descriptor: OwnedFileDescriptor
    private let ready: UnsafeMutableBufferPointer<cnetlab_ready>

    /// - Parameter capacity: descriptors reported by one wait, 1 to 256.
    public init(capacity: Int = 64) throws(SystemError) {
        let number = cnetlab_epoll_create()
        guard number >= 0 else { throw .last("epoll_create1") }
        descriptor = OwnedFileDescriptor(adopting: LowDescriptors.spare(number))
        ready = .allocate(capacity: min(max(capacity, 1), 256))
        ready.initialize(repeating: cnetlab_ready())
    }

    deinit { ready.deallocate() }

    /// Starts to watch a descriptor. It has to be removed, or closed in all its copies, before the token dies.
    public func add(_ fileDescriptor: Int32, _ events: Events, token: UInt64) throws(SystemError) {
        guard cnetlab_epoll_add(descriptor.number, fileDescriptor, events.rawValue, token) == 0 else {
            throw .last("epoll_ctl add", on: "descriptor \(fileDescriptor)")
        }
    }

    /// Changes what is waited for; also arms a `.oneShot` descriptor again.
    public func change(_ fileDescriptor: Int32, _ events: Events, token: UInt64) throws(SystemError) {
        guard cnetlab_epoll_change(descriptor.number, fileDescriptor, events.rawValue, token) == 0 else {
            throw .last("epoll_ctl mod", on: "descriptor \(fileDescriptor)")
        }
    }

    /// Stops watching a descriptor.
    public func remove(_ fileDescriptor: Int32) throws(SystemError) {
        guard cnetlab_epoll_remove(descriptor.number, fileDescriptor) == 0 else {
            throw .last("epoll_ctl del", on: "descriptor \(fileDescriptor)")
        }
    }

    /// Waits and hands each ready descriptor's token and events to the closure.
    ///
    /// - Parameters:
    ///   - milliseconds: longest wait; -1 for ever, 0 not at all.
    ///   - body: called for each ready descriptor, on the calling thread.
    /// - Returns: how many were ready; 0 after the time-out or an interrupting signal.
    @discardableResult
    public func wait(
        milliseconds: Int32 = -1, _ body: (_ token: UInt64, _ events: Events) -> Void
    ) throws(SystemError) -> Int {
        let count = cnetlab_epoll_wait(
            descriptor.number, ready.baseAddress!, Int32(ready.count), milliseconds)
        guard count >= 0 else { throw .last("epoll_wait") }
        for index in 0..<Int(count) {
            let entry = ready[index]
            body(entry.token, Events(rawValue: entry.events))
        }
        return Int(count)
    }
}
