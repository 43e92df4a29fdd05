import CMnl
import Testing

@testable import Netlink

@Suite struct MessageBuilderTests {
    @Test func offsetOfAnAttributeBecomesItsPath() {
        var message = MessageBuilder(type: 16, header: ifinfomsg())
        message.put(3, "IFLA_IFNAME", "west")
        message.nest(18, "IFLA_LINKINFO") { information in
            information.put(1, "IFLA_INFO_KIND", "veth")
            information.nest(2, "IFLA_INFO_DATA") { $0.put(4, "IFLA_MTU", UInt32(1)) }
        }
        #expect(message.path(toOffset: 32) == ["IFLA_IFNAME"])
        #expect(message.path(toOffset: 44) == ["IFLA_LINKINFO"])
        #expect(message.path(toOffset: 64) == ["IFLA_LINKINFO", "IFLA_INFO_DATA", "IFLA_MTU"])
        #expect(message.path(toOffset: 33) == [])
    }

    @Test func attributesArePaddedAndLengthsAreNot() {
        var message = MessageBuilder(type: 16)
        message.put(1, "A", bytes: [7])
        message.putFlag(2, "B")
        message.nest(3, "C") { $0.put(4, "D", UInt16(0x0102)) }
        message.seal(sequence: 5, port: 6, addingFlags: 1)
        #expect(message.bytes[0..<4].elementsEqual([40, 0, 0, 0]))
        #expect(message.bytes[4..<8].elementsEqual([16, 0, 1, 0]))
        #expect(message.bytes[8..<16].elementsEqual([5, 0, 0, 0, 6, 0, 0, 0]))
        #expect(
            message.bytes[16...].elementsEqual([
                5, 0, 1, 0, 7, 0, 0, 0, 4, 0, 2, 0, 12, 0, 3, 0x80, 6, 0, 4, 0, 2, 1, 0, 0,
            ]))
    }
}

extension MessageBuilderTests {
    @Test func attributeBeyondItsLengthFieldIsNoticed() {
        var message = MessageBuilder(type: 16)
        message.put(1, "A", bytes: [UInt8](repeating: 0, count: 65531))
        #expect(!message.isOverlong)
        message.put(1, "A", bytes: [UInt8](repeating: 0, count: 65532))
        #expect(message.isOverlong)
        var nest = MessageBuilder(type: 16)
        nest.nest(1, "A") { list in
            for _ in 0..<2 { list.put(2, "B", bytes: [UInt8](repeating: 0, count: 40_000)) }
        }
        #expect(nest.isOverlong)
    }
}

@Suite struct NetlinkErrorTests {
    @Test(arguments: [
        (
            NetlinkError(
                operation: "create veth a", errno: 22, kernelText: "mtu less", attributePath: ["A", "B"]),
            "create veth a: Invalid argument (EINVAL): mtu less [B]"
        ),
        (
            NetlinkError(operation: "create veth a", errno: 1),
            """
            create veth a: Operation not permitted (EPERM); run as root, or in a user namespace that owns the \
            network namespace (CAP_NET_ADMIN)
            """
        ),
        (
            NetlinkError(operation: "set qdisc x", errno: 2).needing("qdisc x", whenErrnoIs: [2]),
            "set qdisc x: No such file or directory (ENOENT); this kernel lacks qdisc x"
        ),
        (
            NetlinkError(operation: "set qdisc x", errno: 22).needing("qdisc x", whenErrnoIs: [2]),
            "set qdisc x: Invalid argument (EINVAL)"
        ),
    ])
    func descriptionSaysWhatWhyAndWhatNext(error: NetlinkError, text: String) {
        #expect(error.description == text)
        #expect(error.isUnsupported == text.contains("lacks"))
    }
}

@Suite struct AttributeReaderTests {
    @Test func unknownAttributesAreKeptAndFlagsRemoved() {
        let reader = AttributeReader([8, 0, 0xfe, 0xbf, 1, 2, 3, 4, 4, 0, 9, 0])
        #expect(reader.isComplete)
        #expect(reader.attributes.map(\.type) == [0x3ffe, 9])
        #expect(reader[0x3ffe]?.bytes == [1, 2, 3, 4])
        #expect(reader[9]?.payload.isEmpty == true)
        #expect(reader[1] == nil)
    }

