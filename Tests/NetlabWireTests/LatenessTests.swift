import Testing

@testable import NetlabWire

@Suite struct LatenessTests {
    @Test(arguments: [0, 1, 3, 4, 5, 7, 8, 1000, 50_000, 123_456, 3_999_999_999] as [Int64])
    func quantileIsAtMostAQuarterOctaveTooHigh(value: Int64) throws {
        var lateness = Lateness()
        lateness.add(value)
        let found = try #require(lateness.quantile(0.5)).nanoseconds
        #expect(found >= value && Double(found) <= Double(value) * 1.25)
    }

    @Test func quantilesSplitTheCounts() throws {
        var lateness = Lateness()
        for value in 1...1000 { lateness.add(Int64(value) * 1000) }
        lateness.add(.max)
        #expect(lateness.total == 1001)
        let median = try #require(lateness.quantile(0.5)).nanoseconds
        #expect((500_000...625_000).contains(median))
        #expect(Lateness().quantile(0.5) == nil)
    }
}
