import Testing

@testable import NetlabTraffic

@Suite struct SequenceLedgerTests {
    /// Arrivals, then how many are different numbers, copies, and reordered (RFC 4737, section 3.3).
    @Test(arguments: [
        ([0, 1, 2, 3], 4, 0, 0, 0),
        ([0, 1, 3], 3, 0, 0, 0),
        ([0, 2, 1, 3], 4, 0, 1, 1),
        ([3, 2, 1, 0], 4, 0, 3, 3),
        ([0, 1, 1, 2], 3, 1, 0, 0),
        ([0, 2, 1, 1, 3], 4, 1, 1, 1),
        // RFC 4737, section 3.3's example: of 1 2 3 7 8 9 10 4 5 6 11 three are reordered.
        ([1, 2, 3, 7, 8, 9, 10, 4, 5, 6, 11], 11, 0, 3, 6),
        ([5, 5, 5], 1, 2, 0, 0),
        ([], 0, 0, 0, 0),
    ])
    func arrivalsAreAccountedFor(
        numbers: [Int], distinct: Int, duplicated: Int, reordered: Int, extent: Int
    ) {
        var ledger = SequenceLedger(expected: 12)
        for number in numbers { ledger.enter(number: number, transit: nil) }
        #expect(ledger.arrived == numbers.count)
        #expect(ledger.distinct == distinct)
        #expect(ledger.duplicated == duplicated)
        #expect(ledger.reordered == reordered)
        #expect(ledger.largestExtent == extent)
    }

    @Test func exactPatternOfFaultsIsFoundExactly() {
        // Every 7th lost, every 11th doubled, every 13th swapped with its successor.
        var arrivals: [Int] = []
        var (lost, doubled) = (0, 0)
        for number in 0..<100_000 {
            if number % 7 == 3 {
                lost += 1
            } else {
                arrivals.append(number)
                if number % 11 == 5 {
                    arrivals.append(number)
                    doubled += 1
                }
            }
        }
        var swapped = 0
        var index = 0
        while index + 1 < arrivals.count {
            if arrivals[index] % 13 == 1, arrivals[index + 1] != arrivals[index],
                index == 0 || arrivals[index - 1] != arrivals[index],
                index + 2 >= arrivals.count || arrivals[index + 2] != arrivals[index + 1]
            {
                arrivals.swapAt(index, index + 1)
                swapped += 1
                index += 2
            } else {
                index += 1
            }
        }
        var ledger = SequenceLedger(expected: 100_000)
        for number in arrivals { ledger.enter(number: number, transit: nil) }
        #expect(100_000 - ledger.distinct == lost)
        #expect(ledger.duplicated == doubled)
        #expect(ledger.reordered == swapped)
    }

    /// Beyond the window a late number cannot be told from a copy; inside it nothing is forgotten.
    @Test func windowSlidesOverManyNumbers() {
        var ledger = SequenceLedger()
        let count = 3 * SequenceLedger.window
        for number in 0..<count where number % 2 == 0 { ledger.enter(number: number, transit: nil) }
        ledger.enter(number: count - 3, transit: nil)
        ledger.enter(number: count - 3, transit: nil)
        ledger.enter(number: count - 2, transit: nil)
        #expect(ledger.distinct == count / 2 + 1)
        #expect(ledger.reordered == 1)
        #expect(ledger.duplicated == 2)
    }

    @Test func jitterIsThatOfRFC3550() {
        var ledger = SequenceLedger(expected: 4)
        for (number, transit) in [Int64(1000), 1000, 1160, 1000].enumerated() {
            ledger.enter(number: number, transit: transit)
        }
        // 0, then 160/16 = 10, then 10 + (160 - 10)/16 = 19.375.
        #expect(ledger.jitter == 19.375)
    }

    @Test func headerSurvivesOnlyUnchanged() throws {
        var bytes = [UInt8](repeating: 0, count: 30)
        let header = DatagramHeader(number: 4711, sentAt: 123_456_789)
        bytes.withUnsafeMutableBytes { header.write(to: $0, salt: 7) }
        #expect(bytes.withUnsafeBytes { DatagramHeader(from: $0, salt: 7) } == header)
        #expect(bytes.withUnsafeBytes { DatagramHeader(from: $0, salt: 8) } == nil)
        for index in 0..<DatagramHeader.length {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                #expect(changed.withUnsafeBytes { DatagramHeader(from: $0, salt: 7) } == nil)
            }
        }
        #expect(bytes[0..<23].withUnsafeBytes { DatagramHeader(from: $0, salt: 7) } == nil)
    }

    @Test func pacingCatchesUpWithoutBursts() {
        var pacing = Pacing(1000, start: 0)
        #expect(pacing.next == 0)
        pacing.took(place: 0)
        #expect(pacing.next == 1_000_000)
        // Held up for five intervals: the missed ones follow at half the distance, not all at once.
        pacing.took(place: 6_000_000)
        #expect(pacing.next == 6_500_000)
        var time = pacing.next
        for _ in 0..<20 {
            pacing.took(place: time)
            #expect(pacing.next - time >= 500_000)
            time = pacing.next
        }
        #expect(time == 22_000_000, "back on schedule")
    }

    @Test func timersFireInOrderAndNotIfCancelled() {
        var queue = TimerQueue()
        var fired: [Int] = []
        let times = [50, 10, 30, 10, 40, 20].map(Int64.init)
        let identifiers = times.enumerated().map { index, time in
            queue.add(deadline: time) { fired.append(index) }
        }
        queue.cancel(identifiers[2])
        queue.cancel(identifiers[2])
        #expect(queue.nextDeadline() == 10)
        while let action = queue.takeDue(at: 45) { action() }
        #expect(fired == [1, 3, 5, 4])
        #expect(queue.nextDeadline() == 50 && queue.count == 1)
        for _ in 0..<5000 { queue.cancel(queue.add(deadline: 60) {}) }
        #expect(queue.takeDue(at: 60) != nil && queue.takeDue(at: 60) == nil)
    }
}