    @Test func lastOfARepeatedAttributeCounts() {
        let reader = AttributeReader([5, 0, 1, 0, 1, 0, 0, 0, 5, 0, 1, 0, 2, 0, 0, 0])
        #expect(reader[1]?.uint8 == 2)
        #expect(reader.attributes.count == 2)
    }

    @Test(arguments: [
        [UInt8]([3, 0, 1, 0]), [0, 0, 0, 0], [9, 0, 1, 0, 1, 2, 3, 4], [255, 255, 1, 0], [8, 0, 1],
        [4, 0, 1, 0, 8, 0, 2, 0, 1],
    ])
    func impossibleLengthEndsTheReading(bytes: [UInt8]) {
        #expect(!AttributeReader(bytes[...]).isComplete)
    }

    @Test func shortIntegersAreAbsentAndLongOnesReadAtTheirStart() {
        let reader = AttributeReader([6, 0, 1, 0, 0xff, 0xff, 0, 0, 12, 0, 2, 0, 1, 0, 0, 0, 9, 9, 9, 9])
        #expect(reader[1]?.uint32 == nil)
        #expect(reader[1]?.uint16 == 0xffff)
        #expect(reader[2]?.uint32 == 1)
    }

    @Test func everyPrefixAndEveryFlippedByteOfALinkMessageIsRead() throws {
        var builder = MessageBuilder(type: RTM_NEWLINK, header: ifinfomsg())
        builder.put(IFLA_IFNAME, "IFLA_IFNAME", "west")
        builder.put(IFLA_STATS64, "IFLA_STATS64", bytes: [UInt8](repeating: 1, count: 200))
        builder.nest(IFLA_LINKINFO, "IFLA_LINKINFO") { $0.put(IFLA_INFO_KIND, "IFLA_INFO_KIND", "veth") }
        builder.seal(sequence: 1, port: 1, addingFlags: 0)
        let whole = try #require(NetlinkMessage.messages(in: builder.bytes)?.first.flatMap(LinkInfo.init))
        #expect(whole.name == "west" && whole.kind == "veth")
        for length in 0..<builder.bytes.count {
            #expect(NetlinkMessage.messages(in: Array(builder.bytes[..<length])) == nil || length == 0)
            var message = try #require(NetlinkMessage.messages(in: builder.bytes)?.first)
            message.payload = message.payload.prefix(length)
            if let link = LinkInfo(message) { #expect(length >= 16 && link.mtu == 0) }
        }
        // Nothing to compare with: a reader that leaves its bounds would trap.
        for index in builder.bytes.indices {
            for value: UInt8 in [0, 1, 0x7f, 0xff] {
                var bytes = builder.bytes
                bytes[index] = value
                for message in NetlinkMessage.messages(in: bytes) ?? [] {
                    _ = LinkInfo(message)
                    _ = AddressInfo(message)
                    _ = RouteInfo(message)
                    _ = NeighbourInfo(message)
                    _ = ExtendedAck.read(message)
                }
            }
        }
    }
}

extension NetlinkMessage: Equatable {
    public static func == (left: NetlinkMessage, right: NetlinkMessage) -> Bool {
        left.type == right.type && left.sequence == right.sequence && left.payload == right.payload
    }
}

@Suite struct ReplyCollectorTests {
    /// A message of a type, answering a request.
    private func message(
        _ type: Int32, _ sequence: UInt32, port: UInt32 = 77, flags: UInt16 = 0, _ payload: [UInt8] = []
    ) -> [UInt8] {
        func bytes<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
            withUnsafeBytes(of: value) { Array($0) }
        }
        return bytes(UInt32(16 + payload.count)) + bytes(UInt16(type)) + bytes(flags) + bytes(sequence)
            + bytes(port) + payload
    }

