import LinuxSystem
import Netlink
import Testing

@testable import NetlabProbe

/// Drops that interrupt the counting of another one on their CPU.
@Suite(.needsDropCounter, .serialized) struct DropNestingTests {
    /// Packets that timers let go are dropped in interrupts, while a process has packets of its own dropped all the
    /// time: a program that is running is not run again, so one alone would miss as many as `nested` says.
    @Test func dropThatInterruptsTheCountingOfAnotherIsCounted() throws {
        let pair = try DropTestPair()
        try pair.prepareForFlood()
        _ = try Nftables(in: pair.left).run(
            "table ip t { chain c { type filter hook output priority 0; udp dport 10 drop; }; }")
        // A packet of 142 bytes in 142 microseconds.
        try pair.leftSocket.replaceQdisc(
            device: "eth0",
            .tbf(TokenBucket(rateBytesPerSecond: 1_000_000, burstBytes: 300, limitBytes: 1_000_000)))
        // Each misses what the other does not: the two agree only if both are whole.
        let counters = [try DropCounter(), try DropCounter()]
        for counter in counters {
            try counter.watch(pair.left)
            try counter.watch(pair.right)
        }
        let arrivedBefore = try pair.arrived()
        var (paced, own): (UInt64, UInt64) = (0, 0)
        for round in 1...4 {
            let nested = try counters[0].losses().nested
            // Rarely is the process kept off the CPU of the timers for all of a burst.
            for _ in 0..<100 {
                guard try counters[0].losses().nested < nested + 30 else { break }
                try pair.send(300, bytes: 100, to: 9)
                paced += 300
                while try pair.arrived() < arrivedBefore + paced {
                    try pair.send(500, bytes: 1, to: 10)
                    own += 500
                }
            }
            try #require(try counters[0].losses().nested >= nested + 30, "nothing was interrupted")
            for counter in counters {
                let ownCounts = try counter.counts(in: pair.left)
                #expect(ownCounts.map { "\($0.reason) \($0.count)" } == ["NETFILTER_DROP \(own)"])
            }
            // The last packets may be on their way from the device to the rule.
            var gap = try Self.gap(counters, in: pair.right)
            for _ in 0..<1000 where !gap.isExplained { gap = try Self.gap(counters, in: pair.right) }
            #expect(gap.isExplained, "round \(round): \(gap)")
        }
        #expect(try counters[0].losses().unplaced == 0)
    }

    /// What two counters have counted, and what each says that it may have missed.
    private struct Gap {
        var counts: [UInt64]
        var missed: [UInt64]
        var isExplained: Bool {
            let (less, more) = (counts.min() ?? 0, counts.max() ?? 0)
            return more - less <= missed.max() ?? 0
        }
    }

    private static func gap(_ counters: [DropCounter], in namespace: NetworkNamespace) throws -> Gap {
        Gap(
            counts: try counters.map { try $0.counts(in: namespace).reduce(0) { $0 + $1.count } },
            missed: try counters.map { try $0.losses().missed })
    }

    @Test func dropThatNeitherProgramIsRunForIsTold() throws {
        let counter = try DropCounter()
        func missed(_ runs: (second: Bool, packet: UInt64)...) throws -> UInt64 {
            for run in runs { try counter.run(second: run.second, packet: run.packet) }
            return try counter.losses().missed
        }
        func story(_ number: UInt64) throws -> [UInt64] {
            // Two packets at addresses that share a place.
            let one = (number + 1) << 20
            let other = one + 256 * 1024
            // Until the second program has run on a CPU the first leaves everything to it.
            let start = try missed((false, one), (true, one))
            let seen = [
                try missed((false, one)),
                // It interrupts before the second comes to the packet: the first leaves it, the second would count it.
                try missed((false, other)), try missed((true, other)), try missed((true, one)),
                // The place is free again, and the order of things is as always.
                try missed((false, other), (true, other), (false, one), (true, one)),
            ]
            return seen.map { $0 - min($0, start) }
        }
        // The whole machine's drops are counted here: one of them may come between.
        let stories = try (0..<5).map(story)
        #expect(stories.contains([0, 1, 0, 0, 0]), "\(stories)")
    }
}

extension DropTestPair {
    /// Packets that have come in at the right end.
    fileprivate func arrived() throws -> UInt64 {
        try rightSocket.link(named: "eth0").statistics?.rxPackets ?? 0
    }
}
