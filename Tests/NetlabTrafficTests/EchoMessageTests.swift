import NetlabModel
import Testing

@testable import NetlabTraffic

@Suite struct EchoMessageTests {
    private let router = IPAddress("10.0.0.254")

    /// A header of RFC 791 without options, for quoting.
    private func ipv4(_ number: UInt8, _ payload: [UInt8]) -> [UInt8] {
        [0x45, 0, 0, 0, 0, 1, 0, 0, 64, number, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2] + payload
    }

    @Test func replyIsReadWithItsPayload() {
        let packet = ipv4(1, [0, 0, 0, 0, 0x12, 0x34, 0, 7, 1, 2, 3])
        #expect(
            EchoMessage(packet, isIPv6: false, from: nil)
                == .reply(identifier: 0x1234, sequence: 7, payload: [1, 2, 3]))
        #expect(
            EchoMessage([129, 0, 0, 0, 0, 9, 0, 1], isIPv6: true, from: nil)
                == .reply(identifier: 9, sequence: 1, payload: []))
    }

    @Test(arguments: [
        (UInt8(11), UInt8(0), EchoMessage.Kind.timeExceeded), (3, 4, .tooBig(mtu: 1000)),
        (3, 13, .unreachable(code: 13)),
        (12, 0, .other(type: 12, code: 0)),
    ])
    func errorNamesTheRequestItIsAbout(type: UInt8, code: UInt8, kind: EchoMessage.Kind) {
        let request = EchoMessage.request(isIPv6: false, identifier: 5, sequence: 6, size: 0)
        let packet = ipv4(1, [type, code, 0, 0, 0, 0, 0x03, 0xe8] + ipv4(1, request))
        #expect(
            EchoMessage(packet, isIPv6: false, from: router)
                == .error(identifier: 5, sequence: 6, kind: kind, from: router))
    }

    @Test func errorAboutSomethingElseIsIgnored() {
        let packet = ipv4(1, [3, 3, 0, 0, 0, 0, 0, 0] + ipv4(17, [0, 53, 0, 53, 0, 8, 0, 0]))
        #expect(EchoMessage(packet, isIPv6: false, from: router) == nil)
    }

    @Test func everyTruncationIsRefusedOrAReply() {
        let request = EchoMessage.request(isIPv6: false, identifier: 5, sequence: 6, size: 0)
        let packet = ipv4(1, [11, 0, 0, 0, 0, 0, 0, 0] + ipv4(1, request))
        for count in 0..<packet.count {
            #expect(EchoMessage(Array(packet.prefix(count)), isIPv6: false, from: router) == nil)
        }
    }

    @Test func requestCarriesARightChecksum() {
        let request = EchoMessage.request(isIPv6: false, identifier: 0xabcd, sequence: 1, size: 57)
        #expect(InternetChecksum.of(request) == 0, "a sum over everything, the checksum included, is zero")
        #expect(request[0] == 8 && request.count == 65)
    }
}

@Suite struct InternetChecksumTests {
    /// The example of RFC 1071, section 3.
    @Test func exampleOfRFC1071() {
        #expect(
            InternetChecksum.of([0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7] as [UInt8]) == ~UInt16(
                0xddf2))
    }

    @Test func oddByteIsPadded() {
        #expect(InternetChecksum.of([0x12] as [UInt8]) == InternetChecksum.of([0x12, 0] as [UInt8]))
    }
}
