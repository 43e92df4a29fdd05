import Testing

@testable import NetlabWire

@Suite struct SeededGeneratorTests {
    /// A seed in somebody's scenario means these numbers for ever.
    @Test func firstNumbersOfAStreamNeverChange() {
        var generator = SeededGenerator(seed: 1, stream: "client/eth0\nloss\nloss")
        #expect(
            (0..<4).map { _ in generator.next() } == [
                0x5cf8_a31d_2621_9c68, 0xf8b6_7e9b_eebc_8f98, 0x19d9_c798_5943_8aa3, 0x4228_7b5c_ef1c_b42e,
            ])
    }

    @Test(arguments: [
        ("a", "b"), ("client/eth0\nx\nloss", "server/eth0\nx\nloss"), ("x\nloss", "x\nloss copies"),
    ])
    func streamsOfOneSeedDiffer(left: String, right: String) {
        var first = SeededGenerator(seed: 7, stream: left)
        var second = SeededGenerator(seed: 7, stream: right)
        let pairs = (0..<64).map { _ in first.next() ^ second.next() }
        // Independent 64-bit words differ in half their bits: 2048 of 4096, give or take six sigma.
        let bits = pairs.reduce(0) { $0 + $1.nonzeroBitCount }
        #expect((1856...2240).contains(bits))
    }

    @Test func numbersBelowABoundReachBothEnds() {
        var generator = SeededGenerator(seed: 3, stream: "s")
        let drawn = Set((0..<1000).map { _ in generator.below(10) })
        #expect(drawn == Set(0..<10))
    }
}
