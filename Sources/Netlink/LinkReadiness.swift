import CMnl
import Glibc
import LinuxSystem

extension RouteSocket {
    /// Waits until devices can send: set up, with carrier, and with their qdisc attached (`LinkInfo.isUsable`).
    ///
    /// Blocks the calling thread in poll(2) between the kernel's notifications; nothing is asked on a timer.
    /// Returns at once if all of them are usable already.
    /// - Parameter timeout: the kernel has been seen to take 1.7 s on a busy machine.
    /// - Throws: `NetlinkError`: ETIMEDOUT with the state of those that are not usable, ENODEV for one that is
    ///   not there.
    ///
    /// Kernel: `linkwatch_do_dev()` activates the device, then notifies `RTNLGRP_LINK`.
    public func waitUntilUsable(
        links: [String], timeout: Duration = .seconds(10)
    ) throws(NetlinkError) {
        var pending = try unusable(among: links)
        if pending.isEmpty { return }
        // Listening starts before the next look, so that no change falls between the two.
        let notifications = try NetlinkSocket(
            family: NETLINK_ROUTE, in: namespace, groups: [RTNLGRP_LINK.number])
        let deadline = ContinuousClock.now + timeout
        while true {
            pending = try unusable(among: pending.map(\.name))
            if pending.isEmpty { return }
            let remaining = deadline - ContinuousClock.now
            guard remaining > .zero else { break }
            var descriptor = pollfd(fd: notifications.fileDescriptor, events: Int16(POLLIN), revents: 0)
            // An hour at most, so that the sum fits; the loop comes back here.
            let (seconds, attoseconds) = min(remaining, .seconds(3600)).components
            let milliseconds = seconds * 1000 + attoseconds / 1_000_000_000_000_000 + 1
            let ready = poll(&descriptor, 1, Int32(milliseconds))
            if ready < 0 && Glibc.errno != EINTR {
                throw NetlinkError(operation: "wait for links", errno: Glibc.errno)
            }
            // What a notification says is not used: after losses only a fresh look is right.
            if ready > 0 { _ = notifications.drain() }
        }
        let states = pending.map {
            "\($0.name) (\($0.isUp ? "up" : "not up"), \($0.operState), qdisc \($0.qdisc))"
        }
        throw NetlinkError(
            operation: "wait until usable: \(states.joined(separator: ", "))", errno: ETIMEDOUT)
    }

    private func unusable(among names: [String]) throws(NetlinkError) -> [LinkInfo] {
        var result: [LinkInfo] = []
        for name in names {
            let link = try requestLink(
                name, "wait for link \(name)", extensions: LinkExtension.withoutStatistics)
            if !link.isUsable { result.append(link) }
        }
        return result
    }
}
