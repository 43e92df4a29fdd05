import Testing

@testable import NetlabTraffic

/// Clocks told apart by how far they are ahead of the kernel's.
@Suite struct TimestampClockTests {
    private static let day: UInt32 = 86_400_000

    @Test(
        arguments: [
            ([], 0, 0), ([0], 1, 0), ([4000, 0, UInt32.max], 1, 0), ([day], 1, 1), ([day, day + 4000], 1, 2),
            ([day, 2 * day, 3 * day], 3, 3), ([0, day], 2, 1), ([2 * day, 0, 2 * day], 2, 2),
            // A stall between two looks is no clock of its own, also where the numbers begin anew.
            ([UInt32.max - 1000, 1000], 1, 0), ([UInt32.max - 1000, 1000, day], 2, 1),
            ([UInt32.max - day, day], 2, 2),
        ] as [([UInt32], Int, Int)])
    func clocksAreCounted(offsets: [UInt32], clocks: Int, offset: Int) {
        #expect(TimestampClock.clocks(offsets) == clocks)
        #expect(TimestampClock.clocks(offsets.reversed()) == clocks)
        #expect(TimestampClock.offset(offsets) == offset)
    }
}
