import LinuxSystem
import Testing

@testable import NetlabProbe

@Suite struct DropReasonNamesTests {
    /// From Linux 6.18's events/skb/kfree_skb/format, shortened.
    static let format618 = """
        name: kfree_skb
        ID: 2310
        format:
        \tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;
        \tfield:enum skb_drop_reason reason;\toffset:36;\tsize:4;\tsigned:0;

        print fmt: "skbaddr=%p rx_sk=%p protocol=%u location=%pS reason: %s", REC->skbaddr, REC->rx_sk, \
        REC->protocol, REC->location, __print_symbolic(REC->reason, { 2, "NOT_SPECIFIED" }, { 3, "NO_SOCKET" }, \
        { 0x4, "SOCKET_CLOSE" })
        """

    @Test func formatFileGivesNamesByNumber() {
        let names = DropReasonNames(traceFormat: Self.format618)
        #expect(names.names == [2: "NOT_SPECIFIED", 3: "NO_SOCKET", 4: "SOCKET_CLOSE"])
    }

    @Test func formatFileWithoutReasonsGivesNone() {
        let text =
            #"print fmt: "skbaddr=%p protocol=%u location=%p", REC->skbaddr, REC->protocol, REC->location"#
        #expect(DropReasonNames(traceFormat: text).names.isEmpty)
    }

    @Test(arguments: [
        (UInt32(3), "NO_SOCKET"), (200, "UNNAMED_200"), (0x2_0005, "OPENVSWITCH_5"),
        (0x9_0001, "SUBSYSTEM_9_1"),
    ]) func everyNumberHasAName(number: UInt32, name: String) {
        let names = DropReasonNames(names: [3: "NO_SOCKET"], subsystems: [2: "OPENVSWITCH"])
        #expect(names.name(number) == name)
    }

    @Test func typeInformationAndTracingFileSystemOfThisKernelAgree() throws {
        let types = try TextFile.readBytes("/sys/kernel/btf/vmlinux")
        let fromTypes = try #require(DropReasonNames(btf: types))
        let fromFormat = try DropReasonNames.ofTracingFileSystem()
        #expect(fromFormat.names.count > 40)
        for (number, name) in fromFormat.names where name != "MAX" { #expect(fromTypes.name(number) == name) }
        #expect(fromTypes.names.values.contains("NO_SOCKET"))
        #expect(!fromTypes.names.values.contains { $0.hasPrefix("SKB_DROP") || $0.hasSuffix("_MASK") })
    }

    /// A header and three types: an integer, a structure of one member, and the reasons.
    static let smallTypes: [UInt8] = {
        let strings =
            "\0int\0s\0m\0skb_drop_reason\0SKB_CONSUMED\0SKB_DROP_REASON_NO_SOCKET\0SKB_DROP_REASON_MAX\0"
        func offset(_ name: String) -> UInt32 {
            UInt32(
                strings.utf8.count - strings.components(after: "\0" + name + "\0").utf8.count
                    - name.utf8.count - 1)
        }
        var types: [UInt32] = [offset("int"), 1 << 24, 4, 32]
        types += [offset("s"), 4 << 24 | 1, 4, offset("m"), 1, 0]
        types += [offset("skb_drop_reason"), 6 << 24 | 3, 4]
        types += [
            offset("SKB_CONSUMED"), 1, offset("SKB_DROP_REASON_NO_SOCKET"), 7, offset("SKB_DROP_REASON_MAX"),
            8,
        ]
        let header: [UInt32] = [0x0001_EB9F, 24, 0, UInt32(types.count * 4), UInt32(types.count * 4)]
        let words = header + [UInt32(strings.utf8.count)] + types
        return words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
            + Array(strings.utf8)
    }()

    @Test func typeInformationIsReadPastTypesOfOtherKinds() {
        #expect(DropReasonNames(btf: Self.smallTypes)?.names == [1: "CONSUMED", 7: "NO_SOCKET"])
    }

    @Test func damagedTypeInformationGivesNothing() {
        for length in 0..<Self.smallTypes.count {
            #expect(DropReasonNames(btf: Array(Self.smallTypes[..<length])) == nil)
        }
        var unknownKind = Self.smallTypes
        unknownKind[24 + 7] = 31
        #expect(DropReasonNames(btf: unknownKind) == nil)
        var endless = Self.smallTypes
        endless[24 + 20] = 0xFF
        #expect(DropReasonNames(btf: endless) == nil)
    }
}

extension String {
    fileprivate func components(after text: String) -> Substring {
        var rest = self[...]
        while !rest.isEmpty, !rest.hasPrefix(text) { rest = rest.dropFirst() }
        return rest.dropFirst(text.count)
    }
}
