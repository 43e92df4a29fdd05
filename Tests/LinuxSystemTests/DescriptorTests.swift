import Glibc
import KernelTestSupport
import Testing

@testable import LinuxSystem

struct DescriptorTests {
    @Test func filesOfUnknownSizeAreReadToTheEnd() throws {
        // More than one buffer, from a file whose size is told as 0.
        let symbols = try TextFile.readBytes("/proc/kallsyms")
        #expect(symbols.count > 100_000)
        #expect(symbols.last == UInt8(ascii: "\n"))
        #expect(try TextFile.readIfPresent("/proc/no/such/file") == nil)
        #expect(throws: SystemError("open", errno: ENOENT, on: "/proc/no/such/file")) {
            try TextFile.read("/proc/no/such/file")
        }
        #expect(throws: SystemError("read", errno: EISDIR, on: "/proc")) { try TextFile.read("/proc") }
    }

    @Test func replacingKeepsTheOldFileWhenItFails() throws {
        #expect(throws: SystemError("open", errno: ENOENT, on: "/no/such/directory/file.new")) {
            try TextFile.replace("/no/such/directory/file", with: "x")
        }
        let path = "/tmp/linux-system-replace-\(getpid())"
        defer { unlink(path) }
        try TextFile.replace(path, with: "one")
        try TextFile.replace(path, with: String(repeating: "two", count: 100_000))
        #expect(try TextFile.read(path).count == 300_000)
        #expect(access("\(path).new", F_OK) != 0)
    }

    @Test func waitingTellsTokensAndEvents() throws {
        let epoll = try Epoll()
        let first = try EventFD()
        let second = try EventFD()
        try epoll.add(first.fileDescriptor, .readable, token: 1)
        try epoll.add(second.fileDescriptor, [.readable, .writable], token: .max)
        var seen: [UInt64: Epoll.Events] = [:]
        try epoll.wait(milliseconds: 0) { seen[$0] = $1 }
        #expect(seen == [.max: .writable])
        first.signal()
        try epoll.change(second.fileDescriptor, .readable, token: 2)
        seen = [:]
        #expect(try epoll.wait { seen[$0] = $1 } == 1)
        #expect(seen == [1: .readable])
        #expect(first.drain() == 1)
        #expect(first.drain() == 0)
        try epoll.remove(first.fileDescriptor)
        first.signal()
        #expect(try epoll.wait(milliseconds: 0) { _, _ in } == 0)
        #expect(throws: SystemError("epoll_ctl del", errno: ENOENT, on: "descriptor \(first.fileDescriptor)"))
        {
            try epoll.remove(first.fileDescriptor)
        }
    }

    @Test func aTimerExpiresAtItsDeadlineAndNotBefore() throws {
        let timer = try TimerFD()
        let epoll = try Epoll()
        try epoll.add(timer.fileDescriptor, .readable, token: 7)
        let deadline = MonotonicClock.deadline(after: .milliseconds(5))
        try timer.set(deadline: deadline)
        #expect(timer.expirations() == 0)
        #expect(try epoll.wait(milliseconds: 5000) { _, _ in } == 1)
        #expect(MonotonicClock.now() >= deadline)
        #expect(timer.expirations() == 1)
        try timer.set(deadline: 0)
        #expect(try epoll.wait(milliseconds: 5000) { _, _ in } == 1)
        try timer.set(deadline: nil)
        #expect(timer.expirations() == 0)
    }

    @Test(arguments: [
        (Duration.seconds(1), Int64(1_000_000_000)), (.nanoseconds(-5), -5), (.zero, 0),
        (.seconds(Int64.max), .max), (.seconds(-Int64.max), .min), (.microseconds(1), 1000),
    ])
    func durationsAreWholeNanoseconds(duration: Duration, nanoseconds: Int64) {
        #expect(MonotonicClock.nanoseconds(duration) == nanoseconds)
    }

    @Test func waitingIsRoundedUp() {
        #expect(MonotonicClock.milliseconds(until: nil) == -1)
        #expect(MonotonicClock.milliseconds(until: 0) == 0)
        let soon = MonotonicClock.milliseconds(until: MonotonicClock.now() + 1_000_000_000)
        #expect(soon > 0 && soon <= 1000)
        #expect(MonotonicClock.milliseconds(until: .max) == .max)
    }

    @Test(.needsRoot) func aThreadStartedFromInsideIsAtHome() throws {
        let namespace = try NetworkNamespace.create()
        let seen = EventFDBox(try EventFD())
        let thread = try namespace.run { () throws(SystemError) in
            try HomeThread(name: "a name longer than fits") {
                if NetworkNamespace.currentInode() == NetworkNamespace.home.inode { seen.event.signal() }
            }
        }
        thread.join()
        #expect(seen.event.drain() == 1)
        expectAllThreadsHome()
    }

    @Test(.needsRoot) func procOfTheThreadShowsTheNamespaceItIsIn() throws {
        let namespace = try NetworkNamespace.create()
        let inside = try namespace.run { () throws(SystemError) in
            try TextFile.read(ThreadProc.path("net/dev"))
        }
        #expect(inside.split(separator: "\n").count == 3, "two lines of titles, and lo")
    }

    private struct EventFDBox: Sendable {
        let event: EventFD
        init(_ event: EventFD) { self.event = event }
    }
}