    private func number(_ value: Int32) -> [UInt8] { withUnsafeBytes(of: value) { Array($0) } }

    @Test func onlyAnswersToThisRequestCount() {
        var replies = ReplyCollector(sequence: 9, port: 77)
        replies.take(message(2, 8, number(-22) + [UInt8](repeating: 0, count: 16)))
        replies.take(message(16, 9, port: 78))
        replies.take(message(16, 0))
        #expect(replies.messages.isEmpty)
        #expect(replies.outcome == .unfinished)
        replies.take(message(16, 9) + message(17, 8) + message(16, 9))
        #expect(replies.messages.count == 2)
        replies.take(message(2, 9, number(0) + [UInt8](repeating: 0, count: 16)))
        #expect(replies.outcome == .done)
    }

    @Test func dumpGoesOnUntilItsEndMarker() {
        var replies = ReplyCollector(sequence: 9, port: 77)
        replies.take(message(16, 9, flags: 2))
        replies.take(message(16, 9, flags: 2) + message(16, 9, flags: 2))
        #expect(replies.outcome == .unfinished)
        replies.take(message(3, 9, flags: 2, number(0)) + message(16, 9))
        #expect(replies.outcome == .done)
        #expect(replies.messages.count == 3)
        #expect(!replies.isInterrupted)
    }

    @Test func interruptionIsSeenInAnyMessage() {
        var replies = ReplyCollector(sequence: 9, port: 77)
        replies.take(message(16, 9, flags: 2 | 0x10) + message(3, 9, flags: 2, number(0)))
        #expect(replies.isInterrupted)
        #expect(replies.outcome == .done)
    }

    @Test func endMarkerMayCarryAnError() {
        var replies = ReplyCollector(sequence: 9, port: 77)
        replies.take(message(3, 9, flags: 2, number(-105)))
        #expect(replies.outcome == .refused(errno: 105, ExtendedAck()))
    }

    @Test(arguments: [true, false])
    func refusalKeepsTheKernelsWords(isCapped: Bool) {
        let text: [UInt8] = [9, 0, 1, 0] + Array("nope\0".utf8) + [0, 0, 0]
        let offset: [UInt8] = [8, 0, 2, 0, 36, 0, 0, 0]
        let request = message(16, 9, [UInt8](repeating: 5, count: 24))
        let repeated = isCapped ? Array(request[..<16]) : request
        var replies = ReplyCollector(sequence: 9, port: 77)
        replies.take(
            message(2, 9, flags: isCapped ? 0x300 : 0x200, number(-34) + repeated + text + offset))
        guard case .refused(34, let explanation) = replies.outcome else {
            Issue.record("\(replies.outcome)")
            return
        }
        #expect(explanation.text == "nope")
        #expect(explanation.offset == 36)
    }

    @Test(arguments: [
        [UInt8]([1]), [UInt8](repeating: 0, count: 16), [17, 0, 0, 0] + [UInt8](repeating: 0, count: 12),
    ])
    func contradictoryLengthIsMalformed(datagram: [UInt8]) {
        var replies = ReplyCollector(sequence: 9, port: 77)
        replies.take(datagram)
        #expect(replies.outcome == .malformed)
    }

    @Test func smallestErrnoDoesNotTrap() {
        var replies = ReplyCollector(sequence: 9, port: 77)
        replies.take(message(2, 9, number(.min) + [UInt8](repeating: 0, count: 16)))
        #expect(replies.outcome == .refused(errno: .min, ExtendedAck()))
    }

    @Test func missingAttributeIsNamedByItsNestAndNumber() {
        var request = MessageBuilder(type: 16, header: ifinfomsg())
        request.nest(18, "IFLA_LINKINFO") { $0.putFlag(9, "X") }
        var explanation = ExtendedAck()
        explanation.missingType = 1
        explanation.missingNestOffset = 32
        let error = explanation.error("create x", errno: 22, request: request)
        #expect(error.attributePath == ["IFLA_LINKINFO", "missing attribute 1"])
        #expect(error.description == "create x: Invalid argument (EINVAL) [missing attribute 1]")
    }
}
